import { isAbsolute, join } from 'node:path';
import type { Files } from '../host.ts';

/** One entry of a JSON Compilation Database. */
interface CompileCommand {
  directory: string;
  file: string;
  output: string;
  arguments: readonly string[];
}

/**
 * Takes up what the compiler's scripts have left in `records`, each a file of lines (working directory, compiler, its
 * arguments), into the JSON Compilation Database at `database`: what was not compiled this time stays. The folder is
 * gone afterwards.
 */
export async function collectCommands(files: Files, records: string, database: string): Promise<void> {
  const known = await readDatabase(files, database);
  for (const name of await files.list(records)) {
    const [directory, ...words] = (await files.readText(join(records, name))).trimEnd().split('\n');
    const output = words[words.indexOf('-o') + 1];
    const source = words.findLast((word) => /\.(?:c|cc|cpp|cxx|S)$/.test(word) && !word.startsWith('-'));
    if (directory === undefined || source === undefined || output === undefined) continue;
    const file = isAbsolute(source) ? source : join(directory, source);
    known.set(file, { directory, file, output, arguments: words });
  }
  await files.remove(records);
  const entries = [...known.values()].sort((left, right) => (left.file < right.file ? -1 : 1));
  await files.write(database, `${JSON.stringify(entries, undefined, 2)}\n`);
}

async function readDatabase(files: Files, path: string): Promise<Map<string, CompileCommand>> {
  try {
    const entries = JSON.parse(await files.readText(path)) as CompileCommand[];
    return new Map(entries.map((entry) => [entry.file, entry]));
  } catch {
    return new Map();
  }
}
