import { BRANCH_CONDITIONS, COMPUTING, MOVE_CONDITIONS, operandsOf, type Operands } from './computing.ts';
import type { Instruction } from './decode.ts';
import { IMPORT, LOCAL, STATE, type DirectRam } from './layout.ts';
import { OP, RESULT, type WasmWriter } from './wasm.ts';

/** Loads and stores that the data RAM serves directly. */
const LOADS: Partial<Record<Instruction['op'], Access>> = {
  l8ui: { size: 1, opcode: OP.load8u, call: IMPORT.load8 },
  l16ui: { size: 2, opcode: OP.load16u, call: IMPORT.load16 },
  // Extended behind the load, wherever it comes from.
  l16si: { size: 2, opcode: OP.load16u, call: IMPORT.load16 },
  l32i: { size: 4, opcode: OP.load, call: IMPORT.load32 },
};
const STORES: Partial<Record<Instruction['op'], Access>> = {
  s8i: { size: 1, opcode: OP.store8, call: IMPORT.store8 },
  s16i: { size: 2, opcode: OP.store16, call: IMPORT.store16 },
  s32i: { size: 4, opcode: OP.store, call: IMPORT.store32 },
};

/** Where the code of a block stands, and what it reaches from there. */
export interface Surroundings {
  /** Number of the block in its function, and how many there are. */
  number: number;
  blocks: number;
  /** Numbers of the function's blocks by their addresses. */
  index: ReadonlyMap<number, number>;
  ram: DirectRam;
  /** A literal at a word address that does not change while its translations live. */
  literal(address: number): number | undefined;
}

/** Writes the code of instructions of one block. */
export class InstructionEmitter {
  readonly #out: WasmWriter;
  readonly #around: Surroundings;
  /** Labels that `if` has opened. */
  #open = 0;

  constructor(out: WasmWriter, around: Surroundings) {
    this.#out = out;
    this.#around = around;
  }

  /** Ends the function here: `pc` is the next instruction's. */
  exitTo(pc: number): void {
    this.#storePc(() => this.#out.const(pc));
    this.#exit();
  }

