import { decode, type Instruction } from '../../../src/board/lx106/decode.ts';
import { CASES_BASE, DATA, NORMAL_END, type Case } from './oracle.ts';

/** Numbers in [0, 2^32) from a seed (mulberry32, public domain). */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return (x ^ (x >>> 14)) >>> 0;
  };
}

const CONTROL = new Set(['ret', 'jx', 'callx0', 'call0', 'j', 'rfe', 'rfde', 'rfi', 'waiti', 'simcall']);
const SPECIAL = new Set(['rsr', 'wsr', 'xsr', 'rsil']);

/** `count` cases of one random word each, legal or not, that neither jumps nor touches special registers. */
export function singleInstructionCases(random: Random, count: number): Case[] {
  const layout = new Layout();
  while (layout.cases.length < count) {
    const word = randomWord(random);
    const i = decode(word, layout.at);
    if (isAbsentOnPurpose(word)) continue;
    if (jumps(i) || SPECIAL.has(i.op)) continue;
    if (i.op === 'l32r' && (i.target < CASES_BASE || i.target >= layout.at)) continue;
    layout.add(random, bytesOf(word, i.length), randomRegisters(random));
  }
  return layout.cases;
}

/** `count` cases of up to a dozen instructions, with branches and jumps forward and a random way to end. */
export function sequenceCases(random: Random, count: number): Case[] {
  const layout = new Layout();
  while (layout.cases.length < count) {
    const registers = randomRegisters(random);
    const link = random() % 16;
    const words = Array.from({ length: 2 + (random() % 11) }, () => legalWord(random, link));
    const endings = [0x000080 | (link << 8), 0x0000a0 | (link << 8), 0x0000c0 | (link << 8)];
    const ending = random() % 4 === 0 ? endings[link === 0 ? random() % 3 : 1 + (random() % 2)]! : undefined;
    const lengths = [...words.map((word) => decode(word, 0).length), 3];
    const offsets = lengths.map((_, k) => lengths.slice(0, k).reduce((sum, length) => sum + length, 0));
    const bytes = words.flatMap((word, k) => {
      const to = k + 1 + (random() % (words.length - k));
      return [...bytesOf(aim(word, layout.at + offsets[k]!, layout.at + offsets[to]!), lengths[k]!)];
    });
    registers[link] = layout.at + offsets[words.length]! + 3;
    const last =
      ending ?? 0x06 | (((registers[link] - (layout.at + offsets[words.length]!) - 4) << 6) & 0xffffff);
    bytes.push(...bytesOf(last, 3));
    layout.add(random, Uint8Array.from(bytes), registers);
  }
  return layout.cases;
}

/** Cases made by hand: the words, then the end. */
export function handCases(
  programs: readonly { words: readonly number[]; registers?: readonly number[] }[],
): Case[] {
  const random = randomFrom(1);
  const layout = new Layout();
  for (const { words, registers } of programs) {
    const bytes = words.flatMap((word) => [...bytesOf(word, decode(word, 0).length)]);
    layout.add(random, Uint8Array.from(bytes), registers ?? randomRegisters(random));
  }
  return layout.cases;
}

class Layout {
  readonly cases: Case[] = [];
  at = CASES_BASE;

  add(random: Random, code: Uint8Array, registers: number[] | readonly number[]): void {
    const entry = this.at;
    const end = entry + code.length;
    const jump = 0x06 | (((NORMAL_END - end - 4) << 6) & 0xffffff);
    const bytes = Uint8Array.from([...code, ...bytesOf(jump, 3)]);
    this.cases.push({
      entry,
      bytes,
      registers,
      sar: random() % 4 === 0 ? random() & 63 : random() % 33,
      memorySeed: random(),
    });
    this.at = (entry + bytes.length + 3) & ~3;
    // Entries at every alignment.
    this.at += random() & 3;
  }
}

/** RER, WER and the region-protection TLB's instructions: QEMU has them, firmware for the ESP8266 has no use for them. */
function isAbsentOnPurpose(word: number): boolean {
  const group = word & 0xff000f;
  return group === 0x500000 || (group === 0x400000 && [6, 7].includes((word >>> 12) & 0xf));
}

function randomWord(random: Random): number {
  const word = random() >>> 8;
  return random() % 2 === 0 ? word & ~0xf : word;
}

function legalWord(random: Random, keep: number): number {
  for (;;) {
    const word = randomWord(random);
    const i = decode(word, 0);
    if (i.op === 'ill' || i.op === 'break' || i.op === 'syscall' || i.op === 'l32r' || SPECIAL.has(i.op))
      continue;
    if (CONTROL.has(i.op) && i.op !== 'j') continue;
    if (i.r === keep || i.s === keep || i.t === keep) continue;
    return word;
  }
}

function jumps({ op, target }: Instruction): boolean {
  return CONTROL.has(op) || (target !== 0 && op !== 'l32r');
}

/** The word with its branch or jump aimed at `target`; as it is, where it neither branches nor jumps. */
function aim(word: number, pc: number, target: number): number {
  const i = decode(word, pc);
  if (!jumps(i)) return word;
  const offset = target - pc - 4;
  if (i.length === 2) {
    if (offset < 0) return 0xf03d; // NOP.N
    return (word & ~0xf030) | ((offset & 0xf) << 12) | (offset & 0x30);
  }
  if (i.op === 'j') return 0x06 | ((offset << 6) & 0xffffff);
  if ((word & 0x3f) === 0x16 || /^b(eqz|nez|ltz|gez)$/.test(i.op))
    return (word & 0xfff) | ((offset & 0xfff) << 12);
  return (word & 0xffff) | ((offset & 0xff) << 16);
}

const CORNERS = [
  0, 1, 2, 0x7f, 0x80, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0xffff8000,
];

function randomRegisters(random: Random): number[] {
  return Array.from({ length: 16 }, () => {
    const kind = random() % 8;
    if (kind < 3) return DATA + (random() & 0xfc);
    if (kind === 3) return DATA + (random() & 0xff);
    if (kind === 4) return CORNERS[random() % CORNERS.length]!;
    if (kind === 5) return random() & 63;
    return random();
  });
}

function bytesOf(word: number, length: number): Uint8Array {
  return Uint8Array.of(word, word >>> 8, word >>> 16).subarray(0, length);
}
