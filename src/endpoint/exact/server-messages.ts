import { createPrivateKey, sign } from 'node:crypto';
import { readPem } from '../../certificate/pem.ts';
import { EXTENSION, MESSAGE } from '../tls-numbers.ts';
import { signEcdsa } from './ecdsa.ts';
import type { EphemeralKey } from './key-exchange.ts';
import type { Randoms } from './key-schedule.ts';
import { SCHEMES, type Negotiated, type SignatureScheme } from './negotiate.ts';
import {
  extension,
  handshakeMessage,
  uint16,
  vector16,
  vector24,
  vector8,
  VERSION_12,
} from './tls-writer.ts';

const NO_COMPRESSION = Buffer.of(0);
/** RFC 8422 5.1.2 */
const UNCOMPRESSED = Buffer.of(0);
const NAMED_CURVE = 3;
/** ClientCertificateType (RFC 5246 7.4.4, RFC 8422 5.5). */
const RSA_SIGN = 1;
const ECDSA_SIGN = 64;

/** RFC 5246 7.4.1.3 */
export function serverHello(
  { suite, ...negotiated }: Negotiated,
  { random, sessionId }: { random: Uint8Array; sessionId: Uint8Array },
): Buffer {
  const extensions = [
    ...(negotiated.secureRenegotiation ? [extension(EXTENSION.renegotiationInfo, vector8())] : []),
    ...(negotiated.pointFormats ? [extension(EXTENSION.pointFormats, vector8(UNCOMPRESSED))] : []),
    ...(negotiated.alpn === undefined
      ? []
      : [extension(EXTENSION.alpn, vector16(vector8(Buffer.from(negotiated.alpn, 'latin1'))))]),
    ...(negotiated.encryptThenMac ? [extension(EXTENSION.encryptThenMac)] : []),
    ...(negotiated.extendedMasterSecret ? [extension(EXTENSION.extendedMasterSecret)] : []),
  ];
  return handshakeMessage(
    MESSAGE.serverHello,
    ...[VERSION_12, random, vector8(sessionId), uint16(suite.id), NO_COMPRESSION],
    ...(extensions.length === 0 ? [] : [vector16(...extensions)]),
  );
}

/** RFC 5246 7.4.2; `chain` is PEM, leaf first. */
export function certificate(chain: string): Buffer {
  const ders = readPem(Buffer.from(chain)).map(({ der }) => vector24(der!));
  return handshakeMessage(MESSAGE.certificate, vector24(...ders));
}

/** RFC 8422 5.4 */
export function serverKeyExchange(
  { publicKey }: EphemeralKey,
  parts: { group: number; scheme: SignatureScheme; key: string; randoms: Randoms },
): Buffer {
  const { group, scheme, key, randoms } = parts;
  const parameters = Buffer.concat([Buffer.of(NAMED_CURVE), uint16(group), vector8(publicKey)]);
  const signed = Buffer.concat([randoms.client, randoms.server, parameters]);
  const signature =
    scheme.kind === 'rsa'
      ? sign(scheme.hash, signed, createPrivateKey(key))
      : signEcdsa(scheme.hash, signed, key);
  return handshakeMessage(MESSAGE.serverKeyExchange, parameters, uint16(scheme.id), vector16(signature));
}

/** RFC 5246 7.4.4; `issuers` are names, DER. */
export function certificateRequest(issuers: readonly Uint8Array[]): Buffer {
  const names = issuers.map((name) => vector16(name));
  return handshakeMessage(
    MESSAGE.certificateRequest,
    vector8(Buffer.of(RSA_SIGN, ECDSA_SIGN)),
    vector16(...SCHEMES.map(({ id }) => uint16(id))),
    vector16(...names),
  );
}

export function serverHelloDone(): Buffer {
  return handshakeMessage(MESSAGE.serverHelloDone);
}

export function finished(verifyData: Uint8Array): Buffer {
  return handshakeMessage(MESSAGE.finished, verifyData);
}
