import { createHash } from 'node:crypto';
import { format as nodeFormat } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lx106 } from '../../../src/board/lx106/cpu.ts';
import { memoryMap } from '../../../src/board/memory-map.ts';
import type { RomName } from '../../../src/board/rom/addresses.ts';
import { format } from '../../../src/board/rom/format.ts';
import { PURE_FUNCTIONS } from '../../../src/board/rom/rom.ts';

const DRAM = 0x3ffe8000;
const MAX64 = 2n ** 64n - 1n;

const cpu = new Lx106({
  regions: memoryMap({ byteAccess: false }),
  mmio: { read: () => undefined, write: () => false },
  rom: new Map(),
});
// Vectors of its own: byte loads from flash succeed through their handler.
cpu.vecbase = 0x40100000;
const dram = cpu.bytes('dram');
const flash = cpu.bytes('flash');

/** Calls a ROM function with these words in a2 and on; gives a2 and a3. */
function call(name: RomName, ...words: number[]): [number, number] {
  for (const [index, word] of words.entries()) cpu.a[2 + index] = word;
  expect(PURE_FUNCTIONS[name]!(cpu)).toBeGreaterThan(0);
  return [cpu.a[2]! >>> 0, cpu.a[3]! >>> 0];
}

const low = (value: bigint) => Number(BigInt.asUintN(32, value));
const high = (value: bigint) => Number(BigInt.asUintN(32, value >> 32n));
const pair = ([first, second]: [number, number]) => BigInt(first) | (BigInt(second) << 32n);
const call64 = (name: RomName, x: bigint, y: bigint) => pair(call(name, low(x), high(x), low(y), high(y)));
const wrap = (value: bigint) => BigInt.asUintN(64, value);
const signed = (value: bigint) => BigInt.asIntN(64, value);

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(1, 2, 0x7fffffff, 0x80000000, 0xffffffff),
);
const long = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX64 }),
  fc.constantFrom(1n, 2n ** 31n, 2n ** 32n, 2n ** 63n - 1n, 2n ** 63n, MAX64),
);

describe('integer arithmetic', () => {
  it('divides words', () => {
    fc.assert(
      fc.property(word, word, (x, y) => {
        fc.pre(y !== 0);
        expect(call('__udivsi3', x, y)[0]).toBe(Math.floor(x / y));
        expect(call('__umodsi3', x, y)[0]).toBe(x % y);
        expect(call('__divsi3', x, y)[0]).toBe(Number(BigInt.asUintN(32, BigInt(x | 0) / BigInt(y | 0))));
      }),
    );
  });

  it('multiplies and divides double words', () => {
    fc.assert(
      fc.property(long, long, (x, y) => {
        fc.pre(y !== 0n);
        expect(call64('__muldi3', x, y)).toBe(wrap(x * y));
        expect(call64('__udivdi3', x, y)).toBe(x / y);
        expect(call64('__umoddi3', x, y)).toBe(x % y);
        expect(call64('__divdi3', x, y)).toBe(wrap(signed(x) / signed(y)));
        expect(pair(call('__umulsidi3', low(x), low(y)))).toBe(BigInt(low(x)) * BigInt(low(y)));
      }),
    );
  });
});

describe('soft floating point', () => {
  const view = new DataView(new ArrayBuffer(8));
  const bitsOf = (value: number): [number, number] => {
    view.setFloat64(0, value, true);
    return [view.getUint32(0, true), view.getUint32(4, true)];
  };
  const doubleOf = ([first, second]: [number, number]) => {
    view.setUint32(0, first, true);
    view.setUint32(4, second, true);
    return view.getFloat64(0, true);
  };
  const bits32Of = (value: number) => {
    view.setFloat32(0, value, true);
    return view.getUint32(0, true);
  };
  const floatOf = ([first]: [number, number]) => {
    view.setUint32(0, first, true);
    return view.getFloat32(0, true);
  };
  const single = fc.float();

  it('calculates with doubles', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (x, y) => {
        const result = (name: RomName) => doubleOf(call(name, ...bitsOf(x), ...bitsOf(y)));
        expect(result('__adddf3')).toBe(x + y);
        expect(result('__subdf3')).toBe(x - y);
        expect(result('__muldf3')).toBe(x * y);
        expect(result('__divdf3')).toBe(x / y);
        expect(floatOf(call('__truncdfsf2', ...bitsOf(x)))).toBe(Math.fround(x));
      }),
    );
  });

  it('calculates with singles', () => {
    fc.assert(
      fc.property(single, single, (x, y) => {
        const result = (name: RomName) => floatOf(call(name, bits32Of(x), bits32Of(y)));
        expect(result('__addsf3')).toBe(Math.fround(x + y));
        expect(result('__subsf3')).toBe(Math.fround(x - y));
        expect(result('__mulsf3')).toBe(Math.fround(x * y));
        expect(doubleOf(call('__extendsfdf2', bits32Of(x)))).toBe(x);
      }),
    );
  });

  it('converts', () => {
    fc.assert(
      fc.property(word, (x) => {
        expect(doubleOf(call('__floatsidf', x))).toBe(x | 0);
        expect(doubleOf(call('__floatunsidf', x))).toBe(x);
        expect(floatOf(call('__floatsisf', x))).toBe(Math.fround(x | 0));
        expect(floatOf(call('__floatunsisf', x))).toBe(Math.fround(x));
        expect(call('__fixdfsi', ...bitsOf((x | 0) + 0.5 * Math.sign(x | 0)))[0]).toBe((x | 0) >>> 0);
        expect(call('__fixunsdfsi', ...bitsOf(x + 0.5))[0]).toBe(x);
        expect(call('__fixunssfsi', bits32Of(x % 2 ** 24))[0]).toBe(x % 2 ** 24);
      }),
    );
    expect(call('__fixdfsi', ...bitsOf(1e10))[0]).toBe(0x7fffffff);
    expect(call('__fixdfsi', ...bitsOf(-1e10))[0]).toBe(0x80000000);
    expect(call('__fixunsdfsi', ...bitsOf(Infinity))[0]).toBe(0xffffffff);
  });
});

