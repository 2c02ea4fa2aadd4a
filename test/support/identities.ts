import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeProcesses } from '../../src/io/processes.ts';

/** Kinds of key that the `openssl` program makes for tests. */
export type TestKeyKind =
  | 'rsa-1024'
  | 'rsa-2048'
  | 'rsa-4096'
  | 'P-256'
  | 'P-384'
  | 'P-521'
  | 'secp256k1'
  | 'brainpoolP256r1'
  | 'P-256-compressed'
  | 'P-256-explicit'
  | 'Ed25519'
  | 'DSA';

/** How a private key is written. */
export type TestKeyForm =
  | 'pkcs8'
  | 'pkcs8-der'
  | 'traditional'
  | 'traditional-der'
  | 'pbes2-aes256'
  | 'pbes2-aes128-sha1'
  | 'pbes2-3des'
  | 'pbes2-scrypt'
  | 'pbes1-sha1-3des'
  | 'dek-aes128'
  | 'dek-3des';

export interface IssueOptions {
  /** Names the files. */
  name: string;
  /** OpenSSL form. Default: `/CN=<name>`. */
  subject?: string;
  /** A kind to make anew, or one issued before whose key is used again. */
  key?: TestKeyKind | Issued;
  /** Default: signed by its own key. */
  issuer?: Issued;
  md?: 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512';
  pss?: boolean;
  /** Lines of an OpenSSL extension section; empty: a certificate of version 1. */
  extensions?: readonly string[];
  /** `YYYYMMDDHHMMSSZ`. Default: valid from 2026-01-01 to 2046-01-01. */
  from?: string;
  to?: string;
}

export interface Issued {
  name: string;
  /** PEM files. */
  certificate: string;
  key: string;
  pem: string;
}

export interface Workshop {
  directory: string;
  issue(options: IssueOptions): Promise<Issued>;
  /** Writes the key again in another form; the password of encrypted ones is `secret`. */
  keyAs(issued: Issued, form: TestKeyForm): Promise<string>;
  /** DER of a certificate. */
  derOf(issued: Issued): Promise<string>;
  /** A file of the given content, for bundles and damaged files. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  openssl(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

export const CA_EXTENSIONS = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
  'subjectKeyIdentifier=hash',
];
export const CLIENT_EXTENSIONS = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=clientAuth',
];
export const serverExtensions = (...names: readonly string[]): string[] => [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature,keyEncipherment',
  'extendedKeyUsage=serverAuth',
  `subjectAltName=${names.join(',')}`,
];

/** A date inside the default validity. */
export const TEST_NOW = new Date('2026-11-23T12:00:00Z');

/** A temporary folder in which the real `openssl` issues test certificates. */
export async function openWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-identities-'));
  await mkdir(join(directory, 'issued'));
  const path = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => runOpenssl(directory, args);
  let serial = 0x1000;

  const workshop: Workshop = {
    directory,
    openssl,

    async issue(options) {
      const { name, issuer, md = 'sha256', pss = false } = options;
      const key = await keyFor(options, path(`${name}.key`), openssl);
      const subject = options.subject ?? `/CN=${name}`;
      await openssl(
        'req',
        '-new',
        '-key',
        key,
        '-utf8',
        '-subj',
        subject,
        '-config',
        await requestConfig(path),
        ...['-out', path(`${name}.csr`)],
      );
      const config = path(`${name}.cnf`);
      await writeFile(path(`${name}.index`), '');
      await writeFile(path(`${name}.serial`), (++serial).toString(16).padStart(6, '0'));
      await writeFile(config, caConfig(options, directory));
      await openssl(
        ...[
          'ca',
          '-batch',
          '-notext',
          '-config',
          config,
          '-in',
          path(`${name}.csr`),
          '-out',
          path(`${name}.pem`),
        ],
        ...['-startdate', options.from ?? '20260101000000Z', '-enddate', options.to ?? '20460101000000Z'],
        ...(usesNoDigest(options) ? ['-md', 'null'] : ['-md', md]),
        ...(pss ? ['-sigopt', 'rsa_padding_mode:pss'] : []),
        ...(issuer === undefined
          ? ['-selfsign', '-keyfile', key]
          : ['-cert', issuer.certificate, '-keyfile', issuer.key]),
      );
      const pem = await readFile(path(`${name}.pem`), 'utf8');
      return { name, certificate: path(`${name}.pem`), key, pem };
    },

    async keyAs(issued, form) {
      const out = path(`${issued.name}.${form}.key`);
      await openssl(...KEY_FORMS[form](issued.key, out));
      return out;
    },

    async derOf(issued) {
      const out = path(`${issued.name}.der`);
      await openssl('x509', '-in', issued.certificate, '-outform', 'DER', '-out', out);
      return out;
    },

    async file(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },

    close: () => rm(directory, { recursive: true, force: true }),
  };
  return workshop;
}

