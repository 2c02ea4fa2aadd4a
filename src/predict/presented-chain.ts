import type { CertificateFacts } from '../certificate/facts.ts';
import type { TlsVersion } from '../endpoint/facts.ts';
import { certificateMessageBytes } from '../endpoint/records.ts';
import { parseCertificate } from './certificate.ts';
import { verifyChain } from './chain.ts';
import type { Failure, ParseFailure } from './failure.ts';
import { FLAG, NO_VERIFY_RESULT } from './flags.ts';
import { absent, atLeast, hashMacro, type Library } from './library.ts';
import { checksExtendedKeyUsage, checksKeyUsage } from './parent.ts';
import { acceptsHash } from './profile.ts';
import { contentMacro, inContentBytes, inRecordError } from './records.ts';
import { canVerify } from './signature.ts';
import type { Suite } from './suite.ts';
import { keyText, signatureText } from './certificate.ts';

interface Presentation {
  chain: readonly CertificateFacts[];
  version: TlsVersion;
  suite: Suite;
  /** What was parsed of the CA bundle; empty and `hasCa` false where the program gives none. */
  trusted: readonly CertificateFacts[];
  hasCa: boolean;
  host: string;
  now: Date;
}

const CALL = 'mbedtls_ssl_handshake';

/** The server's Certificate message on the device: its size, its certificates, and their verification. */
export function judgePresentedChain(library: Library, presentation: Presentation): Failure | undefined {
  const { chain, version, hasCa } = presentation;
  const tooLarge = messageTooLarge(library, chain, version);
  if (tooLarge !== undefined) return tooLarge;
  const parsed = parsePresented(library, chain, version);
  if ('failure' in parsed) return parsed.failure;
  if (!hasCa) return caRequired(library, presentation, parsed.chain);
  return verifyPresented(library, presentation, parsed);
}

function messageTooLarge(
  library: Library,
  chain: readonly CertificateFacts[],
  version: TlsVersion,
): Failure | undefined {
  const bytes = certificateMessageBytes(chain, version);
  const error = inRecordError(library, Math.min(bytes, 16384), version);
  if (error !== undefined) {
    const macro = contentMacro(library, 'IN');
    const because = `the server's Certificate message has ${bytes} bytes and ${macro} allows ${inContentBytes(library)}`;
    return { call: CALL, errors: [error], because, missing: [macro] };
  }
  if (bytes <= 16384 || atLeast(library, 3, 6)) return undefined;
  const because = `the server's Certificate message has ${bytes} bytes: more than one record, which this mbedTLS does not join`;
  return { call: CALL, errors: ['SSL_FEATURE_UNAVAILABLE'], because, missing: [] };
}

interface ParsedChain {
  chain: readonly CertificateFacts[];
  skipped: readonly { certificate: CertificateFacts; failure: ParseFailure }[];
}

/**
 * A presented certificate whose signature algorithm is unknown is passed over silently, because an earlier one may
 * be trusted already; any other fault ends the handshake. 2.2 passes nothing over, and in TLS 1.3 the code of the
 * last certificate is returned.
 */
function parsePresented(
  library: Library,
  presented: readonly CertificateFacts[],
  version: TlsVersion,
): ParsedChain | { failure: Failure } {
  const chain: CertificateFacts[] = [];
  const skipped: { certificate: CertificateFacts; failure: ParseFailure }[] = [];
  for (const certificate of presented) {
    const failure = parseCertificate(library, certificate);
    const isLast = certificate === presented.at(-1);
    if (failure === undefined) {
      chain.push(certificate);
      continue;
    }
    const isPassedOver = failure.errors[0] === 'X509_UNKNOWN_SIG_ALG' && atLeast(library, 2, 7);
    if (!isPassedOver || (version === '1.3' && isLast)) {
      return {
        failure: {
          ...failure,
          call: CALL,
          because: `in the chain that the server presents, ${failure.because}`,
        },
      };
    }
    skipped.push({ certificate, failure });
  }
  return { chain, skipped };
}

function caRequired(
  library: Library,
  { host, now }: Presentation,
  chain: readonly CertificateFacts[],
): Failure {
  // 2.2 asks for the CA before it verifies, later ones after.
  const verifyFlags = atLeast(library, 2, 7)
    ? verifyChain(library, { chain, trusted: [], host, now }).flags
    : 0;
  return {
    call: CALL,
    errors: ['SSL_CA_CHAIN_REQUIRED'],
    verifyFlags,
    because: 'there is no CA certificate to verify the server with',
    missing: [],
  };
}

