import type { CertificateFacts } from './facts.ts';
import { subjectAltNames } from './extensions.ts';
import { asciiLowerCase, commonNamesOf } from './names.ts';
import { parseCertificate } from './parsed.ts';

export interface HostNameRules {
  /** Compare an IP address with the iPAddress entries: mbedTLS does from 3.5 on. Default: no. */
  ipAddresses?: boolean;
}

/**
 * Whether mbedTLS takes the certificate for this host (`x509_crt_verify_name` in its `x509_crt.c`): the dNSName
 * entries where there is a subject alternative name, else the common names; without regard to case; a `*.` stands
 * for exactly the left-most label.
 */
export function matchesHost(certificate: CertificateFacts, host: string, rules: HostNameRules = {}): boolean {
  const names = hostNamesOf(certificate);
  if (names.some((name) => matchesName(name, host))) return true;
  return rules.ipAddresses === true && certificate.ipAddresses.includes(host);
}

/** The names that a certificate is for: dNSName entries, or common names where it has no alternative names. */
export function hostNamesOf(certificate: CertificateFacts): readonly string[] {
  const { extensions } = parseCertificate(certificate.der);
  return subjectAltNames(extensions).present ? certificate.dnsNames : commonNames(certificate);
}

/** Values of the subject's common names. */
export function commonNames(certificate: CertificateFacts): string[] {
  return commonNamesOf(parseCertificate(certificate.der).subject);
}

/** Whether one name of a certificate is the host's, without regard to case; `*.` as above. */
export function matchesName(name: string, host: string): boolean {
  const [wanted, given] = [asciiLowerCase(name), asciiLowerCase(host)];
  if (wanted === given) return true;
  const firstDot = given.indexOf('.');
  return (
    wanted.length >= 3 && wanted.startsWith('*.') && firstDot > 0 && wanted.slice(1) === given.slice(firstDot)
  );
}
