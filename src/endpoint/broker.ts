import type { Duplex } from 'node:stream';

/** What happens behind a finished handshake. */
export type BrokerEvent =
  | { kind: 'mqtt-connect'; clientId: string }
  | { kind: 'mqtt-publish'; clientId: string; topic: string; bytes: number }
  | { kind: 'mqtt-subscribe'; clientId: string; topics: readonly string[] }
  | { kind: 'mqtt-disconnect'; clientId: string };

export interface Broker {
  /** Speaks MQTT 3.1.1 or 5 on a decrypted stream until it ends. */
  serve(stream: Duplex, onEvent: (event: BrokerEvent) => void): void;
  close(): Promise<void>;
}

/** An MQTT broker in memory. */
export async function startBroker(): Promise<Broker> {
  // Loaded late: only `endpoint serve` needs it.
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker();
  const listeners = new WeakMap<object, (event: BrokerEvent) => void>();
  const tell = (client: { conn: object } | null, event: BrokerEvent) => {
    if (client !== null) listeners.get(client.conn)?.(event);
  };
  aedes.on('clientReady', (client) => {
    tell(client, { kind: 'mqtt-connect', clientId: client.id });
  });
  aedes.on('clientDisconnect', (client) => {
    tell(client, { kind: 'mqtt-disconnect', clientId: client.id });
  });
  aedes.on('publish', ({ topic, payload }, client) => {
    if (client === null) return;
    tell(client, { kind: 'mqtt-publish', clientId: client.id, topic, bytes: Buffer.from(payload).length });
  });
  aedes.on('subscribe', (subscriptions, client) => {
    tell(client, {
      kind: 'mqtt-subscribe',
      clientId: client.id,
      topics: subscriptions.map(({ topic }) => topic),
    });
  });
  return {
    serve(stream, onEvent) {
      listeners.set(stream, onEvent);
      aedes.handle(stream);
    },
    close: () =>
      new Promise((resolve) => {
        aedes.close(() => {
          resolve();
        });
      }),
  };
}
