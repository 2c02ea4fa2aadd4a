import type { VerifyFlag } from '../../src/certificate/chain-findings.ts';
import type { Issued, IssueOptions, Workshop } from './identities.ts';
import { CA_EXTENSIONS, serverExtensions } from './identities.ts';

/** The name that the test servers are reached by. */
export const HOST = 'device.example.com';

const SERVER = serverExtensions(`DNS:${HOST}`);

interface Row extends Omit<IssueOptions, 'issuer' | 'name' | 'key'> {
  issuer?: string;
  /** A kind of key, or the name of a row whose key is used again. */
  key?: string;
}

const noCa = (...more: readonly string[]) => ['basicConstraints=CA:FALSE', ...more];

/** Server certificates, good and bad, in the order in which they can be issued. */
const ROWS = {
  root: { extensions: CA_EXTENSIONS },
  'other-root': { extensions: CA_EXTENSIONS },
  'rsa-root': { key: 'rsa-2048', extensions: CA_EXTENSIONS },
  'root-twin': { subject: '/CN=root', extensions: CA_EXTENSIONS },
  'root-upper-case': { subject: '/CN=ROOT', key: 'root', extensions: CA_EXTENSIONS },
  'expired-root': { key: 'root', subject: '/CN=root', to: '20260201000000Z' },
  'v1-root': { extensions: [] },
  'plain-root': { extensions: ['subjectKeyIdentifier=hash'] },
  'crl-root': { extensions: ['basicConstraints=CA:TRUE', 'keyUsage=cRLSign'] },
  'pathlen-root': { extensions: ['basicConstraints=CA:TRUE,pathlen:0'] },
  intermediate: { issuer: 'root' },
  'second-intermediate': { issuer: 'intermediate' },
  'cross-root': { issuer: 'other-root', subject: '/CN=root', key: 'root' },
  'rsa-intermediate': { issuer: 'rsa-root', key: 'rsa-2048' },
  'not-ca': { issuer: 'root', extensions: noCa() },
  'under-pathlen': { issuer: 'pathlen-root' },
  'v1-intermediate': { issuer: 'root', extensions: [] },
  'expired-intermediate': { issuer: 'root', to: '20260201000000Z' },
  leaf: { issuer: 'intermediate', extensions: SERVER },
  'direct-leaf': { issuer: 'root', extensions: SERVER },
  'deep-leaf': { issuer: 'second-intermediate', extensions: SERVER },
  'rsa-leaf': { issuer: 'rsa-intermediate', key: 'rsa-2048', extensions: SERVER },
  'under-not-ca': { issuer: 'not-ca', extensions: SERVER },
  'under-v1-intermediate': { issuer: 'v1-intermediate', extensions: SERVER },
  'under-v1-root': { issuer: 'v1-root', extensions: SERVER },
  'under-plain-root': { issuer: 'plain-root', extensions: SERVER },
  'under-crl-root': { issuer: 'crl-root', extensions: SERVER },
  'under-pathlen-leaf': { issuer: 'under-pathlen', extensions: SERVER },
  'directly-under-pathlen': { issuer: 'pathlen-root', extensions: SERVER },
  'under-expired': { issuer: 'expired-intermediate', extensions: SERVER },
  expired: { issuer: 'root', extensions: SERVER, to: '20260201000000Z' },
  future: { issuer: 'root', extensions: SERVER, from: '20300101000000Z' },
  sha1: { issuer: 'root', extensions: SERVER, md: 'sha1' },
  sha384: { issuer: 'root', extensions: SERVER, md: 'sha384' },
  pss: { issuer: 'rsa-root', extensions: SERVER, pss: true },
  secp256k1: { issuer: 'root', extensions: SERVER, key: 'secp256k1' },
  'rsa-1024': { issuer: 'root', extensions: SERVER, key: 'rsa-1024' },
  'self-signed': { extensions: noCa(`subjectAltName=DNS:${HOST}`) },
  'other-host': { issuer: 'root', extensions: serverExtensions('DNS:other.example.com') },
  wildcard: { issuer: 'root', extensions: serverExtensions('DNS:*.example.com') },
  'upper-case': { issuer: 'root', extensions: serverExtensions(`DNS:${HOST.toUpperCase()}`) },
  'common-name': { issuer: 'root', subject: `/CN=${HOST}`, extensions: noCa() },
  'common-wildcard': { issuer: 'root', subject: `/O=x/CN=*.example.com`, extensions: noCa() },
  'common-name-hidden': {
    issuer: 'root',
    subject: `/CN=${HOST}`,
    extensions: serverExtensions('DNS:other.example.com'),
  },
  'email-only': {
    issuer: 'root',
    subject: `/CN=${HOST}`,
    extensions: noCa('subjectAltName=email:a@example.com'),
  },
  ip: { issuer: 'root', extensions: serverExtensions('IP:10.0.0.1') },
  'signature-only': {
    issuer: 'root',
    extensions: noCa('keyUsage=digitalSignature', `subjectAltName=DNS:${HOST}`),
  },
  'encipherment-only': {
    issuer: 'root',
    extensions: noCa('keyUsage=keyEncipherment', `subjectAltName=DNS:${HOST}`),
  },
  'client-only': {
    issuer: 'root',
    extensions: noCa('extendedKeyUsage=clientAuth', `subjectAltName=DNS:${HOST}`),
  },
  'any-use': {
    issuer: 'root',
    extensions: noCa('extendedKeyUsage=anyExtendedKeyUsage', `subjectAltName=DNS:${HOST}`),
  },
} as const satisfies Record<string, Row>;

