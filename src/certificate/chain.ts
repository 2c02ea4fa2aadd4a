import type { CertificateFacts } from './facts.ts';
import type { Finding, VerifyFlag, VerifyOptions } from './chain-findings.ts';
import type { ParsedCertificate } from './parsed.ts';
import { isSignedBy } from './certificates.ts';
import {
  DEFAULT_PROFILE,
  dateFindings,
  hashFindings,
  keyFindings,
  leafFindings,
  mayIssue,
} from './chain-findings.ts';
import { namesEqual } from './names.ts';
import { parseCertificate } from './parsed.ts';

export interface ChainVerification {
  /** Without repetition, in the order in which they were found; empty: the chain verifies. */
  flags: readonly VerifyFlag[];
  /** One for each reason: a flag may have several. */
  findings: readonly { flag: VerifyFlag; because: string }[];
  /** The certificates gone through, leaf first, with the root of `roots` last where one was reached. */
  path: readonly CertificateFacts[];
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
