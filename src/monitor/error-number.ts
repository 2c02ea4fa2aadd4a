/**
 * An mbedTLS code as a line prints it, negative: decimal (`-9984`), hexadecimal with or without `0x` (`-0x2700`,
 * `-2880` for -0x2880), or a negative int printed as unsigned (`FFFFBD70`). Undefined for what is no code.
 *
 * Where the digits can be read both ways, the reading that has the form of a code wins (mbedTLS error.h: a module's
 * code is a multiple of 0x80 from 0x1080 up, the low part is below 0x80); decimal if both have. `call` decides for network calls, whose
 * codes lie between 0x42 and 0x52 (net_sockets.h).
 */
export function readErrorNumber(text: string, call = ''): number | undefined {
  const match = /^(-?)(0x)?([0-9a-f]+)$/i.exec(text);
  if (match === null) return undefined;
  const [, , prefix, digits] = match as unknown as [string, string, string | undefined, string];
  if (prefix === undefined && /^0+$/.test(digits)) return 0;
  const hex = Number.parseInt(digits, 16);
  if (/^f{4}[0-9a-f]{4}$/i.test(digits)) return asCode(0x1_0000_0000 - hex);
  if (prefix !== undefined) return hex === 0 ? 0 : asCode(hex);
  if (!/^\d+$/.test(digits)) return asCode(hex);
  const decimal = Number(digits);
  if (/^(?:mbedtls_)?net_/.test(call) && isNetworkCode(hex) && !isNetworkCode(decimal)) return -hex;
  return asCode(decimal) ?? asCode(hex);
}

function asCode(value: number): number | undefined {
  const high = value & 0x7f80;
  return value > 0 && value <= 0x7fff && (high === 0 || high >= 0x1080) ? -value : undefined;
}

function isNetworkCode(value: number): boolean {
  return value >= 0x42 && value <= 0x52;
}
