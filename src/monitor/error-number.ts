/**
 * An mbedTLS code as a line prints it, negative: decimal (`-9984`), hexadecimal with or without `0x` (`-0x2700`,
 * `-2880` for -0x2880, `0x-2700`), or a negative int printed as unsigned (`FFFFBD70`, `0xd900`, `4294957312`). Undefined for what is no code.
 *
 * Where the digits can be read both ways, the reading that has the form of a code wins (mbedTLS error.h: a module's
 * code is a multiple of 0x80 from 0x1080 up, the low part is below 0x80); then one that is a module's code alone; then the
 * one whose parts go together; decimal if both do. `call` decides for network calls, whose codes lie between 0x42 and 0x52 (net_sockets.h).
 */
export function readErrorNumber(text: string, call = ''): number | undefined {
  const match = /^(-?)(0x-?)?([0-9a-f]+)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, prefix, digits] = match as unknown as [string, string, string | undefined, string];
  if (prefix === undefined && /^0+$/.test(digits)) return 0;
  const hex = Number.parseInt(digits, 16);
  const magnitude = prefix === undefined ? Number(digits) : hex;
  if (sign === '-' && isRsaSum(magnitude)) return -magnitude;
  if (/^f{4}[0-9a-f]{4}$/i.test(digits)) return asCode(0x1_0000_0000 - hex);
  // `%hx` of a negative short.
  if (prefix !== undefined && /^[89a-f][0-9a-f]{3}$/i.test(digits)) return asCode(0x1_0000 - hex);
  if (prefix !== undefined) return hex === 0 ? 0 : asCode(hex);
  if (!/^\d+$/.test(digits)) return asCode(hex);
  const decimal = Number(digits);
  if (decimal > 0xffff_8000) return asCode(0x1_0000_0000 - decimal);
  if (/^(?:mbedtls_)?net_/.test(call) && isNetworkCode(hex) && !isNetworkCode(decimal)) return -hex;
  const [asDecimal, asHex] = [asCode(decimal), asCode(hex)];
  if (asDecimal === undefined || asHex === undefined) return asDecimal ?? asHex;
  if (isWhole(asHex) !== isWhole(asDecimal)) return isWhole(asHex) ? asHex : asDecimal;
  return isPlausible(asHex) && !isPlausible(asDecimal) ? asHex : asDecimal;
}

/**
 * MBEDTLS_ERR_RSA_PRIVATE_FAILED with another code of RSA's on top (mbedtls_rsa_private in rsa.c adds what failed), which
 * goes beyond what a code may be.
 */
export function isRsaSum(magnitude: number): boolean {
  const rest = magnitude - RSA_PRIVATE_FAILED;
  return rest >= RSA_FIRST && rest <= RSA_LAST && (rest & 0x7f) === 0;
}

const RSA_PRIVATE_FAILED = 0x4300;
/** RSA_BAD_INPUT_DATA and RSA_RNG_FAILED (rsa.h). */
const RSA_FIRST = 0x4080;
const RSA_LAST = 0x4480;

/** Modules whose errors carry a helper's below them (mbedTLS error.h): the first and last of their codes, and the helpers' low parts. */
const COMBINED: readonly (readonly [first: number, last: number, low: ReadonlySet<number>])[] = [
  // PEM with Base64.
  [0x1080, 0x1480, new Set([0x2a, 0x2c])],
  // X.509 and PKCS with ASN.1 and OID.
  [0x1e00, 0x2f80, new Set([0x2e, 0x60, 0x62, 0x64, 0x66, 0x68, 0x6a, 0x6c])],
  // DHM with big numbers.
  [0x3080, 0x3580, range(0x02, 0x10)],
  [0x3880, 0x3f80, new Set([0x2e, 0x60, 0x62, 0x64, 0x66, 0x68, 0x6a, 0x6c, ...range(0x02, 0x10)])],
  // RSA and ECP with big numbers.
  [0x4080, 0x4f80, range(0x02, 0x10)],
];

/** False for a sum of two errors that do not go together. */
export function isPlausible(code: number): boolean {
  const high = -code & 0x7f80;
  const low = -code & 0x7f;
  if (low === 0 || high === 0) return true;
  return COMBINED.some(([first, last, helpers]) => high >= first && high <= last && helpers.has(low));
}

/** True for a module's code without a helper's. */
function isWhole(code: number): boolean {
  return (-code & 0x7f) === 0;
}

function range(first: number, last: number): ReadonlySet<number> {
  return new Set(Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

function asCode(value: number): number | undefined {
  const high = value & 0x7f80;
  return value > 0 && value <= 0x7fff && (high === 0 || high >= 0x1080) ? -value : undefined;
}

function isNetworkCode(value: number): boolean {
  return value >= 0x42 && value <= 0x52;
}
