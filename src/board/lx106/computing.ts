import type { Instruction, Op } from './decode.ts';
import { LOCAL } from './layout.ts';
import { OP, type WasmWriter } from './wasm.ts';

/** An instruction, and the locals of the registers that it names. */
export interface Operands {
  i: Instruction;
  r: number;
  s: number;
  t: number;
}

type Writer = (out: WasmWriter, operands: Operands) => WasmWriter;

export function operandsOf(i: Instruction): Operands {
  return { i, r: LOCAL.registers + i.r, s: LOCAL.registers + i.s, t: LOCAL.registers + i.t };
}

/** Instructions that only compute. */
export const COMPUTING: Partial<Record<Op, Writer>> = {
  isync: (out) => out,
  rsync: (out) => out,
  esync: (out) => out,
  dsync: (out) => out,
  excw: (out) => out,
  memw: (out) => out,
  extw: (out) => out,
  nop: (out) => out,
  and: (out, { r, s, t }) => out.get(s).get(t).op(OP.and).set(r),
  or: (out, { r, s, t }) => out.get(s).get(t).op(OP.or).set(r),
  xor: (out, { r, s, t }) => out.get(s).get(t).op(OP.xor).set(r),
  add: (out, { r, s, t }) => out.get(s).get(t).op(OP.add).set(r),
  addx2: (out, { r, s, t }) => out.get(s).const(1).op(OP.shl).get(t).op(OP.add).set(r),
  addx4: (out, { r, s, t }) => out.get(s).const(2).op(OP.shl).get(t).op(OP.add).set(r),
  addx8: (out, { r, s, t }) => out.get(s).const(3).op(OP.shl).get(t).op(OP.add).set(r),
  sub: (out, { r, s, t }) => out.get(s).get(t).op(OP.sub).set(r),
  subx2: (out, { r, s, t }) => out.get(s).const(1).op(OP.shl).get(t).op(OP.sub).set(r),
  subx4: (out, { r, s, t }) => out.get(s).const(2).op(OP.shl).get(t).op(OP.sub).set(r),
  subx8: (out, { r, s, t }) => out.get(s).const(3).op(OP.shl).get(t).op(OP.sub).set(r),
  neg: (out, { r, t }) => out.const(0).get(t).op(OP.sub).set(r),
  abs: (out, { r, t }) =>
    out.const(0).get(t).op(OP.sub).get(t).get(t).const(0).op(OP.ltS).op(OP.select).set(r),
  ssr: (out, { s }) => out.get(s).const(31).op(OP.and).set(LOCAL.sar),
  ssl: (out, { s }) => out.const(32).get(s).const(31).op(OP.and).op(OP.sub).set(LOCAL.sar),
  ssa8l: (out, { s }) => out.get(s).const(3).op(OP.and).const(3).op(OP.shl).set(LOCAL.sar),
  ssa8b: (out, { s }) =>
    out.const(32).get(s).const(3).op(OP.and).const(3).op(OP.shl).op(OP.sub).set(LOCAL.sar),
  ssai: (out, { i }) => out.const(i.imm).set(LOCAL.sar),
  nsa: (out, { s, t }) =>
    out.get(s).get(s).const(31).op(OP.shrS).op(OP.xor).op(OP.clz).const(1).op(OP.sub).set(t),
  nsau: (out, { s, t }) => out.get(s).op(OP.clz).set(t),
  // A shift by 32 is encodable; the shifter takes the low five bits of the amount, as QEMU's does.
  slli: (out, { r, s, i }) =>
    out
      .get(s)
      .const(i.imm & 31)
      .op(OP.shl)
      .set(r),
  srai: (out, { r, t, i }) => out.get(t).const(i.imm).op(OP.shrS).set(r),
  srli: (out, { r, t, i }) => out.get(t).const(i.imm).op(OP.shrU).set(r),
  // The funnel shifter: SAR is at most 63, and shifts of 64 bits give what is left of s and t beyond 31.
  src: (out, { r, s, t }) =>
    out
      .get(s)
      .op(OP.extendU)
      .byte(OP.const64)
      .unsigned(32)
      .op(OP.shl64)
      .get(t)
      .op(OP.extendU)
      .op(OP.or64)
      .get(LOCAL.sar)
      .op(OP.extendU)
      .op(OP.shrU64)
      .op(OP.wrap)
      .set(r),
  srl: (out, { r, t }) =>
    out.get(t).op(OP.extendU).get(LOCAL.sar).op(OP.extendU).op(OP.shrU64).op(OP.wrap).set(r),
  sra: (out, { r, t }) =>
    out.get(t).op(OP.extendS).get(LOCAL.sar).op(OP.extendU).op(OP.shrS64).op(OP.wrap).set(r),
  sll: (out, { r, s }) =>
    out
      .get(s)
      .op(OP.extendU)
      .byte(OP.const64)
      .unsigned(32)
      .op(OP.shl64)
      .get(LOCAL.sar)
      .op(OP.extendU)
      .op(OP.shrU64)
      .op(OP.wrap)
      .const(0)
      .get(LOCAL.sar)
      .const(32)
      .op(OP.leU)
      .op(OP.select)
      .set(r),
  mul16u: (out, { r, s, t }) =>
    out.get(s).const(0xffff).op(OP.and).get(t).const(0xffff).op(OP.and).op(OP.mul).set(r),
  mul16s: (out, { r, s, t }) =>
    out
      .get(s)
      .const(16)
      .op(OP.shl)
      .const(16)
      .op(OP.shrS)
      .get(t)
      .const(16)
      .op(OP.shl)
      .const(16)
      .op(OP.shrS)
      .op(OP.mul)
      .set(r),
  mull: (out, { r, s, t }) => out.get(s).get(t).op(OP.mul).set(r),
  rsr: (out, { t }) => out.get(LOCAL.sar).set(t),
  wsr: (out, { t }) => out.get(t).const(63).op(OP.and).set(LOCAL.sar),
  xsr: (out, { t }) => out.get(LOCAL.sar).get(t).const(63).op(OP.and).set(LOCAL.sar).set(t),
  extui: (out, { r, t, i }) =>
    out
      .get(t)
      .const(i.imm)
      .op(OP.shrU)
      .const(2 ** i.s - 1)
      .op(OP.and)
      .set(r),
  movi: (out, { t, i }) => out.const(i.imm).set(t),
  addi: (out, { s, t, i }) => out.get(s).const(i.imm).op(OP.add).set(t),
  addmi: (out, { s, t, i }) => out.get(s).const(i.imm).op(OP.add).set(t),
  mov: (out, { s, t }) => out.get(s).set(t),
};

