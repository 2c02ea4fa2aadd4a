import type { CertificateFacts } from '../certificate/facts.ts';
import type { EndpointFacts, TlsVersion } from './facts.ts';

/**
 * Content bytes of a Certificate message with its handshake header: list length, each certificate with its length
 * (RFC 5246 7.4.2); TLS 1.3 adds an empty context, and empty extensions to each (RFC 8446 4.4.2).
 */
export function certificateMessageBytes(
  chain: readonly Pick<CertificateFacts, 'der'>[],
  version: TlsVersion = '1.2',
): number {
  const [fixed, each] = version === '1.3' ? [4 + 1 + 3, 3 + 2] : [4 + 3, 3];
  return chain.reduce((sum, { der }) => sum + each + der.length, fixed);
}

/** Amazon's servers are seen to send Certificate messages of 5.0 to 5.4 KB; AWS Device Advisor tests 20 % more. */
const USUAL_IN = 8192;
const USUAL_OUT = 2048;
const LARGEST_RECORD = 16_384;

/** Record sizes for a server whose chains are known: the usual ones, or more where its chain is longer. */
export function recordsFor(chains: EndpointFacts['chains']): EndpointFacts['records'] {
  const longest = Math.max(
    0,
    ...[chains.rsa, chains.ecdsa].map((chain) => certificateMessageBytes(chain ?? [])),
  );
  if (longest <= USUAL_IN) return usualRecords(`its longest Certificate message here is ${longest} bytes`);
  return {
    in: LARGEST_RECORD,
    out: USUAL_OUT,
    because: `its longest Certificate message is ${longest} bytes, more than ${USUAL_IN}`,
  };
}

export function usualRecords(detail?: string): EndpointFacts['records'] {
  const reason = 'Certificate messages of 5.0 to 5.4 KB are seen from AWS IoT in the field';
  return { in: USUAL_IN, out: USUAL_OUT, because: detail === undefined ? reason : `${detail}; ${reason}` };
}
