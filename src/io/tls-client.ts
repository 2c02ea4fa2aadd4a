import type { X509Certificate } from 'node:crypto';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  connect as connectTls,
  type ConnectionOptions,
  type EphemeralKeyInfo,
  type TLSSocket,
} from 'node:tls';
import { groupName } from '../endpoint/groups.ts';
import { readServerFlight } from '../endpoint/server-flight.ts';
import { suiteById } from '../endpoint/suites.ts';
import { interpose } from '../endpoint/wire.ts';
import type { TlsDialOptions, TlsDialResult } from '../host.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** Enough for a flight with the longest chains seen; what follows is not looked at. */
const FLIGHT_BYTES = 65_536;

/**
 * Shakes hands with the options' ClientHello and reports what the server showed, also where it fails halfway: of a
 * TLS 1.2 handshake the server's whole first flight is in clear. Nothing is verified. Rejects only on abort.
 */
export async function dialTls(options: TlsDialOptions): Promise<TlsDialResult> {
  const { host, port, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  signal?.throwIfAborted();
  const socket = connectSocket({ host, port, noDelay: true });
  const received: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => {
    socket.destroy(Object.assign(new Error(`no answer in ${timeoutMs} ms`), { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  const abort = () => socket.destroy();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await connected(socket);
    const stream = interpose(socket, {
      outgoing: (bytes) => bytes,
      incoming(bytes) {
        if (length < FLIGHT_BYTES) received.push(bytes);
        length += bytes.length;
      },
    });
    const outcome = await shakeHands(stream, options);
    signal?.throwIfAborted();
    return resultOf(outcome, Buffer.concat(received));
  } catch (error) {
    signal?.throwIfAborted();
    return { error: failureOf(error), chain: [], finished: false };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
    socket.destroy();
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => {
      reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    });
    socket.once('connect', resolve);
  });
}

interface Outcome {
  error: TlsDialResult['error'];
  /** Read from the socket while it was open. */
  finished: Pick<TlsDialResult, 'protocol' | 'suite' | 'alpn' | 'chain' | 'ephemeralKey'> | undefined;
}

function shakeHands(stream: Duplex, options: TlsDialOptions): Promise<Outcome> {
  return new Promise((resolve) => {
    let finished: Outcome['finished'];
    let linger: NodeJS.Timeout | undefined;
    const done = (error?: unknown) => {
      clearTimeout(linger);
      resolve({ error: error === undefined ? undefined : failureOf(error), finished });
      socket.destroy();
    };
    const socket = connectTls(connectionOptions(stream, options));
    socket.on('error', done);
    socket.once('close', () => {
      if (finished === undefined)
        done(Object.assign(new Error('The server closed the connection.'), { code: 'ECONNRESET' }));
      else done();
    });
    // TLS 1.3: the refusal is only seen by who reads.
    socket.resume();
    socket.once('secureConnect', () => {
      finished = finishedOf(socket);
      const { lingerMs = 0 } = options;
      if (lingerMs === 0) done();
      else linger = setTimeout(done, lingerMs);
    });
  });
}

function connectionOptions(socket: Duplex, options: TlsDialOptions): ConnectionOptions {
  const {
    servername,
    ciphers,
    minVersion,
    maxVersion,
    sigalgs,
    ecdhCurve,
    alpnProtocols,
    ca,
    certificate,
    key,
  } = options;
  return {
    socket,
    rejectUnauthorized: false,
    ciphers: ciphers ?? 'DEFAULT:@SECLEVEL=0',
    // RFC 6066 3: a literal address is no server_name.
    ...(servername === undefined || isIP(servername) !== 0 ? {} : { servername }),
    minVersion: minVersion ?? 'TLSv1.2',
    maxVersion: maxVersion ?? 'TLSv1.3',
    ...(sigalgs === undefined ? {} : { sigalgs }),
    ...(ecdhCurve === undefined ? {} : { ecdhCurve }),
    ...(alpnProtocols === undefined ? {} : { ALPNProtocols: [...alpnProtocols] }),
    ...(ca === undefined ? {} : { ca: [...ca] }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
}

function finishedOf(socket: TLSSocket): NonNullable<Outcome['finished']> {
  const keyInfo = socket.getEphemeralKeyInfo() as Partial<EphemeralKeyInfo> | null;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    suite: socket.getCipher().standardName,
    chain: presentedChain(socket.getPeerX509Certificate()),
    ...(typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol } : {}),
    ...(keyInfo?.name === undefined ? {} : { ephemeralKey: keyInfo.name }),
  };
}

/** `issuerCertificate` walks what the server sent; a self-signed end names itself. */
function presentedChain(leaf: X509Certificate | undefined): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  for (let certificate = leaf; certificate !== undefined; certificate = certificate.issuerCertificate) {
    if (seen.has(certificate.fingerprint256)) break;
    seen.add(certificate.fingerprint256);
    chain.push(certificate.raw);
  }
  return chain;
}

/** The flight in clear is nearer to the truth than Node's view, which orders the chain by issuer. */
function resultOf({ error, finished }: Outcome, received: Buffer): TlsDialResult {
  const flight = readServerFlight(received);
  const isTls12 = flight?.version === '1.2' && flight.chain.length > 0;
  const group = isTls12 && flight.group !== undefined ? groupName(flight.group) : finished?.ephemeralKey;
  const suite = finished?.suite ?? (flight === undefined ? undefined : suiteById(flight.suite)?.name);
  const protocol = finished?.protocol ?? (flight === undefined ? undefined : `TLSv${flight.version}`);
  return {
    ...(error === undefined ? {} : { error }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(suite === undefined ? {} : { suite }),
    ...(finished?.alpn === undefined ? {} : { alpn: finished.alpn }),
    ...(group === undefined ? {} : { ephemeralKey: group }),
    chain: isTls12 ? [...flight.chain] : (finished?.chain ?? []),
    ...(isTls12 && flight.complete ? { clientCertificateRequested: flight.clientCertificateRequested } : {}),
    finished: finished !== undefined,
  };
}

function failureOf(error: unknown): { code: string; message: string } {
  const { code = 'unknown', message } = error as Error & { code?: string };
  // Happy Eyeballs: one error an address, the first says it.
  const first = error instanceof AggregateError ? (error.errors[0] as Error & { code?: string }) : undefined;
  return { code: first?.code ?? code, message: (first?.message ?? message).trim() };
}
