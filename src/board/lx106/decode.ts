/**
 * Decodes the LX106's instructions: the core instruction set, code density, 16 and 32-bit multiply, NSA, and what the
 * ESP8266's configuration has besides (no windows, loops, booleans, floating point or division).
 *
 * Encodings: Cadence, «Xtensa Instruction Set Architecture (ISA) Reference Manual», chapter 7.
 */

/** One decoded instruction. Which of the fields mean something depends on `op`. */
export interface Instruction {
  op: Op;
  /** Bytes: 2 or 3. */
  length: 2 | 3;
  /** Register numbers, or small immediates, by the manual's field names. */
  r: number;
  s: number;
  t: number;
  /** Signed, and scaled as the instruction uses it. */
  imm: number;
  /** Absolute address of a direct branch, jump or call, or of an L32R's literal. */
  target: number;
}

export type Op =
  | 'ill'
  | 'ret'
  | 'jx'
  | 'callx0'
  | 'call0'
  | 'j'
  | 'isync'
  | 'rsync'
  | 'esync'
  | 'dsync'
  | 'excw'
  | 'memw'
  | 'extw'
  | 'nop'
  | 'rfe'
  | 'rfde'
  | 'rfi'
  | 'break'
  | 'syscall'
  | 'simcall'
  | 'rsil'
  | 'waiti'
  | 'and'
  | 'or'
  | 'xor'
  | 'add'
  | 'addx2'
  | 'addx4'
  | 'addx8'
  | 'sub'
  | 'subx2'
  | 'subx4'
  | 'subx8'
  | 'neg'
  | 'abs'
  | 'ssr'
  | 'ssl'
  | 'ssa8l'
  | 'ssa8b'
  | 'ssai'
  | 'nsa'
  | 'nsau'
  | 'slli'
  | 'srai'
  | 'srli'
  | 'src'
  | 'srl'
  | 'sll'
  | 'sra'
  | 'mul16u'
  | 'mul16s'
  | 'mull'
  | 'rsr'
  | 'wsr'
  | 'xsr'
  | 'moveqz'
  | 'movnez'
  | 'movltz'
  | 'movgez'
  | 'extui'
  | 'l32r'
  | 'l8ui'
  | 'l16ui'
  | 'l16si'
  | 'l32i'
  | 's8i'
  | 's16i'
  | 's32i'
  | 'movi'
  | 'addi'
  | 'addmi'
  | 'mov'
  | 'beqz'
  | 'bnez'
  | 'bltz'
  | 'bgez'
  | 'beqi'
  | 'bnei'
  | 'blti'
  | 'bgei'
  | 'bltui'
  | 'bgeui'
  | 'bnone'
  | 'beq'
  | 'blt'
  | 'bltu'
  | 'ball'
  | 'bbc'
  | 'bbci'
  | 'bany'
  | 'bne'
  | 'bge'
  | 'bgeu'
  | 'bnall'
  | 'bbs'
  | 'bbsi';

/** B4CONST of the manual: immediates of BEQI, BNEI, BLTI, BGEI. */
const B4CONST = [-1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];
/** B4CONSTU: immediates of BLTUI and BGEUI. */
const B4CONSTU = [32768, 65536, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 32, 64, 128, 256];

/** Decodes the instruction whose bytes are in `word` (little endian; the third is ignored for a narrow one). */
export function decode(word: number, pc: number): Instruction {
  const narrow = (word & 0x8) !== 0;
  const instruction: Instruction = {
    op: 'ill',
    length: narrow ? 2 : 3,
    t: (word >>> 4) & 0xf,
    s: (word >>> 8) & 0xf,
    r: (word >>> 12) & 0xf,
    imm: 0,
    target: 0,
  };
  if (narrow) decodeNarrow(instruction, word, pc);
  else decodeWide(instruction, word & 0xffffff, pc);
  return instruction;
}

function decodeWide(i: Instruction, word: number, pc: number): void {
  const imm8 = word >>> 16;
  const simm8 = (imm8 << 24) >> 24;
  switch (word & 0xf) {
    case 0x0:
      decodeQrst(i, word);
      return;
    case 0x1:
      i.op = 'l32r';
      i.target = (((pc + 3) & ~3) + ((0xffff0000 | (word >>> 8)) << 2)) >>> 0;
      return;
    case 0x2:
      decodeLsai(i, word, imm8, simm8);
      return;
    case 0x5: {
      if ((i.t & 3) !== 0) return; // CALL4, CALL8, CALL12 need windows
      const offset = (word << 8) >> 14;
      i.op = 'call0';
      i.target = ((pc & ~3) + (offset << 2) + 4) >>> 0;
      return;
    }
    case 0x6:
      decodeSi(i, word, simm8, pc);
      return;
    case 0x7:
      i.op = BRANCHES[i.r]!;
      if (i.op === 'bbci' || i.op === 'bbsi') i.imm = i.t | ((i.r & 1) << 4);
      i.target = (pc + 4 + simm8) >>> 0;
      return;
  }
}

