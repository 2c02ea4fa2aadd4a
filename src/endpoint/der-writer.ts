/** Distinguished Encoding Rules (X.690), as much as an X.509 certificate needs. */

export function sequence(...values: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...values);
}

export function set(...values: readonly Uint8Array[]): Buffer {
  return tagged(0x31, ...values);
}

/** `[number] EXPLICIT`, or IMPLICIT of a constructed type. */
export function context(number: number, ...values: readonly Uint8Array[]): Buffer {
  return tagged(0xa0 | number, ...values);
}

/** `[number] IMPLICIT` of a primitive type. */
export function contextPrimitive(number: number, content: Uint8Array): Buffer {
  return tagged(0x80 | number, content);
}

/** A non-negative INTEGER from its magnitude, most significant byte first. */
export function integer(magnitude: Uint8Array | number): Buffer {
  const bytes =
    typeof magnitude === 'number' ? Buffer.from(evenHex(magnitude), 'hex') : Buffer.from(magnitude);
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first < 0 ? Buffer.of(0) : bytes.subarray(first);
  return tagged(0x02, ...(significant[0]! >= 0x80 ? [Buffer.of(0)] : []), significant);
}

export function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.of(value ? 0xff : 0));
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tagged(0x03, Buffer.of(unusedBits), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return tagged(0x04, bytes);
}

export const NULL = Buffer.of(0x05, 0x00);

/** An OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = dotted.split('.').map(BigInt);
  return tagged(0x06, ...[first * 40n + second, ...rest].map(base128));
}

export function utf8String(text: string): Buffer {
  return tagged(0x0c, Buffer.from(text, 'utf8'));
}

export function printableString(text: string): Buffer {
  return tagged(0x13, Buffer.from(text, 'latin1'));
}

/** RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime after. */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(0x18, Buffer.from(digits, 'latin1'));
}

/** GeneralName (RFC 5280 4.2.1.6) of a host: iPAddress or dNSName. */
export function hostName(host: string): Buffer {
  if (IPV4.test(host)) return contextPrimitive(7, Buffer.from(host.split('.').map(Number)));
  if (host.includes(':')) return contextPrimitive(7, ipv6Bytes(host));
  return contextPrimitive(2, Buffer.from(host, 'latin1'));
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

export function uri(text: string): Buffer {
  return contextPrimitive(6, Buffer.from(text, 'latin1'));
}

function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOctets(content.length), content]);
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const bytes = Buffer.from(evenHex(length), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

function evenHex(value: number): string {
  const hex = value.toString(16);
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

function base128(arc: bigint): Buffer {
  const bytes = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return Buffer.from(bytes);
}

/** RFC 4291 2.2, without an embedded IPv4 address. */
function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...left, ...zeros, ...right].entries())
    bytes.writeUInt16BE(parseInt(group, 16), index * 2);
  return bytes;
}
