import type { RomFunctions } from './rom-call.ts';
import { GuestMemory } from './guest-memory.ts';
import { md5Block, MD5_START } from './md5.ts';

/** struct MD5Context of wpa_supplicant, which the ROM has it from: state, count of bits, the block that is filling. */
const BITS = 16;
const BLOCK = 24;
const BLOCK_BYTES = 64;

const COST_OF_BLOCK = 900;

/** MD5 in the ROM: flashing tools' stubs verify with it. */
export const DIGEST_FUNCTIONS: RomFunctions = {
  MD5Init: (cpu) => {
    const memory = new GuestMemory(cpu);
    const context = cpu.a[2]! >>> 0;
    for (const [index, word] of MD5_START.entries()) memory.setWord(context + index * 4, word);
    memory.setWord(context + BITS, 0);
    memory.setWord(context + BITS + 4, 0);
    return 20;
  },
  MD5Update: (cpu) => {
    const memory = new GuestMemory(cpu);
    const length = cpu.a[4]! >>> 0;
    update(memory, cpu.a[2]! >>> 0, memory.bytes(cpu.a[3]! >>> 0, length));
    return cost(length);
  },
  MD5Final: (cpu) => {
    const memory = new GuestMemory(cpu);
    const [digest, context] = [cpu.a[2]! >>> 0, cpu.a[3]! >>> 0];
    const bits = memory.bytes(context + BITS, 8);
    const used = (memory.word(context + BITS) >>> 3) % BLOCK_BYTES;
    const padding = new Uint8Array(used < 56 ? 56 - used : 120 - used);
    padding[0] = 0x80;
    update(memory, context, padding);
    update(memory, context, bits);
    memory.setBytes(digest, memory.bytes(context, 16));
    return cost(BLOCK_BYTES);
  },
};

function update(memory: GuestMemory, context: number, data: Uint8Array): void {
  const before =
    BigInt(memory.word(context + BITS) >>> 0) | (BigInt(memory.word(context + BITS + 4) >>> 0) << 32n);
  const used = Number(before >> 3n) % BLOCK_BYTES;
  const waiting = new Uint8Array(used + data.length);
  waiting.set(memory.bytes(context + BLOCK, used));
  waiting.set(data, used);
  let state = Uint32Array.from([0, 4, 8, 12], (offset) => memory.word(context + offset));
  let at = 0;
  for (; at + BLOCK_BYTES <= waiting.length; at += BLOCK_BYTES) {
    state = md5Block(state, waiting.subarray(at, at + BLOCK_BYTES)) as typeof state;
  }
  for (const [index, word] of state.entries()) memory.setWord(context + index * 4, word);
  memory.setBytes(context + BLOCK, waiting.subarray(at));
  const bits = before + BigInt(data.length) * 8n;
  memory.setWord(context + BITS, Number(BigInt.asIntN(32, bits)));
  memory.setWord(context + BITS + 4, Number(BigInt.asIntN(32, bits >> 32n)));
}

function cost(bytes: number): number {
  return 20 + Math.ceil(bytes / BLOCK_BYTES) * COST_OF_BLOCK;
}
