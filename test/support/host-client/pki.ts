import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PASSWORDS, seemsOpen } from './key-passwords.ts';

/** Keys and certificates for the agreement tests, made with the real `openssl` once and kept in a cache. */

interface CertificateSpec {
  name: string;
  /** Argument of `openssl genpkey`: `rsa2048`, `rsa4096`, `prime256v1`, ...; or the name of another spec's key. */
  key: string;
  /** The public point is stored compressed. */
  compressed?: boolean;
  issuer?: string;
  hash?: string;
  pss?: boolean;
  ca?: boolean;
  extensions?: readonly string[];
  /** Days from now. */
  from?: number;
  to?: number;
  commonName?: string;
}

export const HOST = 'localhost';
const SERVER = [
  'subjectAltName=DNS:localhost',
  'extendedKeyUsage=serverAuth',
  'keyUsage=digitalSignature,keyEncipherment',
];
const CLIENT = ['extendedKeyUsage=clientAuth', 'keyUsage=digitalSignature'];
const CA = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];

const SPECS: readonly CertificateSpec[] = [
  { name: 'rsa-root', key: 'rsa2048', ca: true },
  { name: 'rsa-int', key: 'rsa2048', issuer: 'rsa-root', ca: true },
  { name: 'rsa-leaf', key: 'rsa2048', issuer: 'rsa-int', extensions: SERVER },
  { name: 'rsa-direct', key: 'rsa2048', issuer: 'rsa-root', extensions: SERVER },
  { name: 'rsa-int2', key: 'rsa2048', issuer: 'rsa-int', ca: true },
  { name: 'rsa-leaf2', key: 'rsa2048', issuer: 'rsa-int2', extensions: SERVER },
  { name: 'other-root', key: 'rsa2048', ca: true },
  { name: 'ec-root', key: 'prime256v1', ca: true },
  { name: 'ec-int', key: 'prime256v1', issuer: 'ec-root', ca: true },
  { name: 'ec-leaf', key: 'prime256v1', issuer: 'ec-int', extensions: SERVER },
  { name: 'ec384-root', key: 'secp384r1', hash: 'sha384', ca: true },
  { name: 'ec384-leaf', key: 'secp384r1', issuer: 'ec384-root', hash: 'sha384', extensions: SERVER },
  { name: 'ecmix-int', key: 'secp384r1', issuer: 'ec-root', ca: true },
  { name: 'ecmix-leaf', key: 'prime256v1', issuer: 'ecmix-int', hash: 'sha384', extensions: SERVER },
  { name: 'ecrsa-leaf', key: 'prime256v1', issuer: 'rsa-int', extensions: SERVER },
  { name: 'ec521-leaf', key: 'secp521r1', issuer: 'ec-root', extensions: SERVER },
  { name: 'k256-leaf', key: 'secp256k1', issuer: 'ec-root', extensions: SERVER },
  { name: 'rsa4-root', key: 'rsa4096', hash: 'sha384', ca: true },
  { name: 'rsa4-leaf', key: 'rsa4096', issuer: 'rsa4-root', hash: 'sha384', extensions: SERVER },
  { name: 'rsa512-root', key: 'rsa2048', hash: 'sha512', ca: true },
  { name: 'rsa512-leaf', key: 'rsa2048', issuer: 'rsa512-root', hash: 'sha512', extensions: SERVER },
  { name: 'mix384-int', key: 'rsa2048', issuer: 'rsa-root', hash: 'sha384', ca: true },
  { name: 'mix384-leaf', key: 'rsa2048', issuer: 'mix384-int', hash: 'sha384', extensions: SERVER },
  { name: 'leaf384-leaf', key: 'rsa2048', issuer: 'rsa-int', hash: 'sha384', extensions: SERVER },
  { name: 'sha1-root', key: 'rsa2048', hash: 'sha1', ca: true },
  { name: 'sha1root-leaf', key: 'rsa2048', issuer: 'sha1-root', extensions: SERVER },
  { name: 'sha1-leaf', key: 'rsa2048', issuer: 'rsa-root', hash: 'sha1', extensions: SERVER },
  { name: 'pss-root', key: 'rsa2048', pss: true, ca: true },
  { name: 'pss-leaf', key: 'rsa2048', issuer: 'pss-root', pss: true, extensions: SERVER },
  { name: 'expired-leaf', key: 'rsa2048', issuer: 'rsa-root', extensions: SERVER, from: -20, to: -10 },
  { name: 'future-leaf', key: 'rsa2048', issuer: 'rsa-root', extensions: SERVER, from: 10, to: 100 },
  {
    name: 'wronghost-leaf',
    key: 'rsa2048',
    issuer: 'rsa-root',
    extensions: ['subjectAltName=DNS:other.example', ...SERVER.slice(1)],
  },
  {
    name: 'cnonly-leaf',
    key: 'rsa2048',
    issuer: 'rsa-root',
    commonName: 'localhost',
    extensions: SERVER.slice(1),
  },
  {
    name: 'clienteku-leaf',
    key: 'rsa2048',
    issuer: 'rsa-root',
    extensions: ['subjectAltName=DNS:localhost', 'extendedKeyUsage=clientAuth'],
  },
  {
    name: 'noks-leaf',
    key: 'rsa2048',
    issuer: 'rsa-root',
    extensions: ['subjectAltName=DNS:localhost', 'keyUsage=keyAgreement'],
  },
  { name: 'notca-int', key: 'rsa2048', issuer: 'rsa-root', extensions: ['basicConstraints=CA:FALSE'] },
  { name: 'notca-leaf', key: 'rsa2048', issuer: 'notca-int', extensions: SERVER },
  { name: 'self-leaf', key: 'rsa2048', extensions: [...SERVER, 'basicConstraints=CA:FALSE'] },
  { name: 'small-leaf', key: 'rsa1024', issuer: 'rsa-root', extensions: SERVER },
  { name: 'device-ca', key: 'rsa2048', ca: true },
  { name: 'device-ec-ca', key: 'prime256v1', ca: true },
  { name: 'device-int', key: 'rsa2048', issuer: 'device-ca', ca: true },
  { name: 'c-ecc', key: 'prime256v1', compressed: true, issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-ec', key: 'prime256v1', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-ec-ec', key: 'prime256v1', issuer: 'device-ec-ca', extensions: CLIENT },
  { name: 'c-ec384', key: 'secp384r1', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-ec521', key: 'secp521r1', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-k256', key: 'secp256k1', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-rsa', key: 'rsa2048', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-rsa4', key: 'rsa4096', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-rsa384', key: 'rsa2048', issuer: 'device-ca', hash: 'sha384', extensions: CLIENT },
  { name: 'c-rsa512', key: 'rsa2048', issuer: 'device-ca', hash: 'sha512', extensions: CLIENT },
  { name: 'c-rsa-int', key: 'rsa2048', issuer: 'device-int', extensions: CLIENT },
  { name: 'c-mismatch', key: 'prime256v1', issuer: 'device-ca', extensions: CLIENT },
  { name: 'c-rsa-mismatch', key: 'rsa2048', issuer: 'device-ca', extensions: CLIENT },
  { name: 'foreign-ca', key: 'rsa2048', ca: true },
  { name: 'c-foreign', key: 'rsa2048', issuer: 'foreign-ca', extensions: CLIENT },
];

/** Certificates above a server's leaf, each in a file `<a>+<b>.chain.crt`. */
const CHAINS: readonly (readonly string[])[] = [
  ['rsa-int'],
  ['ec-int'],
  ['rsa-int2', 'rsa-int'],
  ['rsa-int', 'rsa-root'],
  ['mix384-int'],
  ['ecmix-int'],
  ['notca-int'],
];

/** Folder with `<name>.crt`, `<name>.key` (PKCS#8) and, in other containers, `<name>.<container>.key`. */
export function makePki(): string {
  const stamp = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 16);
  const folder = join(import.meta.dirname, `../../../node_modules/.cache/host-client/pki-${stamp}`);
  const oldest = new Date(Date.now() - 5 * 86_400_000);
  if (existsSync(join(folder, 'made')) && new Date(readFileSync(join(folder, 'made'), 'utf8')) > oldest)
    return folder;
  const part = `${folder}.part`;
  rmSync(folder, { recursive: true, force: true });
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  for (const spec of SPECS) makeCertificate(part, spec);
  makeContainers(part);
  makeBundles(part);
  writeFileSync(join(part, 'made'), new Date().toISOString());
  renameSync(part, folder);
  return folder;
}

