import type { CurveName } from '../certificate/facts.ts';

/** A named group of ECDHE: IANA TLS Supported Groups registry, and OpenSSL's name of it. */
interface Group {
  id: number;
  /** Node and OpenSSL take the first; the others are what they call it in results. */
  openssl: readonly string[];
  curve: CurveName;
}

/** In the order in which a constrained client asks: P-256 is the quickest for mbedTLS. */
export const GROUPS: readonly Group[] = [
  { id: 23, openssl: ['P-256', 'prime256v1', 'secp256r1'], curve: 'secp256r1' },
  { id: 24, openssl: ['P-384', 'secp384r1'], curve: 'secp384r1' },
  { id: 25, openssl: ['P-521', 'secp521r1'], curve: 'secp521r1' },
  { id: 29, openssl: ['X25519', 'x25519'], curve: 'curve25519' },
  { id: 22, openssl: ['secp256k1'], curve: 'secp256k1' },
  { id: 26, openssl: ['brainpoolP256r1'], curve: 'bp256r1' },
  { id: 27, openssl: ['brainpoolP384r1'], curve: 'bp384r1' },
  { id: 28, openssl: ['brainpoolP512r1'], curve: 'bp512r1' },
];

/** OpenSSL's name of an IANA group number, or the number as text. */
export function groupName(id: number): string {
  return GROUPS.find((group) => group.id === id)?.openssl[0] ?? `group ${id}`;
}

export function curveOfGroup(name: string): CurveName | undefined {
  return GROUPS.find(({ openssl }) => openssl.includes(name))?.curve;
}
