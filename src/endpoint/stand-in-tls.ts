import type { TlsAcceptOptions } from '../host.ts';
import type { ServerChain } from './server-chain.ts';
import type { StandInOptions } from './stand-in-options.ts';
import { authenticationOfSuite, opensslCiphers, suiteByName, versionOfSuite } from './suites.ts';

/** How OpenSSL is to behave so that it serves as `options` say. */
export function acceptOptions(
  options: StandInOptions,
  chains: { rsa?: ServerChain; ecdsa?: ServerChain },
  clientCa: readonly string[],
): TlsAcceptOptions {
  const { prefersChain, versions, clientCertificate, alpn } = options;
  const suites = options.suites.flatMap((name) => suiteByName(name) ?? []);
  const preferred = suites.filter((suite) => authenticationOfSuite(suite) !== other(prefersChain));
  const rest = suites.filter((suite) => authenticationOfSuite(suite) === other(prefersChain));
  const ciphers = [...preferred, ...rest].filter((suite) => versions.includes(versionOfSuite(suite)));
  return {
    certificates: [chains.rsa, chains.ecdsa].flatMap((chain) => chain ?? []),
    ciphers: opensslCiphers(ciphers),
    sigalgs: schemes(options),
    ecdhCurve: STAND_IN_CURVES.map(({ openssl }) => openssl).join(':'),
    minVersion: versions.includes('1.2') ? 'TLSv1.2' : 'TLSv1.3',
    maxVersion: versions.includes('1.3') ? 'TLSv1.3' : 'TLSv1.2',
    preference: 'server',
    clientCa,
    clientCertificate,
    alpnProtocols: alpn,
  };
}

function other(kind: 'rsa' | 'ecdsa'): 'rsa' | 'ecdsa' {
  return kind === 'rsa' ? 'ecdsa' : 'rsa';
}

/** Named groups, in order. */
export const STAND_IN_CURVES = [
  { openssl: 'P-256', curve: 'secp256r1' },
  { openssl: 'P-384', curve: 'secp384r1' },
  { openssl: 'P-521', curve: 'secp521r1' },
  { openssl: 'X25519', curve: 'curve25519' },
] as const;

const PKCS1_SCHEMES = ['RSA+SHA256', 'RSA+SHA384', 'RSA+SHA512', 'RSA+SHA1'];
const PSS_SCHEMES = ['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'];
const ECDSA_SCHEMES = ['ECDSA+SHA256', 'ECDSA+SHA384', 'ECDSA+SHA512', 'ECDSA+SHA1'];

/** Handshake signatures in order of preference. */
function schemes({ prefersChain, prefersPss }: StandInOptions): string {
  const rsa = prefersPss ? [...PSS_SCHEMES, ...PKCS1_SCHEMES] : [...PKCS1_SCHEMES, ...PSS_SCHEMES];
  return (prefersChain === 'rsa' ? [...rsa, ...ECDSA_SCHEMES] : [...ECDSA_SCHEMES, ...rsa]).join(':');
}