function openssl(folder: string, ...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}

function makeCertificate(folder: string, spec: CertificateSpec): void {
  const { name, key, issuer, hash = 'sha256' } = spec;
  if (key.startsWith('rsa')) {
    openssl(
      folder,
      'genpkey',
      '-algorithm',
      'RSA',
      '-pkeyopt',
      `rsa_keygen_bits:${key.slice(3)}`,
      '-out',
      `${name}.key`,
    );
  } else {
    openssl(
      folder,
      'genpkey',
      '-algorithm',
      'EC',
      '-pkeyopt',
      `ec_paramgen_curve:${key}`,
      '-out',
      `${name}.key`,
    );
  }
  if (spec.compressed === true) {
    openssl(folder, 'ec', '-in', `${name}.key`, '-conv_form', 'compressed', '-out', `${name}.key`);
  }
  const subject = `/O=agreement test/CN=${spec.commonName ?? name}`;
  const extensions = spec.ca === true ? CA : (spec.extensions ?? []);
  writeFileSync(
    join(folder, `${name}.cnf`),
    [
      '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nrand_serial=yes\npolicy=p\nnew_certs_dir=.\nunique_subject=no',
      `default_md=${hash}\nx509_extensions=e\n[p]\nO=optional\nCN=supplied\n[e]`,
      ...extensions,
      '[req]\ndistinguished_name=dn\nprompt=no\n[dn]',
      '',
    ].join('\n'),
  );
  openssl(
    folder,
    'req',
    '-new',
    '-key',
    `${name}.key`,
    '-subj',
    subject,
    '-config',
    `${name}.cnf`,
    '-out',
    `${name}.csr`,
  );
  writeFileSync(join(folder, 'index.txt'), '');
  const sigopts =
    spec.pss === true ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'] : [];
  const signer =
    issuer === undefined
      ? ['-selfsign', '-keyfile', `${name}.key`]
      : ['-cert', `${issuer}.crt`, '-keyfile', `${issuer}.key`];
  openssl(
    folder,
    ...['ca', '-batch', '-notext', '-preserveDN', '-config', `${name}.cnf`, '-in', `${name}.csr`],
    ...['-out', `${name}.crt`, '-startdate', stamp(spec.from ?? -2), '-enddate', stamp(spec.to ?? 365)],
    ...sigopts,
    ...signer,
  );
  openssl(folder, 'x509', '-in', `${name}.crt`, '-outform', 'DER', '-out', `${name}.der`);
}

