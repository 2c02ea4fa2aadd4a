import type { Identity, KeyFacts, PrivateKeyFacts } from '../certificate/facts.ts';
import type { EndpointFacts } from '../endpoint/facts.ts';
import type { MacroSet } from '../mbedtls/options.ts';
import { buildTrap } from './build-traps.ts';
import { parseBundle } from './bundle.ts';
import { libraryOf, type LibrarySource } from './configuration.ts';
import type { Failure, ParseFailure } from './failure.ts';
import { NO_VERIFY_RESULT } from './flags.ts';
import { handshake } from './handshake.ts';
import { atLeast, type Library } from './library.ts';
import type { DeviceCall, Prediction } from './prediction.ts';
import { parsePrivateKey, type KeyPassword } from './private-key.ts';

export interface RunTask {
  identity: Identity;
  endpoint: EndpointFacts;
  /** The device's clock. */
  now: Date;
  settings?: RunSettings;
}

interface RunSettings {
  /** What the program gives to `mbedtls_pk_parse_key`; the bench gives none. */
  keyPassword?: KeyPassword;
  /** Host name that is set and verified; else the endpoint's. */
  host?: string;
  /** Protocols that the program offers; else the endpoint's. */
  alpn?: readonly string[];
  /** The server's clock, where it is not the device's. */
  serverNow?: Date;
}

/**
 * What a configuration will do with this identity and endpoint: refused by the tree's check_config.h, known not to
 * build, or built and run to the call that fails. Heap exhaustion is not predicted.
 */
export function predict(source: LibrarySource, macros: MacroSet, task: RunTask): Prediction {
  const [rule] = source.configErrors(macros);
  if (rule !== undefined) {
    const because = `check_config.h refuses the configuration: ${rule.message}`;
    return {
      outcome: 'build-error',
      stage: 'check_config',
      message: rule.message,
      because,
      missing: rule.missing,
    };
  }
  const library = libraryOf(source, macros);
  const trap = buildTrap(library);
  return trap === undefined ? runClient(library, task) : { outcome: 'build-error', ...trap };
}

/** Runs the client's calls in the device's order, over facts instead of bytes, until one fails. */
export function runClient(library: Library, task: RunTask): Prediction {
  const { identity, endpoint, now, settings = {} } = task;
  const seed = seedFailure(library);
  if (seed !== undefined) return errorOf(library, seed);

  const hasCa = identity.ca.length > 0;
  const ca = parseBundle(library, identity.ca, identity.files.ca.encoding);
  if (hasCa && ca.failure !== undefined)
    return errorOf(library, { ...ca.failure, call: 'mbedtls_x509_crt_parse(ca)' });
  const own = parseBundle(library, identity.certificates, identity.files.certificate.encoding);
  if (own.failure !== undefined) {
    return errorOf(library, { ...own.failure, call: 'mbedtls_x509_crt_parse(certificate)' });
  }
  const key = parsePrivateKey(library, privateKeyFacts(identity), settings.keyPassword ?? 'none');
  if (key !== undefined) return errorOf(library, { ...key, call: 'mbedtls_pk_parse_key' });

  const outcome = handshake(library, {
    identity,
    endpoint,
    own: own.parsed,
    trusted: ca.parsed,
    hasCa,
    host: settings.host ?? endpoint.host,
    alpn: settings.alpn ?? endpoint.alpn,
    now,
    serverNow: settings.serverNow ?? now,
  });
  if ('failure' in outcome) return errorOf(library, withSkipped(outcome.failure, ca.skipped));
  return {
    outcome: 'pass',
    suite: outcome.suite,
    because: 'every call that the client makes finds what it needs',
  };
}

/** An encrypted key is not opened: its kind is taken from its PEM label, else from the certificate. */
function privateKeyFacts({ key, certificates, files }: Identity): PrivateKeyFacts {
  if (key.key !== undefined) return key;
  const label = /-----BEGIN (RSA|EC) PRIVATE KEY-----/.exec(
    Buffer.from(files.key.bytes).toString('latin1'),
  )?.[1];
  const ofCertificate = certificates[0]?.key;
  const kind = label === undefined ? ofCertificate?.kind : label === 'EC' ? 'ec' : 'rsa';
  if (ofCertificate === undefined || ofCertificate.kind === kind) return { ...key, key: ofCertificate };
  return kind === 'rsa' ? { ...key, key: { kind, bits: 2048 } } : { ...key, key: UNKNOWN_EC_KEY };
}

const UNKNOWN_EC_KEY: KeyFacts = {
  kind: 'ec',
  curve: 'secp256r1',
  compressed: false,
  explicitParameters: false,
};

function seedFailure(library: Library): Failure | undefined {
  if (!library.has('ENTROPY_C')) return undefined;
  const hasSource =
    library.has('ENTROPY_HARDWARE_ALT') ||
    library.has('ENTROPY_NV_SEED') ||
    !library.has('NO_PLATFORM_ENTROPY');
  if (hasSource) return undefined;
  const because =
    'there is no entropy source: MBEDTLS_NO_PLATFORM_ENTROPY without MBEDTLS_ENTROPY_HARDWARE_ALT';
  const missing = ['MBEDTLS_ENTROPY_HARDWARE_ALT'];
  const usesPsa = library.has('USE_PSA_CRYPTO') || (atLeast(library, 3) && library.has('SSL_PROTO_TLS1_3'));
  if (library.has('PSA_CRYPTO_C') && usesPsa) {
    return { call: 'psa_crypto_init', errors: [], code: PSA_ERROR_INSUFFICIENT_ENTROPY, because, missing };
  }
  if (!library.has('CTR_DRBG_C')) return undefined;
  return { call: 'mbedtls_ctr_drbg_seed', errors: ['CTR_DRBG_ENTROPY_SOURCE_FAILED'], because, missing };
}

/** PSA Certified Crypto API, status codes. */
const PSA_ERROR_INSUFFICIENT_ENTROPY = -148;

/** A CA that was passed over when the bundle was parsed is the likelier cause of a chain that is not trusted. */
function withSkipped(failure: Failure, skipped: readonly { failure: ParseFailure }[]): Failure {
  if (failure.errors[0] !== 'X509_CERT_VERIFY_FAILED' || skipped.length === 0) return failure;
  const reasons = skipped.map((entry) => `of the CA bundle, ${entry.failure.because}`);
  const missing = [...failure.missing, ...skipped.flatMap((entry) => entry.failure.missing)];
  return { ...failure, because: [failure.because, ...reasons].join('; '), missing: [...new Set(missing)] };
}

function errorOf(library: Library, failure: Failure): Prediction {
  const names = failure.errors.map((name) => `MBEDTLS_ERR_${name}`);
  const codes = names.map((name) => library.errorCode(name) ?? 0);
  const { call, alert, because, missing, verifyFlags = 0 } = failure;
  return {
    outcome: 'error',
    call,
    code: failure.code ?? codes.reduce((sum, code) => sum + code, 0),
    name: failure.code === undefined ? names.join(' + ') : 'PSA_ERROR_INSUFFICIENT_ENTROPY',
    verifyFlags: flagsFor(call, verifyFlags),
    ...(alert === undefined ? {} : { alert }),
    because,
    missing,
  };
}

/** All bits set mean that there is no result; so does any flag of a call that does not verify. */
function flagsFor(call: DeviceCall, flags: number): number {
  return call !== 'mbedtls_ssl_handshake' || flags === NO_VERIFY_RESULT ? 0 : flags;
}
