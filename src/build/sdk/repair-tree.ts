import { basename, join } from 'node:path';
import type { FileReader } from '../../host.ts';
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
  const mended = repairSources(sources, files.libraryDirectory);
  for (const [path, text] of mended.repaired) sources.set(basename(path), text);
  return { files: { ...files, sources }, ...mended };
}

/** The same where nothing else of the tree is wanted: reads the sources that are known to have faults. */
export async function repairLibrary(
  files: FileReader,
  libraryDirectory: string,
): Promise<Omit<RepairedTree, 'files'>> {
  const sources = new Map<string, string>();
  for (const [name] of REPAIRS) {
    const path = join(libraryDirectory, name);
    if ((await files.stat(path)) !== undefined) sources.set(name, await files.readText(path));
  }
  return repairSources(sources, libraryDirectory);
}

function repairSources(
  sources: ReadonlyMap<string, string>,
  libraryDirectory: string,
): Omit<RepairedTree, 'files'> {
  const repaired = new Map<string, string>();
  const notes: string[] = [];
  for (const [name, repair] of REPAIRS) {
    const text = sources.get(name);
    if (text === undefined) continue;
    const path = join(libraryDirectory, name);
    const mended = repair.apply(text, path);
    if (mended === text) continue;
    repaired.set(path, mended);
    notes.push(`${path}: a copy is compiled that mends ${repair.what}`);
  }
  return { repaired, notes };
}

/** By the name of the library's source. */
const REPAIRS: readonly (readonly [string, Repair])[] = [['oid.c', oidRepair]];
