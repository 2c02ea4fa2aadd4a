import { CODE, hasPart, isUnparsable } from './codes.ts';
import type { LogFacts } from './log-facts.ts';
import { finding, type DiagnosisContext, type Finding } from './rule.ts';
import { isAsn1, OF_HANDSHAKE, type Coded } from './server-certificate.ts';

/** PK_KEY_INVALID_FORMAT, and a module's code on top. */
const SUM = 0x3d00;
/** From here on esp_tls_errors.h of ESP-IDF 5 numbers what older ones do not. */
const IDF_5_CODES = 0x8019;
const OF_HANDSHAKE_FILE = /\bssl_\w+\.c\b/;
/** A PEM text of an EC key is no longer: P-521 in PKCS#8 takes 390 bytes. */
const LONGEST_EC_PEM = 500;
/** With so much free, parsing a key does not fail for memory. */
const AMPLE_BYTES = 20_000;
/** What parsing a key and setting up TLS take. */
const PARSING_BYTES = 8192;

/** True for what a call that parses the device's own certificates or key gave. */
export function isParse({ call, code, line, inner }: Coded): boolean {
  // Called by the handshake itself.
  if (inner && OF_HANDSHAKE_FILE.test(line)) return false;
  if (call !== undefined) return /_parse/.test(call);
  if (OF_HANDSHAKE.test(line)) return false;
  // Only parsing has these.
  if (isUnparsable(code)) return true;
  return [CODE.pkUnknownAlgorithm, CODE.pkUnknownCurve, CODE.pkInvalidFormat, CODE.x509UnknownSignature].some(
    (part) => hasPart(code, part),
  );
}

/** What such a code says. */
export function ofParse(facts: LogFacts, witness: Coded, context: DiagnosisContext): Finding[] {
  const { code } = witness;
  // pkparse.c adds one code to the other where the container is right, and its content is not.
  const inner = /pk_parse/.test(witness.call ?? '') && code < -SUM - 0x1000 ? code + SUM : code;
  if (inner === -CODE.pkUnknownAlgorithm && inner !== code) return [finding('key.unsupported', 90, witness)];
  const isPart = (part: number) => hasPart(inner, part);
  if (isPart(CODE.pkUnknownAlgorithm)) return [finding('build.ec_disabled', 92, witness)];
  if (isPart(CODE.pkUnknownCurve)) return [finding('build.curve_disabled', 90, witness)];
  if (isAsn1(code) && [CODE.pkInvalidPublicKey, CODE.pkInvalidFormat].some(isPart)) {
    const isCertificate = /crt|cert/.test(witness.call ?? '');
    return [
      finding(isCertificate ? 'cert.parse' : 'key.unreadable', 84, witness),
      ...(isCertificate ? [] : [finding('build.ec_disabled', 30, witness)]),
    ];
  }
  if (isPart(CODE.pkInvalidPublicKey)) {
    // pk_get_rsapubkey gives this code for whatever the numbers' import failed of.
    const others = [finding('heap.exhausted', 56, witness), finding('build.curve_disabled', 54, witness)];
    return [finding('build.max_mpi', 85, witness), ...others];
  }
  if (isPart(CODE.x509UnknownSignature)) {
    // RSA, ECDSA or a hash: the code does not say which. SDKs leave out ECDSA more often.
    return [finding('build.signature_algorithm', 86, witness), finding('build.ec_disabled', 80, witness)];
  }
  if (isPart(CODE.pkInvalidFormat)) return ofUnreadableKey(facts, witness, context);
  if (isUnparsable(code)) {
    return [finding(/pk_parse/.test(witness.call ?? '') ? 'key.unreadable' : 'cert.parse', 85, witness)];
  }
  return [];
}

function isRtosSdk3(facts: LogFacts): boolean {
  return facts
    .seen('version')
    .some(({ event }) => event.of === 'bootloader' && /^v[3-9]/.test(event.version));
}

/** mbedTLS gives one code for three reasons: no EC in the build, no memory for what it tries, a damaged key. */
function ofUnreadableKey(
  facts: LogFacts,
  witness: Coded,
  { keyKind, hasCurves, freeHeapBytes }: DiagnosisContext,
): Finding[] {
  const pem = facts.seen('pem').findLast(({ at }) => at < witness.at);
  const label = pem?.event.label;
  // PUBLIC KEY, CERTIFICATE, OPENSSH PRIVATE KEY.
  if (label !== undefined && (!label.endsWith('PRIVATE KEY') || label.startsWith('OPENSSH'))) {
    return [finding('key.not_a_key', 90, witness, pem)];
  }
  if (label?.startsWith('ENCRYPTED') === true) return [finding('key.encrypted', 90, witness, pem)];
  if (label?.startsWith('EC ') === true) return [finding('build.ec_disabled', 90, witness, pem)];
  const isLong = facts
    .seen('key-size')
    .some(({ at, event }) => at < witness.at && event.bytes > LONGEST_EC_PEM);
  // ESP-IDF has elliptic curves on, and heap enough.
  const isOther =
    facts.seen('other-chip').length > 0 ||
    facts.seen('esp-tls-error').some(({ event }) => event.code >= IDF_5_CODES);
  const isEcPossible =
    keyKind !== 'rsa' && hasCurves !== true && label?.startsWith('RSA') !== true && !isLong && !isOther;
  const free = facts.seen('free-heap').findLast(({ at }) => at < witness.at)?.event.bytes;
  const isHeapAmple = free !== undefined && free >= AMPLE_BYTES;
  const isHeapShort = freeHeapBytes !== undefined && freeHeapBytes < PARSING_BYTES;
  // RTOS_SDK 3.x has curves on unless its configuration was changed (components/mbedtls/Kconfig).
  const hasCurvesMostly = keyKind === undefined && isRtosSdk3(facts);
  const isUnreadable = (isHeapAmple || isOther) && !isEcPossible;
  return [
    isEcPossible && !hasCurvesMostly && keyKind === undefined && hasCurves === undefined
      ? finding('build.ec_disabled.or_key', 70, witness)
      : finding('build.ec_disabled', !isEcPossible ? 10 : hasCurvesMostly ? 56 : 70, witness),
    finding(
      'heap.exhausted',
      isHeapShort ? 85 : isHeapAmple || isOther ? 20 : isEcPossible ? 48 : 60,
      witness,
    ),
    finding('key.unreadable', isUnreadable ? 72 : hasCurvesMostly ? 62 : 46, witness),
  ];
}
