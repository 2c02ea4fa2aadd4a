/** What a format's conversions take their values from. */
export interface FormatSource {
  next(): number;
  text(address: number): Uint8Array;
}

/**
 * printf as the boot ROM has it: c d i u o x X p s and %, with flags 0 and -, width and precision; l and h change
 * nothing. There are no 64-bit numbers and no floating point. Bytes in, bytes out.
 */
export function format(template: Uint8Array, source: FormatSource): Uint8Array {
  const text = decode(template);
  const result = text.replace(CONVERSION, (...match: string[]) => {
    const [, flags = '', width = '', precision, conversion = ''] = match;
    if (conversion === '%') return '%';
    const columns = width === '*' ? source.next() : Number(width);
    const places =
      precision === '*' ? source.next() : precision === undefined ? undefined : Number(precision);
    const value = convert(conversion, places, source);
    if (flags.includes('-')) return value.padEnd(columns);
    return flags.includes('0') && !'sc'.includes(conversion)
      ? zeroPadded(value, columns)
      : value.padStart(columns);
  });
  return Uint8Array.from(result, (character) => character.charCodeAt(0));
}

const CONVERSION = /%([-0 +#]*)(\d+|\*)?(?:\.(\d+|\*))?[lhz]*([cdiuoxXps%])/g;

function convert(conversion: string, places: number | undefined, source: FormatSource): string {
  const value = source.next();
  const digits = (text: string) => text.padStart(places ?? 0, '0');
  switch (conversion) {
    case 'c':
      return String.fromCharCode(value & 0xff);
    case 's':
      return decode(source.text(value >>> 0)).slice(0, places);
    case 'd':
    case 'i':
      return (value < 0 ? '-' : '') + digits(Math.abs(value | 0).toString());
    case 'u':
      return digits((value >>> 0).toString());
    case 'o':
      return digits((value >>> 0).toString(8));
    case 'X':
      return digits((value >>> 0).toString(16).toUpperCase());
    case 'p':
      return (value >>> 0).toString(16).padStart(8, '0');
    default:
      return digits((value >>> 0).toString(16));
  }
}

function zeroPadded(value: string, columns: number): string {
  return value.startsWith('-')
    ? `-${value.slice(1).padStart(columns - 1, '0')}`
    : value.padStart(columns, '0');
}

/** Latin 1, so that every byte is one character. */
function decode(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
