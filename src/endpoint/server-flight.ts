import { CONTENT, EXTENSION, MESSAGE } from './tls-numbers.ts';
import { TlsReader } from './tls-reader.ts';

/** The server's first flight, as much of it as is sent in clear: all of it in TLS 1.2, the ServerHello in TLS 1.3. */
export interface ServerFlight {
  version: '1.2' | '1.3';
  /** IANA number of the suite. */
  suite: number;
  /** DER, leaf first. */
  chain: readonly Uint8Array[];
  /** IANA number of the named group of ECDHE in TLS 1.2. */
  group: number | undefined;
  clientCertificateRequested: boolean;
  /** ServerHelloDone was seen. */
  complete: boolean;
}

/** Reads what a server sent; undefined where it is no ServerHello of TLS 1.2 or 1.3. */
export function readServerFlight(bytes: Uint8Array): ServerFlight | undefined {
  let flight: ServerFlight | undefined;
  for (const { type, body } of handshakeMessages(bytes)) {
    if (type === MESSAGE.serverHello) {
      flight = readServerHello(body);
      if (flight?.version === '1.3') return flight;
    }
    if (flight === undefined) return undefined;
    if (type === MESSAGE.certificate) flight.chain = readCertificateList(body);
    if (type === MESSAGE.serverKeyExchange) flight.group = readNamedGroup(body);
    if (type === MESSAGE.certificateRequest) flight.clientCertificateRequested = true;
    if (type === MESSAGE.serverHelloDone) flight.complete = true;
  }
  return flight;
}

/** Whole records up to the first that is cut off; encrypted ones after a ChangeCipherSpec are left out. */
function* records(bytes: Uint8Array): Generator<{ type: number; content: Uint8Array }> {
  const reader = new TlsReader(bytes);
  while (reader.remaining >= 5) {
    const type = reader.uint8();
    reader.uint16();
    const content = reader.vector16();
    if (reader.failed || type === CONTENT.changeCipherSpec) return;
    yield { type, content };
  }
}

function* handshakeMessages(bytes: Uint8Array): Generator<{ type: number; body: Uint8Array }> {
  const parts = [...records(bytes)].filter(({ type }) => type === CONTENT.handshake);
  const reader = new TlsReader(Buffer.concat(parts.map(({ content }) => content)));
  while (reader.remaining >= 4) {
    const type = reader.uint8();
    const body = reader.vector24();
    if (reader.failed) return;
    yield { type, body };
  }
}

function readServerHello(body: Uint8Array): ServerFlight | undefined {
  const reader = new TlsReader(body);
  let version = reader.uint16();
  reader.bytes(32);
  reader.vector8();
  const suite = reader.uint16();
  reader.uint8();
  if (reader.failed) return undefined;
  const extensions = new TlsReader(reader.remaining > 0 ? reader.vector16() : new Uint8Array(0));
  while (extensions.remaining > 0) {
    const type = extensions.uint16();
    const content = new TlsReader(extensions.vector16());
    if (type === EXTENSION.supportedVersions) version = content.uint16();
  }
  if (version !== 0x303 && version !== 0x304) return undefined;
  return {
    version: version === 0x304 ? '1.3' : '1.2',
    ...{ suite, chain: [], group: undefined, clientCertificateRequested: false, complete: false },
  };
}

function readCertificateList(body: Uint8Array): Uint8Array[] {
  const list = new TlsReader(new TlsReader(body).vector24());
  const chain: Uint8Array[] = [];
  while (list.remaining > 0 && !list.failed) chain.push(list.vector24());
  return list.failed ? [] : chain;
}

/** RFC 8422 5.4: curve_type named_curve (3), then its number. */
function readNamedGroup(body: Uint8Array): number | undefined {
  const reader = new TlsReader(body);
  return reader.uint8() === 3 ? reader.uint16() : undefined;
}
