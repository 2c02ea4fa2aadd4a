import type { Identity } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from '../endpoint/facts.ts';
import { certificateMessageBytes } from '../endpoint/records.ts';
import type { Need } from './need.ts';
import type { ChainKind } from './server-chains.ts';
import { EspawsError } from '../errors.ts';

/** RFC 8446 5.1. */
const LARGEST_RECORD_BYTES = 16384;
/** Grain of the sizes, so that a certificate renewed a few bytes longer changes nothing. */
const GRAIN_BYTES = 256;

/**
 * Record sizes, in bytes of content: those of the endpoint, or more where the client's own Certificate message (mbedTLS
 * sends it in one record) or the server's (mbedTLS 2.x takes it from one record only) is larger.
 */
export function recordNeed(
  identity: Identity,
  endpoint: EndpointFacts,
  { version, kinds }: { version: TlsVersion; kinds: readonly ChainKind[] },
): Need {
  const own = certificateMessageBytes(identity.certificates, version);
  const chains = endpoint.chainsKnown ? kinds.flatMap((kind) => [endpoint.chains[kind] ?? []]) : [];
  const server = Math.max(0, ...chains.map((chain) => certificateMessageBytes(chain, version)));
  const sends = endpoint.clientCertificate !== 'none';
  const out = sends ? grown(endpoint.records.out, own) : endpoint.records.out;
  const reasons = [
    endpoint.records.because,
    ...(server > endpoint.records.in ? [`the server's Certificate message is ${server} bytes`] : []),
    ...(out > endpoint.records.out ? [`the client's own Certificate message is ${own} bytes`] : []),
  ];
  return {
    kind: 'record-size',
    in: grown(endpoint.records.in, server),
    out,
    source: 'endpoint',
    because: reasons.join('; '),
  };
}

function grown(size: number, message: number): number {
  if (message > LARGEST_RECORD_BYTES) {
    throw new EspawsError(`A Certificate message of ${message} bytes does not fit a TLS record.`, {
      code: 'needs/unsupported',
      hint: 'Leave certificates out that the other side does not need: the root, unrelated ones.',
    });
  }
  if (message <= size) return size;
  return Math.min(LARGEST_RECORD_BYTES, Math.ceil(message / GRAIN_BYTES) * GRAIN_BYTES);
}
