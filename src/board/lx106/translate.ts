import { decode, type Instruction } from './decode.ts';

/** What translation needs to see of the machine. */
export interface CodeReader {
  /** The three bytes at an executable address, little endian; undefined where there is no code. */
  fetch(pc: number): number | undefined;
  /** A literal at a word address that does not change while its page's translations live. */
  literal(address: number): number | undefined;
  /** The data RAM that generated code may access without asking. */
  dram: { base: number; size: number };
  isRom(pc: number): boolean;
}

/** Runs from its entry until it leaves the region or `limit` instructions are done; leaves `pc` and the count in `cpu`. */
export type Translation = (cpu: object, a: Int32Array, limit: number, block: number) => void;

/** Most instructions in one translated function: larger ones are compiled late by the JavaScript engine. */
const MAX_INSTRUCTIONS = 600;

const LEAVES = new Set(['ret', 'jx', 'callx0', 'call0', 'j']);
const SYSTEM = new Set([
  'ill',
  'rfe',
  'rfde',
  'rfi',
  'break',
  'syscall',
  'simcall',
  'rsil',
  'waiti',
  'rsr',
  'wsr',
  'xsr',
]);

interface Block {
  start: number;
  instructions: { pc: number; i: Instruction }[];
}

/** True for an instruction that the dispatcher carries out by itself, outside translated code. */
function isSystem({ op, imm }: Instruction): boolean {
  if (!SYSTEM.has(op)) return false;
  return !((op === 'rsr' || op === 'wsr' || op === 'xsr') && imm === SAR);
}

const SAR = 3;

/** Translates the code reachable from `entry` by direct branches; undefined where there is no code. */
export function translate(
  entry: number,
  code: CodeReader,
): { run: Translation; entries: ReadonlyMap<number, number>; pcs: readonly number[] } | undefined {
  const found = discover(entry, code);
  if (found === undefined) return undefined;
  const { instructions, leaders, loops } = found;
  const pcs = [...instructions.keys()].sort((x, y) => x - y);
  const blocks: Block[] = [];
  let previousEnd = -1;
  for (const pc of pcs) {
    const i = instructions.get(pc)!;
    if (leaders.has(pc) || pc !== previousEnd || blocks.length === 0)
      blocks.push({ start: pc, instructions: [] });
    blocks[blocks.length - 1]!.instructions.push({ pc, i });
    previousEnd = pc + i.length;
  }
  const index = new Map(blocks.map((block, number) => [block.start, number]));
  const body = blocks.map((block, number) =>
    emitBlock(block, number, { index, loops, code, next: blocks[number + 1]?.start }),
  );
  const used = registersOf(instructions.values());
  const source = `
let c = cpu.c, sar = cpu.sar, x = 0, y = 0;
let ${[...used].map((n) => `a${n} = a[${n}]`).join(', ')}${used.size === 0 ? '_ = 0' : ''};
const D32 = cpu.D32, D16 = cpu.D16, D8 = cpu.D8;
try {
  for (;;) switch (b) {
${body.join('\n')}
  }
} finally {
  ${[...used].map((n) => `a[${n}] = a${n};`).join(' ')}
  cpu.sar = sar;
}`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const run = new Function('cpu', 'a', 'limit', 'b', source) as Translation;
  return { run, entries: index, pcs };
}

function discover(entry: number, code: CodeReader) {
  const instructions = new Map<number, Instruction>();
  const leaders = new Set([entry]);
  const loops = new Set<number>([entry]);
  const queue = [entry];
  while (queue.length > 0) {
    let pc = queue.shift()!;
    while (!instructions.has(pc) && instructions.size < MAX_INSTRUCTIONS && !code.isRom(pc)) {
      const word = code.fetch(pc);
      if (word === undefined) break;
      const i = decode(word, pc);
      if (isSystem(i)) break;
      instructions.set(pc, i);
      if (i.op === 'j') {
        leaders.add(i.target);
        if (i.target <= pc) loops.add(i.target);
        queue.push(i.target);
        break;
      }
      if (i.op === 'call0' || i.op === 'callx0') {
        leaders.add(pc + i.length);
        queue.push(pc + i.length);
      }
      if (LEAVES.has(i.op)) break;
      if (i.target !== 0 && i.op !== 'l32r') {
        leaders.add(i.target);
        if (i.target <= pc) loops.add(i.target);
        queue.push(i.target);
        leaders.add(pc + i.length);
      }
      pc += i.length;
    }
  }
  return instructions.size === 0 ? undefined : { instructions, leaders, loops };
}

interface Context {
  index: ReadonlyMap<number, number>;
  loops: ReadonlySet<number>;
  code: CodeReader;
  next: number | undefined;
}

