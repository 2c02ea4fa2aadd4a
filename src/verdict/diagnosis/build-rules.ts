import { CODE, hasPart, isUnparsable } from './codes.ts';
import type { LogFacts } from './log-facts.ts';
import { finding, type DiagnosisContext, type Finding, type Rule } from './rule.ts';

/** Fewer suites than a build with ECDHE and GCM offers. */
const FEW_SUITES = 6;
/** What parsing a key and setting up TLS take. */
const PARSING_BYTES = 8192;

/** Identity and build: what cannot be parsed, and what the build lacks. */
export const BUILD_RULES: readonly Rule[] = [
  (facts, context) => facts.codes.filter(isParse).flatMap((witness) => ofParse(witness, context)),

  ({ codes }) =>
    codes
      .filter(({ code, inner }) => !inner && hasPart(code, CODE.pkTypeMismatch))
      .map((witness) => finding('build.ec_disabled', 85, witness)),

  ({ codes }) =>
    codes
      .filter(({ code }) =>
        [CODE.drbgEntropy, CODE.entropySource, CODE.noEntropySources].some((part) => Math.abs(code) === part),
      )
      .map((witness) => finding('build.entropy', 90, witness)),

  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.sslServerKeyExchange))
      .map((witness) => finding('build.curve_disabled', 72, witness)),

  (facts) => facts.seen('psa-failed').map((witness) => finding('build.tls13', 88, witness)),
  ({ codes }) =>
    codes
      .filter(({ code, line }) => hasPart(code, CODE.sslInternal) && line.includes('tls13'))
      .map((witness) => finding('build.tls13', 70, witness)),

  (facts) => facts.seen('no-shared-suite').map((witness) => finding('build.no_shared_cipher', 91, witness)),
  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.sslNoCipherChosen))
      .map((witness) => finding('build.no_shared_cipher', 85, witness)),
  (facts) =>
    facts
      .seen('offered-suites')
      .filter(({ event }) => event.count <= FEW_SUITES)
      .map((witness) => finding('build.weak_suites', facts.codes.length === 0 ? 75 : 45, witness)),
];

type Coded = LogFacts['codes'][number];

function isParse({ call, code }: Coded): boolean {
  if (call !== undefined) return /_parse/.test(call);
  return [CODE.pkUnknownAlgorithm, CODE.pkInvalidFormat].some((part) => hasPart(code, part));
}

function ofParse(witness: Coded, context: DiagnosisContext): Finding[] {
  const { code } = witness;
  const isPart = (part: number) => hasPart(code, part);
  if (isPart(CODE.pkUnknownAlgorithm)) return [finding('build.ec_disabled', 92, witness)];
  if (isPart(CODE.pkUnknownCurve)) return [finding('build.curve_disabled', 90, witness)];
  if (isPart(CODE.pkPasswordRequired)) return [finding('key.unreadable', 92, witness)];
  if (isPart(CODE.pkInvalidPublicKey)) return [finding('build.max_mpi', 85, witness)];
  if (isPart(CODE.x509UnknownSignature)) {
    // ECDSA more often than a hash: SDKs leave it out, and hashes in.
    return [finding('build.ec_disabled', 86, witness), finding('build.signature_algorithm', 80, witness)];
  }
  if (isPart(CODE.pkInvalidFormat)) return ofUnreadableKey(witness, context);
  if (isUnparsable(code)) {
    return [finding(/pk_parse/.test(witness.call ?? '') ? 'key.unreadable' : 'cert.parse', 85, witness)];
  }
  return [];
}

/** mbedTLS gives one code for three reasons: no EC in the build, no memory for what it tries, a damaged key. */
function ofUnreadableKey(witness: Coded, { keyKind, hasCurves, freeHeapBytes }: DiagnosisContext): Finding[] {
  const isEcPossible = keyKind !== 'rsa' && hasCurves !== true;
  const isHeapShort = freeHeapBytes !== undefined && freeHeapBytes < PARSING_BYTES;
  return [
    finding('build.ec_disabled', isEcPossible ? 70 : 10, witness),
    finding('heap.exhausted', isHeapShort ? 85 : isEcPossible ? 45 : 60, witness),
    finding('key.unreadable', 40, witness),
  ];
}
