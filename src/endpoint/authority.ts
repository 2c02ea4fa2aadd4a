import {
  issueCertificate,
  nameDer,
  RANDOM_MEANS,
  type IssueHash,
  type IssuingMeans,
  type NameType,
} from './issue.ts';
import { publicKeyDer, type KeyAlgorithm } from './key-pairs.ts';

/** What the stand-in keeps between two starts: PEM by name. Holds private keys. */
export interface AuthorityState {
  version: 1;
  /** By role and algorithm: `root rsa-2048`. */
  keys: Record<string, string>;
  /** Self-signed certificates, by role, algorithm and hash: `root rsa-2048 sha256`. */
  certificates: Record<string, string>;
}

/** A certificate with the key that signs in its name. */
interface Issuer {
  /** DER */
  name: Uint8Array;
  /** PEM */
  certificate: string;
  /** PEM */
  key: string;
}

/** The stand-in's keys and roots, each made when first asked for. */
export interface Authority {
  key(role: KeyRole, algorithm: KeyAlgorithm): Promise<string>;
  /** A self-signed CA. */
  root(role: RootRole, algorithm: KeyAlgorithm, hash?: IssueHash): Promise<Issuer>;
  /** With what it issues. */
  means: IssuingMeans;
  state(): AuthorityState;
  /** Something was made since it was created from its state. */
  changed(): boolean;
}

/**
 * `root`: as Amazon Root CA 1 and 3; `services`: as Starfield Services Root CA - G2, which signs a second certificate
 * for the root's key; `device`: signs client certificates.
 */
type RootRole = 'root' | 'services' | 'device';
type KeyRole = RootRole | 'intermediate' | 'leaf';

/** Validity of Amazon Root CA 1. */
const ROOT_VALIDITY = {
  notBefore: new Date('2015-05-26T00:00:00Z'),
  notAfter: new Date('2038-01-17T00:00:00Z'),
};

const ORGANIZATION: readonly (readonly [NameType, string])[] = [
  ['C', 'US'],
  ['O', 'espaws stand-in'],
];

export function createAuthority(
  initial: AuthorityState = { version: 1, keys: {}, certificates: {} },
  means: IssuingMeans = RANDOM_MEANS,
): Authority {
  const keys = pending(initial.keys);
  const certificates = pending(initial.certificates);

  const key = (role: KeyRole, algorithm: KeyAlgorithm) =>
    keys.get(`${role} ${algorithm}`, () => means.privateKey(role, algorithm));

  return {
    key,
    means,
    async root(role, algorithm, hash = 'sha256') {
      const signingKey = await key(role, algorithm);
      const name = rootName(role, algorithm);
      const certificate = await certificates.get(`${role} ${algorithm} ${hash}`, () =>
        issueCertificate(
          {
            subject: name,
            issuer: name,
            publicKey: publicKeyDer(signingKey),
            ...{ signingKey, hash },
            ...ROOT_VALIDITY,
            profile: { kind: 'ca' },
          },
          means,
        ),
      );
      return { name, certificate, key: signingKey };
    },
    state: () => ({ version: 1, keys: keys.values(), certificates: certificates.values() }),
    changed: () => keys.changed() || certificates.changed(),
  };
}

/** Numbered as Amazon number their roots: 1 for RSA-2048, 3 for P-256. */
function rootName(role: RootRole, algorithm: KeyAlgorithm): Uint8Array {
  const numbers: Partial<Record<KeyAlgorithm, string>> = {
    'rsa-2048': '1',
    'rsa-4096': '2',
    'ec-P-256': '3',
    'ec-P-384': '4',
  };
  const suffix = numbers[algorithm] ?? algorithm;
  const names: Record<RootRole, readonly [NameType, string]> = {
    root: ['CN', `espaws stand-in Root CA ${suffix}`],
    services: ['CN', `espaws stand-in Services Root CA ${suffix}`],
    device: ['OU', `espaws stand-in device CA ${suffix}`],
  };
  return nameDer([...ORGANIZATION, names[role]]);
}

/** Name of an intermediate, as Amazon's `Amazon RSA 2048 M01`. */
export function intermediateName(algorithm: KeyAlgorithm): Uint8Array {
  const kind = algorithm.startsWith('rsa-') ? `RSA ${algorithm.slice(4)}` : `ECDSA ${algorithm.slice(5)}`;
  return nameDer([...ORGANIZATION, ['CN', `espaws stand-in ${kind} M01`]]);
}

/** A map whose missing values are made once, however many ask at the same time. */
function pending(initial: Readonly<Record<string, string>>) {
  const known = new Map(Object.entries(initial));
  const making = new Map<string, Promise<string>>();
  const before = known.size;
  return {
    get(name: string, make: () => string | Promise<string>): Promise<string> {
      const value = known.get(name);
      if (value !== undefined) return Promise.resolve(value);
      const promise =
        making.get(name) ??
        Promise.resolve(make()).then((made) => {
          known.set(name, made);
          return made;
        });
      making.set(name, promise);
      return promise;
    },
    values: () => Object.fromEntries([...known].sort(([a], [b]) => (a < b ? -1 : 1))),
    changed: () => known.size > before,
  };
}