const BRANCHES: readonly Op[] = [
  'bnone',
  'beq',
  'blt',
  'bltu',
  'ball',
  'bbc',
  'bbci',
  'bbci',
  'bany',
  'bne',
  'bge',
  'bgeu',
  'bnall',
  'bbs',
  'bbsi',
  'bbsi',
];

function decodeQrst(i: Instruction, word: number): void {
  const op1 = (word >>> 16) & 0xf;
  const op2 = word >>> 20;
  switch (op1) {
    case 0x0:
      decodeRst0(i, op2);
      return;
    case 0x1:
      decodeRst1(i, op2);
      return;
    case 0x2:
      if (op2 === 8) i.op = 'mull';
      return;
    case 0x3:
      decodeRst3(i, op2);
      return;
    case 0x4:
    case 0x5:
      i.op = 'extui';
      i.imm = i.s | ((op1 & 1) << 4);
      i.s = op2 + 1; // width of the field in bits
      return;
  }
}

const RST0: Readonly<Partial<Record<number, Op>>> = {
  1: 'and',
  2: 'or',
  3: 'xor',
  8: 'add',
  9: 'addx2',
  10: 'addx4',
  11: 'addx8',
  12: 'sub',
  13: 'subx2',
  14: 'subx4',
  15: 'subx8',
};

function decodeRst0(i: Instruction, op2: number): void {
  const plain = RST0[op2];
  if (plain !== undefined) i.op = plain;
  else if (op2 === 0) decodeSt0(i);
  else if (op2 === 4) decodeSt1(i);
  else if (op2 === 6 && i.s === 0) i.op = 'neg';
  else if (op2 === 6 && i.s === 1) i.op = 'abs';
}

const SYNC: Readonly<Partial<Record<number, Op>>> = {
  0: 'isync',
  1: 'rsync',
  2: 'esync',
  3: 'dsync',
  8: 'excw',
  12: 'memw',
  13: 'extw',
  15: 'nop',
};

function decodeSt0(i: Instruction): void {
  switch (i.r) {
    case 0:
      if (i.t === 0x8) i.op = 'ret';
      else if (i.t === 0xa) i.op = 'jx';
      else if (i.t === 0xc) i.op = 'callx0';
      return;
    case 2:
      if (i.s === 0) i.op = SYNC[i.t] ?? 'ill';
      return;
    case 3:
      if (i.t === 0 && i.s === 0) i.op = 'rfe';
      else if (i.t === 0 && i.s === 2) i.op = 'rfde';
      else if (i.t === 1) {
        i.op = 'rfi';
        i.imm = i.s;
      }
      return;
    case 4:
      i.op = 'break';
      return;
    case 5:
      if (i.s === 0 && i.t === 0) i.op = 'syscall';
      else if (i.s === 1 && i.t === 0) i.op = 'simcall';
      return;
    case 6:
      i.op = 'rsil';
      i.imm = i.s;
      return;
    case 7:
      if (i.t === 0) {
        i.op = 'waiti';
        i.imm = i.s;
      }
      return;
  }
}

function decodeSt1(i: Instruction): void {
  switch (i.r) {
    case 0:
      if (i.t === 0) i.op = 'ssr';
      return;
    case 1:
      if (i.t === 0) i.op = 'ssl';
      return;
    case 2:
      if (i.t === 0) i.op = 'ssa8l';
      return;
    case 3:
      if (i.t === 0) i.op = 'ssa8b';
      return;
    case 4:
      if ((i.t & 0xe) === 0) {
        i.op = 'ssai';
        i.imm = i.s | ((i.t & 1) << 4);
      }
      return;
    case 14:
      i.op = 'nsa';
      return;
    case 15:
      i.op = 'nsau';
      return;
  }
}

