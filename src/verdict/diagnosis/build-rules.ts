import type { CauseId } from './causes.ts';
import { CODE, hasPart, isUnparsable } from './codes.ts';
import type { LogFacts, Witness } from './log-facts.ts';
import { isOfHandshake } from './hang-up.ts';
import { goesToTls } from './tls-target.ts';
import { causeOfServer, isAsn1, isOfServer, OF_HANDSHAKE, type Coded } from './server-certificate.ts';
import { finding, told, type DiagnosisContext, type Finding, type Rule } from './rule.ts';

/** What else is not built is an option. */
const NOT_BUILT: Readonly<Record<string, CauseId>> = {
  tls: 'build.tls_disabled',
  curves: 'build.ec_disabled',
  'room-for-ca': 'build.room_for_ca',
};

const UNREADABLE: Readonly<Record<string, CauseId>> = {
  key: 'key.unreadable',
  bundle: 'cert.bundle',
  file: 'cert.file',
  der: 'cert.not_der',
  'secure-element': 'key.secure_element',
};

/** How sure the words are: a secure element's are its driver's. */
const UNREADABLE_WEIGHTS: Readonly<Record<string, number>> = { der: 66, 'secure-element': 91 };

/** Fewer suites than a build with ECDHE and GCM offers. */
const FEW_SUITES = 6;
/** A PEM text of an EC key is no longer: P-521 in PKCS#8 takes 390 bytes. */
const LONGEST_EC_PEM = 500;
/** With so much free, parsing a key does not fail for memory. */
const AMPLE_BYTES = 20_000;
/** What parsing a key and setting up TLS take. */
const PARSING_BYTES = 8192;