  /** Leaves where the run is at its end. */
  checkLimit(pc: number): void {
    this.#out.get(LOCAL.c).get(LOCAL.limit).op(OP.geS);
    this.#if(() => {
      this.exitTo(pc);
    });
  }

  count(instructions: number): void {
    this.#out.get(LOCAL.c).const(instructions).op(OP.add).set(LOCAL.c);
  }

  /** Continues at an address: inside the function, or by leaving it. */
  goTo(target: number): void {
    const { number, blocks, index } = this.#around;
    const block = index.get(target);
    if (block === undefined) this.exitTo(target);
    else if (block > number) this.#out.op(OP.br, block - number - 1 + this.#open);
    else
      this.#out
        .const(block)
        .set(LOCAL.block)
        .op(OP.br, blocks - 1 - number + this.#open);
  }

  /** `back`: how many instructions the count is ahead of this one's start. */
  emit(i: Instruction, pc: number, back: number): void {
    const out = this.#out;
    const operands = operandsOf(i);
    const at = { pc, back, length: i.length };
    const compute = COMPUTING[i.op];
    const branch = BRANCH_CONDITIONS[i.op];
    const move = MOVE_CONDITIONS[i.op];
    const load = LOADS[i.op];
    const store = STORES[i.op];
    if (compute !== undefined) compute(out, operands);
    else if (branch !== undefined) this.#branch(() => branch(out, operands), i.target);
    else if (move !== undefined)
      move(out.get(operands.s).get(operands.r), operands).op(OP.select).set(operands.r);
    else if (load !== undefined) this.#load(operands, load, at);
    else if (store !== undefined) this.#store(operands, store, at);
    else if (i.op === 'l32r') this.#literal(operands, at);
    else this.#jump(i, pc, operands.s);
  }

  #jump({ op, target }: Instruction, pc: number, s: number): void {
    const out = this.#out;
    // System instructions are not translated.
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check
    switch (op) {
      case 'ret':
        this.#storePc(() => out.get(LOCAL.registers));
        this.#exit();
        return;
      case 'jx':
        this.#storePc(() => out.get(s));
        this.#exit();
        return;
      case 'callx0':
        // The target may be a0 itself.
        this.#storePc(() => out.get(s));
        out.const(pc + 3).set(LOCAL.registers);
        this.#exit();
        return;
      case 'call0':
        out.const(pc + 3).set(LOCAL.registers);
        this.exitTo(target);
        return;
      case 'j':
        this.goTo(target);
        return;
      default:
        throw new Error(`${op} at 0x${pc.toString(16)} is not translated`);
    }
  }

  #if(then: () => void): void {
    this.#out.op(OP.if).byte(RESULT.none);
    this.#open++;
    then();
    this.#open--;
    this.#out.op(OP.end);
  }

  #branch(condition: () => unknown, target: number): void {
    condition();
    const { number, index } = this.#around;
    const block = index.get(target);
    if (block !== undefined && block > number) this.#out.op(OP.brIf, block - number - 1);
    else {
      this.#if(() => {
        this.goTo(target);
      });
    }
  }

  /** With the address in `y`, less the base of data RAM; tells whether it is in there and aligned. */
  #isInRam({ s, i }: Operands, size: number): void {
    const { ram } = this.#around;
    const out = this.#out
      .get(s)
      .const(i.imm - ram.base)
      .op(OP.add)
      .tee(LOCAL.y);
    // The low bits that make an address unaligned go to the top, and so beyond the end.
    if (size > 1) out.const(Math.log2(size)).op(OP.rotr);
    out.const(ram.size / size).op(OP.ltU);
  }

  #literal({ i, t }: Operands, at: At): void {
    const value = this.#around.literal(i.target);
    if (value === undefined) this.#slowLoad(() => this.#out.const(i.target), IMPORT.load32, at);
    else this.#out.const(value);
    this.#out.set(t);
  }

  #load(operands: Operands, { size, opcode, call }: Access, at: At): void {
    const out = this.#out;
    const { ram } = this.#around;
    this.#isInRam(operands, size);
    out.op(OP.if).byte(RESULT.i32).get(LOCAL.y).op(opcode, Math.log2(size), ram.offset).op(OP.else);
    this.#open++;
    this.#slowLoad(() => out.get(LOCAL.y).const(ram.base).op(OP.add), call, at);
    this.#open--;
    out.op(OP.end);
    if (operands.i.op === 'l16si') out.const(16).op(OP.shl).const(16).op(OP.shrS);
    out.set(operands.t);
  }

  /** Leaves the value on the stack, or the function where there was an exception. */
  #slowLoad(address: () => unknown, call: number, { pc, back }: At): void {
    const out = this.#out;
    address();
    out.const(pc).get(LOCAL.c).const(back).op(OP.sub).op(OP.call, call);
    out.const(0).op(OP.load, 2, STATE.raised).op(OP.brIf, this.#leaveDepth);
  }

  #store(operands: Operands, { size, opcode, call }: Access, at: At): void {
    const out = this.#out;
    const { ram } = this.#around;
    const { t } = operands;
    this.#isInRam(operands, size);
    out.op(OP.if).byte(RESULT.none);
    out.get(LOCAL.y).get(t).op(opcode, Math.log2(size), ram.offset).op(OP.else);
    this.#open++;
    out.get(LOCAL.y).const(ram.base).op(OP.add).get(t).const(at.pc);
    out.get(LOCAL.c).const(at.back).op(OP.sub).const(at.length);
    out.op(OP.call, call).op(OP.brIf, this.#leaveDepth);
    this.#open--;
    out.op(OP.end);
  }

  #storePc(value: () => unknown): void {
    this.#out.const(0);
    value();
    this.#out.op(OP.store, 2, STATE.pc);
  }

  /** To the code that stores the count and the registers. */
  #exit(): void {
    this.#out.op(OP.br, this.#leaveDepth - 1);
  }

  /** To the code that stores the registers alone: the count has been stored. */
  get #leaveDepth(): number {
    const { number, blocks } = this.#around;
    return blocks - number + 1 + this.#open;
  }
}

interface Access {
  size: 1 | 2 | 4;
  opcode: number;
  call: number;
}

interface At {
  pc: number;
  back: number;
  length: number;
}
