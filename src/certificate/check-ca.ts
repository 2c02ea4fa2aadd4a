import type { CertificateFacts, Identity } from './facts.ts';
import type { CertificateProblem, CheckOptions } from './problem.ts';
import { DEFAULT_PROFILE, mayIssue } from './chain-findings.ts';
import { keyName } from './keys.ts';
import { parseCertificate } from './parsed.ts';
import { dateProblems, formProblems } from './problem.ts';

/**
 * The CA bundle. In a bundle of several, one that cannot verify anything is a warning as long as another can; one
 * that cannot be parsed is always an error, because mbedTLS then returns the number of failures.
 */
export function caProblems(
  { ca, certificates, files }: Identity,
  { now }: CheckOptions,
): CertificateProblem[] {
  const { path } = files.ca;
  if (ca.length === 0) {
    return [
      {
        code: 'certificate/ca-missing',
        severity: 'error',
        message: `The CA file "${path}" holds no certificate, so no server could be trusted.`,
        hint: 'Put the root that the server chain ends in there; for AWS IoT: AmazonRootCA1.pem.',
      },
    ];
  }
  const client = certificates[0]?.fingerprint;
  const judged = ca.map((certificate, index) => {
    const label = `The CA certificate "${path}"${ca.length > 1 ? `, number ${index + 1}` : ''} (${certificate.subject})`;
    const use = useProblems(certificate, { label, now, isClient: certificate.fingerprint === client });
    return { form: formProblems(certificate, label), use };
  });
  const anyUsable = judged.some(({ form, use }) =>
    [...form, ...use].every(({ severity }) => severity === 'warning'),
  );
  return judged.flatMap(({ form, use }) => [
    ...form,
    ...use.map((problem) => (anyUsable ? { ...problem, severity: 'warning' as const } : problem)),
  ]);
}

function useProblems(
  certificate: CertificateFacts,
  { label, now, isClient }: { label: string; now: Date | undefined; isClient: boolean },
): CertificateProblem[] {
  const hint = 'Get the current root from its CA; for AWS IoT: https://www.amazontrust.com/repository/';
  return [
    ...roleProblems(certificate, label, isClient),
    ...strengthProblems(certificate, label),
    ...dateProblems(certificate, { label, now, hint }),
  ];
}

function roleProblems(certificate: CertificateFacts, label: string, isClient: boolean): CertificateProblem[] {
  if (mayIssue(certificate)) return [];
  const base = { code: 'certificate/not-a-ca', severity: 'error' } as const;
  const hint = 'Give the root certificate that the server chain ends in; for AWS IoT: AmazonRootCA1.pem.';
  if (isClient) return [{ ...base, message: `${label} is the client certificate itself, not a CA.`, hint }];
  // Version 1 has no extensions; mbedTLS takes such a certificate as a root.
  if (parseCertificate(certificate.der).version < 3) return [];
  if (certificate.isCa) {
    return [{ ...base, message: `${label} is a CA whose key usage is without keyCertSign.`, hint }];
  }
  if (certificate.selfSigned) {
    return [
      {
        ...base,
        severity: 'warning',
        message: `${label} is not a CA (no basicConstraints CA:TRUE): it is trusted only as the server's own certificate.`,
        hint: 'If it should issue server certificates, have it made again with basicConstraints CA:TRUE.',
      },
    ];
  }
  return [{ ...base, message: `${label} is not a CA: it was issued by "${certificate.issuer}".`, hint }];
}

function strengthProblems({ key }: CertificateFacts, label: string): CertificateProblem[] {
  if (key.kind !== 'rsa' || key.bits >= DEFAULT_PROFILE.minRsaBits) return [];
  return [
    {
      code: 'certificate/unsupported-key',
      severity: 'error',
      message: `${label} carries an ${keyName(key)} key, and mbedTLS asks for ${DEFAULT_PROFILE.minRsaBits} bits.`,
      hint: 'Use a root with an RSA-2048 or EC P-256 key.',
    },
  ];
}
