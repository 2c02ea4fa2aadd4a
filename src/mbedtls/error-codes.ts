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
 * the tree has neither. The sign of `code` does not matter.
 */
export function namesOfCode({ names }: ErrorCodes, code: number): string[] {
  return partsOf(names, code);
}

/** What the headers say of the high and the low part. */
export function textsOfCode({ texts }: ErrorCodes, code: number): string[] {
  return partsOf(texts, code).filter((text) => text !== '');
}

function partsOf(table: ReadonlyMap<number, string>, code: number): string[] {
  const magnitude = Math.abs(code);
  if (magnitude > HIGH + LOW) return [];
  const whole = table.get(-magnitude);
  if (whole !== undefined) return [whole];
  return [magnitude & HIGH, magnitude & LOW].flatMap((part) => {
    const found = part === 0 ? undefined : table.get(-part);
    return found === undefined ? [] : [found];
  });
}

/** Up to 2.7 the comment stands behind the number (`/**<`), later before the line. */
const DEFINITION =
  /(?:\/\*\*(?!<)((?:(?!\*\/)[\s\S])*)\*\/[ \t]*\n)?[ \t]*#[ \t]*define[ \t]+(MBEDTLS_ERR_\w+)[ \t]+\(?-(0x[0-9A-Fa-f]+)\)?(?:[ \t]*\/\*\*?<?((?:(?!\*\/)[\s\S])*)\*\/)?/g;

function comment(text: string): string {
  return text.replace(/\s*\n[ \t]*\*?[ \t]*/g, ' ').trim();
}