function stamp(days: number): string {
  return `${new Date(Date.now() + days * 86_400_000)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(0, 14)}Z`;
}

function makeContainers(folder: string): void {
  for (const name of ['c-ec', 'c-rsa', 'c-ec384']) {
    openssl(folder, 'pkey', '-in', `${name}.key`, '-traditional', '-out', `${name}.traditional.key`);
    openssl(folder, 'pkey', '-in', `${name}.key`, '-outform', 'DER', '-out', `${name}.pkcs8.der`);
    openssl(
      folder,
      'pkey',
      '-in',
      `${name}.key`,
      '-traditional',
      '-outform',
      'DER',
      '-out',
      `${name}.traditional.der`,
    );
    const encrypt = (out: string, ...args: string[]): void => {
      do {
        openssl(
          folder,
          ...args,
          ...['-in', `${name}.key`, '-passout', `pass:${PASSWORDS.right}`, '-out', `${name}.${out}.key`],
        );
      } while (seemsOpen(join(folder, `${name}.${out}.key`)));
    };
    encrypt('pbes2-aes', 'pkcs8', '-topk8', '-v2', 'aes-256-cbc');
    encrypt('pbes2-3des', 'pkcs8', '-topk8', '-v2', 'des3');
    encrypt('pbes1', 'pkcs8', '-topk8', '-v1', 'PBE-SHA1-3DES');
    encrypt('pbes2-3des-der', 'pkcs8', '-topk8', '-v2', 'des3', '-outform', 'DER');
    encrypt('dek', 'pkey', '-traditional', '-aes128');
  }
  openssl(folder, 'ec', '-in', 'c-ec.key', '-conv_form', 'compressed', '-out', 'c-ec.compressed.key');
  openssl(folder, 'ec', '-in', 'c-ec.key', '-param_enc', 'explicit', '-out', 'c-ec.explicit.key');
}

function makeBundles(folder: string): void {
  const join2 = (out: string, ...names: string[]): void => {
    writeFileSync(
      join(folder, out),
      names.map((name) => readFileSync(join(folder, `${name}.crt`), 'utf8')).join(''),
    );
  };
  join2('both-roots.crt', 'rsa-root', 'ec-root');
  join2('ec-first.crt', 'ec-root', 'rsa-root');
  join2('device-cas.crt', 'device-ca', 'device-ec-ca');
  join2('c-rsa-chain.crt', 'c-rsa-int', 'device-int');
  for (const chain of CHAINS) join2(`${chain.join('+')}.chain.crt`, ...chain);
}
