import { EspawsError } from '../errors.ts';
import type { Files, Processes } from '../host.ts';
import { readDiagnostics, type Diagnostic } from './diagnostics.ts';
import { hashOf, type ObjectCache } from './object-cache.ts';
import type { BuildPlan, Unit } from './plan.ts';

export interface CompileContext {
  files: Files;
  processes: Processes;
  cache: ObjectCache;
  /** Identifies the compiler: a new one makes new objects. */
  compilerIdentity: string;
  jobs: number;
  signal: AbortSignal;
  onUnit?: (unit: Unit, done: number, total: number) => void;
}

export interface CompileResult {
  diagnostics: Diagnostic[];
  /** Units whose object was there already, came from the cache, or was compiled now. */
  fresh: number;
  cached: number;
  compiled: number;
  /** Content keys of all objects: the same keys link to the same firmware. */
  keys: string[];
}

type How = 'fresh' | 'cached' | 'compiled';

interface UnitResult {
  how: How;
  key: string;
  failed: boolean;
  stderr: string;
}

/** What an object was made of, kept beside it. */
interface Record {
  flags: string;
  key: string;
  /** Path -> content hash of the source and every header it included. */
  dependencies: { [path: string]: string };
}

/** Compiles the units that changed, several at once, and stops at the first that does not compile. */
export async function compileUnits(plan: BuildPlan, context: CompileContext): Promise<CompileResult> {
  const hashes = new ContentHashes(context.files);
  const results: UnitResult[] = [];
  const queue = [...plan.units];
  let failed = false;
  const work = async () => {
    for (let unit = queue.shift(); unit !== undefined && !failed; unit = queue.shift()) {
      const result = await compileUnit(plan.compiler, unit, context, hashes);
      failed ||= result.failed;
      results.push(result);
      context.onUnit?.(unit, results.length, plan.units.length);
    }
  };
  await Promise.all(Array.from({ length: context.jobs }, work));
  const count = (how: How) => results.filter((result) => result.how === how).length;
  return {
    diagnostics: results.flatMap(({ stderr }) => readDiagnostics(stderr)),
    fresh: count('fresh'),
    cached: count('cached'),
    compiled: count('compiled'),
    keys: results.map(({ key }) => key).sort(),
  };
}

async function compileUnit(
  compiler: string,
  unit: Unit,
  context: CompileContext,
  hashes: ContentHashes,
): Promise<UnitResult> {
  const { files, cache } = context;
  const flags = hashOf(context.compilerIdentity, ...unit.flags);
  const recordPath = `${unit.object}.json`;
  const record = await readRecord(files, recordPath);
  if (record?.flags === flags && (await isFresh(record, unit, files, hashes))) {
    return { how: 'fresh', key: record.key, failed: false, stderr: '' };
  }
  const preprocessed = await preprocess(compiler, unit, context);
  if ('stderr' in preprocessed)
    return { how: 'compiled', key: '', failed: true, stderr: preprocessed.stderr };
  const key = hashOf(context.compilerIdentity, ...codeFlags(unit.flags), preprocessed.text);
  const cached = await cache.get(key);
  const made = cached ?? (await compile(compiler, unit, context));
  if (made.object === undefined) return { how: 'compiled', key, failed: true, stderr: made.stderr };
  if (cached === undefined) await cache.put(key, made.object, made.stderr);
  else await files.write(unit.object, made.object);
  const dependencies = Object.fromEntries(
    await Promise.all(preprocessed.dependencies.map(async (path) => [path, await hashes.of(path)] as const)),
  );
  await files.write(recordPath, JSON.stringify({ flags, key, dependencies } satisfies Record));
  return { how: cached === undefined ? 'compiled' : 'cached', key, failed: false, stderr: made.stderr };
}

/** Search paths and macros act through the preprocessed text; the rest acts on the code. */
function codeFlags(flags: readonly string[]): string[] {
  return flags.filter((flag) => !/^-[ID]/.test(flag));
}

async function readRecord(files: Files, path: string): Promise<Record | undefined> {
  try {
    return JSON.parse(await files.readText(path)) as Record;
  } catch {
    return undefined;
  }
}

async function isFresh({ dependencies }: Record, unit: Unit, files: Files, hashes: ContentHashes) {
  if ((await files.stat(unit.object)) === undefined) return false;
  for (const [path, hash] of Object.entries(dependencies)) if ((await hashes.of(path)) !== hash) return false;
  return true;
}

async function preprocess(compiler: string, unit: Unit, { files, processes, signal }: CompileContext) {
  const dependencyFile = `${unit.object}.d`;
  await files.makeDirectory(unit.object.slice(0, unit.object.lastIndexOf('/')));
  const result = await processes.run(
    compiler,
    [...unit.flags, '-E', '-P', '-MD', '-MF', dependencyFile, unit.source],
    { signal },
  );
  if (result.exitCode !== 0) return { stderr: failureText(result.stderr, unit) };
  return { text: result.stdout, dependencies: readDependencies(await files.readText(dependencyFile)) };
}

async function compile(compiler: string, unit: Unit, { files, processes, signal }: CompileContext) {
  const partial = `${unit.object}.partial`;
  try {
    const result = await processes.run(compiler, [...unit.flags, '-c', unit.source, '-o', partial], {
      signal,
    });
    if (result.exitCode !== 0) return { object: undefined, stderr: failureText(result.stderr, unit) };
    const object = await files.readBytes(partial);
    await files.rename(partial, unit.object);
    return { object, stderr: result.stderr };
  } finally {
    await files.remove(partial);
  }
}

function failureText(stderr: string, unit: Unit): string {
  if (readDiagnostics(stderr).some(({ severity }) => severity === 'error')) return stderr;
  throw new EspawsError(`The compiler failed on "${unit.source}" without saying why.`, {
    code: 'build/tool-failed',
    hint: 'Run it by hand: the arguments are in compile_commands.json.',
    details: { stderr },
  });
}

/** Prerequisites of a make rule as gcc -MD writes it. */
export function readDependencies(rule: string): string[] {
  const joined = rule.replace(/\\\r?\n/g, ' ');
  return joined
    .slice(joined.indexOf(':') + 1)
    .split(/(?<!\\)\s+/)
    .filter((path) => path !== '')
    .map((path) => path.replace(/\\([ #])/g, '$1').replaceAll('$$', '$'));
}

/** Content hashes of files, each read once in a build. */
class ContentHashes {
  readonly #files: Files;
  readonly #known = new Map<string, Promise<string>>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** Empty for a file that is gone. */
  of(path: string): Promise<string> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const hash = this.#files.readBytes(path).then(
      (bytes) => hashOf(bytes),
      () => '',
    );
    this.#known.set(path, hash);
    return hash;
  }
}
