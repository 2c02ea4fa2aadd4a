/**
 * One frame of the serial link (docs/serial-link.md): type, sequence, stream, length (2), payload, CRC-32 (4), little
 * endian, between START and END with the bytes that would confuse a reader escaped, and a newline behind.
 */
export interface Frame {
  type: number;
  sequence: number;
  stream: number;
  payload: Uint8Array;
}

export const START = 0xc0;
export const END = 0xc1;
export const ESCAPE = 0xdb;
export const NEWLINE = 0x0a;

/** Second byte of an escape sequence -> the byte meant. */
export const ESCAPED: ReadonlyMap<number, number> = new Map([
  [0xdc, START],
  [0xdd, ESCAPE],
  [0xde, END],
  [0xdf, NEWLINE],
]);

const HEADER_LENGTH = 5;
const TRAILER_LENGTH = 4;
export const OVERHEAD = HEADER_LENGTH + TRAILER_LENGTH;

/** The bytes that go over the line. */
export function encodeFrame({ type, sequence, stream, payload }: Frame): Uint8Array {
  const body = new Uint8Array(payload.length + OVERHEAD);
  const view = new DataView(body.buffer);
  body.set([type, sequence, stream]);
  view.setUint16(3, payload.length, true);
  body.set(payload, HEADER_LENGTH);
  view.setUint32(HEADER_LENGTH + payload.length, crc32(body.subarray(0, -TRAILER_LENGTH)), true);
  return Uint8Array.from([START, ...escapeBytes(body), END, NEWLINE]);
}

/** The frame in unescaped bytes; undefined where its length or its checksum is wrong. */
export function decodeBody(body: Uint8Array): Frame | undefined {
  if (body.length < OVERHEAD) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const checked = body.subarray(0, -TRAILER_LENGTH);
  if (view.getUint32(checked.length, true) !== crc32(checked)) return undefined;
  const payload = checked.subarray(HEADER_LENGTH);
  if (view.getUint16(3, true) !== payload.length) return undefined;
  return { type: body[0]!, sequence: body[1]!, stream: body[2]!, payload };
}

/** Of the payload, as the body that has come so far says. */
export function lengthOf(body: Uint8Array): number | undefined {
  return body.length < HEADER_LENGTH ? undefined : body[3]! | (body[4]! << 8);
}

function* escapeBytes(bytes: Uint8Array): Generator<number> {
  for (const byte of bytes) {
    const code = ESCAPE_CODES.get(byte);
    if (code !== undefined) yield ESCAPE;
    yield code ?? byte;
  }
}

const ESCAPE_CODES = new Map([...ESCAPED].map(([code, byte]) => [byte, code]));

/** CRC-32/ISO-HDLC, as Ethernet and zlib have it. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 0xff]!;
  return ~crc >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
