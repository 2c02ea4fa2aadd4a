import type { CertificateFacts } from '../certificate/facts.ts';
import { atLeast, type Library } from './library.ts';

export interface ChainTask {
  /** Leaf first; only what could be parsed. */
  chain: readonly CertificateFacts[];
  /** The CA bundle; only what could be parsed. */
  trusted: readonly CertificateFacts[];
  host: string;
  /** By the device's clock. */
  now: Date;
}

export interface ChainResult {
  flags: number;
  /** Set where verification broke off with another error than a failed verification. */
  errors: readonly string[];
}

/** Names are equal but for the case of letters (`x509_name_cmp`). */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** `x509_crt_check_parent`: by name, basic constraints and key usage; the signature is another question. */
export function isPossibleParent(
  library: Library,
  child: CertificateFacts,
  parent: CertificateFacts,
  { isTrusted, isLeafItself = false }: { isTrusted: boolean; isLeafItself?: boolean },
): boolean {
  if (!sameName(child.issuer, parent.subject)) return false;
  const needsCaBit = !(isTrusted && (x509Version(parent) < 3 || isLeafItself));
  if (!needsCaBit) return true;
  return parent.isCa && (parent.keyUsage?.includes('keyCertSign') !== false || !checksKeyUsage(library));
}

/** 3.x always checks; 2.x when told to. */
export function checksKeyUsage(library: Library): boolean {
  return atLeast(library, 3) || library.has('X509_CHECK_KEY_USAGE');
}

export function checksExtendedKeyUsage(library: Library): boolean {
  return atLeast(library, 3) || library.has('X509_CHECK_EXTENDED_KEY_USAGE');
}

/** X.509 version: `[0] { INTEGER }` is the first thing in the TBSCertificate, absent in version 1 (RFC 5280 4.1). */
function x509Version({ der }: CertificateFacts): number {
  const tbs = contentOffset(der, 0);
  const first = contentOffset(der, tbs);
  return der[first] === 0xa0 ? (der[first + 4] ?? 0) + 1 : 1;
}

/** Where the content of the DER element at `offset` begins (X.690 8.1.3). */
function contentOffset(der: Uint8Array, offset: number): number {
  const length = der[offset + 1] ?? 0;
  return offset + 2 + (length > 0x80 ? length - 0x80 : 0);
}