/** Instructions that move s to r where this is not zero. */
export const MOVE_CONDITIONS: Partial<Record<Op, Writer>> = {
  moveqz: (out, { t }) => out.get(t).op(OP.eqz),
  movnez: (out, { t }) => out.get(t),
  movltz: (out, { t }) => out.get(t).const(0).op(OP.ltS),
  movgez: (out, { t }) => out.get(t).const(0).op(OP.geS),
};

/** Branches, taken where this is not zero. */
export const BRANCH_CONDITIONS: Partial<Record<Op, Writer>> = {
  beqz: (out, { s }) => out.get(s).op(OP.eqz),
  bnez: (out, { s }) => out.get(s),
  bltz: (out, { s }) => out.get(s).const(0).op(OP.ltS),
  bgez: (out, { s }) => out.get(s).const(0).op(OP.geS),
  beqi: (out, { s, i }) => out.get(s).const(i.imm).op(OP.eq),
  bnei: (out, { s, i }) => out.get(s).const(i.imm).op(OP.ne),
  blti: (out, { s, i }) => out.get(s).const(i.imm).op(OP.ltS),
  bgei: (out, { s, i }) => out.get(s).const(i.imm).op(OP.geS),
  bltui: (out, { s, i }) => out.get(s).const(i.imm).op(OP.ltU),
  bgeui: (out, { s, i }) => out.get(s).const(i.imm).op(OP.geU),
  bnone: (out, { s, t }) => out.get(s).get(t).op(OP.and).op(OP.eqz),
  bany: (out, { s, t }) => out.get(s).get(t).op(OP.and),
  ball: (out, { s, t }) => out.get(s).const(-1).op(OP.xor).get(t).op(OP.and).op(OP.eqz),
  bnall: (out, { s, t }) => out.get(s).const(-1).op(OP.xor).get(t).op(OP.and),
  beq: (out, { s, t }) => out.get(s).get(t).op(OP.eq),
  bne: (out, { s, t }) => out.get(s).get(t).op(OP.ne),
  blt: (out, { s, t }) => out.get(s).get(t).op(OP.ltS),
  bge: (out, { s, t }) => out.get(s).get(t).op(OP.geS),
  bltu: (out, { s, t }) => out.get(s).get(t).op(OP.ltU),
  bgeu: (out, { s, t }) => out.get(s).get(t).op(OP.geU),
  bbc: (out, { s, t }) => out.get(s).get(t).op(OP.shrU).const(1).op(OP.and).op(OP.eqz),
  bbs: (out, { s, t }) => out.get(s).get(t).op(OP.shrU).const(1).op(OP.and),
  bbci: (out, { s, i }) =>
    out
      .get(s)
      .const(1 << i.imm)
      .op(OP.and)
      .op(OP.eqz),
  bbsi: (out, { s, i }) =>
    out
      .get(s)
      .const(1 << i.imm)
      .op(OP.and),
};
