import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import type { LogFacts, Witness } from './log-facts.ts';
import { isOfHandshake } from './hang-up.ts';
import { isParse, ofParse } from './parse-codes.ts';
import { goesToTls } from './tls-target.ts';
import { causeOfServer, isOfServer } from './server-certificate.ts';
import { finding, told, type Rule } from './rule.ts';

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
  psk: 'key.psk_malformed',
};

/** How sure the words are: a secure element's are its driver's. */
const UNREADABLE_WEIGHTS: Readonly<Record<string, number>> = { der: 66, 'secure-element': 91, psk: 92 };

const OF_CA = /(?:\b|_)ca\b/i;

/** Fewer suites than a build with ECDHE and GCM offers. */
const FEW_SUITES = 6;

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
        /\bread error\b|\bmbedtls_ssl_read\b/.test(witness.line)
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
      return [
        finding(
          NOT_BUILT[what] ?? 'build.option_disabled',
          what === 'room-for-ca' && facts.seen('unreadable').length === 0 ? 92 : 88,
          witness,
        ),
      ];
    }),
  // With a key that both sides have, and nothing else that could differ.
  (facts) => {
    const mac = facts.seen('handshake-failed').find(({ event }) => event.reason === 'invalid mac');
    if (mac === undefined) return [];
    const psk = facts.unreadSince(0).find(({ line }) => /\bPSK\b/.test(line));
    return psk === undefined ? [] : [finding('key.psk_differs', 80, mac, psk)];
  },
  told('identity-incomplete', 'key.incomplete', 88),
  // What cannot be parsed then is no wonder.
  (facts) => {
    const isParsed = facts.codes.some(isParse);
    const missing = facts.seen('unreadable').filter(({ event }) => event.what === 'file');
    return [
      ...facts.seen('empty-file').map((witness) => finding('cert.file', 90, witness)),
      ...(isParsed ? missing.map((witness) => finding('cert.file', 89, witness)) : []),
      // Then there is nothing to verify with.
      ...missing
        .filter(
          ({ line, at }) => OF_CA.test(line) && facts.seen('no-trust-anchor').some((none) => none.at > at),
        )
        .map((witness) => finding('cert.file', 90, witness)),
      // Without its file there is no root to lead to.
      ...missing
        .filter(({ line, at }) => OF_CA.test(line) && facts.flags.some((refused) => refused.at > at))
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

const PUBLIC_KEY_BYTES: ReadonlySet<number> = new Set([162, 272, 294, 451]);

/** Amazon FreeRTOS asks for certificates that a device need not have, before each handshake. */
function isOptional(facts: LogFacts, { line, at }: Witness): boolean {
  return (
    line.includes('nvs get file size') && facts.seen('handshake-failed').some((failed) => failed.at > at)
  );
}
