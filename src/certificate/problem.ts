import type { ErrorCode } from '../errors.ts';
import type { CertificateFacts } from './facts.ts';
import { dayOf } from './chain-findings.ts';
import { keyName } from './keys.ts';
import { parseCertificate } from './parsed.ts';
import { EXTENSION } from './oids.ts';

export interface CertificateProblem {
  code: ErrorCode;
  /** A warning does not stop: it may still work. */
  severity: 'error' | 'warning';
  message: string;
  /** The next action. */
  hint: string;
}

export interface CheckOptions {
  /** The clock to compare dates with; absent: dates are not looked at. */
  now?: Date;
}

/** What makes any certificate unusable, whatever it is for. `label` names it with its file. */
export function formProblems(certificate: CertificateFacts, label: string): CertificateProblem[] {
  const { key, signature } = certificate;
  const problems: CertificateProblem[] = [];
  if (key.kind === 'unsupported') {
    problems.push({
      code: 'certificate/unsupported-key',
      severity: 'error',
      message: `${label} carries a key of the kind ${keyName(key)}, which mbedTLS cannot use in TLS.`,
      hint: 'Use an EC P-256 or RSA-2048 key and a certificate for it.',
    });
  }
  if (signature.algorithm === 'unsupported') {
    problems.push({
      code: 'certificate/unsupported-key',
      severity: 'error',
      message: `${label} is signed with ${signature.name}, which mbedTLS refuses to parse.`,
      hint: 'Have it issued by a CA with an RSA or EC key, signed over SHA-256.',
    });
  }
  const critical = unknownCriticalExtension(certificate);
  if (critical !== undefined) {
    problems.push({
      code: 'certificate/unparsable',
      severity: 'error',
      message: `${label} has the critical extension ${critical}, which mbedTLS does not know and so refuses to parse.`,
      hint: 'Have it issued again with that extension not critical.',
    });
  }
  return problems;
}

/** Expired or not valid yet at `now`. */
export function dateProblems(
  { notBefore, notAfter }: CertificateFacts,
  { label, now, hint }: { label: string; now: Date | undefined; hint: string },
): CertificateProblem[] {
  if (now === undefined) return [];
  if (notAfter < now) {
    const message = `${label} expired on ${dayOf(notAfter)}.`;
    return [{ code: 'certificate/expired', severity: 'error', message, hint }];
  }
  if (notBefore > now) {
    return [
      {
        code: 'certificate/not-yet-valid',
        severity: 'error',
        message: `${label} is not valid before ${dayOf(notBefore)}.`,
        hint: `Check the clock of this machine, which says ${dayOf(now)}; else wait, or have it issued again.`,
      },
    ];
  }
  return [];
}

/** Extensions that mbedTLS reads, from 2.2 to 3.6; certificate policies only from 2.24 on. */
const KNOWN_EXTENSIONS: readonly string[] = [
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.extendedKeyUsage,
  EXTENSION.netscapeCertType,
  EXTENSION.certificatePolicies,
];

function unknownCriticalExtension(certificate: CertificateFacts): string | undefined {
  const { extensions } = parseCertificate(certificate.der);
  const found = extensions.find(({ oid, critical }) => critical && !KNOWN_EXTENSIONS.includes(oid));
  if (found === undefined) return undefined;
  return found.oid === EXTENSION.nameConstraints ? 'name constraints' : found.oid;
}
