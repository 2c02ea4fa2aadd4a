import type { CauseId } from './causes.ts';
import { CODE, hasPart, isUnparsable } from './codes.ts';
import type { LogFacts } from './log-facts.ts';

/** Where the line names no call. */
export const OF_HANDSHAKE = /handshake|\b(?:hs|ssl_connect|(?:tls|ssl) connect)\b/i;

export type Coded = LogFacts['codes'][number];

/** A certificate of the server, or its key: nothing else is parsed in the handshake, which the first read may do. */
export function isOfServer({ call, code, line, inner }: Coded): boolean {
  if (call === undefined && /\bstart_ssl_client\b/.test(line) && hasPart(code, CODE.pkInvalidPublicKey))
    return true;
  if (inner || !(call === undefined ? OF_HANDSHAKE.test(line) : /handshake|_(?:read|write)$/.test(call)))
    return false;
  return isUnparsable(code) || SERVER_PARTS.some((part) => hasPart(code, part));
}

const SERVER_PARTS = [
  CODE.pkUnknownAlgorithm,
  CODE.pkUnknownCurve,
  CODE.x509UnknownSignature,
  CODE.pkInvalidPublicKey,
];

export function causeOfServer(code: number): CauseId {
  if (hasPart(code, CODE.x509UnknownSignature) || hasPart(code, CODE.x509InvalidAlgorithm))
    return 'build.signature_algorithm';
  if (hasPart(code, CODE.pkUnknownAlgorithm)) return 'build.ec_disabled';
  if (hasPart(code, CODE.x509FeatureUnavailable)) return 'tls.server_certificate.feature';
  if (hasPart(code, CODE.pkUnknownCurve)) return 'build.curve_disabled';
  return hasPart(code, CODE.pkInvalidPublicKey) && !isAsn1(code) ? 'build.max_mpi' : 'tls.server_certificate';
}

/** ASN1_OUT_OF_DATA to ..._INVALID_DATA below the module's code (asn1.h): the bytes are cut or damaged. */
export function isAsn1(code: number): boolean {
  const low = Math.abs(code) & 0x7f;
  return low >= 0x60 && low <= 0x68;
}
