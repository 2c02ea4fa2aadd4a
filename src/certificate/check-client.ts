import type { CertificateFacts, Identity } from './facts.ts';
import type { CertificateProblem, CheckOptions } from './problem.ts';
import { isSignedBy } from './certificates.ts';
import { allows, mayIssue } from './chain-findings.ts';
import { dateProblems, formProblems } from './problem.ts';

/**
 * The client's certificate and the intermediates behind it. Their issuer need not be in the CA bundle, which is for
 * the server's chain: AWS IoT's own device CA is not.
 */
export function clientProblems(
  { certificates, files }: Identity,
  { now }: CheckOptions,
): CertificateProblem[] {
  const { path } = files.certificate;
  return [
    ...certificates.flatMap((certificate, index) => {
      const label =
        index === 0
          ? `The client certificate "${path}" (${certificate.subject})`
          : `Certificate ${index + 1} of "${path}" (${certificate.subject})`;
      const hint = 'Have a new one issued: servers refuse a client certificate outside its dates.';
      return [...formProblems(certificate, label), ...dateProblems(certificate, { label, now, hint })];
    }),
    ...certificates.slice(0, 1).flatMap((leaf) => usageProblems(leaf, path)),
    ...linkProblems(certificates, path),
  ];
}

/** RFC 5280 4.2.1.3 and 4.2.1.12: a client signs the handshake, so it needs both. */
function usageProblems(leaf: CertificateFacts, path: string): CertificateProblem[] {
  const { keyUsage, extendedKeyUsage, subject } = leaf;
  const problem = (message: string): CertificateProblem => ({
    code: 'certificate/key-usage',
    severity: 'error',
    message,
    hint: 'Have it issued with keyUsage digitalSignature and extendedKeyUsage clientAuth.',
  });
  return [
    ...(keyUsage?.includes('digitalSignature') === false
      ? [
          problem(
            `The key usage of the client certificate "${path}" (${subject}) is without digitalSignature.`,
          ),
        ]
      : []),
    ...(extendedKeyUsage !== undefined && !allows(extendedKeyUsage, 'clientAuth')
      ? [
          problem(
            `The client certificate "${path}" (${subject}) may be used for ${extendedKeyUsage.join(', ')} only, not for TLS clients.`,
          ),
        ]
      : []),
  ];
}

function linkProblems(certificates: readonly CertificateFacts[], path: string): CertificateProblem[] {
  return certificates.slice(1).flatMap((issuer, index) => {
    const child = certificates[index]!;
    const reason = brokenLink(child, issuer);
    if (reason !== undefined) {
      return [
        {
          code: 'certificate/chain',
          severity: 'error',
          message: `Certificate ${index + 2} of "${path}" does not continue the chain: ${reason}.`,
          hint: 'Keep the certificate of the device first, then each issuer behind the one it issued; remove others.',
        } satisfies CertificateProblem,
      ];
    }
    return issuer.selfSigned ? [rootProblem(issuer, path)] : [];
  });
}

function brokenLink(child: CertificateFacts, issuer: CertificateFacts): string | undefined {
  if (child.issuer !== issuer.subject) {
    return `"${child.subject}" was issued by "${child.issuer}", not by "${issuer.subject}"`;
  }
  if (!mayIssue(issuer)) return `"${issuer.subject}" is not a CA`;
  if (!isSignedBy(child.der, issuer.der)) {
    return `the signature on "${child.subject}" is not one of "${issuer.subject}"`;
  }
  return undefined;
}

function rootProblem({ subject, der }: CertificateFacts, path: string): CertificateProblem {
  return {
    code: 'certificate/chain',
    severity: 'warning',
    message: `"${path}" ends with the root "${subject}": ${der.length} bytes in every handshake that no server needs.`,
    hint: 'Remove the last certificate of the file.',
  };
}
