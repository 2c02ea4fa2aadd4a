import type { CertificateFacts, Encoding } from '../certificate/facts.ts';
import { parseCertificate } from './certificate.ts';
import type { ParseFailure } from './failure.ts';
import { absent, type Library } from './library.ts';

export interface ParsedBundle {
  /** Certificates that went into the chain, in order. */
  parsed: readonly CertificateFacts[];
  /** Those that did not, each with its reason; `mbedtls_x509_crt_parse` returns their count when some parsed. */
  skipped: readonly { certificate: CertificateFacts; failure: ParseFailure }[];
  /** Set where the call returns a negative code. */
  failure: ParseFailure | undefined;
}

/**
 * `mbedtls_x509_crt_parse` of a file with one or more certificates: a PEM bundle is good when one certificate of
 * it parses, and then the count of the others is returned; else the first error is.
 */
export function parseBundle(
  library: Library,
  certificates: readonly CertificateFacts[],
  encoding: Encoding,
): ParsedBundle {
  if (encoding === 'pem' && !readsPem(library))
    return { parsed: [], skipped: [], failure: pemFailure(library) };
  // The DER parser reads the first certificate and ignores what follows.
  const inFile = encoding === 'der' ? certificates.slice(0, 1) : certificates;
  const parsed: CertificateFacts[] = [];
  const skipped: { certificate: CertificateFacts; failure: ParseFailure }[] = [];
  for (const certificate of inFile) {
    const failure = parseCertificate(library, certificate);
    if (failure === undefined) parsed.push(certificate);
    else skipped.push({ certificate, failure });
  }
  return { parsed, skipped, failure: parsed.length > 0 ? undefined : skipped[0]?.failure };
}

export function readsPem(library: Library): boolean {
  return library.has('PEM_PARSE_C');
}

function pemFailure(library: Library): ParseFailure {
  return {
    errors: ['X509_INVALID_FORMAT'],
    because: 'the file is PEM and MBEDTLS_PEM_PARSE_C is off, so the text is taken for DER',
    missing: absent(library, 'PEM_PARSE_C', 'BASE64_C'),
  };
}
