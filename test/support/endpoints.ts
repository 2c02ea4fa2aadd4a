import type { CertificateFacts } from '../../src/certificate/facts.ts';
import type { EndpointFacts } from '../../src/endpoint/facts.ts';

const host = 'abc-ats.iot.eu-west-1.amazonaws.com';

/** An endpoint of the shape of AWS IoT Core: both kinds of chain, neither of them seen. */
export function awsLikeEndpoint(changes: Partial<EndpointFacts> = {}): EndpointFacts {
  return {
    host,
    port: 8883,
    profile: 'aws-iot',
    source: 'profile aws-iot',
    versions: ['1.2', '1.3'],
    suites: [
      'TLS_AES_128_GCM_SHA256',
      'TLS_AES_256_GCM_SHA384',
      'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
      'TLS_RSA_WITH_AES_128_GCM_SHA256',
    ],
    preference: 'server',
    curves: ['secp256r1', 'secp384r1'],
    chains: {},
    chainsKnown: false,
    usualChains: [
      {
        kind: 'rsa',
        rsaBits: [2048],
        curves: [],
        signatures: [{ algorithm: 'rsa-pkcs1', hash: 'sha256' }],
        roots: ['Amazon Root CA 1'],
      },
      {
        kind: 'ecdsa',
        rsaBits: [],
        curves: ['secp256r1'],
        signatures: [{ algorithm: 'ecdsa', hash: 'sha256' }],
        roots: ['Amazon Root CA 3'],
      },
    ],
    prefersChain: 'unknown',
    clientCertificate: 'required',
    requiresSni: true,
    alpn: [],
    records: { in: 8192, out: 2048, because: 'certificate messages of 5.0 to 5.4 KB are seen in the field' },
    ...changes,
  };
}

/** The same with the chains that it really presents. */
export function knownEndpoint(
  chains: { rsa?: readonly CertificateFacts[]; ecdsa?: readonly CertificateFacts[] },
  changes: Partial<EndpointFacts> = {},
): EndpointFacts {
  return awsLikeEndpoint({
    profile: 'local',
    source: 'stand-in on localhost',
    chains,
    chainsKnown: true,
    usualChains: [],
    ...changes,
  });
}