describe('memory and strings', () => {
  const content = fc.uint8Array({ minLength: 0, maxLength: 100 });
  const offset = fc.nat(7);

  it.each(['memcpy', 'ets_memcpy', 'memmove'] as const)(
    '%s copies from RAM and from flash, wherever it lies',
    (name) => {
      fc.assert(
        fc.property(content, offset, offset, fc.boolean(), (bytes, from, to, fromFlash) => {
          dram.fill(0xee, 0, 0x400);
          flash.fill(0x11, 0, 0x400);
          (fromFlash ? flash : dram).set(bytes, 0x200 + from);
          const source = (fromFlash ? 0x40200000 : DRAM) + 0x200 + from;
          expect(call(name, DRAM + 16 + to, source, bytes.length)[0]).toBe(DRAM + 16 + to);
          expect(dram.slice(16 + to, 16 + to + bytes.length)).toEqual(bytes);
          expect(dram[15 + to]).toBe(0xee);
          expect(dram[16 + to + bytes.length]).toBe(0xee);
        }),
      );
    },
  );

  it('memmove copies what overlaps', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), offset, offset, (bytes, from, to) => {
        dram.set(bytes);
        call('memmove', DRAM + to, DRAM + from, 48);
        expect(dram.slice(to, to + 48)).toEqual(bytes.slice(from, from + 48));
      }),
    );
  });

  it.each(['memset', 'bzero'] as const)('%s fills', (name) => {
    fc.assert(
      fc.property(fc.nat(60), offset, fc.nat(255), (length, at, value) => {
        dram.fill(0x77, 0, 100);
        if (name === 'memset') call(name, DRAM + 8 + at, value, length);
        else call(name, DRAM + 8 + at, length);
        const expected = new Uint8Array(100)
          .fill(0x77)
          .fill(name === 'memset' ? value : 0, 8 + at, 8 + at + length);
        expect(dram.slice(0, 100)).toEqual(expected);
      }),
    );
  });

  it('compares', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
    fc.assert(
      fc.property(text, text, fc.nat(7), offset, (left, right, limit, at) => {
        dram.set(Buffer.from(`${left}\0`), 0);
        flash.set(Buffer.from(`${right}\0`), at);
        const sign = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
        const seen = (name: RomName, ...rest: number[]) =>
          Math.sign(call(name, DRAM, 0x40200000 + at, ...rest)[0] | 0);
        expect(seen('strcmp')).toBe(sign(left, right));
        expect(seen('strncmp', limit)).toBe(sign(left.slice(0, limit), right.slice(0, limit)));
        expect(seen('memcmp', Math.min(left.length, right.length))).toBe(
          sign(left.slice(0, right.length), right.slice(0, left.length)),
        );
        expect(call('strlen', 0x40200000 + at)[0]).toBe(right.length);
        expect(call('strstr', DRAM, 0x40200000 + at)[0]).toBe(
          left.includes(right) ? DRAM + left.indexOf(right) : 0,
        );
        call('strcpy', DRAM + 0x100, 0x40200000 + at);
        expect(Buffer.from(dram.subarray(0x100, 0x101 + right.length)).toString()).toBe(`${right}\0`);
        call('strncpy', DRAM + 0x100, 0x40200000 + at, 8);
        expect(Buffer.from(dram.subarray(0x100, 0x108)).toString()).toBe(right.padEnd(8, '\0'));
      }),
    );
  });
});

describe('MD5', () => {
  it('equals OpenSSL’s, however the data comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        const [context, data, digest] = [DRAM + 0x1000, DRAM + 0x1200, DRAM + 0x1100];
        call('MD5Init', context);
        for (const part of parts) {
          dram.set(part, 0x1200);
          call('MD5Update', context, data, part.length);
        }
        call('MD5Final', digest, context);
        const expected = createHash('md5').update(Buffer.concat(parts)).digest('hex');
        expect(Buffer.from(dram.subarray(0x1100, 0x1110)).toString('hex')).toBe(expected);
      }),
    );
  });
});

describe('printf', () => {
  const print = (template: string, ...values: (number | string)[]) => {
    const left = [...values];
    const texts: string[] = [];
    const bytes = format(Buffer.from(template), {
      next: () => {
        const value = left.shift() ?? 0;
        return typeof value === 'number' ? value : texts.push(value) - 1;
      },
      text: (address) => Buffer.from(texts[address]!),
    });
    return Buffer.from(bytes).toString();
  };

  it.each([
    ['%d %u %x', [-1, -1, -1], '-1 4294967295 ffffffff'],
    ['%08x|%8x|%-8x|', [0xbeef, 0xbeef, 0xbeef], '0000beef|    beef|beef    |'],
    ['%05d|%5d|%-5d|', [-42, -42, -42], '-0042|  -42|-42  |'],
    ['%s-%10s-%.2s', ['one', 'two', 'three'], 'one-       two-th'],
    ['%c%c %p %X', [79, 75, 0x40100000, 0xabc], 'OK 40100000 ABC'],
    ['%*d %lu 100%%', [4, 7, 9], '   7 9 100%'],
  ])('%s', (template, values, expected) => {
    expect(print(template, ...values)).toBe(expected);
  });

  it('leaves text without conversions as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        fc.pre(!text.includes('%'));
        expect(print(text)).toBe(nodeFormat(text));
      }),
    );
  });
});
