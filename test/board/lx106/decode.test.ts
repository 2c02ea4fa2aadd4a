import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { decode, type Instruction, type Op } from '../../../src/board/lx106/decode.ts';
import { randomFrom } from './cases.ts';
import { hasCommand, inScratch } from './oracle.ts';

const OBJDUMP = 'xtensa-lx106-elf-objdump';
if (!hasCommand(OBJDUMP)) process.stderr.write(`SKIPPED: decoding is not compared, ${OBJDUMP} is missing.\n`);

const BASE = 0x40200000;

/** Operands in the assembler's order, by the fields of `Instruction`. */
const OPERANDS: Readonly<Record<string, readonly Op[]>> = {
  'r s t': [
    'and',
    'or',
    'xor',
    'add',
    'addx2',
    'addx4',
    'addx8',
    'sub',
    'subx2',
    'subx4',
    'subx8',
    'src',
  ].concat(['mul16u', 'mul16s', 'mull', 'moveqz', 'movnez', 'movltz', 'movgez']) as Op[],
  'r t': ['neg', 'abs', 'srl', 'sra'],
  'r s': ['sll'],
  s: ['ssr', 'ssl', 'ssa8l', 'ssa8b', 'jx', 'callx0'],
  't s': ['nsa', 'nsau', 'mov'],
  'r s imm': ['slli'],
  'r t imm': ['srai', 'srli'],
  'r t imm width': ['extui'],
  imm: ['ssai', 'waiti', 'rfi'],
  't imm': ['movi', 'rsil'],
  't s imm': ['l8ui', 'l16ui', 'l16si', 'l32i', 's8i', 's16i', 's32i', 'addi', 'addmi'],
  't target': ['l32r'],
  target: ['j', 'call0'],
  's target': ['beqz', 'bnez', 'bltz', 'bgez'],
  's imm target': ['beqi', 'bnei', 'blti', 'bgei', 'bltui', 'bgeui', 'bbci', 'bbsi'],
  's t target': ['bnone', 'bany', 'ball', 'bnall', 'beq', 'bne', 'blt', 'bge', 'bltu', 'bgeu', 'bbc', 'bbs'],
};
const ORDER = new Map(Object.entries(OPERANDS).flatMap(([order, ops]) => ops.map((op) => [op, order])));

/** As the disassembler writes it; special registers by number, since it has names for some. */
function text(i: Instruction): string {
  const operands = (ORDER.get(i.op) ?? '').split(' ').filter((field) => field !== '');
  const values = operands.map((field) => {
    if (field === 'imm') return String(i.imm);
    if (field === 'width') return String(i.s);
    if (field === 'target') return `0x${i.target.toString(16)}`;
    return `a${i[field as 'r' | 's' | 't']}`;
  });
  return [i.op, values.join(', ')].join(' ').trim();
}

/** Mnemonics without `.n`, which says only how long the encoding is; numbers but addresses in decimal. */
function normal(mnemonic: string, operands: string): string {
  const op = mnemonic.replace(/\.n$/, '').replace(/^([rwx]sr)\..*/, '$1');
  if (/^[rwx]sr$|^break$/.test(op)) return op;
  const plain = operands.replace(/\s*[<(].*$/, '').replace(/\b0x[0-9a-f]+\b/g, (hex) => {
    const isAddress = Number(hex) >= 0x10000000 && Number(hex) < 0xffff0000;
    return isAddress ? hex : String(Number(hex) | 0);
  });
  return `${op} ${plain}`.trim();
}

/** `excw` is also what this disassembler prints of words that it does not know. */
const EXCW = '002080';
/** Of options that the ESP8266's configuration does not have, or that nothing there uses. */
const ABSENT = /^(?:[rpiw][id]tlb\d?|rer|wer|rfdd|rfdo)\b/;

describe.skipIf(!hasCommand(OBJDUMP))('decode', () => {
  it.each([1, 2])('reads random words as objdump does (seed %i)', (seed) => {
    inScratch((directory) => {
      const random = randomFrom(seed);
      const bytes: number[] = [];
      const decoded = new Map<number, Instruction>();
      for (let count = 0; count < 60_000; count++) {
        // Half of them of the group that most instructions are in.
        const word = (random() >>> 8) & (random() % 2 === 0 ? 0xffffff : 0xfffff0);
        const pc = BASE + bytes.length;
        const i = decode(word, pc);
        decoded.set(pc, i);
        for (let k = 0; k < i.length; k++) bytes.push((word >> (8 * k)) & 0xff);
      }
      const file = join(directory, 'words.bin');
      writeFileSync(file, Uint8Array.from(bytes));
      const listing = execFileSync(
        OBJDUMP,
        ['-D', '-b', 'binary', '-m', 'xtensa', `--adjust-vma=${BASE}`, file],
        { encoding: 'utf8', maxBuffer: 1 << 28 },
      );
      let known = 0;
      const different: string[] = [];
      for (const [line, at, word, mnemonic, operands] of listing.matchAll(
        /^\s*([0-9a-f]+):\s+([0-9a-f]+)\s+(\S+)[ \t]*(.*)$/gm,
      )) {
        const i = decoded.get(Number.parseInt(at!, 16));
        // Bytes that are no instruction to the disassembler set it off by one for a while.
        if (i === undefined || mnemonic === '.byte') continue;
        if ((mnemonic === 'excw' && word !== EXCW) || ABSENT.test(mnemonic!)) {
          if (!['ill', 'rsr', 'wsr', 'xsr'].includes(i.op)) different.push(`${i.op}: ${line}`);
          continue;
        }
        known++;
        const [ours, theirs] = [text(i), normal(mnemonic!, operands!)];
        if (ours !== theirs) different.push(`${ours}: ${line}`);
      }
      expect(different.slice(0, 20)).toEqual([]);
      expect(known).toBeGreaterThan(10_000);
    });
  });
});
