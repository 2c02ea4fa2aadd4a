import type { CertificateFacts } from '../certificate/facts.ts';
import type { TlsVersion } from '../endpoint/facts.ts';
import { atLeast, type Library } from './library.ts';

/** `SSL_IN_CONTENT_LEN` and its older name; undefined where the header gives no number for it. */
export function inContentBytes(library: Library): number | undefined {
  return contentBytes(library, 'SSL_IN_CONTENT_LEN');
}

export function outContentBytes(library: Library): number | undefined {
  return contentBytes(library, 'SSL_OUT_CONTENT_LEN');
}

/** The macro in force that sizes a record buffer. */
export function contentMacro(library: Library, direction: 'IN' | 'OUT'): string {
  const split = `SSL_${direction}_CONTENT_LEN`;
  return atLeast(library, 3) || (atLeast(library, 2, 14) && !library.has('SSL_MAX_CONTENT_LEN'))
    ? `MBEDTLS_${split}`
    : library.has(split)
      ? `MBEDTLS_${split}`
      : 'MBEDTLS_SSL_MAX_CONTENT_LEN';
}

function contentBytes(library: Library, split: string): number | undefined {
  const whole = atLeast(library, 3) ? 16384 : library.number('SSL_MAX_CONTENT_LEN', 16384);
  const hasSplit = atLeast(library, 2, 14) && library.has(split);
  return hasSplit ? library.number(split, 16384) : whole;
}

/**
 * The error of a handshake record with `bytes` of content, undefined where it fits. Up to 2.16 the header's length
 * is compared with the content length; later ones first ask whether the record fits the buffer, which is larger by
 * what encryption may add (`MBEDTLS_SSL_PAYLOAD_OVERHEAD` in ssl_internal.h, ssl_misc.h).
 */
export function inRecordError(library: Library, bytes: number, version: TlsVersion): string | undefined {
  const limit = inContentBytes(library);
  if (limit === undefined || bytes <= limit) return undefined;
  if (!atLeast(library, 2, 17)) return 'SSL_INVALID_RECORD';
  // Content type byte and GCM tag (RFC 8446 5.2).
  const wire = version === '1.3' ? bytes + 17 : bytes;
  return wire > limit + payloadOverhead(library) ? 'SSL_BAD_INPUT_DATA' : 'SSL_INVALID_RECORD';
}

/**
 * Bytes of an OpenSSL server's NewSessionTicket message: header, lifetime and lengths (RFC 5077 3.3, RFC 8446 4.6.1),
 * then key name, IV and MAC (64), and the session, which holds the client's certificate, in AES-CBC blocks.
 */
export function sessionTicketBytes(client: CertificateFacts | undefined, version: TlsVersion): number {
  const session = 106 + (client?.der.length ?? 0);
  return (version === '1.3' ? 25 : 10) + 64 + 16 * Math.ceil((session + 1) / 16);
}

function payloadOverhead(library: Library): number {
  const hasCbc = library.has('CIPHER_MODE_CBC');
  const mac = library.has('SHA512_C') || library.has('SHA384_C') ? 48 : library.has('SHA256_C') ? 32 : 20;
  const iv = 16;
  return hasCbc ? iv + mac + 256 : iv + 16;
}
