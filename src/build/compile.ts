import { dirname } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Files, Processes } from '../host.ts';
import { ContentHashes, readDependencies } from './dependencies.ts';
import { readDiagnostics, type Diagnostic } from './diagnostics.ts';
import { hashOf, type ObjectCache } from './object-cache.ts';
import type { BuildPlan, Unit } from './plan.ts';

export interface CompileContext {
  files: Files;
  processes: Processes;
  cache: ObjectCache;
  /** Compiles in the compiler's stead what is no secret: `findLauncher`. */
  launcher: string | undefined;
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

/**
 * Compiles the units that changed, several at once, and stops at the first that does not compile. Diagnostics come in
 * the order of the plan: the first error is the same in every run.
 */
export async function compileUnits(plan: BuildPlan, context: CompileContext): Promise<CompileResult> {
  await context.files.makeDirectory(plan.privateDirectory, { mode: 0o700 });
  const results = await compileInParallel(plan, context);
  await context.cache.prune();
  const count = (how: How) => results.filter((result) => result.how === how).length;
  return {
    diagnostics: readDiagnostics(results.map(({ stderr }) => stderr).join('\n')),
    fresh: count('fresh'),
    cached: count('cached'),
    compiled: count('compiled'),
    keys: results.map(({ key }) => key),
  };
}

async function compileInParallel(plan: BuildPlan, context: CompileContext): Promise<UnitResult[]> {
  const hashes = new ContentHashes(context.files);
  const results: (UnitResult | undefined)[] = [];
  const queue = [...plan.units.entries()];
  const stop = () => queue.splice(0);
  let done = 0;
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, unit] = next;
      try {
        const result = await compileUnit(plan, unit, context, hashes);
        results[index] = result;
        if (result.failed) stop();
        context.onUnit?.(unit, ++done, plan.units.length);
      } catch (error) {
        stop();
        throw error;
      }
    }
  };
  // All of them, so that none still writes when this returns or throws.
  const workers = await Promise.allSettled(Array.from({ length: context.jobs }, work));
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return results.filter((result) => result !== undefined);
}

async function compileUnit(
  plan: BuildPlan,
  unit: Unit,
  context: CompileContext,
  hashes: ContentHashes,
): Promise<UnitResult> {
  const { files, cache } = context;
  const { compiler } = plan;
  const flags = hashOf(context.compilerIdentity, ...unit.flags);
  const recordPath = `${unit.object}.json`;
  const record = await readRecord(files, recordPath);
  if (record?.flags === flags && (await isFresh(record, unit, files, hashes))) {
    return { how: 'fresh', key: record.key, failed: false, stderr: '' };
  }
  const preprocessed = await preprocess(compiler, unit, context);
  try {
    if ('stderr' in preprocessed)
      return { how: 'compiled', key: '', failed: true, stderr: preprocessed.stderr };
    const key = hashOf(context.compilerIdentity, ...codeFlags(unit.flags), preprocessed.text);
    const cached = unit.secret ? undefined : await cache.get(key);
    const made = cached ?? (await compile(plan, unit, context));
    if (made.object === undefined) return { how: 'compiled', key, failed: true, stderr: made.stderr };
    if (cached !== undefined) await files.write(unit.object, made.object);
    else if (!unit.secret) await cache.put(key, made.object, made.stderr);
    const dependencies = Object.fromEntries(
      await Promise.all(
        preprocessed.dependencies.map(async (path) => [path, await hashes.of(path)] as const),
      ),
    );
    await files.write(recordPath, JSON.stringify({ flags, key, dependencies } satisfies Record));
    return { how: cached === undefined ? 'compiled' : 'cached', key, failed: false, stderr: made.stderr };
  } finally {
    await files.remove(preprocessedPath(unit));
  }
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
  const path = preprocessedPath(unit);
  await files.makeDirectory(dirname(unit.object));
  const result = await processes.run(
    compiler,
    [...unit.flags, '-E', '-MD', '-MF', dependencyFile, unit.source, '-o', path],
    { signal },
  );
  if (result.exitCode !== 0) return { stderr: failureText(result.stderr, unit) };
  const [text, rule] = await Promise.all([files.readText(path), files.readText(dependencyFile)]);
  return { text: codeOf(text), dependencies: readDependencies(rule) };
}

/** A line marker of the preprocessor. */
const MARKER = /^# (\d+) ("[^"\n]*").*\n/gm;

/**
 * What of a preprocessed text makes the object: its code, and the place of each piece, which debug information holds.
 * A comment more in a header of macros is the same code at the same places.
 */
function codeOf(text: string): string {
  const pieces: string[] = [];
  let place = { line: 1, file: '' };
  let start = 0;
  const take = (end: number) => {
    const chunk = text.slice(start, end);
    const code = chunk.trimEnd();
    if (code === '') return;
    const blank = /^\s*\n/.exec(code)?.[0] ?? '';
    pieces.push(
      `# ${place.line + blank.split('\n').length - 1} ${place.file}\n${code.slice(blank.length)}\n`,
    );
  };
  for (const match of text.matchAll(MARKER)) {
    take(match.index);
    place = { line: Number(match[1]), file: match[2]! };
    start = match.index + match[0].length;
  }
  take(text.length);
  return pieces.join('');
}

function preprocessedPath({ object }: Unit): string {
  return `${object}.i`;
}

async function compile(plan: BuildPlan, unit: Unit, context: CompileContext) {
  const { compiler, privateDirectory } = plan;
  const { files, processes, signal, launcher } = context;
  const partial = `${unit.object}.partial`;
  const run = (program: string, args: readonly string[]) =>
    processes.run(program, [...args, '-o', partial], {
      signal,
      // The compiler's own files too are for the user alone.
      ...(unit.secret ? { env: { TMPDIR: privateDirectory } } : {}),
    });
  const source = [...unit.flags, '-c', unit.source];
  try {
    // A launcher keeps what it sees.
    const byLauncher = launcher !== undefined && !unit.secret;
    let result = byLauncher
      ? await run(launcher, [compiler, ...source])
      : await run(compiler, [...unit.flags, '-pipe', '-c', preprocessedPath(unit)]);
    // What it says is about the source: comments that forbid a warning, and the lines that it shows.
    if (!byLauncher && (result.exitCode !== 0 || result.stderr !== '')) result = await run(compiler, source);
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
