import { basename, dirname, join } from 'node:path';
import type { FileReader } from '../host.ts';
import { hashOf } from './object-cache.ts';
import { readWords, type SourceWords } from './source-words.ts';
import type { View } from './view.ts';

/** What an object was made of, but for the compiler and its arguments. */
export interface Ingredients {
  /** Path -> content hash, of the source and every header it included. */
  dependencies: Readonly<Record<string, string>>;
  /** Files that are called like these and lie where the preprocessor looks: `findNamesakes`. */
  namesakes: string;
}

/** One file as the preprocessor may read it. */
export interface FileFacts {
  /** Of its content; empty for a file that is gone. */
  hash: string;
  mtimeMs: number;
  /** The object tells the time, or the date. */
  saysWhen: boolean;
  /** It tells the file's path. */
  saysWhere: boolean;
  /** Names that it asks for with `__has_include`. */
  asksFor: readonly string[];
}

const GONE: FileFacts = { hash: '', mtimeMs: 0, saysWhen: false, saysWhere: false, asksFor: [] };
const ASKS_FOR = /__has_include(?:_next)?\s*\(\s*[<"]([^>"]+)[>"]/g;

/** Files and folders as they were when a build first looked at them: each is read once. */
export class SourceFiles {
  readonly #files: FileReader;
  readonly #facts = new Map<string, Promise<FileFacts>>();
  readonly #names = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #words = new Map<string, Promise<SourceWords>>();

  constructor(files: FileReader) {
    this.#files = files;
  }

  factsOf(path: string): Promise<FileFacts> {
    return remembered(this.#facts, path, () => this.#read(path).catch(() => GONE));
  }

  /** Names in a folder; none where there is no folder. */
  namesIn(directory: string): Promise<ReadonlySet<string>> {
    return remembered(this.#names, directory, async () => new Set(await this.#files.list(directory)));
  }

  /** Of a file that is there. */
  wordsOf(path: string): Promise<SourceWords> {
    return remembered(this.#words, path, async () => readWords(await this.#files.readText(path)));
  }

  async #read(path: string): Promise<FileFacts> {
    // The time first: who changes the file in between makes it newer than it is known to be.
    const found = await this.#files.stat(path);
    const bytes = await this.#files.readBytes(path);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      hash: hashOf(bytes),
      mtimeMs: found?.mtimeMs ?? 0,
      saysWhen: ['__DATE__', '__TIME__', '__TIMESTAMP__'].some((name) => text.includes(name)),
      saysWhere: text.includes('__FILE__'),
      asksFor: text.includes('__has_include')
        ? [...text.toString('latin1').matchAll(ASKS_FOR)].map(([, name]) => name!)
        : [],
    };
  }
}

/**
 * What `dependencies` are now. Undefined where one of them changed after `sinceMs`: nobody knows which of its texts the
 * compiler has read.
 */
export async function ingredientsOf(
  sources: SourceFiles,
  dependencies: readonly string[],
  { sinceMs, ...view }: View & { sinceMs: number },
): Promise<Ingredients | undefined> {
  const facts = await Promise.all(dependencies.map((path) => sources.factsOf(path)));
  if (facts.some(({ hash, mtimeMs }) => hash === '' || mtimeMs > sinceMs)) return undefined;
  return {
    dependencies: Object.fromEntries(dependencies.map((path, index) => [path, facts[index]!.hash])),
    namesakes: await findNamesakes(sources, dependencies, view),
  };
}

/** Dependencies that are other now; all of them where the search path might find another file for one. */
export async function changesIn(
  sources: SourceFiles,
  { dependencies, namesakes }: Ingredients,
  view: View,
): Promise<string[]> {
  const paths = Object.keys(dependencies);
  const facts = await Promise.all(paths.map((path) => sources.factsOf(path)));
  const changed = paths.filter((path, index) => facts[index]!.hash !== dependencies[path]);
  if (changed.length > 1) return changed;
  return namesakes === (await findNamesakes(sources, paths, view)) ? changed : paths;
}

/**
 * All files on the search path that are called like one of the dependencies, as a hash: another one, earlier on the
 * path, would be included in its stead.
 */
async function findNamesakes(
  sources: SourceFiles,
  dependencies: readonly string[],
  { flags, noted }: Pick<View, 'flags' | 'noted'>,
): Promise<string> {
  const roots = new Set([...searchedBy(flags), ...dependencies.map((path) => dirname(path))]);
  const names = new Set(dependencies.map((path) => basename(path)));
  const folders = new Set(['.']);
  for (const path of dependencies) {
    for (const root of roots) {
      if (path.startsWith(`${root}/`)) folders.add(dirname(path.slice(root.length + 1)));
    }
    for (const asked of (await sources.factsOf(path)).asksFor) {
      names.add(basename(asked));
      folders.add(dirname(asked));
    }
  }
  const directories = new Set([...roots].flatMap((root) => [...folders].map((folder) => join(root, folder))));
  const found: string[] = [];
  for (const directory of directories) {
    const there = await sources.namesIn(directory);
    for (const name of there.size < names.size ? there : names) {
      if (there.has(name) && names.has(name)) found.push(noted(join(directory, name)));
    }
  }
  return hashOf(...found.sort());
}

/** Folders of `-I` and its like. */
function searchedBy(flags: readonly string[]): string[] {
  return flags.flatMap((flag, index) => {
    const [, option, folder] = /^(-I|-iquote|-isystem|-idirafter)(.*)$/.exec(flag) ?? [];
    if (option === undefined) return [];
    return folder === '' ? (flags[index + 1] ?? []) : folder!;
  });
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}
