import type { Duplex } from 'node:stream';
import { CONTENT, EXTENSION, MESSAGE } from './tls-numbers.ts';
import { TlsReader } from './tls-reader.ts';

/** What a client offers, as it stands in its ClientHello (RFC 5246 7.4.1.2, RFC 8446 4.1.2). */
export interface ClientHello {
  /** Highest last: `1.2`, `1.3`; older ones by their wire number. */
  versions: readonly string[];
  /** IANA numbers, in the client's order. */
  suites: readonly number[];
  serverName: string | undefined;
  alpn: readonly string[];
  /** IANA numbers of named groups (RFC 8422 5.1.1). */
  groups: readonly number[];
  /** SignatureScheme numbers (RFC 8446 4.2.3). */
  signatureSchemes: readonly number[];
}

/** Why the first bytes of a connection are no ClientHello. */
export type NotAClientHello = { reason: 'not-tls' | 'closed' | 'too-long'; bytes: number };

/** TLS allows 2^24; no client's is longer than one record. */
const LONGEST_HELLO = 16_384 + 64;

/**
 * Waits for the ClientHello on `stream` and puts all that was read back, so that a TLS stack can take over. Resolves
 * with the reason where the client sends something else or goes away.
 */
export function peekClientHello(stream: Duplex): Promise<ClientHello | NotAClientHello> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0);
    const finish = (result: ClientHello | NotAClientHello) => {
      stream.off('readable', take);
      stream.off('end', ended);
      stream.off('close', ended);
      stream.off('error', ended);
      if (seen.length > 0 && !stream.destroyed && !stream.readableEnded) stream.unshift(seen);
      resolve(result);
    };
    const ended = () => {
      finish({ reason: 'closed', bytes: seen.length });
    };
    const take = () => {
      for (let chunk = read(stream); chunk !== undefined; chunk = read(stream))
        seen = Buffer.concat([seen, chunk]);
      const hello = readClientHello(seen);
      if (hello === 'incomplete' && seen.length <= LONGEST_HELLO) return;
      if (hello === 'incomplete') finish({ reason: 'too-long', bytes: seen.length });
      else if (hello === 'not-tls') finish({ reason: 'not-tls', bytes: seen.length });
      else finish(hello);
    };
    stream.on('readable', take);
    stream.once('end', ended);
    stream.once('close', ended);
    stream.once('error', ended);
    take();
  });
}

function read(stream: Duplex): Buffer | undefined {
  return (stream.read() as Buffer | null) ?? undefined;
}

/** A ClientHello from the first bytes of a connection, in one or more handshake records. */
export function readClientHello(bytes: Uint8Array): ClientHello | 'incomplete' | 'not-tls' {
  const message = clientHelloMessage(bytes);
  if (typeof message === 'string') return message;
  return parseClientHello(message)?.hello ?? 'not-tls';
}

/** What only the server that answers it needs. */
export interface ParsedClientHello {
  hello: ClientHello;
  random: Uint8Array;
  /** Of the IANA TLS ExtensionType registry. */
  extensions: ReadonlySet<number>;
}

/** The content of a ClientHello, without the header of its message; undefined where it is none. */
export function parseClientHello(message: Uint8Array): ParsedClientHello | undefined {
  const reader = new TlsReader(message);
  const legacyVersion = reader.uint16();
  const random = reader.bytes(32);
  reader.vector8();
  const suites = reader.numbers16();
  reader.vector8();
  const extensions = new Map<number, TlsReader>();
  if (reader.remaining > 0) {
    const list = new TlsReader(reader.vector16());
    while (list.remaining > 0) extensions.set(list.uint16(), new TlsReader(list.vector16()));
  }
  if (reader.failed) return undefined;
  const hello = {
    versions: versionsOf(legacyVersion, extensions.get(EXTENSION.supportedVersions)),
    suites,
    serverName: serverNameOf(extensions.get(EXTENSION.serverName)),
    alpn: alpnOf(extensions.get(EXTENSION.alpn)),
    groups: extensions.get(EXTENSION.supportedGroups)?.numbers16() ?? [],
    signatureSchemes: extensions.get(EXTENSION.signatureAlgorithms)?.numbers16() ?? [],
  };
  return { hello, random, extensions: new Set(extensions.keys()) };
}

function clientHelloMessage(bytes: Uint8Array): Uint8Array | 'incomplete' | 'not-tls' {
  let handshake = Buffer.alloc(0);
  for (let offset = 0; ;) {
    if (handshake.length >= 4) {
      if (handshake[0] !== MESSAGE.clientHello) return 'not-tls';
      const length = handshake.readUIntBE(1, 3);
      if (handshake.length >= 4 + length) return handshake.subarray(4, 4 + length);
    }
    if (bytes[offset] !== undefined && bytes[offset] !== CONTENT.handshake) return 'not-tls';
    if (bytes[offset + 1] !== undefined && bytes[offset + 1] !== 3) return 'not-tls';
    if (bytes.length < offset + 5) return 'incomplete';
    const length = bytes[offset + 3]! * 256 + bytes[offset + 4]!;
    handshake = Buffer.concat([handshake, bytes.subarray(offset + 5, offset + 5 + length)]);
    if (bytes.length < offset + 5 + length)
      return handshake[0] === undefined || handshake[0] === 1 ? 'incomplete' : 'not-tls';
    offset += 5 + length;
  }
}

function versionsOf(legacy: number, extension: TlsReader | undefined): string[] {
  const offered = extension === undefined ? [legacy] : numbers(extension.vector8());
  const names = offered.map(
    (version) => VERSION_NAMES[version] ?? `0x${version.toString(16).padStart(4, '0')}`,
  );
  return names.filter((name) => !isGrease(name)).sort();
}

const VERSION_NAMES: Readonly<Record<number, string>> = {
  0x301: '1.0',
  0x302: '1.1',
  0x303: '1.2',
  0x304: '1.3',
};

/** RFC 8701: values such as 0x2a2a that mean nothing. */
function isGrease(name: string): boolean {
  return /^0x(.)a\1a$/.test(name);
}

function numbers(bytes: Uint8Array): number[] {
  const list: number[] = [];
  for (let index = 0; index + 1 < bytes.length; index += 2)
    list.push(bytes[index]! * 256 + bytes[index + 1]!);
  return list;
}

/** RFC 6066 3: a list of one host_name. */
function serverNameOf(extension: TlsReader | undefined): string | undefined {
  if (extension === undefined) return undefined;
  const list = new TlsReader(extension.vector16());
  const type = list.uint8();
  const name = list.vector16();
  return list.failed || type !== 0 ? undefined : Buffer.from(name).toString('latin1');
}

/** RFC 7301 3.1 */
function alpnOf(extension: TlsReader | undefined): string[] {
  if (extension === undefined) return [];
  const list = new TlsReader(extension.vector16());
  const protocols: string[] = [];
  while (list.remaining > 0) protocols.push(Buffer.from(list.vector8()).toString('latin1'));
  return protocols;
}
