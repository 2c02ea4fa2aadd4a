/** MD5 (RFC 1321), one block of 64 bytes: the four words of state after it. */
export function md5Block(state: Uint32Array, block: Uint8Array): Uint32Array {
  const view = new DataView(block.buffer, block.byteOffset, 64);
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const mixed =
      (a + mix(round, b, c, d) + SINES[step]! + view.getUint32(wordOf(step, round) * 4, true)) | 0;
    const turned = rotate(mixed, SHIFTS[round]![step & 3]!);
    [a, d, c, b] = [d, c, b, (b + turned) | 0];
  }
  return Uint32Array.of(state[0]! + a, state[1]! + b, state[2]! + c, state[3]! + d);
}

export const MD5_START: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

/** RFC 1321, 3.4: the integer part of 2^32 times the sine's absolute value. */
const SINES = Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32));

function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  return round === 2 ? b ^ c ^ d : c ^ (b | ~d);
}

function wordOf(step: number, round: number): number {
  return ([1, 5, 3, 7][round]! * step + [0, 1, 5, 0][round]!) & 15;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
