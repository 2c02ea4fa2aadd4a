import { decode, type Instruction } from './decode.ts';
import { InstructionEmitter } from './emit.ts';
import { IMPORT, LOCAL, STATE, type DirectRam } from './layout.ts';
import { OP, RESULT, WasmWriter, type Signature, type WasmFunction } from './wasm.ts';

/** What translation needs to see of the machine. */
export interface CodeReader {
  /** The three bytes at an executable address, little endian; undefined where there is no code. */
  fetch(pc: number): number | undefined;
  /** A literal at a word address that does not change while its translations live. */
  literal(address: number): number | undefined;
  ram: DirectRam;
  isRom(pc: number): boolean;
}

/** The code reachable from an address by direct branches, as one function of WebAssembly. */
export interface Translated {
  function: WasmFunction;
  /** Number of each block, by its address. */
  entries: ReadonlyMap<number, number>;
  pcs: readonly number[];
  /** Where execution may go from it: calls, what is too far for one function, what follows a system instruction. */
  onward: readonly number[];
}

/**
 * Most instructions in one function. It looks at the count where it is entered and at the head of every loop, so that
 * this is also how far a run goes beyond its end, and how late an interrupt can be.
 */
export const MAX_INSTRUCTIONS = 600;

/** Types of a translation, and of what it imports: `(limit, block)`, loads and stores. */
export const SIGNATURES: readonly Signature[] = [
  { parameters: 2, results: 0 },
  { parameters: 3, results: 1 },
  { parameters: 5, results: 1 },
];

/** What translations import, in the order of `IMPORT`. */
export const IMPORTS = Object.keys(IMPORT).map((name) => ({
  name,
  signature: name.startsWith('load') ? 1 : 2,
}));

const SAR = 3;
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

/** True for an instruction that is carried out by itself, outside translated code. */
export function isSystem({ op, imm }: Instruction): boolean {
  if (!SYSTEM.has(op)) return false;
  return !((op === 'rsr' || op === 'wsr' || op === 'xsr') && imm === SAR);
}

/** Translates the code reachable from `entry`; undefined where there is none that can be translated. */
export function translate(entry: number, code: CodeReader): Translated | undefined {
  const { instructions, leaders, loops, onward } = discover(entry, code);
  if (instructions.size === 0) return undefined;
  const pcs = [...instructions.keys()].sort((x, y) => x - y);
  const blocks = blocksOf(pcs, instructions, leaders);
  const index = new Map(blocks.map((block, number) => [block.start, number]));
  const used = registersOf(instructions.values());
  const out = new WasmWriter();
  for (const n of used)
    out
      .const(0)
      .op(OP.load, 2, STATE.a + 4 * n)
      .set(LOCAL.registers + n);
  out.const(0).op(OP.load, 2, STATE.c).set(LOCAL.c);
  out.const(0).op(OP.load, 2, STATE.sar).set(LOCAL.sar);
  out.op(OP.block).byte(RESULT.none).op(OP.block).byte(RESULT.none).op(OP.loop).byte(RESULT.none);
  for (let n = 0; n < blocks.length; n++) out.op(OP.block).byte(RESULT.none);
  out.get(LOCAL.block).op(OP.brTable, blocks.length, ...blocks.keys(), 0);
  const body = new WasmWriter();
  for (const [number, block] of blocks.entries()) {
    body.op(OP.end);
    const around = { number, blocks: blocks.length, index, ram: code.ram, literal: code.literal.bind(code) };
    emitBlock(new InstructionEmitter(body, around), block, {
      isLoop: loops.has(block.start),
      next: blocks[number + 1]?.start,
    });
  }
  out.append(body.bytes).op(OP.end).op(OP.end);
  out.const(0).get(LOCAL.c).op(OP.store, 2, STATE.c).op(OP.end);
  for (const n of used)
    out
      .const(0)
      .get(LOCAL.registers + n)
      .op(OP.store, 2, STATE.a + 4 * n);
  out.const(0).get(LOCAL.sar).op(OP.store, 2, STATE.sar);
  return {
    function: { signature: 0, locals: LOCAL.count - 2, code: out.bytes },
    entries: index,
    pcs,
    onward: onward.filter((target) => !instructions.has(target)),
  };
}

function discover(entry: number, code: CodeReader) {
  const instructions = new Map<number, Instruction>();
  const leaders = new Set([entry]);
  const loops = new Set<number>([entry]);
  const onward: number[] = [];
  const queue = [entry];
  while (queue.length > 0) {
    let pc = queue.shift()!;
    while (!instructions.has(pc) && instructions.size < MAX_INSTRUCTIONS && !code.isRom(pc)) {
      const word = code.fetch(pc);
      if (word === undefined) break;
      const i = decode(word, pc);
      if (isSystem(i)) {
        onward.push(pc + i.length);
        break;
      }
      instructions.set(pc, i);
      if (i.op === 'l32r') onward.push(...functionAt(code.literal(i.target), code));
      if (i.op === 'j') {
        leaders.add(i.target);
        if (i.target <= pc) loops.add(i.target);
        queue.push(i.target);
        break;
      }
      if (i.op === 'call0' || i.op === 'callx0') {
        if (i.op === 'call0') onward.push(i.target);
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
  return { instructions, leaders, loops, onward: [...onward, ...leaders] };
}

/** `value` where a function starts there, by the look of it: with room on the stack. */
function functionAt(value: number | undefined, code: CodeReader): number[] {
  if (value === undefined) return [];
  const pc = value >>> 0;
  const word = code.isRom(pc) ? undefined : code.fetch(pc);
  if (word === undefined) return [];
  const { op, s, t, imm } = decode(word, pc);
  return (op === 'addi' || op === 'addmi') && s === 1 && t === 1 && imm < 0 ? [pc] : [];
}

function blocksOf(
  pcs: readonly number[],
  instructions: ReadonlyMap<number, Instruction>,
  leaders: ReadonlySet<number>,
): Block[] {
  const blocks: Block[] = [];
  let previousEnd = -1;
  for (const pc of pcs) {
    const i = instructions.get(pc)!;
    if (leaders.has(pc) || pc !== previousEnd) blocks.push({ start: pc, instructions: [] });
    blocks.at(-1)!.instructions.push({ pc, i });
    previousEnd = pc + i.length;
  }
  return blocks;
}

function emitBlock(
  emitter: InstructionEmitter,
  { instructions, start }: Block,
  { isLoop, next }: { isLoop: boolean; next: number | undefined },
): void {
  const count = instructions.length;
  if (isLoop) emitter.checkLimit(start);
  emitter.count(count);
  for (const [k, { pc, i }] of instructions.entries()) emitter.emit(i, pc, count - k);
  const last = instructions[count - 1]!;
  const end = last.pc + last.i.length;
  if (!LEAVES.has(last.i.op) && next !== end) emitter.goTo(end);
}

function registersOf(instructions: Iterable<Instruction>): number[] {
  const used = new Set<number>([0]);
  for (const { r, s, t } of instructions) for (const n of [r, s, t]) if (n < 16) used.add(n);
  return [...used];
}