/** Identity and build: what cannot be parsed, and what the build lacks. */
export const BUILD_RULES: readonly Rule[] = [
  (facts, context) => facts.codes.filter(isParse).flatMap((witness) => ofParse(facts, witness, context)),

  ({ codes }) =>
    codes
      .filter(
        ({ code, inner, call }) =>
          !inner && hasPart(code, CODE.pkTypeMismatch) && !/check_pair/.test(call ?? ''),
      )
      .map((witness) => finding('build.ec_disabled', 85, witness)),

  ({ codes }) =>
    codes
      .filter(({ code }) =>
        [CODE.drbgEntropy, CODE.entropySource, CODE.noEntropySources].some((part) => Math.abs(code) === part),
      )
      .map((witness) => finding('build.entropy', 90, witness)),

  (facts) => {
    // Where the debug output names its signature, it is no curve.
    const isTold = facts
      .seen('handshake-failed')
      .some(({ event }) => event.reason === 'unsupported signature algorithm');
    return facts.codes
      .filter(({ code }) => hasPart(code, CODE.sslServerKeyExchange))
      .map((witness) =>
        // Behind the handshake the number is mbedTLS 3's, of a session ticket that came.
        /\bread error\b/.test(witness.line)
          ? finding('tls.ticket_as_error', 76, witness)
          : finding('build.curve_disabled', isTold ? 60 : 72, witness),
      );
  },

  (facts) =>
    facts.seen('not-built').flatMap(({ event: { what }, ...witness }) => {
      // A banner tells what is not there, not that it is asked for.
      if (
        witness.line.trim() === 'SSL: false' &&
        !goesToTls(facts) &&
        facts.seen('handshake-failed').length === 0
      )
        return [];
      return [finding(NOT_BUILT[what] ?? 'build.option_disabled', 88, witness)];
    }),
  told('identity-incomplete', 'key.incomplete', 88),
  // What cannot be parsed then is no wonder.
  (facts) => {
    const isParsed = facts.codes.some(isParse);
    const missing = facts.seen('unreadable').filter(({ event }) => event.what === 'file');
    return [
      ...facts.seen('empty-file').map((witness) => finding('cert.file', 90, witness)),
      ...(isParsed ? missing.map((witness) => finding('cert.file', 89, witness)) : []),
      // Without its file there is no root to lead to.
      ...missing
        .filter(({ line, at }) => /\bca\b/i.test(line) && facts.flags.some((refused) => refused.at > at))
        .map((witness) => finding('cert.file', 91, witness)),
    ];
  },
  (facts) =>
    facts.codes
      .filter(isOfServer)
      .map((witness) =>
        finding(
          causeOfServer(witness.code),
          hasPart(witness.code, CODE.pkInvalidPublicKey) ? 72 : 84,
          witness,
        ),
      ),
  // In words alone; a code says more. A root that could not be read is why nothing is trusted then.
  (facts) =>
    facts.seen('unreadable').map(({ event: { what }, ...witness }) => {
      // No file at all is there: the root neither.
      const isGone =
        what === 'file' && facts.seen('unreadable').filter(({ event }) => event.what === 'file').length > 1;
      const isRoot =
        (what === 'der' || isGone) &&
        facts.flags.some(({ flag, at }) => flag === 'NOT_TRUSTED' && at > witness.at);
      return finding(
        UNREADABLE[what] ?? 'cert.parse',
        isRoot ? 90 : isOptional(facts, witness) ? 48 : (UNREADABLE_WEIGHTS[what] ?? 58),
        witness,
      );
    }),

  // Then its files are not found, and what asks for them fails.
  (facts) => {
    const needed = facts.seen('unreadable').length > 0 || facts.seen('empty-file').length > 0;
    return facts
      .seen('filesystem-failed')
      .map((witness) => finding('cert.filesystem', needed ? 92 : 52, witness));
  },

  // As long as a public key is, in DER or PEM: RSA 1024 and 2048.
  (facts) => {
    const size = facts.seen('key-size').find(({ event }) => PUBLIC_KEY_BYTES.has(event.bytes));
    const failed = facts.seen('unreadable')[0];
    return size === undefined || failed === undefined ? [] : [finding('key.not_a_key', 76, size, failed)];
  },

  // MicroPython with axTLS (an ESP8266's) says no more; it takes DER.
  (facts) => {
    const refused = facts
      .seen('handshake-failed')
      .find(({ line }) => /\bValueError: invalid (?:key|cert)/.test(line));
    const pem = facts.seen('pem').findLast(({ at }) => refused !== undefined && at < refused.at);
    return refused === undefined || pem === undefined ? [] : [finding('cert.not_der', 72, refused, pem)];
  },

  told('psa-failed', 'build.tls13', 88),
  (facts) =>
    facts.codes
      .filter(({ code }) => hasPart(code, CODE.sslInternal))
      .flatMap((witness) => {
        if (witness.line.includes('tls13')) return [finding('build.tls13', 70, witness)];
        // mbedTLS 3.6 offers TLS 1.3 unless it is told otherwise, and without psa_crypto_init fails so.
        return isOfHandshake(witness) && !isOfMbedtls2(facts) ? [finding('build.tls13', 50, witness)] : [];
      }),

  // mbedtls_pk_sign_ext (pk.c) of a key that cannot do what TLS 1.3 wants of RSA.
  ({ codes }) =>
    codes
      .filter(({ call, code }) => call === 'mbedtls_pk_sign_ext' && hasPart(code, CODE.pkTypeMismatch))
      .map((witness) => finding('key.no_pss', 88, witness)),
  told('no-shared-suite', 'build.no_shared_cipher', 91),
  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.sslNoCipherChosen))
      .map((witness) => finding('build.no_shared_cipher', 85, witness)),
  (facts) =>
    facts
      .seen('offered-suites')
      .filter(
        ({ event, at }) => (event.count <= FEW_SUITES || facts.offered === 'old') && !isAnswered(facts, at),
      )
      .map((witness) => finding('build.weak_suites', facts.codes.length === 0 ? 75 : 45, witness)),
];

/** ssl_cli.c became ssl_tls12_client.c in 3.x; no SDK of the ESP8266 has that. */
function isOfMbedtls2(facts: LogFacts): boolean {
  return facts.seen('boot').length > 0 || facts.steps.some(({ line }) => line.includes('ssl_cli.c'));
}

/** The server has taken one of the suites: it has shown its certificate. */
function isAnswered(facts: LogFacts, since: number): boolean {
  return (
    facts.seen('peer-certificate').some(({ at }) => at > since) ||
    facts.seen('handshake-message').some(({ event, at }) => event.type === CERTIFICATE && at > since)
  );
}

/** HandshakeType certificate (RFC 5246 7.4). */
const CERTIFICATE = 11;

/** PK_KEY_INVALID_FORMAT, and a module's code on top. */
const SUM = 0x3d00;

/** From here on esp_tls_errors.h of ESP-IDF 5 numbers what older ones do not. */
const IDF_5_CODES = 0x8019;

const PUBLIC_KEY_BYTES: ReadonlySet<number> = new Set([162, 272, 294, 451]);

const OF_HANDSHAKE_FILE = /\bssl_\w+\.c\b/;

/** Amazon FreeRTOS asks for certificates that a device need not have, before each handshake. */
function isOptional(facts: LogFacts, { line, at }: Witness): boolean {
  return (
    line.includes('nvs get file size') && facts.seen('handshake-failed').some((failed) => failed.at > at)
  );
}

function isParse({ call, code, line, inner }: Coded): boolean {
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

function ofParse(facts: LogFacts, witness: Coded, context: DiagnosisContext): Finding[] {
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
