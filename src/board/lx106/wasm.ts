/** Opcodes of WebAssembly that translations use (WebAssembly Core Specification, «Binary Format»). */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  load: 0x28,
  load8u: 0x2d,
  load16s: 0x2e,
  load16u: 0x2f,
  store: 0x36,
  store8: 0x3a,
  store16: 0x3b,
  const: 0x41,
  eqz: 0x45,
  eq: 0x46,
  ne: 0x47,
  ltS: 0x48,
  ltU: 0x49,
  leU: 0x4d,
  geS: 0x4e,
  geU: 0x4f,
  clz: 0x67,
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shrS: 0x75,
  shrU: 0x76,
  rotr: 0x78,
  or64: 0x84,
  shl64: 0x86,
  shrS64: 0x87,
  shrU64: 0x88,
  const64: 0x42,
  wrap: 0xa7,
  extendS: 0xac,
  extendU: 0xad,
} as const;

/** What a block leaves on the stack. */
export const RESULT = { none: 0x40, i32: 0x7f } as const;

const I32 = 0x7f;

/** Bytes of a function's body, or of anything else in a module. */
export class WasmWriter {
  /** Locals that `set` has named. */
  readonly written = new Set<number>();
  #bytes = new Uint8Array(256);
  #length = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** An opcode with its unsigned immediates. */
  op(opcode: number, ...immediates: readonly number[]): this {
    this.byte(opcode);
    for (const value of immediates) this.unsigned(value);
    return this;
  }

  /** LEB128. */
  unsigned(value: number): this {
    let left = value >>> 0;
    while (left >= 0x80) {
      this.byte((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    return this.byte(left);
  }

  /** `i32.const` */
  const(value: number): this {
    this.byte(OP.const);
    let left = value | 0;
    while (left < -64 || left > 63) {
      this.byte((left & 0x7f) | 0x80);
      left >>= 7;
    }
    return this.byte(left & 0x7f);
  }

  get(local: number): this {
    return this.op(OP.localGet, local);
  }

  set(local: number): this {
    this.written.add(local);
    return this.op(OP.localSet, local);
  }

  tee(local: number): this {
    return this.op(OP.localTee, local);
  }

  append(bytes: Uint8Array): this {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Bytes with their count before them. */
  sized(bytes: Uint8Array): this {
    return this.unsigned(bytes.length).append(bytes);
  }

  name(text: string): this {
    return this.sized(new TextEncoder().encode(text));
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + needed));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** A function's type: how many `i32` it takes and gives. */
export interface Signature {
  parameters: number;
  results: 0 | 1;
}

export interface WasmFunction {
  /** Index into the module's `signatures`. */
  signature: number;
  /** Kinds of locals behind the parameters, all `i32`. */
  locals: number;
  code: Uint8Array;
}

export interface WasmModule {
  signatures: readonly Signature[];
  /** Functions of the import module `e`, by name and index of their signature. */
  imports: readonly { name: string; signature: number }[];
  functions: readonly WasmFunction[];
  /** Puts the functions into the table from this index on. */
  tableStart?: number;
  /** Exports the first function as `run`. */
  exportsFirst?: boolean;
}

const SECTION = { type: 1, import: 2, function: 3, export: 7, element: 9, code: 10 } as const;
const KIND = { function: 0, table: 1, memory: 2 } as const;
const FUNCREF = 0x70;

/** The bytes of a module. Its memory is imported as `e.m`, its table as `e.t`. */
export function encodeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const { signatures, imports, functions, tableStart, exportsFirst } = module;
  const out = new WasmWriter().append(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const section = (id: number, count: number, fill: (body: WasmWriter) => void) => {
    const body = new WasmWriter().unsigned(count);
    fill(body);
    out.byte(id).sized(body.bytes);
  };
  section(SECTION.type, signatures.length, (body) => {
    for (const { parameters, results } of signatures) {
      body.byte(0x60).unsigned(parameters);
      for (let index = 0; index < parameters; index++) body.byte(I32);
      body.unsigned(results);
      if (results === 1) body.byte(I32);
    }
  });
  section(SECTION.import, imports.length + 2, (body) => {
    for (const { name, signature } of imports) {
      body.name('e').name(name).byte(KIND.function).unsigned(signature);
    }
    body.name('e').name('m').byte(KIND.memory).byte(0).unsigned(1);
    body.name('e').name('t').byte(KIND.table).byte(FUNCREF).byte(0).unsigned(0);
  });
  section(SECTION.function, functions.length, (body) => {
    for (const { signature } of functions) body.unsigned(signature);
  });
  if (exportsFirst === true) {
    section(SECTION.export, 1, (body) => {
      body.name('run').byte(KIND.function).unsigned(imports.length);
    });
  }
  if (tableStart !== undefined) {
    section(SECTION.element, 1, (body) => {
      body.byte(0).const(tableStart).byte(OP.end).unsigned(functions.length);
      for (const index of functions.keys()) body.unsigned(imports.length + index);
    });
  }
  section(SECTION.code, functions.length, (body) => {
    for (const { locals, code } of functions) {
      const one = new WasmWriter();
      if (locals === 0) one.unsigned(0);
      else one.unsigned(1).unsigned(locals).byte(I32);
      body.sized(one.append(code).byte(OP.end).bytes);
    }
  });
  return out.bytes;
}
