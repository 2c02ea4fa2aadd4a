import { basename } from 'node:path';
import type { FileReader } from '../host.ts';
import { ltoDefinitions, readElf, type Elf } from '../image/elf.ts';
import type { BuildPlan } from './plan.ts';

/** What one source file of mbedTLS, or of the firmware, takes in the linked image. */
export interface ModuleSize {
  /** `ecp`, `ssl_tls`, ...; `(library)` for the C library and what cannot be told. */
  module: string;
  part: 'mbedtls' | 'bench' | 'other';
  codeBytes: number;
  dataBytes: number;
}

/**
 * Sizes by source file, largest first. Link-time optimization leaves no trace of objects in the map, so symbols are
 * traced by name: through the objects' own symbol tables.
 */
export async function moduleSizes(elf: Elf, plan: BuildPlan, files: FileReader): Promise<ModuleSize[]> {
  const owners = await symbolOwners(plan, files);
  const modules = new Map<string, ModuleSize>();
  for (const { name, sizeBytes, kind } of elf.symbols) {
    if (kind === 'other' || sizeBytes === 0) continue;
    const owner = owners.get(sourceName(name)) ?? { module: '(library)', part: 'other' as const };
    const key = `${owner.part}/${owner.module}`;
    const entry = modules.get(key) ?? { ...owner, codeBytes: 0, dataBytes: 0 };
    if (kind === 'function') entry.codeBytes += sizeBytes;
    else entry.dataBytes += sizeBytes;
    modules.set(key, entry);
  }
  return [...modules.values()].sort(
    (left, right) =>
      right.codeBytes + right.dataBytes - left.codeBytes - left.dataBytes ||
      left.module.localeCompare(right.module),
  );
}

/** The compiler names its copies of a function `name.part.0` or `name$constprop$0`. */
function sourceName(symbol: string): string {
  return symbol.replace(/[.$].*$/, '');
}

type Owner = Pick<ModuleSize, 'module' | 'part'>;

/**
 * By name: what an object defines for others, and what its source defines for itself. Objects for link-time
 * optimization have no table of the latter, but of machine code (assembly).
 */
async function symbolOwners({ units }: BuildPlan, files: FileReader): Promise<Map<string, Owner>> {
  const owners = new Map<string, Owner>();
  const statics = new Map<string, Owner>();
  for (const { object, source, part } of units) {
    const owner = { module: basename(object, '.o'), part };
    const bytes = await files.readBytes(object);
    for (const { name, kind, defined } of readElf(bytes).symbols) {
      if (defined && kind !== 'other') owners.set(sourceName(name), owner);
    }
    const definitions = ltoDefinitions(bytes);
    for (const name of definitions) owners.set(name, owner);
    // A module that is off is an empty object.
    if (definitions.length === 0) continue;
    for (const [, name] of (await files.readText(source)).matchAll(STATIC)) statics.set(name!, owner);
  }
  return new Map([...statics, ...owners]);
}

/** A function or an object that no other source sees: `static const T name[2] =`, `static int name(`. */
const STATIC =
  /^[ \t]*static\b(?:__attribute__ ?\(\(\w+\)\)|[^;={}()])*?\b(\w+)[ \t\n]*(?:\[[^\]]*\][ \t]*)*(?:=|\(|;)/gm;
