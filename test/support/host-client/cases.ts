import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { identityOf } from '../../../src/certificate/identity.ts';
import type { Encoding, Identity, Material } from '../../../src/certificate/facts.ts';
import type { KeyPassword } from '../../../src/predict/private-key.ts';
import type { EndpointName } from './endpoints.ts';

/** Files of the test PKI that make a device's identity, without the CA bundle. */
interface IdentitySpec {
  certificate: string;
  key: string;
  password?: KeyPassword;
}

const IDENTITIES = {
  ec: { certificate: 'c-ec.crt', key: 'c-ec.key' },
  'ec-sec1': { certificate: 'c-ec.crt', key: 'c-ec.traditional.key' },
  'ec-der': { certificate: 'c-ec.der', key: 'c-ec.pkcs8.der' },
  'ec-sec1-der': { certificate: 'c-ec.der', key: 'c-ec.traditional.der' },
  'ec-compressed': { certificate: 'c-ec.crt', key: 'c-ec.compressed.key' },
  'ec-compressed-certificate': { certificate: 'c-ecc.crt', key: 'c-ecc.key' },
  'ec-explicit': { certificate: 'c-ec.crt', key: 'c-ec.explicit.key' },
  'ec-by-ec': { certificate: 'c-ec-ec.crt', key: 'c-ec-ec.key' },
  ec384: { certificate: 'c-ec384.crt', key: 'c-ec384.key' },
  ec521: { certificate: 'c-ec521.crt', key: 'c-ec521.key' },
  k256: { certificate: 'c-k256.crt', key: 'c-k256.key' },
  rsa: { certificate: 'c-rsa.crt', key: 'c-rsa.key' },
  'rsa-pkcs1': { certificate: 'c-rsa.crt', key: 'c-rsa.traditional.key' },
  'rsa-der': { certificate: 'c-rsa.der', key: 'c-rsa.pkcs8.der' },
  'rsa-pkcs1-der': { certificate: 'c-rsa.der', key: 'c-rsa.traditional.der' },
  rsa4: { certificate: 'c-rsa4.crt', key: 'c-rsa4.key' },
  rsa384: { certificate: 'c-rsa384.crt', key: 'c-rsa384.key' },
  rsa512: { certificate: 'c-rsa512.crt', key: 'c-rsa512.key' },
  'rsa-chain': { certificate: 'c-rsa-chain.crt', key: 'c-rsa-int.key' },
  'ec-with-pkcs1': { certificate: 'c-ec-ec.crt', key: 'c-rsa.traditional.key' },
  'ec-with-rsa-pkcs8': { certificate: 'c-ec-ec.crt', key: 'c-rsa.key' },
  'ec-with-pkcs1-der': { certificate: 'c-ec-ec.crt', key: 'c-rsa.traditional.der' },
  'rsa-with-sec1': { certificate: 'c-rsa.crt', key: 'c-ec.traditional.key' },
  'rsa-with-ec-pkcs8': { certificate: 'c-rsa.crt', key: 'c-ec.key' },
  'rsa-with-sec1-der': { certificate: 'c-rsa.crt', key: 'c-ec.traditional.der' },
  'rsa-with-ec-dek': { certificate: 'c-rsa.crt', key: 'c-ec.dek.key', password: 'right' },
  'ec-mismatch': { certificate: 'c-ec.crt', key: 'c-mismatch.key' },
  'rsa-mismatch': { certificate: 'c-rsa.crt', key: 'c-rsa-mismatch.key' },
  'ec-pbes2-aes': { certificate: 'c-ec.crt', key: 'c-ec.pbes2-aes.key', password: 'right' },
  'ec-pbes2-3des': { certificate: 'c-ec.crt', key: 'c-ec.pbes2-3des.key', password: 'right' },
  'ec-pbes2-3des-none': { certificate: 'c-ec.crt', key: 'c-ec.pbes2-3des.key' },
  'ec-pbes2-3des-wrong': { certificate: 'c-ec.crt', key: 'c-ec.pbes2-3des.key', password: 'wrong' },
  'ec-pbes2-3des-der': { certificate: 'c-ec.crt', key: 'c-ec.pbes2-3des-der.key', password: 'right' },
  'ec-pbes2-3des-der-none': { certificate: 'c-ec.crt', key: 'c-ec.pbes2-3des-der.key' },
  'rsa-pbes2-3des': { certificate: 'c-rsa.crt', key: 'c-rsa.pbes2-3des.key', password: 'right' },
  'ec-pbes1': { certificate: 'c-ec.crt', key: 'c-ec.pbes1.key', password: 'right' },
  'ec-dek': { certificate: 'c-ec.crt', key: 'c-ec.dek.key', password: 'right' },
  'ec-dek-none': { certificate: 'c-ec.crt', key: 'c-ec.dek.key' },
  'ec-dek-wrong': { certificate: 'c-ec.crt', key: 'c-ec.dek.key', password: 'wrong' },
  'rsa-dek': { certificate: 'c-rsa.crt', key: 'c-rsa.dek.key', password: 'right' },
} as const satisfies Record<string, IdentitySpec>;

