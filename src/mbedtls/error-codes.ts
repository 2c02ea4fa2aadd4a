/** The error codes of a tree's headers. */
export interface ErrorCodes {
  /** `MBEDTLS_ERR_...` -> negative code. */
  codes: ReadonlyMap<string, number>;
  /** Negative code -> name without `MBEDTLS_ERR_`. */
  names: ReadonlyMap<number, string>;
  /** Negative code -> the header's own words: `Key algorithm is unsupported (only RSA and EC are supported).` */
  texts: ReadonlyMap<number, string>;
}

/** High part of a combined code: the module's error (mbedTLS error.h, «Error code layout»). */
const HIGH = 0xff80;
/** Low part: a helper's (ASN.1, OID, MPI, ...). */
const LOW = 0x7f;

/** Reads `#define MBEDTLS_ERR_... -0x....` from all headers. */
export function readErrorCodes(headers: ReadonlyMap<string, string>): ErrorCodes {
  const codes = new Map<string, number>();
  const names = new Map<number, string>();
  const texts = new Map<number, string>();
  for (const header of headers.values()) {
    for (const [, before, name, hex, behind] of header.matchAll(DEFINITION)) {
      const code = -Number(hex);
      codes.set(name!, code);
      if (names.has(code)) continue;
      names.set(code, name!.replace(/^MBEDTLS_ERR_/, ''));
      texts.set(code, comment(behind ?? before ?? ''));
    }
  }
  return { codes, names, texts };
}

/**
 * Names of the high and the low part, without `MBEDTLS_ERR_`, as `mbedtls_strerror` takes a code apart; empty where
 * the tree does not know the high part, or there is none and it does not know the low one. The sign of `code` does
 * not matter.
 */
export function namesOfCode({ names }: ErrorCodes, code: number): string[] {
  return partsOf(code, names).flatMap((part) => names.get(-part) ?? []);
}

/**
 * A code in mbedTLS's own words, as `mbedtls_strerror` says them: `X509 - Signature algorithm (oid) is unsupported :
 * OID - OID is not found`. Undefined where `namesOfCode` is empty.
 */
export function describeCode({ names, texts }: ErrorCodes, code: number): string | undefined {
  const parts = partsOf(code, names).map((part) => {
    const name = names.get(-part);
    if (name === undefined) return `UNKNOWN ERROR CODE (${part.toString(16).toUpperCase().padStart(4, '0')})`;
    return `${moduleOf(name)} - ${(texts.get(-part) ?? '').replace(/\.$/, '')}`;
  });
  return parts.length === 0 ? undefined : parts.join(' : ');
}

/** The module, of a name without `MBEDTLS_ERR_`: its first word but for three (mbedTLS, scripts/generate_errors.pl). */
function moduleOf(name: string): string {
  const word = name.split('_', 1)[0]!;
  return { MPI: 'BIGNUM', CTR: 'CTR_DRBG', HMAC: 'HMAC_DRBG' }[word] ?? word;
}

/** Magnitudes: the high part, which must be known, and the low one; one that is 0 is left out. */
function partsOf(code: number, known: ReadonlyMap<number, string>): number[] {
  const magnitude = Math.abs(code);
  if (magnitude > HIGH + LOW) return [];
  const parts = [magnitude & HIGH, magnitude & LOW].filter((part) => part !== 0);
  return parts[0] !== undefined && known.has(-parts[0]) ? parts : [];
}

/** Up to 2.7 the comment stands behind the number (`/**<`), later before the line. */
const DEFINITION =
  /(?:\/\*\*(?!<)((?:(?!\*\/)[\s\S])*)\*\/[ \t]*\n)?[ \t]*#[ \t]*define[ \t]+(MBEDTLS_ERR_\w+)[ \t]+\(?-(0x[0-9A-Fa-f]+)\)?(?:[ \t]*\/\*\*?<?((?:(?!\*\/)[\s\S])*)\*\/)?/g;

function comment(text: string): string {
  return text.replace(/\s*\n[ \t]*\*?[ \t]*/g, ' ').trim();
}
