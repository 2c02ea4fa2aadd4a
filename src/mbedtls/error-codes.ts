/** The error codes of a tree's headers. */
export interface ErrorCodes {
  /** `MBEDTLS_ERR_...` -> negative code. */
  codes: ReadonlyMap<string, number>;
  /** Negative code -> name without `MBEDTLS_ERR_`. */
  names: ReadonlyMap<number, string>;
}

/** High part of a combined code: the module's error (mbedTLS error.h, «Error code layout»). */
const HIGH = 0xff80;
/** Low part: a helper's (ASN.1, OID, MPI, ...). */
const LOW = 0x7f;

/** Reads `#define MBEDTLS_ERR_... -0x....` from all headers. */
export function readErrorCodes(texts: ReadonlyMap<string, string>): ErrorCodes {
  const codes = new Map<string, number>();
  const names = new Map<number, string>();
  for (const text of texts.values()) {
    for (const [, name, hex] of text.matchAll(/^\s*#define\s+(MBEDTLS_ERR_\w+)\s+\(?-(0x[0-9A-Fa-f]+)/gm)) {
      const code = -Number(hex);
      codes.set(name!, code);
      if (!names.has(code)) names.set(code, name!.replace(/^MBEDTLS_ERR_/, ''));
    }
  }
  return { codes, names };
}

/** Names of the high and the low part, without `MBEDTLS_ERR_`; empty where the tree has neither. */
export function namesOfCode({ names }: ErrorCodes, code: number): string[] {
  const whole = names.get(code);
  if (whole !== undefined) return [whole];
  const magnitude = Math.abs(code);
  const parts = [magnitude & HIGH, magnitude & LOW].filter((part) => part !== 0);
  const found = parts.map((part) => names.get(-part));
  return found.includes(undefined) ? found.filter((name) => name !== undefined) : (found as string[]);
}