export type ChainName = keyof typeof ROWS;

/** What mbedTLS says of a chain that a server presents. */
export interface ChainCase {
  title: string;
  chain: readonly ChainName[];
  roots: readonly ChainName[];
  flags: readonly VerifyFlag[];
  host?: string;
}

/** Each is judged by mbedTLS itself in `chain.slow.test.ts`. */
export const CHAIN_CASES: readonly ChainCase[] = [
  { title: 'a chain in order', chain: ['leaf', 'intermediate'], roots: ['root'], flags: [] },
  { title: 'a leaf under the root', chain: ['direct-leaf'], roots: ['root'], flags: [] },
  {
    title: 'a deep chain',
    chain: ['deep-leaf', 'second-intermediate', 'intermediate'],
    roots: ['root'],
    flags: [],
  },
  { title: 'the root presented too', chain: ['leaf', 'intermediate', 'root'], roots: ['root'], flags: [] },
  {
    title: 'a foreign certificate between',
    chain: ['leaf', 'rsa-root', 'intermediate'],
    roots: ['root'],
    flags: [],
  },
  {
    title: 'a chain out of order',
    chain: ['deep-leaf', 'intermediate', 'second-intermediate'],
    roots: ['root'],
    flags: ['NOT_TRUSTED'],
  },
  { title: 'a missing intermediate', chain: ['leaf'], roots: ['root'], flags: ['NOT_TRUSTED'] },
  {
    title: 'the intermediate as the trusted root',
    chain: ['leaf', 'intermediate'],
    roots: ['intermediate'],
    flags: [],
  },
  { title: 'the wrong root', chain: ['leaf', 'intermediate'], roots: ['other-root'], flags: ['NOT_TRUSTED'] },
  {
    title: 'a root of the same name',
    chain: ['leaf', 'intermediate'],
    roots: ['root-twin'],
    flags: ['NOT_TRUSTED'],
  },
  {
    title: 'the right root behind one of the same name',
    chain: ['leaf', 'intermediate'],
    roots: ['root-twin', 'root'],
    flags: [],
  },
  {
    title: 'a root named in other letters',
    chain: ['leaf', 'intermediate'],
    roots: ['root-upper-case'],
    flags: [],
  },
  {
    title: 'a cross-signed root presented',
    chain: ['leaf', 'intermediate', 'cross-root'],
    roots: ['other-root'],
    flags: [],
  },
  {
    title: 'a cross-signed root, the short way',
    chain: ['leaf', 'intermediate', 'cross-root'],
    roots: ['root'],
    flags: [],
  },
  { title: 'an RSA chain', chain: ['rsa-leaf', 'rsa-intermediate'], roots: ['rsa-root'], flags: [] },
  {
    title: 'an RSA chain against an EC root',
    chain: ['rsa-leaf', 'rsa-intermediate'],
    roots: ['root'],
    flags: ['NOT_TRUSTED'],
  },
  {
    title: 'an issuer that is not a CA',
    chain: ['under-not-ca', 'not-ca'],
    roots: ['root'],
    flags: ['NOT_TRUSTED'],
  },
  {
    title: 'an intermediate of version 1',
    chain: ['under-v1-intermediate', 'v1-intermediate'],
    roots: ['root'],
    flags: ['NOT_TRUSTED'],
  },
  { title: 'a root of version 1', chain: ['under-v1-root'], roots: ['v1-root'], flags: [] },
  {
    title: 'a root without basicConstraints',
    chain: ['under-plain-root'],
    roots: ['plain-root'],
    flags: ['NOT_TRUSTED'],
  },
  {
    title: 'a root that may not sign',
    chain: ['under-crl-root'],
    roots: ['crl-root'],
    flags: ['NOT_TRUSTED'],
  },
  {
    title: 'a path that is too long',
    chain: ['under-pathlen-leaf', 'under-pathlen'],
    roots: ['pathlen-root'],
    flags: ['NOT_TRUSTED'],
  },
  {
    title: 'a path that is just short enough',
    chain: ['directly-under-pathlen'],
    roots: ['pathlen-root'],
    flags: [],
  },
  { title: 'an expired leaf', chain: ['expired'], roots: ['root'], flags: ['EXPIRED'] },
  { title: 'a leaf from the future', chain: ['future'], roots: ['root'], flags: ['FUTURE'] },
  {
    title: 'an expired intermediate',
    chain: ['under-expired', 'expired-intermediate'],
    roots: ['root'],
    flags: ['EXPIRED'],
  },
  { title: 'an expired root', chain: ['direct-leaf'], roots: ['expired-root'], flags: ['EXPIRED'] },
  {
    title: 'an expired root before a valid one',
    chain: ['direct-leaf'],
    roots: ['expired-root', 'root'],
    flags: [],
  },
  { title: 'SHA-1', chain: ['sha1'], roots: ['root'], flags: ['BAD_MD'] },
  { title: 'SHA-384', chain: ['sha384'], roots: ['root'], flags: [] },
  { title: 'RSA-PSS', chain: ['pss'], roots: ['rsa-root'], flags: [] },
  { title: 'a short RSA key', chain: ['rsa-1024'], roots: ['root'], flags: ['BAD_KEY'] },
  { title: 'a self-signed leaf', chain: ['self-signed'], roots: ['root'], flags: ['NOT_TRUSTED'] },
  {
    title: 'a self-signed leaf that is trusted',
    chain: ['self-signed'],
    roots: ['root', 'self-signed'],
    flags: [],
  },
  {
    title: 'an issued leaf that is in the bundle',
    chain: ['direct-leaf'],
    roots: ['direct-leaf'],
    flags: ['NOT_TRUSTED'],
  },
  { title: 'another host', chain: ['other-host'], roots: ['root'], flags: ['CN_MISMATCH'] },
  {
    title: 'another host and another root',
    chain: ['other-host'],
    roots: ['rsa-root'],
    flags: ['CN_MISMATCH', 'NOT_TRUSTED'],
  },
  { title: 'a wildcard', chain: ['wildcard'], roots: ['root'], flags: [] },
  {
    title: 'a wildcard for two labels',
    chain: ['wildcard'],
    roots: ['root'],
    flags: ['CN_MISMATCH'],
    host: `a.${HOST}`,
  },
  {
    title: 'a wildcard for no label',
    chain: ['wildcard'],
    roots: ['root'],
    flags: ['CN_MISMATCH'],
    host: 'example.com',
  },
  { title: 'a name in other letters', chain: ['upper-case'], roots: ['root'], flags: [] },
  { title: 'a common name', chain: ['common-name'], roots: ['root'], flags: [] },
  { title: 'a wildcard as the common name', chain: ['common-wildcard'], roots: ['root'], flags: [] },
  {
    title: 'a common name beside alternative names',
    chain: ['common-name-hidden'],
    roots: ['root'],
    flags: ['CN_MISMATCH'],
  },
  {
    title: 'an address that no DNS name matches',
    chain: ['direct-leaf'],
    roots: ['root'],
    flags: ['CN_MISMATCH'],
    host: '10.0.0.1',
  },
  { title: 'a key that only signs', chain: ['signature-only'], roots: ['root'], flags: [] },
  { title: 'a key that may not sign', chain: ['encipherment-only'], roots: ['root'], flags: ['KEY_USAGE'] },
  { title: 'a certificate for clients', chain: ['client-only'], roots: ['root'], flags: ['EXT_KEY_USAGE'] },
  { title: 'a certificate for any use', chain: ['any-use'], roots: ['root'], flags: [] },
];

/** PEM of every certificate, by name. */
export async function issueServerChains(workshop: Workshop): Promise<Map<ChainName, string>> {
  const issued = new Map<string, Issued>();
  for (const [name, { issuer, key, ...options }] of Object.entries<Row>(ROWS)) {
    const own = key === undefined ? undefined : (issued.get(key) ?? key);
    issued.set(
      name,
      await workshop.issue({
        name,
        ...options,
        ...(own === undefined ? {} : { key: own as Exclude<IssueOptions['key'], undefined> }),
        ...(issuer === undefined ? {} : { issuer: issued.get(issuer)! }),
      }),
    );
  }
  return new Map([...issued].map(([name, { pem }]) => [name as ChainName, pem]));
}