type IdentityName = keyof typeof IDENTITIES;

/** One run of the client: who, with which CA file, against whom. */
export interface AgreementCase {
  identity: IdentityName;
  ca: string | undefined;
  endpoint: EndpointName;
  host?: string;
  alpn?: string;
  now?: Date;
}

const at = (identity: IdentityName, ca: string | undefined, endpoint: EndpointName): AgreementCase => ({
  identity,
  ca,
  endpoint,
});

export const CASES: readonly AgreementCase[] = [
  at('ec', 'rsa-root.crt', 'rsa-12'),
  at('ec', 'rsa-root.crt', 'rsa'),
  at('ec', 'rsa-root.crt', 'rsa-13'),
  at('ec-sec1', 'rsa-root.crt', 'rsa-12'),
  at('ec-der', 'rsa-root.der', 'rsa-12'),
  at('ec-sec1-der', 'rsa-root.der', 'rsa-12'),
  at('ec', 'rsa-root.der', 'rsa-12'),
  at('ec-compressed', 'rsa-root.crt', 'rsa-12'),
  at('ec-explicit', 'rsa-root.crt', 'rsa-12'),
  at('ec-by-ec', 'ec-root.crt', 'ec-12'),
  at('ec-by-ec', 'ec-root.crt', 'ec'),
  at('ec-by-ec', 'ec-root.crt', 'ecdsa-gcm'),
  at('ec', 'ec-root.crt', 'ec-12'),
  at('ec384', 'rsa-root.crt', 'rsa'),
  at('ec384', 'ec384-root.crt', 'ec384'),
  at('ec521', 'rsa-root.crt', 'rsa-12'),
  at('ec521', 'rsa-root.crt', 'rsa'),
  at('k256', 'rsa-root.crt', 'rsa-12'),
  at('k256', 'rsa-root.crt', 'rsa'),
  at('rsa', 'rsa-root.crt', 'rsa-12'),
  at('rsa', 'rsa-root.crt', 'rsa'),
  at('rsa', 'rsa-root.crt', 'rsa-13'),
  at('rsa', 'ec-root.crt', 'ec'),
  at('rsa', 'ec-root.crt', 'ec-12'),
  at('rsa-pkcs1', 'rsa-root.crt', 'rsa-12'),
  at('rsa-pkcs1', 'ec-root.crt', 'ec-12'),
  at('rsa-der', 'rsa-root.der', 'rsa-12'),
  at('rsa-pkcs1-der', 'ec-root.der', 'ec-12'),
  at('rsa4', 'rsa-root.crt', 'rsa-12'),
  at('rsa4', 'rsa-root.crt', 'rsa-13'),
  at('rsa384', 'rsa-root.crt', 'rsa-12'),
  at('rsa512', 'rsa-root.crt', 'rsa-12'),
  at('rsa-chain', 'rsa-root.crt', 'rsa-12'),
  at('rsa-chain', 'rsa-root.crt', 'rsa'),
  at('ec-mismatch', 'rsa-root.crt', 'rsa-12'),
  at('ec-mismatch', 'rsa-root.crt', 'rsa-13'),
  at('rsa-mismatch', 'rsa-root.crt', 'rsa-12'),
  at('rsa-mismatch', 'rsa-root.crt', 'rsa'),
  at('ec-with-pkcs1', 'ec-root.crt', 'ec-12'),
  at('ec-with-rsa-pkcs8', 'ec-root.crt', 'ec-12'),
  at('ec-with-pkcs1-der', 'ec-root.crt', 'ec-12'),
  at('rsa-with-sec1', 'rsa-root.crt', 'rsa-12'),
  at('rsa-with-ec-pkcs8', 'rsa-root.crt', 'rsa-12'),
  at('rsa-with-sec1-der', 'rsa-root.crt', 'rsa-12'),
  at('rsa-with-ec-dek', 'rsa-root.crt', 'rsa-12'),
  at('ec', 'rsa-root.crt', 'direct'),
  at('ec', 'rsa-root.crt', 'deep'),
  at('ec', 'rsa-root.crt', 'with-root'),
  at('ec', 'rsa-root.crt', 'no-intermediate'),
  at('ec', 'rsa4-root.crt', 'rsa4'),
  at('rsa', 'rsa512-root.crt', 'rsa512'),
  at('ec', 'rsa-root.crt', 'mix384'),
  at('ec', 'rsa-root.crt', 'leaf384'),
  at('ec', 'rsa-root.crt', 'leaf384-13'),
  at('ec-by-ec', 'ec-root.crt', 'ecmix'),
  at('ec-by-ec', 'ec-root.crt', 'ec521'),
  at('ec', 'rsa-root.crt', 'ec-under-rsa'),
  at('rsa', 'pss-root.crt', 'pss'),
  at('ec', 'sha1-root.crt', 'sha1-root'),
  at('ec', 'rsa-root.crt', 'sha1-leaf'),
  at('ec', 'rsa-root.crt', 'expired'),
  at('ec', 'rsa-root.crt', 'future'),
  at('ec', 'rsa-root.crt', 'wrong-host'),
  at('ec', 'rsa-root.crt', 'cn-only'),
  at('ec', 'rsa-root.crt', 'client-eku'),
  at('ec', 'rsa-root.crt', 'no-signing'),
  at('ec', 'rsa-root.crt', 'not-a-ca'),
  at('ec', 'self-leaf.crt', 'self-signed'),
  at('ec', 'rsa-root.crt', 'small'),
  at('ec', 'other-root.crt', 'rsa-12'),
  at('ec', 'other-root.crt', 'rsa'),
  at('ec', 'rsa-leaf.crt', 'rsa'),
  at('ec', 'rsa-int.crt', 'rsa'),
  at('ec', undefined, 'rsa'),
  at('ec', undefined, 'rsa-12'),
  at('ec', 'both-roots.crt', 'rsa-12'),
  at('ec', 'ec-first.crt', 'rsa'),
  at('rsa', 'both-roots.crt', 'ec-12'),
  at('ec', 'both-roots.crt', 'dual'),
  at('ec', 'rsa-root.crt', 'dual-12'),
  at('rsa', 'rsa-root.crt', 'dual'),
  at('rsa', 'ec-root.crt', 'dual-12'),
  at('rsa', 'rsa-root.crt', 'aes128-gcm'),
  at('rsa', 'rsa-root.crt', 'aes256-gcm'),
  at('rsa', 'rsa-root.crt', 'cbc-sha'),
  at('rsa', 'rsa-root.crt', 'cbc-sha256'),
  at('rsa', 'rsa-root.crt', 'rsa-kx'),
  at('rsa', 'rsa-root.crt', 'rsa-kx-cbc'),
  at('rsa', 'rsa-root.crt', 'x25519'),
  at('rsa', 'rsa-root.crt', 'p384'),
  at('rsa', 'rsa-root.crt', 'sni'),
  at('rsa', 'rsa-root.crt', 'sni-12'),
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'sni', host: 'elsewhere.example' },
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'rsa', host: 'elsewhere.example' },
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'alpn', alpn: 'x-amzn-mqtt-ca' },
  { identity: 'rsa', ca: 'rsa-root.crt', endpoint: 'alpn', alpn: 'mqtt' },
  at('rsa', 'rsa-root.crt', 'no-client-certificate'),
  at('ec', 'rsa-root.crt', 'no-client-certificate-13'),
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'rsa', now: new Date(0) },
  { identity: 'ec', ca: 'rsa-root.crt', endpoint: 'deep', now: new Date('2040-01-01') },
  at('ec-pbes2-aes', 'rsa-root.crt', 'rsa-12'),
  at('ec-pbes2-3des', 'rsa-root.crt', 'rsa-12'),
  at('ec-pbes2-3des-none', 'rsa-root.crt', 'rsa-12'),
  at('ec-pbes2-3des-wrong', 'rsa-root.crt', 'rsa-12'),
  at('ec-pbes2-3des-der', 'rsa-root.crt', 'rsa-12'),
  at('ec-pbes2-3des-der-none', 'rsa-root.crt', 'rsa-12'),
  at('rsa-pbes2-3des', 'rsa-root.crt', 'rsa-12'),
  at('ec-pbes1', 'rsa-root.crt', 'rsa-12'),
  at('ec-dek', 'rsa-root.crt', 'rsa-12'),
  at('ec-dek-none', 'rsa-root.crt', 'rsa-12'),
  at('ec-dek-wrong', 'rsa-root.crt', 'rsa-12'),
  at('rsa-dek', 'rsa-root.crt', 'rsa-12'),
  at('ec-compressed-certificate', 'rsa-root.crt', 'rsa-12'),
];

export interface CaseFiles {
  certificate: string;
  key: string;
  ca: string | undefined;
  password: KeyPassword;
}

export function caseFiles(pki: string, { identity, ca }: AgreementCase): CaseFiles {
  const spec: IdentitySpec = IDENTITIES[identity];
  return {
    certificate: join(pki, spec.certificate),
    key: join(pki, spec.key),
    ca: ca === undefined ? undefined : join(pki, ca),
    password: spec.password ?? 'none',
  };
}

/** The identity as the product reads it. An encrypted key's content is not known to it. */
export function caseIdentity(pki: string, agreementCase: AgreementCase): Identity {
  const { certificate, key, ca } = caseFiles(pki, agreementCase);
  const anyCa = material(ca ?? join(pki, 'rsa-root.crt'));
  const identity = identityOf({ certificate: material(certificate), key: material(key), ca: anyCa });
  return ca === undefined ? { ...identity, ca: [] } : identity;
}

function material(path: string): Material {
  const bytes = readFileSync(path);
  const encoding: Encoding = bytes.includes('-----BEGIN') ? 'pem' : 'der';
  return { path, encoding, bytes };
}