function emitBlock(block: Block, number: number, context: Context): string {
  const { instructions, start } = block;
  const count = instructions.length;
  const lines = [`case ${number}:`];
  if (context.loops.has(start)) lines.push(`if (c >= limit) { cpu.pc = ${start}; cpu.c = c; return; }`);
  lines.push(`c += ${count};`);
  for (const [k, { pc, i }] of instructions.entries()) lines.push(emit(i, pc, k - count, context));
  const last = instructions[count - 1]!;
  const end = last.pc + last.i.length;
  if (!LEAVES.has(last.i.op) && context.next !== end) lines.push(go(end, context));
  return lines.join('\n');
}

/** Continue at an address: inside the region, or by leaving it. */
function go(target: number, { index }: Context): string {
  const b = index.get(target);
  return b === undefined ? `{ cpu.pc = ${target}; cpu.c = c; return; }` : `{ b = ${b}; continue; }`;
}

/** JavaScript for one instruction; `back` is how far the count is ahead of it (negative). */
function emit(i: Instruction, pc: number, back: number, context: Context): string {
  const [r, s, t] = [`a${i.r}`, `a${i.s}`, `a${i.t}`];
  const branch = (condition: string) => `if (${condition}) ${go(i.target, context)}`;
  const u = (register: string) => `(${register} >>> 0)`;
  const { dram } = context.code;
  const slow = `cpu.pc = ${pc}, cpu.c = c - ${-back}`;
  const load = (size: number, view: string, shift: number, call: string) =>
    `x = (${s} + ${i.imm}) >>> 0; y = x - ${dram.base}; ${t} = (y >>> 0 < ${dram.size}${size === 1 ? '' : ` && (x & ${size - 1}) === 0`}) ? ${view}[y${shift === 0 ? '' : ` >> ${shift}`}] : (${slow}, cpu.${call}(x));`;
  const store = (size: number, view: string, shift: number, call: string) =>
    `x = (${s} + ${i.imm}) >>> 0; y = x - ${dram.base}; if (y >>> 0 < ${dram.size}${size === 1 ? '' : ` && (x & ${size - 1}) === 0`}) ${view}[y${shift === 0 ? '' : ` >> ${shift}`}] = ${t}; else if (${slow}, cpu.${call}(x, ${t})) { cpu.pc = ${pc + i.length}; cpu.c = c - ${-back - 1}; return; }`;
  // System instructions are not translated.
  // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
  switch (i.op) {
    case 'ret':
      return `cpu.pc = a0 >>> 0; cpu.c = c; return;`;
    case 'jx':
      return `cpu.pc = ${s} >>> 0; cpu.c = c; return;`;
    case 'callx0':
      return `cpu.pc = ${s} >>> 0; a0 = ${(pc + 3) | 0}; cpu.c = c; return;`;
    case 'call0':
      return `a0 = ${(pc + 3) | 0}; cpu.pc = ${i.target}; cpu.c = c; return;`;
    case 'j':
      return go(i.target, context);
    case 'isync':
    case 'rsync':
    case 'esync':
    case 'dsync':
    case 'excw':
    case 'memw':
    case 'extw':
    case 'nop':
      return '';
    case 'and':
      return `${r} = ${s} & ${t};`;
    case 'or':
      return `${r} = ${s} | ${t};`;
    case 'xor':
      return `${r} = ${s} ^ ${t};`;
    case 'add':
      return `${r} = (${s} + ${t}) | 0;`;
    case 'addx2':
      return `${r} = ((${s} << 1) + ${t}) | 0;`;
    case 'addx4':
      return `${r} = ((${s} << 2) + ${t}) | 0;`;
    case 'addx8':
      return `${r} = ((${s} << 3) + ${t}) | 0;`;
    case 'sub':
      return `${r} = (${s} - ${t}) | 0;`;
    case 'subx2':
      return `${r} = ((${s} << 1) - ${t}) | 0;`;
    case 'subx4':
      return `${r} = ((${s} << 2) - ${t}) | 0;`;
    case 'subx8':
      return `${r} = ((${s} << 3) - ${t}) | 0;`;
    case 'neg':
      return `${r} = -${t} | 0;`;
    case 'abs':
      return `${r} = Math.abs(${t}) | 0;`;
    case 'ssr':
      return `sar = ${s} & 31;`;
    case 'ssl':
      return `sar = 32 - (${s} & 31);`;
    case 'ssa8l':
      return `sar = (${s} & 3) << 3;`;
    case 'ssa8b':
      return `sar = 32 - ((${s} & 3) << 3);`;
    case 'ssai':
      return `sar = ${i.imm};`;
    case 'nsa':
      return `${t} = Math.clz32(${s} ^ (${s} >> 31)) - 1;`;
    case 'nsau':
      return `${t} = Math.clz32(${s});`;
    case 'slli':
      // A shift by 32 is encodable; the shifter takes the low five bits of the amount, as QEMU's does.
      return `${r} = ${s} << ${i.imm & 31};`;
    case 'srai':
      return `${r} = ${t} >> ${i.imm};`;
    case 'srli':
      return `${r} = (${t} >>> ${i.imm}) | 0;`;
    case 'src':
      return `${r} = sar === 0 ? ${t} : sar >= 32 ? (sar > 63 ? 0 : (${s} >>> (sar - 32)) | 0) : ((${t} >>> sar) | (${s} << (32 - sar)));`;
    case 'srl':
      return `${r} = sar > 31 ? 0 : (${t} >>> sar) | 0;`;
    case 'sll':
      return `${r} = sar === 0 ? 0 : sar > 32 ? 0 : ${s} << (32 - sar);`;
    case 'sra':
      return `${r} = ${t} >> (sar > 31 ? 31 : sar);`;
    case 'mul16u':
      return `${r} = Math.imul(${s} & 0xffff, ${t} & 0xffff);`;
    case 'mul16s':
      return `${r} = Math.imul((${s} << 16) >> 16, (${t} << 16) >> 16);`;
    case 'mull':
      return `${r} = Math.imul(${s}, ${t});`;
    case 'rsr':
      return `${t} = sar;`;
    case 'wsr':
      return `sar = ${t} & 63;`;
    case 'xsr':
      return `x = sar; sar = ${t} & 63; ${t} = x;`;
    case 'moveqz':
      return `if (${t} === 0) ${r} = ${s};`;
    case 'movnez':
      return `if (${t} !== 0) ${r} = ${s};`;
    case 'movltz':
      return `if (${t} < 0) ${r} = ${s};`;
    case 'movgez':
      return `if (${t} >= 0) ${r} = ${s};`;
    case 'extui':
      return `${r} = (${t} >>> ${i.imm}) & ${(2 ** i.s - 1) | 0};`;
    case 'l32r': {
      const value = context.code.literal(i.target);
      return value === undefined ? `${t} = (${slow}, cpu.load32(${i.target}));` : `${t} = ${value | 0};`;
    }
    case 'l8ui':
      return load(1, 'D8', 0, 'load8');
    case 'l16ui':
      return load(2, 'D16', 1, 'load16');
    case 'l16si':
      return `${load(2, 'D16', 1, 'load16')} ${t} = (${t} << 16) >> 16;`;
    case 'l32i':
      return load(4, 'D32', 2, 'load32');
    case 's8i':
      return store(1, 'D8', 0, 'store8');
    case 's16i':
      return store(2, 'D16', 1, 'store16');
    case 's32i':
      return store(4, 'D32', 2, 'store32');
    case 'movi':
      return `${t} = ${i.imm};`;
    case 'addi':
    case 'addmi':
      return `${t} = (${s} + ${i.imm}) | 0;`;
    case 'mov':
      return `${t} = ${s};`;
    case 'beqz':
      return branch(`${s} === 0`);
    case 'bnez':
      return branch(`${s} !== 0`);
    case 'bltz':
      return branch(`${s} < 0`);
    case 'bgez':
      return branch(`${s} >= 0`);
    case 'beqi':
      return branch(`${s} === ${i.imm}`);
    case 'bnei':
      return branch(`${s} !== ${i.imm}`);
    case 'blti':
      return branch(`${s} < ${i.imm}`);
    case 'bgei':
      return branch(`${s} >= ${i.imm}`);
    case 'bltui':
      return branch(`${u(s)} < ${i.imm}`);
    case 'bgeui':
      return branch(`${u(s)} >= ${i.imm}`);
    case 'bnone':
      return branch(`(${s} & ${t}) === 0`);
    case 'bany':
      return branch(`(${s} & ${t}) !== 0`);
    case 'ball':
      return branch(`(~${s} & ${t}) === 0`);
    case 'bnall':
      return branch(`(~${s} & ${t}) !== 0`);
    case 'beq':
      return branch(`${s} === ${t}`);
    case 'bne':
      return branch(`${s} !== ${t}`);
    case 'blt':
      return branch(`${s} < ${t}`);
    case 'bge':
      return branch(`${s} >= ${t}`);
    case 'bltu':
      return branch(`${u(s)} < ${u(t)}`);
    case 'bgeu':
      return branch(`${u(s)} >= ${u(t)}`);
    case 'bbc':
      return branch(`((${s} >>> (${t} & 31)) & 1) === 0`);
    case 'bbs':
      return branch(`((${s} >>> (${t} & 31)) & 1) !== 0`);
    case 'bbci':
      return branch(`(${s} & ${(1 << i.imm) | 0}) === 0`);
    case 'bbsi':
      return branch(`(${s} & ${(1 << i.imm) | 0}) !== 0`);
    default:
      throw new Error(`${i.op} at 0x${pc.toString(16)} is not translated`);
  }
}

function registersOf(instructions: Iterable<Instruction>): Set<number> {
  const used = new Set<number>([0]);
  for (const { r, s, t } of instructions) for (const n of [r, s, t]) if (n < 16) used.add(n);
  return used;
}
