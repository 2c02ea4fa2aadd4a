import type { RomCall, RomFunctions } from './rom-call.ts';

const FLOAT_COST = 60;
const DOUBLE_COST = 120;
const CONVERT_COST = 30;

const scratch = new DataView(new ArrayBuffer(8));

/**
 * Soft floating point: IEEE 754 single (one register) and double (two, low word first), rounded to nearest even as
 * JavaScript's own numbers are. The bits of a NaN's payload may differ from the ROM's.
 */
export const SOFT_FLOAT: RomFunctions = {
  __addsf3: onFloats((x, y) => x + y),
  __subsf3: onFloats((x, y) => x - y),
  __mulsf3: onFloats((x, y) => x * y),
  __adddf3: onDoubles((x, y) => x + y),
  __subdf3: onDoubles((x, y) => x - y),
  __muldf3: onDoubles((x, y) => x * y),
  __divdf3: onDoubles((x, y) => x / y),
  __extendsfdf2: converting(float, putDouble),
  __truncdfsf2: converting(double, putFloat),
  __fixdfsi: converting(double, (a, value) => {
    a[2] = toInt32(value);
  }),
  __fixunsdfsi: converting(double, (a, value) => {
    a[2] = toUint32(value);
  }),
  __fixunssfsi: converting(float, (a, value) => {
    a[2] = toUint32(value);
  }),
  __floatsidf: converting((a) => a[2]!, putDouble),
  __floatsisf: converting((a) => a[2]!, putFloat),
  __floatunsidf: converting((a) => a[2]! >>> 0, putDouble),
  __floatunsisf: converting((a) => a[2]! >>> 0, putFloat),
};

function onFloats(operation: (x: number, y: number) => number): RomCall {
  return ({ a }) => {
    // A sum, difference or product of singles, computed as doubles, rounds to the same single.
    putFloat(a, operation(float(a), float(a.subarray(1))));
    return FLOAT_COST;
  };
}

function onDoubles(operation: (x: number, y: number) => number): RomCall {
  return ({ a }) => {
    putDouble(a, operation(double(a), double(a.subarray(2))));
    return DOUBLE_COST;
  };
}

function converting(read: (a: Int32Array) => number, write: (a: Int32Array, value: number) => void): RomCall {
  return ({ a }) => {
    write(a, read(a));
    return CONVERT_COST;
  };
}

/** libgcc: saturates; NaN is the largest. */
function toInt32(value: number): number {
  if (Number.isNaN(value)) return 0x7fffffff;
  return Math.trunc(Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1));
}

/** libgcc: a negative one that fits is negated modulo 2^32, one that does not is 0x80000000; NaN is the largest. */
function toUint32(value: number): number {
  if (Number.isNaN(value) || value >= 2 ** 32) return 0xffffffff;
  return value <= -(2 ** 32) ? 0x80000000 : Math.trunc(value);
}

function float(a: Int32Array): number {
  scratch.setInt32(0, a[2]!, true);
  return scratch.getFloat32(0, true);
}

function double(a: Int32Array): number {
  scratch.setInt32(0, a[2]!, true);
  scratch.setInt32(4, a[3]!, true);
  return scratch.getFloat64(0, true);
}

function putFloat(a: Int32Array, value: number): void {
  scratch.setFloat32(0, value, true);
  a[2] = scratch.getInt32(0, true);
}

function putDouble(a: Int32Array, value: number): void {
  scratch.setFloat64(0, value, true);
  a[2] = scratch.getInt32(0, true);
  a[3] = scratch.getInt32(4, true);
}
