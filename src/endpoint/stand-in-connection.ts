import { X509Certificate } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Clock, IncomingConnection, Servers, TlsAcceptOptions } from '../host.ts';
import type { Broker, BrokerEvent } from './broker.ts';
import { peekClientHello, type ClientHello } from './client-hello.ts';
import { withLargePublish } from './large-publish.ts';
import type { StandInOptions } from './stand-in-options.ts';
import { ALERT } from './alerts.ts';
import { alertInsteadOfFinished, fatalAlert, interpose, onlyFirstMessage } from './wire.ts';

/** One line of the stand-in's log. `peer` tells connections apart. */
export type StandInEvent = { peer: string } & (
  | { kind: 'client-hello'; hello: ClientHello }
  | {
      kind: 'handshake';
      version: string;
      suite: string;
      alpn: string | undefined;
      clientSubject: string | undefined;
    }
  /** `alert`: the one that the client sent. */
  | { kind: 'handshake-failed'; code: string; message: string; alert: number | undefined }
  /** It turned the connection away: by an alert of its own, a fault, or at MQTT CONNECT. */
  | { kind: 'refused'; reason: string }
  | BrokerEvent
);

type WithoutPeer<T> = T extends unknown ? Omit<T, 'peer'> : never;
type Tell = (event: WithoutPeer<StandInEvent>) => void;

export interface Service {
  servers: Servers;
  clock: Clock;
  broker: Broker;
  options: StandInOptions;
  tls: TlsAcceptOptions;
  /** PEM */
  deviceRoots: readonly string[];
  signal: AbortSignal;
}

/** One connection, from its ClientHello to its end. Never rejects: what happens is told. */
export async function serveConnection(
  service: Service,
  connection: IncomingConnection,
  tell: Tell,
): Promise<void> {
  const { stream } = connection;
  // A client that goes away is no fault of the stand-in: what matters of it is told by the steps below.
  stream.on('error', () => undefined);
  const hello = await peekClientHello(stream);
  if ('reason' in hello) {
    tell({ kind: 'refused', reason: `no ClientHello: ${hello.reason} after ${hello.bytes} bytes` });
    stream.destroy();
    return;
  }
  tell({ kind: 'client-hello', hello });
  const transport = admit(service, connection, hello, tell);
  if (transport === undefined) return;
  try {
    const accepted = await service.servers.acceptTls(transport, service.tls);
    // OpenSSL is content, but the client is being told otherwise on the wire.
    if (service.options.disturbance === 'reject-client-certificate') return;
    const certificate = accepted.clientCertificate;
    const client = certificate === undefined ? undefined : new X509Certificate(certificate);
    tell({
      kind: 'handshake',
      version: accepted.protocol.replace('TLSv', ''),
      suite: accepted.suite,
      alpn: accepted.alpn,
      clientSubject: client?.subject.replaceAll('\n', ', '),
    });
    serveMqtt(service, { stream: accepted.stream, alpn: accepted.alpn, client }, tell);
  } catch (error) {
    transport.destroy();
    const { code = 'unknown', message } = error as Error & { code?: string };
    const alert = /SSL alert number (\d+)/.exec(message)?.[1];
    tell({
      kind: 'handshake-failed',
      ...{ code, message: opensslReason(message) },
      alert: alert === undefined ? undefined : Number(alert),
    });
  }
}

/** `error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:file:line:...` to its reason. */
function opensslReason(message: string): string {
  return /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message.trim();
}

/** The stream to shake hands over, with the fault on it; undefined where the connection ends here. */
function admit(
  { options, clock, signal }: Service,
  connection: IncomingConnection,
  hello: ClientHello,
  tell: Tell,
): Duplex | undefined {
  const { stream } = connection;
  const refuse = (reason: string, end: () => void): undefined => {
    tell({ kind: 'refused', reason });
    end();
  };
  const sharesVersion = options.versions.some((version) => hello.versions.includes(version));
  if (sharesVersion && options.requiresSni && !knowsName(options, hello.serverName)) {
    const name =
      hello.serverName === undefined ? 'no server_name' : `unknown server_name "${hello.serverName}"`;
    refuse(`${name}: alert 112`, () => stream.end(fatalAlert(ALERT.unrecognized_name)));
    return;
  }
  const reset = () => {
    connection.reset();
  };
  switch (options.disturbance) {
    case undefined:
    case 'large-records':
      return interpose(stream, { outgoing: (bytes) => bytes });
    case 'reset-after-client-hello': {
      refuse('reset after ClientHello', reset);
      return;
    }
    case 'close-after-client-hello': {
      refuse('closed after ClientHello', () => stream.end());
      return;
    }
    case 'plain-http': {
      refuse('HTTP answer', () => stream.end(HTTP_ANSWER));
      return;
    }
    case 'reset-after-server-hello':
      return interpose(stream, {
        outgoing: onlyFirstMessage(() => {
          refuse('reset after ServerHello', reset);
        }),
      });
    case 'reject-client-certificate':
      return interpose(stream, {
        outgoing: alertInsteadOfFinished(ALERT.certificate_unknown, () => {
          refuse('client certificate: alert 46', () => stream.end());
        }),
      });
    case 'slow': {
      const { chunkBytes, pauseMs } = options.pace;
      const wait = () => clock.sleep(pauseMs, signal).catch(() => undefined);
      return interpose(stream, { outgoing: (bytes) => bytes, pace: { chunkBytes, wait } });
    }
  }
}

const HTTP_ANSWER =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 12\r\nConnection: close\r\n\r\nBad Request\n';

function knowsName({ hosts }: StandInOptions, name: string | undefined): boolean {
  return name !== undefined && hosts.some((host) => host.toLowerCase() === name.toLowerCase());
}

interface Session {
  stream: Duplex;
  alpn: string | undefined;
  client: X509Certificate | undefined;
}

function serveMqtt(service: Service, { stream, alpn, client }: Session, tell: Tell): void {
  const { options, broker, deviceRoots } = service;
  stream.on('error', () => undefined);
  const isKnown =
    client === undefined ? options.clientCertificate !== 'required' : isIssuedBy(client, deviceRoots);
  const reason =
    options.alpn.length > 0 && alpn === undefined
      ? 'no ALPN: this port speaks HTTPS without it'
      : isKnown
        ? undefined
        : 'certificate is not registered: closed at CONNECT';
  if (reason !== undefined) {
    // AWS IoT finishes the handshake and then closes without a CONNACK.
    stream.once('data', () => {
      tell({ kind: 'refused', reason });
      stream.end();
    });
    return;
  }
  broker.serve(options.disturbance === 'large-records' ? withLargePublish(stream) : stream, tell);
}

/** By one of these roots, PEM. */
export function isIssuedBy(client: X509Certificate, roots: readonly string[]): boolean {
  return roots
    .map((root) => new X509Certificate(root))
    .some((root) => client.checkIssued(root) && client.verify(root.publicKey));
}
