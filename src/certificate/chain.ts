import type { CertificateFacts, CurveName, HashName } from './facts.ts';
import type { HostNameRules } from './host-name.ts';
import type { ParsedCertificate } from './parsed.ts';
import { isSignedBy } from './certificates.ts';
import { hostNamesOf, matchesHost } from './host-name.ts';
import { keyName } from './keys.ts';
import { namesEqual } from './names.ts';
import { parseCertificate } from './parsed.ts';

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

export interface ChainVerification {
  /** Without repetition, in the order in which they were found; empty: the chain verifies. */
  flags: readonly VerifyFlag[];
  /** One for each reason: a flag may have several. */
  findings: readonly { flag: VerifyFlag; because: string }[];
  /** The certificates gone through, leaf first, with the root of `roots` last where one was reached. */
  path: readonly CertificateFacts[];
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

/**
 * Whether the chain that a server presents (leaf first) leads to one of `roots`, as mbedTLS decides it
 * (`x509_crt_verify_chain` and `mbedtls_ssl_check_cert_usage`): at each step a trusted certificate is preferred to
 * one of the chain; a trusted one is not asked for its own signature.
 */
export function verifyChain(
  chain: readonly CertificateFacts[],
  roots: readonly CertificateFacts[],
  options: VerifyOptions = {},
): ChainVerification {
  const leaf = chain[0];
  if (leaf === undefined) {
    return { ...summary([{ flag: 'MISSING', because: 'the server presented no certificate' }]), path: [] };
  }
  const links = chain.map(linkOf);
  const { path, findings } = climb(links, roots.map(linkOf), options);
  return {
    ...summary([...leafFindings(leaf, options), ...findings]),
    path: path.map(({ facts }) => facts),
  };
}

interface Finding {
  flag: VerifyFlag;
  because: string;
}

interface Link {
  facts: CertificateFacts;
  parsed: ParsedCertificate;
}

const linkOf = (facts: CertificateFacts): Link => ({ facts, parsed: parseCertificate(facts.der) });

function summary(findings: readonly Finding[]): Omit<ChainVerification, 'path'> {
  return { flags: [...new Set(findings.map(({ flag }) => flag))], findings };
}

function climb(chain: readonly Link[], roots: readonly Link[], options: VerifyOptions) {
  const findings: Finding[] = [];
  const path: Link[] = [];
  let child = chain[0]!;
  let childIsTrusted = false;
  // Each step goes to a root or further up the presented chain, so it ends.
  for (let above = 1; ;) {
    path.push(child);
    findings.push(...dateFindings(child.facts, options.now));
    if (childIsTrusted) return { path, findings };
    findings.push(...hashFindings(child.facts, options.profile ?? DEFAULT_PROFILE));
    if (path.length === 1 && isPinned(child, roots)) return { path, findings };
    const selfIssued = path.slice(1, -1).filter(isSelfIssued).length;
    const depth = path.length - 1 - selfIssued;
    const root = pickParent(child, roots, { trusted: true, depth, now: options.now });
    const next = root ?? pickParent(child, chain.slice(above), { trusted: false, depth, now: options.now });
    if (next === undefined) {
      findings.push({ flag: 'NOT_TRUSTED', because: noParentReason(child, roots) });
      return { path, findings };
    }
    if (root === undefined && !isSignedBy(child.facts.der, next.facts.der)) {
      findings.push({
        flag: 'NOT_TRUSTED',
        because: `the signature on "${child.facts.subject}" is not one of "${next.facts.subject}"`,
      });
    }
    findings.push(...keyFindings(next.facts, options.profile ?? DEFAULT_PROFILE));
    if (root === undefined) above = chain.indexOf(next) + 1;
    childIsTrusted = root !== undefined;
    child = next;
  }
}

interface ParentRules {
  trusted: boolean;
  /** Intermediates between this parent and the leaf that count against a path length. */
  depth: number;
  now: Date | undefined;
}

/** The first suitable parent that is in its time, else the first suitable one. */
function pickParent(child: Link, candidates: readonly Link[], rules: ParentRules): Link | undefined {
  const suitable = candidates.filter((parent) => isSuitableParent(child, parent, rules));
  return suitable.find(({ facts }) => dateFindings(facts, rules.now).length === 0) ?? suitable[0];
}

function isSuitableParent(child: Link, parent: Link, { trusted, depth }: ParentRules): boolean {
  if (!namesEqual(child.parsed.issuer, parent.parsed.subject)) return false;
  // Certificates of version 1 have no extensions; mbedTLS takes them as roots only.
  const needsCaBit = !(trusted && parent.parsed.version < 3);
  if (needsCaBit && !mayIssue(parent.facts)) return false;
  if (parent.facts.pathLength !== undefined && parent.facts.pathLength < depth) return false;
  return !trusted || isSignedBy(child.facts.der, parent.facts.der);
}

/** Basic constraints and key usage let it sign certificates (RFC 5280 4.2.1.3, 4.2.1.9). */
export function mayIssue({ isCa, keyUsage }: CertificateFacts): boolean {
  return isCa && (keyUsage === undefined || keyUsage.includes('keyCertSign'));
}

/** A self-issued certificate that is itself in the bundle is trusted as the leaf it is. */
function isPinned(leaf: Link, roots: readonly Link[]): boolean {
  return isSelfIssued(leaf) && roots.some(({ facts }) => facts.fingerprint === leaf.facts.fingerprint);
}

const isSelfIssued = ({ parsed }: Link): boolean => namesEqual(parsed.issuer, parsed.subject);

function noParentReason(child: Link, roots: readonly Link[]): string {
  const { subject, issuer } = child.facts;
  const named = roots.find(({ parsed }) => namesEqual(child.parsed.issuer, parsed.subject));
  if (named === undefined) return `"${subject}" was issued by "${issuer}", which is not in the CA bundle`;
  if (!isSignedBy(child.facts.der, named.facts.der)) {
    return `"${issuer}" of the CA bundle has another key than the one that signed "${subject}"`;
  }
  return `"${issuer}" of the CA bundle may not issue "${subject}" (basic constraints, key usage or path length)`;
}

function dateFindings({ subject, notBefore, notAfter }: CertificateFacts, now: Date | undefined): Finding[] {
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

function hashFindings({ subject, signature }: CertificateFacts, profile: ChainProfile): Finding[] {
  if (signature.algorithm === 'unsupported') {
    return [{ flag: 'BAD_MD', because: `"${subject}" is signed with ${signature.name}` }];
  }
  if (profile.hashes.includes(signature.hash)) return [];
  return [{ flag: 'BAD_MD', because: `"${subject}" is signed over ${signature.hash.toUpperCase()}` }];
}

function keyFindings({ subject, key }: CertificateFacts, profile: ChainProfile): Finding[] {
  const accepted =
    key.kind === 'rsa'
      ? key.bits >= profile.minRsaBits
      : key.kind === 'ec' && (profile.curves?.includes(key.curve) ?? true);
  return accepted ? [] : [{ flag: 'BAD_KEY', because: `"${subject}" has the key ${keyName(key)}` }];
}

function leafFindings(leaf: CertificateFacts, options: VerifyOptions): Finding[] {
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
