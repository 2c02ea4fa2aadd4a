import type { BrokerEvent } from '../broker.ts';

/** Packet types of MQTT, in the upper half of the first byte (MQTT 3.1.1, 2.2.1). */
const PACKET = {
  ...{ connect: 1, connack: 2, publish: 3, puback: 4, subscribe: 8, suback: 9 },
  ...{ pingreq: 12, pingresp: 13, disconnect: 14 },
} as const;

const MQTT_5 = 5;

/**
 * As much of a broker as a device meets behind its handshake: CONNECT, PUBLISH (QoS 0 and 1), SUBSCRIBE (QoS 0) and
 * PINGREQ are answered at once, each by itself; nobody else is there to publish. Its answers depend on the packets alone.
 */
export class ExactBroker {
  readonly #tell: (event: BrokerEvent) => void;
  #pending = Buffer.alloc(0);
  #client: { id: string; version: number } | undefined;

  constructor(tell: (event: BrokerEvent) => void) {
    this.#tell = tell;
  }

  /** Takes bytes of the client; returns what is to be sent; `ended`: nothing more is to be taken. */
  receive(bytes: Uint8Array): { answer: Buffer; ended: boolean } {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const answers: Buffer[] = [];
    for (;;) {
      const packet = this.#next();
      if (packet === undefined) return { answer: Buffer.concat(answers), ended: false };
      const answer = packet === 'malformed' ? undefined : this.#answer(packet.head, packet.body);
      if (answer === undefined) return { answer: Buffer.concat(answers), ended: true };
      answers.push(answer);
    }
  }

  #next(): { head: number; body: Buffer } | 'malformed' | undefined {
    let [length, at] = [0, 1];
    for (let shift = 0; ; shift += 7) {
      const byte = this.#pending[at];
      if (byte === undefined) return undefined;
      if (shift > 21) return 'malformed';
      length |= (byte & 0x7f) << shift;
      at += 1;
      if ((byte & 0x80) === 0) break;
    }
    if (this.#pending.length < at + length) return undefined;
    const packet = { head: this.#pending[0]!, body: this.#pending.subarray(at, at + length) };
    this.#pending = this.#pending.subarray(at + length);
    return packet;
  }

  /** Undefined: the connection ends. */
  #answer(head: number, body: Buffer): Buffer | undefined {
    const type = head >> 4;
    if (this.#client === undefined) return type === PACKET.connect ? this.#connect(body) : undefined;
    const { id: clientId, version } = this.#client;
    switch (type) {
      case PACKET.pingreq:
        return packet(PACKET.pingresp);
      case PACKET.publish: {
        const [topic, rest] = text(body);
        const qos = (head >> 1) & 3;
        if (topic === undefined || qos > 1) return undefined;
        this.#tell({ kind: 'mqtt-publish', clientId, topic, bytes: rest.length - 2 * qos });
        return qos === 0 ? Buffer.alloc(0) : packet(PACKET.puback, rest.subarray(0, 2));
      }
      case PACKET.subscribe: {
        const id = body.subarray(0, 2);
        let rest = body.subarray(version === MQTT_5 ? 3 : 2);
        const topics: string[] = [];
        while (rest.length > 0) {
          const [topic, options] = text(rest);
          if (topic === undefined) return undefined;
          topics.push(topic);
          rest = options.subarray(1);
        }
        this.#tell({ kind: 'mqtt-subscribe', clientId, topics });
        const properties = Buffer.alloc(version === MQTT_5 ? 1 : 0);
        return packet(PACKET.suback, id, properties, Buffer.alloc(topics.length));
      }
      default:
        if (type === PACKET.disconnect) this.#tell({ kind: 'mqtt-disconnect', clientId });
        return undefined;
    }
  }

  #connect(body: Buffer): Buffer | undefined {
    const [protocol, rest] = text(body);
    const version = rest[0];
    if (protocol !== 'MQTT' || (version !== 4 && version !== MQTT_5)) return undefined;
    // Behind version, flags and keep-alive; MQTT 5 has the length of its properties there, here less than 128.
    const propertiesBytes = version === MQTT_5 ? 1 + (rest[4] ?? 0) : 0;
    const [id] = text(rest.subarray(4 + propertiesBytes));
    if (id === undefined) return undefined;
    this.#client = { id, version };
    this.#tell({ kind: 'mqtt-connect', clientId: id });
    return packet(PACKET.connack, Buffer.alloc(version === MQTT_5 ? 3 : 2));
  }
}

/** A string with its length in front, and what follows it; undefined where it is cut off. */
function text(bytes: Buffer): [text: string | undefined, rest: Buffer] {
  if (bytes.length < 2) return [undefined, bytes];
  const end = 2 + bytes.readUInt16BE(0);
  return bytes.length < end ? [undefined, bytes] : [bytes.toString('utf8', 2, end), bytes.subarray(end)];
}

/** The answers here are short: one byte of length. */
function packet(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(type << 4, body.length), body]);
}
