/** What the core uses of the engine's WebAssembly (WebAssembly JavaScript Interface), whose types Node's leave out. */
export interface EngineMemory {
  readonly buffer: ArrayBuffer;
}

interface EngineTable {
  readonly length: number;
  grow(delta: number): number;
  set(index: number, value: null): void;
}

export type EngineImports = Record<string, EngineMemory | EngineTable | ((...values: number[]) => unknown)>;

interface Engine {
  Memory: new (descriptor: { initial: number }) => EngineMemory;
  Table: new (descriptor: { element: 'anyfunc'; initial: number }) => EngineTable;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (
    module: object,
    imports: Record<string, EngineImports>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
}

export const engine = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
