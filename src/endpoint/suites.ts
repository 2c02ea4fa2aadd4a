import type { SuiteName, TlsVersion } from './facts.ts';

export interface Suite {
  /** Of the IANA TLS Cipher Suites registry. */
  id: number;
  name: SuiteName;
  openssl: string;
}

/** How the server proves who it is: the kind of its certificate's key. */
export type SuiteAuthentication = 'rsa' | 'ecdsa' | 'any';

export function suiteById(id: number): Suite | undefined {
  return SUITES.find((suite) => suite.id === id);
}

export function suiteByName(name: SuiteName): Suite | undefined {
  return SUITES.find((suite) => suite.name === name);
}

/** TLS 1.3 suites name neither key exchange nor authentication (RFC 8446 B.4). */
export function versionOfSuite({ name }: Suite): TlsVersion {
  return name.includes('_WITH_') ? '1.2' : '1.3';
}

export function authenticationOfSuite({ name }: Suite): SuiteAuthentication {
  if (!name.includes('_WITH_')) return 'any';
  return name.includes('_ECDSA_') ? 'ecdsa' : 'rsa';
}

/**
 * OpenSSL's cipher list for these suites, at security level 0: SHA-1 certificates and small keys are to be served and
 * seen, not refused. The list of TLS 1.2 must not be empty, also where only TLS 1.3 is spoken.
 */
export function opensslCiphers(suites: readonly Suite[]): string {
  const hasOld = suites.some((suite) => versionOfSuite(suite) === '1.2');
  return [...suites.map(({ openssl }) => openssl), ...(hasOld ? [] : ['DEFAULT']), '@SECLEVEL=0'].join(':');
}

/**
 * The suites with a server certificate that a TLS 1.2 or 1.3 endpoint may have, and their OpenSSL names
 * (openssl-ciphers(1)). Without anonymous, PSK, SRP, NULL, DSS, ARIA, Camellia and 3DES ones, which no IoT endpoint
 * offers or Node's OpenSSL does not build.
 */
export const SUITES: readonly Suite[] = [
  { id: 0x1301, name: 'TLS_AES_128_GCM_SHA256', openssl: 'TLS_AES_128_GCM_SHA256' },
  { id: 0x1302, name: 'TLS_AES_256_GCM_SHA384', openssl: 'TLS_AES_256_GCM_SHA384' },
  { id: 0x1303, name: 'TLS_CHACHA20_POLY1305_SHA256', openssl: 'TLS_CHACHA20_POLY1305_SHA256' },
  { id: 0xc009, name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA', openssl: 'ECDHE-ECDSA-AES128-SHA' },
  { id: 0xc00a, name: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', openssl: 'ECDHE-ECDSA-AES256-SHA' },
  { id: 0xc023, name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256', openssl: 'ECDHE-ECDSA-AES128-SHA256' },
  { id: 0xc024, name: 'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384', openssl: 'ECDHE-ECDSA-AES256-SHA384' },
  { id: 0xc02b, name: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', openssl: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
  { id: 0xc02c, name: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', openssl: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  { id: 0xc0ac, name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM', openssl: 'ECDHE-ECDSA-AES128-CCM' },
  { id: 0xc0ad, name: 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM', openssl: 'ECDHE-ECDSA-AES256-CCM' },
  { id: 0xc0ae, name: 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', openssl: 'ECDHE-ECDSA-AES128-CCM8' },
  { id: 0xc0af, name: 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8', openssl: 'ECDHE-ECDSA-AES256-CCM8' },
  {
    id: 0xcca9,
    name: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    openssl: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  },
  { id: 0xc013, name: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', openssl: 'ECDHE-RSA-AES128-SHA' },
  { id: 0xc014, name: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', openssl: 'ECDHE-RSA-AES256-SHA' },
  { id: 0xc027, name: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', openssl: 'ECDHE-RSA-AES128-SHA256' },
  { id: 0xc028, name: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', openssl: 'ECDHE-RSA-AES256-SHA384' },
  { id: 0xc02f, name: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', openssl: 'ECDHE-RSA-AES128-GCM-SHA256' },
  { id: 0xc030, name: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', openssl: 'ECDHE-RSA-AES256-GCM-SHA384' },
  { id: 0xcca8, name: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', openssl: 'ECDHE-RSA-CHACHA20-POLY1305' },
  { id: 0x0033, name: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA', openssl: 'DHE-RSA-AES128-SHA' },
  { id: 0x0039, name: 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA', openssl: 'DHE-RSA-AES256-SHA' },
  { id: 0x0067, name: 'TLS_DHE_RSA_WITH_AES_128_CBC_SHA256', openssl: 'DHE-RSA-AES128-SHA256' },
  { id: 0x006b, name: 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA256', openssl: 'DHE-RSA-AES256-SHA256' },
  { id: 0x009e, name: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256', openssl: 'DHE-RSA-AES128-GCM-SHA256' },
  { id: 0x009f, name: 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384', openssl: 'DHE-RSA-AES256-GCM-SHA384' },
  { id: 0xc09e, name: 'TLS_DHE_RSA_WITH_AES_128_CCM', openssl: 'DHE-RSA-AES128-CCM' },
  { id: 0xc09f, name: 'TLS_DHE_RSA_WITH_AES_256_CCM', openssl: 'DHE-RSA-AES256-CCM' },
  { id: 0xc0a2, name: 'TLS_DHE_RSA_WITH_AES_128_CCM_8', openssl: 'DHE-RSA-AES128-CCM8' },
  { id: 0xc0a3, name: 'TLS_DHE_RSA_WITH_AES_256_CCM_8', openssl: 'DHE-RSA-AES256-CCM8' },
  { id: 0xccaa, name: 'TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256', openssl: 'DHE-RSA-CHACHA20-POLY1305' },
  { id: 0x002f, name: 'TLS_RSA_WITH_AES_128_CBC_SHA', openssl: 'AES128-SHA' },
  { id: 0x0035, name: 'TLS_RSA_WITH_AES_256_CBC_SHA', openssl: 'AES256-SHA' },
  { id: 0x003c, name: 'TLS_RSA_WITH_AES_128_CBC_SHA256', openssl: 'AES128-SHA256' },
  { id: 0x003d, name: 'TLS_RSA_WITH_AES_256_CBC_SHA256', openssl: 'AES256-SHA256' },
  { id: 0x009c, name: 'TLS_RSA_WITH_AES_128_GCM_SHA256', openssl: 'AES128-GCM-SHA256' },
  { id: 0x009d, name: 'TLS_RSA_WITH_AES_256_GCM_SHA384', openssl: 'AES256-GCM-SHA384' },
  { id: 0xc09c, name: 'TLS_RSA_WITH_AES_128_CCM', openssl: 'AES128-CCM' },
  { id: 0xc09d, name: 'TLS_RSA_WITH_AES_256_CCM', openssl: 'AES256-CCM' },
  { id: 0xc0a0, name: 'TLS_RSA_WITH_AES_128_CCM_8', openssl: 'AES128-CCM8' },
  { id: 0xc0a1, name: 'TLS_RSA_WITH_AES_256_CCM_8', openssl: 'AES256-CCM8' },
];
