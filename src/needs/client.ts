import type { CertificateFacts, Identity } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from '../endpoint/facts.ts';
import type { ChosenSuite } from './choose-suites.ts';
import type { Need } from './need.ts';
import { keyName } from '../certificate/keys.ts';
import { EspawsError } from '../errors.ts';
import { clientSignatureNeeds } from './signatures.ts';

/** Present the certificate and sign with its key, unless the server never asks. */
export function clientNeeds(
  identity: Identity,
  endpoint: EndpointFacts,
  { version, suites }: { version: TlsVersion; suites: readonly ChosenSuite[] },
): Need[] {
  if (endpoint.clientCertificate === 'none') return [];
  const label = clientLabel(identity);
  return [
    certificateNeed(endpoint, label),
    ...clientSignatureNeeds(leafOf(identity).key, { label, version, suites }),
  ];
}

/** The firmware reads its key at start, whether or not the server asks for a certificate. */
export function privateKeyNeed(identity: Identity): Need {
  const { key, container, encryption } = identity.key;
  const form =
    encryption === undefined ? CONTAINER_TITLES[container] : `${CONTAINER_TITLES[container]}, ${encryption}`;
  return {
    kind: 'private-key',
    key: key === undefined || key.kind === 'unsupported' ? 'unknown' : key.kind,
    container,
    ...(encryption === undefined ? {} : { encryption }),
    source: 'key',
    because: `the private key ${identity.files.key.path} is ${key === undefined ? 'encrypted' : keyName(key)} in ${form}`,
  };
}

const CONTAINER_TITLES = {
  pkcs1: 'PKCS#1',
  sec1: 'SEC 1',
  pkcs8: 'PKCS#8',
  'encrypted-pkcs8': 'encrypted PKCS#8',
  'encrypted-pem': 'encrypted PEM',
} as const;

function certificateNeed({ clientCertificate, host, source }: EndpointFacts, label: string): Need {
  return clientCertificate === 'unknown'
    ? { kind: 'client-certificate', source: 'certificate', because: `the project gives the ${label}` }
    : {
        kind: 'client-certificate',
        source: 'endpoint',
        because: `${host} asks for a client certificate (${source})`,
      };
}

function leafOf(identity: Identity): CertificateFacts {
  const leaf = identity.certificates[0];
  if (leaf !== undefined) return leaf;
  throw new EspawsError(`"${identity.files.certificate.path}" holds no client certificate.`, {
    code: 'certificate/missing',
    hint: 'Give the certificate that was issued for the device.',
  });
}

function clientLabel(identity: Identity): string {
  return `client certificate ${leafOf(identity).subject} (${identity.files.certificate.path})`;
}
