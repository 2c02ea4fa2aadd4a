import { EXCCAUSE, type Lx106, type RomCall } from './lx106/cpu.ts';

/** The chip's parts that boot-ROM functions act on. */
export interface RomChip {
  enableFlashWindow(): void;
  disableFlashWindow(): void;
  transmit(byte: number): void;
}

/** What is known of a boot-ROM function. Costs are rough: a call and its work, in instructions. */
export interface RomFunction {
  address: number;
  name: string;
  call: RomCall;
}

const u64 = (low: number, high: number) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
const i64 = (low: number, high: number) => BigInt.asIntN(64, u64(low, high));

/** Addresses: eagle.rom.addr.v6.ld, in every ESP8266 SDK. */
export function romFunctions(chip: RomChip): RomFunction[] {
  const divide64 =
    (signed: boolean, pick: (a: bigint, b: bigint) => bigint): RomCall =>
    ({ a }) => {
      const read = signed ? i64 : u64;
      const divisor = read(a[4]!, a[5]!);
      const result = pick(read(a[2]!, a[3]!), divisor);
      a[2] = Number(BigInt.asIntN(32, result));
      a[3] = Number(BigInt.asIntN(32, result >> 32n));
      return 200;
    };
  const divide32 =
    (pick: (a: number, b: number) => number): RomCall =>
    (cpu) => {
      if (cpu.a[3] === 0) {
        cpu.exception(EXCCAUSE.integerDivideByZero);
        return 4;
      }
      cpu.a[2] = pick(cpu.a[2]!, cpu.a[3]!);
      return 40;
    };
  return [
    { address: 0x4000dc88, name: '__divsi3', call: divide32((x, y) => (x / y) | 0) },
    { address: 0x4000e21c, name: '__udivsi3', call: divide32((x, y) => ((x >>> 0) / (y >>> 0)) >>> 0) },
    { address: 0x4000e268, name: '__umodsi3', call: divide32((x, y) => (x >>> 0) % (y >>> 0)) },
    { address: 0x4000ce60, name: '__divdi3', call: divide64(true, (x, y) => x / y) },
    { address: 0x4000d310, name: '__udivdi3', call: divide64(false, (x, y) => x / y) },
    { address: 0x4000d770, name: '__umoddi3', call: divide64(false, (x, y) => x % y) },
    {
      address: 0x40000650,
      name: '__muldi3',
      call: ({ a }) => {
        const product = u64(a[2]!, a[3]!) * u64(a[4]!, a[5]!);
        a[2] = Number(BigInt.asIntN(32, product));
        a[3] = Number(BigInt.asIntN(32, product >> 32n));
        return 30;
      },
    },
    {
      address: 0x4000dcf0,
      name: '__umulsidi3',
      call: ({ a }) => {
        const product = BigInt(a[2]! >>> 0) * BigInt(a[3]! >>> 0);
        a[2] = Number(BigInt.asIntN(32, product));
        a[3] = Number(BigInt.asIntN(32, product >> 32n));
        return 20;
      },
    },
    { address: 0x4000dea8, name: 'memcmp', call: (cpu) => compare(cpu, cpu.a[4]! >>> 0, false) },
    { address: 0x4000df48, name: 'memcpy', call: (cpu) => copy(cpu) },
    { address: 0x4000e04c, name: 'memmove', call: (cpu) => copy(cpu) },
    {
      address: 0x4000e190,
      name: 'memset',
      call: (cpu) => {
        const [to, value, length] = [cpu.a[2]! >>> 0, cpu.a[3]! & 0xff, cpu.a[4]! >>> 0];
        for (let i = 0; i < length; i++) cpu.store8(to + i, value);
        return 10 + (length >> 1);
      },
    },
    { address: 0x4000bdc8, name: 'strcmp', call: (cpu) => compare(cpu, Infinity, true) },
    { address: 0x4000bfa8, name: 'strncmp', call: (cpu) => compare(cpu, cpu.a[4]! >>> 0, true) },
    {
      address: 0x4000bf4c,
      name: 'strlen',
      call: (cpu) => {
        const length = lengthOf(cpu, cpu.a[2]! >>> 0);
        cpu.a[2] = length;
        return 8 + length;
      },
    },
    {
      address: 0x4000e1e0,
      name: 'strstr',
      call: (cpu) => {
        const [at, needle] = [cpu.a[2]! >>> 0, cpu.a[3]! >>> 0];
        const text = textAt(cpu, at);
        const found = text.indexOf(textAt(cpu, needle));
        cpu.a[2] = found < 0 ? 0 : at + found;
        return 10 + text.length;
      },
    },
    {
      address: 0x40004678,
      name: 'Cache_Read_Enable',
      call: () => {
        chip.enableFlashWindow();
        return 50;
      },
    },
    {
      address: 0x400047f0,
      name: 'Cache_Read_Disable',
      call: () => {
        chip.disableFlashWindow();
        return 20;
      },
    },
    { address: 0x400072d8, name: 'rom_i2c_writeReg', call: () => 40 },
    {
      address: 0x400039d8,
      name: 'uart_div_modify',
      // Bytes, not bits, are carried: every divider is right.
      call: () => 20,
    },
    {
      address: 0x40003b30,
      name: 'uart_tx_one_char',
      call: ({ a }) => {
        chip.transmit(a[2]! & 0xff);
        a[2] = 0;
        return 20;
      },
    },
    { address: 0x40002ecc, name: 'ets_delay_us', call: ({ a }) => 10 + (a[2]! >>> 0) * 80 },
  ];
}

function copy(cpu: Lx106): number {
  const [to, from, length] = [cpu.a[2]! >>> 0, cpu.a[3]! >>> 0, cpu.a[4]! >>> 0];
  const bytes = new Uint8Array(length);
  // The ROM copies words where both ends are aligned, so that flash can be a source.
  const words = ((to | from) & 3) === 0;
  let i = 0;
  if (words)
    for (; i + 4 <= length; i += 4) new DataView(bytes.buffer).setInt32(i, cpu.load32(from + i), true);
  for (; i < length; i++) bytes[i] = byteAt(cpu, from + i);
  i = 0;
  const view = new DataView(bytes.buffer);
  if (words) for (; i + 4 <= length; i += 4) cpu.store32(to + i, view.getInt32(i, true));
  for (; i < length; i++) cpu.store8(to + i, bytes[i]!);
  return 10 + (words ? length >> 1 : length * 3);
}

function compare(cpu: Lx106, length: number, text: boolean): number {
  const [left, right] = [cpu.a[2]! >>> 0, cpu.a[3]! >>> 0];
  let i = 0;
  let result = 0;
  for (; i < length && result === 0; i++) {
    const byte = byteAt(cpu, left + i);
    result = byte - byteAt(cpu, right + i);
    if (text && byte === 0) break;
  }
  cpu.a[2] = result;
  return 10 + i * 4;
}

function lengthOf(cpu: Lx106, at: number): number {
  let length = 0;
  while (byteAt(cpu, at + length) !== 0) length++;
  return length;
}

function textAt(cpu: Lx106, at: number): string {
  const length = lengthOf(cpu, at);
  return Array.from({ length }, (_, i) => String.fromCharCode(byteAt(cpu, at + i))).join('');
}

/** A byte as the ROM's code would get it: from flash through the firmware's LoadStoreError handler. */
function byteAt(cpu: Lx106, address: number): number {
  const word = cpu.load32(address & ~3);
  return (word >>> ((address & 3) * 8)) & 0xff;
}
