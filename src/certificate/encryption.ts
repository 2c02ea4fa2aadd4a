import type { DerValue } from './der.ts';
import { childrenOf, oidOf, sequenceOf, TAG } from './der.ts';
import { ENCRYPTION, PBES1_SCHEMES, PBES2_CIPHERS, PBKDF2_PRFS } from './oids.ts';

/** The field's name of a PKCS#8 encryption (RFC 8018 6): `PBES2 AES-256-CBC HMAC-SHA256`, `PBES1 SHA1-3DES`. */
export function encryptionName(algorithm: DerValue | undefined): string {
  const [type, parameters] = sequenceOf(algorithm, 'the encryption of the key');
  const oid = oidOf(type, 'the encryption of the key');
  return oid === ENCRYPTION.pbes2 ? pbes2Name(parameters) : (PBES1_SCHEMES[oid] ?? `algorithm ${oid}`);
}

function pbes2Name(parameters: DerValue | undefined): string {
  const [derivation, scheme] = sequenceOf(parameters, 'the PBES2 parameters');
  const cipher = oidOf(sequenceOf(scheme, 'the PBES2 cipher')[0], 'the PBES2 cipher');
  return `PBES2 ${PBES2_CIPHERS[cipher] ?? `cipher ${cipher}`} ${derivationName(derivation)}`;
}

function derivationName(derivation: DerValue | undefined): string {
  const [type, parameters] = sequenceOf(derivation, 'the key derivation');
  const oid = oidOf(type, 'the key derivation');
  if (oid === ENCRYPTION.scrypt) return 'scrypt';
  if (oid !== ENCRYPTION.pbkdf2 || parameters === undefined) return `derivation ${oid}`;
  // salt, iteration count, optional key length, then the PRF: HMAC with SHA-1 where it is left out.
  const prf = childrenOf(parameters)
    .slice(1)
    .find(({ tag }) => tag === TAG.sequence);
  if (prf === undefined) return 'HMAC-SHA1';
  const prfOid = oidOf(sequenceOf(prf, 'the PRF')[0], 'the PRF');
  return PBKDF2_PRFS[prfOid] ?? `PRF ${prfOid}`;
}