function verifyPresented(
  library: Library,
  presentation: Presentation,
  parsed: ParsedChain,
): Failure | undefined {
  const { trusted, host, now } = presentation;
  const result = verifyChain(library, { chain: parsed.chain, trusted, host, now });
  const usage = usageFlags(library, presentation, parsed.chain[0]);
  if (result.errors.length > 0) {
    const limit = library.number('X509_MAX_INTERMEDIATE_CA', 8) ?? 8;
    return {
      call: CALL,
      errors: result.errors,
      verifyFlags: result.flags === NO_VERIFY_RESULT ? NO_VERIFY_RESULT : result.flags | usage,
      because: `the server's chain has more than ${limit} intermediates (MBEDTLS_X509_MAX_INTERMEDIATE_CA)`,
      missing: ['MBEDTLS_X509_MAX_INTERMEDIATE_CA'],
    };
  }
  const flags = result.flags | usage;
  if (flags === 0) return undefined;
  const isUsageOnly = result.flags === 0;
  const badCertificate = atLeast(library, 3) ? 'SSL_BAD_CERTIFICATE' : 'SSL_BAD_HS_CERTIFICATE';
  return {
    call: CALL,
    errors: [isUsageOnly ? badCertificate : 'X509_CERT_VERIFY_FAILED'],
    verifyFlags: flags,
    ...explainFlags(library, flags, presentation, parsed),
  };
}

/** `mbedtls_ssl_check_cert_usage` on the client. */
function usageFlags(
  library: Library,
  { suite, version }: Presentation,
  leaf: CertificateFacts | undefined,
): number {
  if (leaf === undefined) return 0;
  const isEncipherment = version === '1.2' && suite.keyExchange === 'RSA';
  const usage = isEncipherment ? 'keyEncipherment' : 'digitalSignature';
  const isUsageBad = checksKeyUsage(library) && leaf.keyUsage?.includes(usage) === false;
  const extended = leaf.extendedKeyUsage;
  const isExtendedBad =
    checksExtendedKeyUsage(library) &&
    extended !== undefined &&
    !extended.includes('serverAuth') &&
    !extended.includes('anyExtendedKeyUsage');
  return (isUsageBad ? FLAG.KEY_USAGE : 0) | (isExtendedBad ? FLAG.EXT_KEY_USAGE : 0);
}

function explainFlags(
  library: Library,
  flags: number,
  presentation: Presentation,
  { chain, skipped }: ParsedChain,
): { because: string; missing: string[] } {
  const leaf = presentation.chain[0];
  const reasons: string[] = [];
  const missing: string[] = [];
  for (const { failure } of skipped) {
    reasons.push(`${failure.because}, so it is passed over`);
    missing.push(...failure.missing);
  }
  for (const certificate of chain) {
    const { signature } = certificate;
    if (signature.algorithm === 'unsupported') continue;
    if (!canVerify(library, certificate)) {
      const macros = signature.algorithm === 'ecdsa' ? ['ECDSA_C'] : ['RSA_C', 'PKCS1_V15'];
      missing.push(...absent(library, ...macros, hashMacro(library, signature.hash)));
      reasons.push(
        `${signatureText(signature)} on ${certificate.subject} cannot be verified with this configuration`,
      );
    } else if (!acceptsHash(library, signature.hash)) {
      const allow = absent(library, 'TLS_DEFAULT_ALLOW_SHA1_IN_CERTIFICATES');
      if (signature.hash === 'sha1' && !atLeast(library, 3)) missing.push(...allow);
      reasons.push(
        `${certificate.subject} is signed with ${signatureText(signature)}, which the default profile refuses`,
      );
    }
  }
  if (reasons.length === 0 || (flags & FLAG.CN_MISMATCH && skipped.length === 0)) {
    reasons.push(...plainReasons(flags, presentation, leaf));
  }
  return { because: reasons.join('; '), missing: [...new Set(missing)] };
}

function plainReasons(
  flags: number,
  { host, now }: Presentation,
  leaf: CertificateFacts | undefined,
): string[] {
  const reasons: string[] = [];
  const say = (bit: number, text: string): void => {
    if ((flags & bit) !== 0) reasons.push(text);
  };
  say(FLAG.CN_MISMATCH, `the server certificate is not for ${host}`);
  say(FLAG.NOT_TRUSTED, "the server's chain does not lead to a certificate of the CA bundle");
  say(
    FLAG.EXPIRED,
    `a certificate of the server's chain has expired by the device clock (${now.toISOString()})`,
  );
  say(
    FLAG.FUTURE,
    `a certificate of the server's chain is not valid yet by the device clock (${now.toISOString()})`,
  );
  const key = leaf === undefined ? 'key' : keyText(leaf.key);
  say(FLAG.BAD_KEY, `a key of the server's chain (leaf: ${key}) is not accepted by the default profile`);
  say(FLAG.KEY_USAGE, "the server certificate's keyUsage does not allow this key exchange");
  say(FLAG.EXT_KEY_USAGE, "the server certificate's extendedKeyUsage does not allow serverAuth");
  return reasons;
}
