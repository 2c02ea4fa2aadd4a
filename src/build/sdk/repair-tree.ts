import { join } from 'node:path';
import type { TreeFiles } from '../../mbedtls/tree-files.ts';
import { oidRepair } from './oid-repair.ts';
import type { Repair } from './repair.ts';

/** An mbedTLS tree as it is compiled: sources of it that were mended, in place of its own. */
export interface RepairedTree {
  files: TreeFiles;
  /** Mended texts by the absolute path of the file that each stands for. */
  repaired: ReadonlyMap<string, string>;
  /** What was mended, a sentence for each file. */
  notes: string[];
}

/** Mends the faults that are known in sources of SDKs' mbedTLS trees; writes nothing. Throws `config/tree-invalid`. */
export function repairTree(files: TreeFiles): RepairedTree {
  const sources = new Map(files.sources);
  const repaired = new Map<string, string>();
  const notes: string[] = [];
  for (const [name, repair] of REPAIRS) {
    const text = files.sources.get(name);
    if (text === undefined) continue;
    const path = join(files.libraryDirectory, name);
    const mended = repair.apply(text, path);
    if (mended === text) continue;
    sources.set(name, mended);
    repaired.set(path, mended);
    notes.push(`${path}: a copy is compiled that mends ${repair.what}`);
  }
  return { files: { ...files, sources }, repaired, notes };
}

/** By the name of the library's source. */
const REPAIRS: readonly (readonly [string, Repair])[] = [['oid.c', oidRepair]];