async function keyFor(
  { key = 'P-256' }: IssueOptions,
  path: string,
  openssl: Workshop['openssl'],
): Promise<string> {
  if (typeof key === 'object') return key.key;
  if (key === 'DSA') {
    await openssl(
      'genpkey',
      '-genparam',
      '-algorithm',
      'DSA',
      '-pkeyopt',
      'dsa_paramgen_bits:1024',
      '-out',
      `${path}.params`,
    );
    await openssl('genpkey', '-paramfile', `${path}.params`, '-out', path);
    return path;
  }
  await openssl('genpkey', ...KEY_ARGUMENTS[key], '-out', path);
  if (key === 'P-256-compressed') {
    await openssl('ec', '-in', path, '-conv_form', 'compressed', '-out', path);
  }
  return path;
}

const ec = (curve: string, ...more: string[]) => [
  '-algorithm',
  'EC',
  '-pkeyopt',
  `ec_paramgen_curve:${curve}`,
  ...more,
];
const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`];

const KEY_ARGUMENTS: Readonly<Record<Exclude<TestKeyKind, 'DSA'>, readonly string[]>> = {
  'rsa-1024': rsa(1024),
  'rsa-2048': rsa(2048),
  'rsa-4096': rsa(4096),
  'P-256': ec('P-256'),
  'P-384': ec('P-384'),
  'P-521': ec('P-521'),
  secp256k1: ec('secp256k1'),
  brainpoolP256r1: ec('brainpoolP256r1'),
  'P-256-compressed': ec('P-256'),
  'P-256-explicit': ec('P-256', '-pkeyopt', 'ec_param_enc:explicit'),
  Ed25519: ['-algorithm', 'ED25519'],
};

const PASSWORD = ['-passout', 'pass:secret'];
const pkcs8 =
  (...more: string[]) =>
  (from: string, to: string) => ['pkcs8', '-topk8', '-in', from, '-out', to, ...more];
const pkey =
  (...more: string[]) =>
  (from: string, to: string) => ['pkey', '-in', from, '-out', to, ...more];

const KEY_FORMS: Readonly<Record<TestKeyForm, (from: string, to: string) => string[]>> = {
  pkcs8: pkcs8('-nocrypt'),
  'pkcs8-der': pkcs8('-nocrypt', '-outform', 'DER'),
  traditional: pkey('-traditional'),
  'traditional-der': pkey('-traditional', '-outform', 'DER'),
  'pbes2-aes256': pkcs8('-v2', 'aes-256-cbc', ...PASSWORD),
  'pbes2-aes128-sha1': pkcs8('-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA1', ...PASSWORD),
  'pbes2-3des': pkcs8('-v2', 'des3', ...PASSWORD),
  'pbes2-scrypt': pkcs8('-scrypt', ...PASSWORD),
  'pbes1-sha1-3des': pkcs8('-v1', 'PBE-SHA1-3DES', ...PASSWORD),
  'dek-aes128': pkey('-traditional', '-aes-128-cbc', ...PASSWORD),
  'dek-3des': pkey('-traditional', '-des3', ...PASSWORD),
};

/** Ed25519 signs without a digest of its own. */
function usesNoDigest({ key, issuer }: IssueOptions): boolean {
  return issuer === undefined && key === 'Ed25519';
}

async function requestConfig(path: (name: string) => string): Promise<string> {
  const file = path('request.cnf');
  await writeFile(file, '[req]\ndistinguished_name=dn\nprompt=no\nutf8=yes\nstring_mask=utf8only\n[dn]\n');
  return file;
}

function caConfig({ name, extensions = CA_EXTENSIONS }: IssueOptions, directory: string): string {
  const file = (extension: string) => join(directory, `${name}.${extension}`);
  return [
    '[ca]',
    'default_ca=this',
    '[this]',
    `database=${file('index')}`,
    `serial=${file('serial')}`,
    `new_certs_dir=${join(directory, 'issued')}`,
    'default_md=sha256',
    'policy=any',
    'unique_subject=no',
    'email_in_dn=yes',
    ...(extensions.length > 0 ? ['x509_extensions=extensions'] : []),
    '[any]',
    ...SUBJECT_FIELDS.map((field) => `${field}=optional`),
    '[extensions]',
    ...extensions,
    '',
  ].join('\n');
}

/** `openssl ca` drops what its policy does not name. */
const SUBJECT_FIELDS = [
  'countryName',
  'stateOrProvinceName',
  'localityName',
  'organizationName',
  'organizationalUnitName',
  'domainComponent',
  'commonName',
  'emailAddress',
];

async function runOpenssl(cwd: string, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await nodeProcesses.run('openssl', args, { cwd });
  if (exitCode !== 0) throw new Error(`openssl ${args.join(' ')}\n${stderr}`);
  return stdout;
}
