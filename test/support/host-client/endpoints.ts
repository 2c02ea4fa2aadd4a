import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readCertificates } from '../../../src/certificate/certificates.ts';
import type { CertificateFacts, CurveName } from '../../../src/certificate/facts.ts';
import type { EndpointFacts, SuiteName, TlsVersion } from '../../../src/endpoint/facts.ts';
import { HOST } from './pki.ts';

/** A TLS server of the real `openssl s_server`, and the facts that follow from how it was started. */
export interface EndpointSpec {
  rsa?: readonly string[];
  ecdsa?: readonly string[];
  versions?: readonly TlsVersion[];
  /** OpenSSL names of TLS 1.2 suites with the IANA ones; all of OpenSSL's usual when absent. */
  ciphers?: readonly (readonly [string, SuiteName])[];
  groups?: readonly (readonly [string, CurveName])[];
  clientCertificate?: 'required' | 'none';
  requiresSni?: boolean;
  alpn?: string;
  /** OpenSSL's; Debian's default of 2 refuses to present what 0 presents. */
  securityLevel?: number;
  prefersChain?: 'rsa' | 'ecdsa';
}

const GCM: readonly (readonly [string, SuiteName])[] = [
  ['ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
  ['ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
  ['ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
  ['ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
];
const USUAL: readonly (readonly [string, SuiteName])[] = [
  ...GCM,
  ['ECDHE-ECDSA-AES128-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256'],
  ['ECDHE-RSA-AES128-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256'],
  ['ECDHE-ECDSA-AES128-SHA', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA'],
  ['ECDHE-RSA-AES128-SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA'],
  ['AES256-GCM-SHA384', 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
  ['AES128-GCM-SHA256', 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
  ['AES256-SHA256', 'TLS_RSA_WITH_AES_256_CBC_SHA256'],
  ['AES128-SHA256', 'TLS_RSA_WITH_AES_128_CBC_SHA256'],
  ['AES128-SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
];
const GROUPS: readonly (readonly [string, CurveName])[] = [
  ['X25519', 'curve25519'],
  ['P-256', 'secp256r1'],
  ['P-521', 'secp521r1'],
  ['P-384', 'secp384r1'],
];
const one = (name: string): readonly (readonly [string, SuiteName])[] =>
  USUAL.filter(([openssl]) => openssl === name);
const tls12 = ['1.2'] as const;
const rsa = ['rsa-leaf', 'rsa-int'];
const ec = ['ec-leaf', 'ec-int'];

export const ENDPOINTS = {
  rsa: { rsa },
  'rsa-12': { rsa, versions: tls12 },
  'rsa-13': { rsa, versions: ['1.3'] },
  ec: { ecdsa: ec },
  'ec-12': { ecdsa: ec, versions: tls12 },
  'ec-13': { ecdsa: ec, versions: ['1.3'] },
  dual: { rsa, ecdsa: ec },
  'dual-12': { rsa, ecdsa: ec, versions: tls12 },
  direct: { rsa: ['rsa-direct'] },
  deep: { rsa: ['rsa-leaf2', 'rsa-int2', 'rsa-int'] },
  'with-root': { rsa: ['rsa-leaf', 'rsa-int', 'rsa-root'] },
  'no-intermediate': { rsa: ['rsa-leaf'] },
  rsa4: { rsa: ['rsa4-leaf'] },
  rsa512: { rsa: ['rsa512-leaf'], versions: tls12 },
  mix384: { rsa: ['mix384-leaf', 'mix384-int'] },
  leaf384: { rsa: ['leaf384-leaf', 'rsa-int'] },
  'leaf384-13': { rsa: ['leaf384-leaf', 'rsa-int'], versions: ['1.3'] },
  ec384: { ecdsa: ['ec384-leaf'] },
  ecmix: { ecdsa: ['ecmix-leaf', 'ecmix-int'] },
  ec521: { ecdsa: ['ec521-leaf'] },
  'ec-under-rsa': { ecdsa: ['ecrsa-leaf', 'rsa-int'] },
  pss: { rsa: ['pss-leaf'] },
  'sha1-root': { rsa: ['sha1root-leaf'] },
  'sha1-leaf': { rsa: ['sha1-leaf'], securityLevel: 0 },
  expired: { rsa: ['expired-leaf'] },
  future: { rsa: ['future-leaf'] },
  'wrong-host': { rsa: ['wronghost-leaf'] },
  'cn-only': { rsa: ['cnonly-leaf'] },
  'client-eku': { rsa: ['clienteku-leaf'] },
  'no-signing': { rsa: ['noks-leaf'] },
  'not-a-ca': { rsa: ['notca-leaf', 'notca-int'] },
  'self-signed': { rsa: ['self-leaf'] },
  small: { rsa: ['small-leaf'], securityLevel: 0 },
  'aes128-gcm': { rsa, versions: tls12, ciphers: one('ECDHE-RSA-AES128-GCM-SHA256') },
  'aes256-gcm': { rsa, versions: tls12, ciphers: one('ECDHE-RSA-AES256-GCM-SHA384') },
  'cbc-sha': { rsa, versions: tls12, ciphers: one('ECDHE-RSA-AES128-SHA') },
  'cbc-sha256': { rsa, versions: tls12, ciphers: one('ECDHE-RSA-AES128-SHA256') },
  'rsa-kx': { rsa, versions: tls12, ciphers: one('AES128-GCM-SHA256') },
  'rsa-kx-cbc': { rsa, versions: tls12, ciphers: one('AES128-SHA256') },
  'ecdsa-gcm': { ecdsa: ec, versions: tls12, ciphers: one('ECDHE-ECDSA-AES128-GCM-SHA256') },
  x25519: { rsa, versions: tls12, ciphers: GCM, groups: GROUPS.slice(0, 1) },
  p384: { rsa, versions: tls12, ciphers: GCM, groups: GROUPS.slice(3) },
  sni: { rsa: ['rsa-direct'], requiresSni: true },
  'sni-12': { rsa: ['rsa-direct'], requiresSni: true, versions: tls12 },
  alpn: { rsa, alpn: 'x-amzn-mqtt-ca' },
  'no-client-certificate': { rsa, clientCertificate: 'none' },
  'no-client-certificate-13': { rsa, clientCertificate: 'none', versions: ['1.3'] },
} as const satisfies Record<string, EndpointSpec>;

export type EndpointName = keyof typeof ENDPOINTS;

export function endpointFacts(pki: string, name: EndpointName): EndpointFacts {
  const spec: EndpointSpec = ENDPOINTS[name];
  const versions = spec.versions ?? ['1.2', '1.3'];
  const suites = (spec.ciphers ?? USUAL).map(([, iana]) => iana);
  const tls13 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];
  const chain = (names: readonly string[]): CertificateFacts[] =>
    names.flatMap((one) => certificates(pki, `${one}.crt`));
  return {
    host: HOST,
    port: 0,
    profile: 'generic',
    source: `s_server ${name}`,
    versions,
    suites: versions.includes('1.3') ? [...tls13, ...suites] : suites,
    preference: 'client',
    curves: (spec.groups ?? GROUPS).map(([, curve]) => curve),
    chains: {
      ...(spec.rsa === undefined ? {} : { rsa: chain(spec.rsa) }),
      ...(spec.ecdsa === undefined ? {} : { ecdsa: chain(spec.ecdsa) }),
    },
    chainsKnown: true,
    usualChains: [],
    prefersChain: 'unknown',
    clientCertificate: spec.clientCertificate ?? 'required',
    requiresSni: spec.requiresSni ?? false,
    alpn: spec.alpn === undefined ? [] : [spec.alpn],
    records: { in: 16384, out: 16384, because: 'test' },
  };
}

function certificates(pki: string, file: string): CertificateFacts[] {
  return readCertificates({ path: file, encoding: 'pem', bytes: readFileSync(join(pki, file)) });
}

export interface RunningServer {
  port: number;
  stop(): void;
}

/** Starts the server on a free port of the loopback and waits until it listens. */
export async function startServer(pki: string, name: EndpointName): Promise<RunningServer> {
  const spec: EndpointSpec = ENDPOINTS[name];
  const child = spawn('openssl', serverArgs(spec), { cwd: pki, stdio: ['pipe', 'pipe', 'pipe'] });
  const port = await listeningPort(child);
  child.stdout.resume();
  child.stderr.resume();
  return { port, stop: () => child.kill('SIGKILL') };
}

function serverArgs(spec: EndpointSpec): string[] {
  const args = ['s_server', '-accept', '127.0.0.1:0', '-rev'];
  const first = spec.rsa ?? spec.ecdsa ?? [];
  const second = spec.rsa === undefined ? undefined : spec.ecdsa;
  args.push(...chainArgs(first, ''));
  if (second !== undefined) args.push(...chainArgs(second, 'd'));
  if (spec.clientCertificate !== 'none')
    args.push('-Verify', '4', '-verify_return_error', '-CAfile', 'device-cas.crt');
  const versions = spec.versions ?? ['1.2', '1.3'];
  if (!versions.includes('1.3')) args.push('-tls1_2');
  if (!versions.includes('1.2')) args.push('-tls1_3');
  const ciphers = (spec.ciphers ?? USUAL).map(([openssl]) => openssl);
  if (spec.securityLevel !== undefined) ciphers.push(`@SECLEVEL=${spec.securityLevel}`);
  args.push('-cipher', ciphers.join(':'));
  args.push('-groups', (spec.groups ?? GROUPS).map(([group]) => group).join(':'));
  if (spec.requiresSni === true) {
    args.push(
      '-servername',
      HOST,
      '-servername_fatal',
      '-cert2',
      `${first[0]}.crt`,
      '-key2',
      `${first[0]}.key`,
    );
  }
  if (spec.alpn !== undefined) args.push('-alpn', spec.alpn);
  return args;
}

function chainArgs([leaf = '', ...above]: readonly string[], prefix: string): string[] {
  const [cert, key, chain] = [
    `-${prefix}cert`,
    `-${prefix}key`,
    prefix === '' ? '-cert_chain' : '-dcert_chain',
  ];
  const args = [cert, `${leaf}.crt`, key, `${leaf}.key`, '-no_dhe'];
  if (above.length > 0) args.push(chain, `${above.join('+')}.chain.crt`);
  return args;
}

async function listeningPort(child: ChildProcess): Promise<number> {
  return await new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const port = /ACCEPT \S*:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('exit', (code) => {
      reject(new Error(`s_server ended with ${code}: ${text}`));
    });
  });
}
