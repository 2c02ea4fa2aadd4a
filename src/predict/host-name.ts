import type { CertificateFacts } from '../certificate/facts.ts';
import { atLeast, type Library } from './library.ts';

/**
 * Does the certificate name the host, as `mbedtls_x509_crt_verify` sees it? With a subjectAltName the common name
 * is not looked at (RFC 6125 6.4.4); addresses match only from mbedTLS 3.5 on.
 */
export function certificateNamesHost(library: Library, facts: CertificateFacts, host: string): boolean {
  const hasAlternativeNames = facts.dnsNames.length > 0 || facts.ipAddresses.length > 0;
  if (!hasAlternativeNames) return commonNames(facts.subject).some((name) => nameMatches(name, host));
  if (facts.dnsNames.some((name) => nameMatches(name, host))) return true;
  return atLeast(library, 3, 5) && facts.ipAddresses.includes(host);
}

/** Exactly, or with one wildcard label in front: `*.example.com`. */
function nameMatches(name: string, host: string): boolean {
  const wanted = host.toLowerCase();
  const given = name.toLowerCase();
  if (given === wanted) return true;
  const dot = wanted.indexOf('.');
  return given.length > 2 && given.startsWith('*.') && dot > 0 && given.slice(1) === wanted.slice(dot);
}

/** The `CN` values of an RFC 4514 name. */
export function commonNames(subject: string): string[] {
  return subject
    .split(/(?<!\\)[,+]/)
    .map((part) => /^\s*CN=(.*)$/s.exec(part)?.[1]?.replace(/\\(.)/g, '$1'))
    .filter((name) => name !== undefined);
}
