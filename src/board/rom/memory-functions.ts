import type { Lx106 } from '../lx106/cpu.ts';
import { GuestMemory } from './guest-memory.ts';
import { SMALL_COST, type RomCall, type RomFunctions } from './rom-call.ts';

/** newlib's string.h in the ROM; the names with ets_ are jumps to the others. */
export const MEMORY_FUNCTIONS: RomFunctions = {
  ...both('memcpy', using(copy)),
  ...both('memmove', using(move)),
  ...both('memset', using(set)),
  ...both('memcmp', using(compareMemory)),
  ...both('strcmp', using(compareStrings)),
  ...both(
    'strncmp',
    using(compareStrings, (length) => length),
  ),
  ...both('strlen', using(length)),
  ...both('strcpy', using(copyString)),
  ...both('strncpy', using(copyStringPadded)),
  ...both('strstr', using(find)),
  ...both(
    'bzero',
    using((memory, a) => {
      memory.fill(a[2]! >>> 0, 0, a[3]! >>> 0);
      return SMALL_COST + (a[3]! >>> 1);
    }),
  ),
};

type Name =
  | 'memcpy'
  | 'memmove'
  | 'memset'
  | 'memcmp'
  | 'strcmp'
  | 'strncmp'
  | 'strlen'
  | 'strcpy'
  | 'strncpy'
  | 'strstr'
  | 'bzero';

function both(name: Name, call: RomCall): RomFunctions {
  return { [name]: call, [`ets_${name}`]: call };
}

type Body = (memory: GuestMemory, a: Int32Array, limit: number) => number;

function using(body: Body, limit: (length: number) => number = () => Infinity): RomCall {
  return (cpu: Lx106) => body(new GuestMemory(cpu), cpu.a, limit(cpu.a[4]! >>> 0));
}

/** Bytes to the first word of the destination, words (from any source, by shifting), bytes at the end. */
function copy(memory: GuestMemory, a: Int32Array): number {
  const [to, from, count] = [a[2]! >>> 0, a[3]! >>> 0, a[4]! >>> 0];
  const head = Math.min(count, -to & 3);
  const words = (count - head) & ~3;
  if (!memory.moveInRam(to, from, count)) {
    memory.setBytes(to, memory.bytes(from, head));
    if (words > 0) memory.setWords(to + head, memory.words(from + head, words));
    const done = head + words;
    memory.setBytes(to + done, memory.bytes(from + done, count - done));
  }
  return SMALL_COST + (words >> 1) + (count - words) * 3;
}

function move(memory: GuestMemory, a: Int32Array): number {
  const [to, from, count] = [a[2]! >>> 0, a[3]! >>> 0, a[4]! >>> 0];
  if (to - from >= count || to < from) return copy(memory, a);
  if (!memory.moveInRam(to, from, count)) memory.setBytes(to, memory.bytes(from, count));
  return SMALL_COST + count * 3;
}

function set(memory: GuestMemory, a: Int32Array): number {
  const [to, value, count] = [a[2]! >>> 0, a[3]! & 0xff, a[4]! >>> 0];
  const head = Math.min(count, -to & 3);
  const words = (count - head) & ~3;
  if (!memory.fillRam(to, value, count)) {
    memory.fill(to, value, head);
    if (words > 0) memory.setWords(to + head, new Uint8Array(words).fill(value));
    memory.fill(to + head + words, value, count - head - words);
  }
  return SMALL_COST + (words >> 2) + (count - words) * 2;
}

function compareMemory(memory: GuestMemory, a: Int32Array): number {
  const [left, right, count] = [a[2]! >>> 0, a[3]! >>> 0, a[4]! >>> 0];
  let result = 0;
  let at = 0;
  for (; at < count && result === 0; at++) result = memory.byte(left + at) - memory.byte(right + at);
  a[2] = result;
  return SMALL_COST + at * 5;
}

function compareStrings(memory: GuestMemory, a: Int32Array, limit: number): number {
  const [left, right] = [a[2]! >>> 0, a[3]! >>> 0];
  const aligned = ((left | right) & 3) === 0;
  const read = (address: number) => (aligned ? memory.byteOfWord(address) : memory.byte(address));
  let result = 0;
  let at = 0;
  for (; at < limit && result === 0; at++) {
    const byte = read(left + at);
    result = byte - read(right + at);
    if (byte === 0) break;
  }
  a[2] = result;
  return SMALL_COST + at * 4;
}

function length(memory: GuestMemory, a: Int32Array): number {
  a[2] = memory.cString(a[2]! >>> 0).length;
  return SMALL_COST + a[2];
}

function copyString(memory: GuestMemory, a: Int32Array): number {
  const text = memory.cString(a[3]! >>> 0);
  const terminated = new Uint8Array(text.length + 1);
  terminated.set(text);
  memory.setBytes(a[2]! >>> 0, terminated);
  return SMALL_COST + text.length * 3;
}

function copyStringPadded(memory: GuestMemory, a: Int32Array): number {
  const [to, from, count] = [a[2]! >>> 0, a[3]! >>> 0, a[4]! >>> 0];
  const padded = new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const byte = memory.byte(from + at);
    if (byte === 0) break;
    padded[at] = byte;
  }
  memory.setBytes(to, padded);
  return SMALL_COST + count * 3;
}

function find(memory: GuestMemory, a: Int32Array): number {
  const at = a[2]! >>> 0;
  const text = latin1(memory.cString(at));
  const found = text.indexOf(latin1(memory.cString(a[3]! >>> 0)));
  a[2] = found < 0 ? 0 : at + found;
  return SMALL_COST + text.length * 4;
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
