import type { CertificateFacts, CurveName, HashName } from './facts.ts';
import type { HostNameRules } from './host-name.ts';
import { hostNamesOf, matchesHost } from './host-name.ts';
import { keyName } from './keys.ts';

/** Names of mbedTLS's verify flags, without `MBEDTLS_X509_BADCERT_`. */
export type VerifyFlag =
  | 'EXPIRED'
  | 'FUTURE'
  | 'CN_MISMATCH'
  | 'NOT_TRUSTED'
  | 'MISSING'
  | 'KEY_USAGE'
  | 'EXT_KEY_USAGE'
  | 'BAD_MD'
  | 'BAD_KEY';

/** One reason for a flag. */
export interface Finding {
  flag: VerifyFlag;
  because: string;
}

/** What a verifier accepts; mbedTLS's `mbedtls_x509_crt_profile`. */
export interface ChainProfile {
  hashes: readonly HashName[];
  minRsaBits: number;
  /** Undefined: every curve. */
  curves?: readonly CurveName[];
}

/** `mbedtls_x509_crt_profile_default` of mbedTLS 2.7 to 2.28, without the SHA-1 that is off unless asked for. */
export const DEFAULT_PROFILE: ChainProfile = {
  hashes: ['sha224', 'sha256', 'sha384', 'sha512'],
  minRsaBits: 2048,
};

/** The same of mbedTLS 3.x. */
export const DEFAULT_PROFILE_3: ChainProfile = {
  hashes: ['sha256', 'sha384', 'sha512'],
  minRsaBits: 2048,
  curves: ['secp256r1', 'secp384r1', 'secp521r1', 'bp256r1', 'bp384r1', 'bp512r1'],
};

export interface VerifyOptions extends HostNameRules {
  /** The clock that dates are compared with; absent: dates are not looked at. */
  now?: Date;
  /** Name that the server must be certified for; absent: any. */
  host?: string;
  profile?: ChainProfile;
  /** What the suite uses the server's key for: `encipherment` with RSA key exchange. Default: signature. */
  serverKeyUse?: 'signature' | 'encipherment';
}

/** Expired, or not valid yet, by this clock. */
export function dateFindings(
  { subject, notBefore, notAfter }: CertificateFacts,
  now: Date | undefined,
): Finding[] {
  if (now === undefined) return [];
  if (notAfter < now) return [{ flag: 'EXPIRED', because: `"${subject}" expired on ${dayOf(notAfter)}` }];
  if (notBefore > now)
    return [{ flag: 'FUTURE', because: `"${subject}" is valid from ${dayOf(notBefore)} on` }];
  return [];
}

/** Calendar day in UTC. */
export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export function hashFindings({ subject, signature }: CertificateFacts, profile: ChainProfile): Finding[] {
  if (signature.algorithm === 'unsupported') {
    return [{ flag: 'BAD_MD', because: `"${subject}" is signed with ${signature.name}` }];
  }
  if (profile.hashes.includes(signature.hash)) return [];
  return [{ flag: 'BAD_MD', because: `"${subject}" is signed over ${signature.hash.toUpperCase()}` }];
}

export function keyFindings({ subject, key }: CertificateFacts, profile: ChainProfile): Finding[] {
  const accepted =
    key.kind === 'rsa'
      ? key.bits >= profile.minRsaBits
      : key.kind === 'ec' && (profile.curves?.includes(key.curve) ?? true);
  return accepted ? [] : [{ flag: 'BAD_KEY', because: `"${subject}" has the key ${keyName(key)}` }];
}

/** What only the server's own certificate is asked: host name, usage, key. */
export function leafFindings(leaf: CertificateFacts, options: VerifyOptions): Finding[] {
  const findings: Finding[] = [];
  const { host, serverKeyUse = 'signature', profile = DEFAULT_PROFILE } = options;
  if (host !== undefined && !matchesHost(leaf, host, options)) {
    const names = hostNamesOf(leaf).join(', ') || 'no host name';
    findings.push({ flag: 'CN_MISMATCH', because: `"${leaf.subject}" is for ${names}, not for "${host}"` });
  }
  const usage = serverKeyUse === 'signature' ? 'digitalSignature' : 'keyEncipherment';
  if (leaf.keyUsage?.includes(usage) === false) {
    findings.push({ flag: 'KEY_USAGE', because: `the key usage of "${leaf.subject}" is without ${usage}` });
  }
  if (leaf.extendedKeyUsage !== undefined && !allows(leaf.extendedKeyUsage, 'serverAuth')) {
    findings.push({
      flag: 'EXT_KEY_USAGE',
      because: `the extended key usage of "${leaf.subject}" is without serverAuth`,
    });
  }
  return [...findings, ...keyFindings(leaf, profile)];
}

/** An extended key usage extension with this purpose, or with any. */
export function allows(extendedKeyUsage: readonly string[], purpose: string): boolean {
  return extendedKeyUsage.includes(purpose) || extendedKeyUsage.includes('anyExtendedKeyUsage');
}

/** Basic constraints and key usage let it sign certificates (RFC 5280 4.2.1.3, 4.2.1.9). */
export function mayIssue({ isCa, keyUsage }: CertificateFacts): boolean {
  return isCa && (keyUsage === undefined || keyUsage.includes('keyCertSign'));
}