function decodeRst1(i: Instruction, op2: number): void {
  switch (op2) {
    case 0:
    case 1:
      i.op = 'slli';
      i.imm = 32 - (i.t | ((op2 & 1) << 4));
      return;
    case 2:
    case 3:
      i.op = 'srai';
      i.imm = i.s | ((op2 & 1) << 4);
      return;
    case 4:
      i.op = 'srli';
      i.imm = i.s;
      return;
    case 6:
      i.op = 'xsr';
      i.imm = (i.r << 4) | i.s;
      return;
    case 8:
      i.op = 'src';
      return;
    case 9:
      if (i.s === 0) i.op = 'srl';
      return;
    case 10:
      if (i.t === 0) i.op = 'sll';
      return;
    case 11:
      if (i.s === 0) i.op = 'sra';
      return;
    case 12:
      i.op = 'mul16u';
      return;
    case 13:
      i.op = 'mul16s';
      return;
  }
}

function decodeRst3(i: Instruction, op2: number): void {
  switch (op2) {
    case 0:
    case 1:
      i.op = op2 === 0 ? 'rsr' : 'wsr';
      i.imm = (i.r << 4) | i.s;
      return;
    case 8:
      i.op = 'moveqz';
      return;
    case 9:
      i.op = 'movnez';
      return;
    case 10:
      i.op = 'movltz';
      return;
    case 11:
      i.op = 'movgez';
      return;
  }
}

function decodeLsai(i: Instruction, word: number, imm8: number, simm8: number): void {
  switch (i.r) {
    case 0:
      i.op = 'l8ui';
      i.imm = imm8;
      return;
    case 1:
      i.op = 'l16ui';
      i.imm = imm8 << 1;
      return;
    case 2:
      i.op = 'l32i';
      i.imm = imm8 << 2;
      return;
    case 4:
      i.op = 's8i';
      i.imm = imm8;
      return;
    case 5:
      i.op = 's16i';
      i.imm = imm8 << 1;
      return;
    case 6:
      i.op = 's32i';
      i.imm = imm8 << 2;
      return;
    case 9:
      i.op = 'l16si';
      i.imm = imm8 << 1;
      return;
    case 10:
      i.op = 'movi';
      i.imm = (((i.s << 8) | imm8) << 20) >> 20;
      return;
    case 12:
      i.op = 'addi';
      i.imm = simm8;
      return;
    case 13:
      i.op = 'addmi';
      i.imm = simm8 << 8;
      return;
  }
}

const ZERO_BRANCHES: readonly Op[] = ['beqz', 'bnez', 'bltz', 'bgez'];
const IMMEDIATE_BRANCHES: readonly Op[] = ['beqi', 'bnei', 'blti', 'bgei'];

function decodeSi(i: Instruction, word: number, simm8: number, pc: number): void {
  const n = i.t & 3;
  const m = i.t >>> 2;
  switch (n) {
    case 0:
      i.op = 'j';
      i.target = (pc + 4 + ((word << 8) >> 14)) >>> 0;
      return;
    case 1:
      i.op = ZERO_BRANCHES[m]!;
      i.target = (pc + 4 + ((word << 8) >> 20)) >>> 0;
      return;
    case 2:
      i.op = IMMEDIATE_BRANCHES[m]!;
      i.imm = B4CONST[i.r]!;
      i.target = (pc + 4 + simm8) >>> 0;
      return;
    case 3:
      if (m < 2) return; // ENTRY, loops and boolean branches
      i.op = m === 2 ? 'bltui' : 'bgeui';
      i.imm = B4CONSTU[i.r]!;
      i.target = (pc + 4 + simm8) >>> 0;
      return;
  }
}

function decodeNarrow(i: Instruction, word: number, pc: number): void {
  switch (word & 0xf) {
    case 0x8:
      i.op = 'l32i';
      i.imm = i.r << 2;
      return;
    case 0x9:
      i.op = 's32i';
      i.imm = i.r << 2;
      return;
    case 0xa:
      i.op = 'add';
      return;
    case 0xb:
      // ADDI.N: the destination is r, the immediate t with 0 meaning -1.
      i.op = 'addi';
      i.imm = i.t === 0 ? -1 : i.t;
      i.t = i.r;
      return;
    case 0xc:
      if ((i.t & 8) === 0) {
        const imm7 = ((i.t & 7) << 4) | i.r;
        i.op = 'movi';
        i.imm = imm7 >= 96 ? imm7 - 128 : imm7;
        i.t = i.s;
      } else {
        i.op = (i.t & 4) === 0 ? 'beqz' : 'bnez';
        i.target = (pc + 4 + (((i.t & 3) << 4) | i.r)) >>> 0;
      }
      return;
    case 0xd:
      if (i.r === 0) i.op = 'mov';
      else if (i.r === 15 && i.t === 0) i.op = 'ret';
      else if (i.r === 15 && i.t === 2) i.op = 'break';
      else if (i.r === 15 && i.t === 3 && i.s === 0) i.op = 'nop';
      return;
  }
}
