import { join } from 'node:path';
import type { Files, Processes } from '../host.ts';
import { makeObjects, type Deposit, type UnitResult, type UnitTools } from './make-objects.ts';
import { readDiagnostics, type Diagnostic } from './diagnostics.ts';
import { SourceFiles } from './ingredients.ts';
import { hashOf, type ObjectCache } from './object-cache.ts';
import { nextTurn } from './next-turn.ts';
import type { BuildPlan, Unit } from './plan.ts';
import { Configurations } from './same-text.ts';
import { Untouched } from './untouched.ts';

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
  /** Puts what was compiled into the cache. To be called once; beside the linker, which leaves processors free. */
  keep: () => Promise<void>;
}

/**
 * Compiles the units that changed, several at once, and stops at the first that does not compile. Diagnostics come in
 * the order of the plan: the first error is the same in every run.
 */
export async function compileUnits(plan: BuildPlan, context: CompileContext): Promise<CompileResult> {
  await context.files.makeDirectory(plan.privateDirectory, { mode: 0o700 });
  const deposits: Deposit[] = [];
  const results = await compileInParallel(plan, await unitTools(plan, context, deposits), context);
  const count = (how: UnitResult['how']) => results.filter((result) => result.how === how).length;
  return {
    diagnostics: readDiagnostics(results.map(({ stderr }) => stderr).join('\n')),
    fresh: count('fresh'),
    cached: count('cached'),
    compiled: count('compiled'),
    keys: results.map(({ key }) => key),
    keep: () => keep(deposits, context.cache),
  };
}

/** Waits for the other work too where one fails, so that none still writes then. */
export async function besides<T>(work: Promise<T>, other: Promise<void>): Promise<T> {
  await Promise.allSettled([work, other]);
  await other;
  return work;
}

async function keep(deposits: readonly Deposit[], cache: ObjectCache): Promise<void> {
  for (const deposit of deposits) {
    await deposit();
    await nextTurn();
  }
  await cache.prune();
}

async function compileInParallel(
  plan: BuildPlan,
  tools: UnitTools,
  context: CompileContext,
): Promise<UnitResult[]> {
  const results: (UnitResult | undefined)[] = [];
  const queue = [...plan.units.entries()];
  const stop = () => queue.splice(0);
  let done = 0;
  const work = async () => {
    for (
      let batch = nextBatch(queue, context.jobs);
      batch.length > 0;
      batch = nextBatch(queue, context.jobs)
    ) {
      try {
        const made = await makeObjects(
          plan,
          batch.map(([, unit]) => unit),
          tools,
        );
        for (const [place, result] of made.entries()) {
          const [index, unit] = batch[place]!;
          if (result === undefined) continue;
          results[index] = result;
          if (result.failed) stop();
          context.onUnit?.(unit, ++done, plan.units.length);
        }
      } catch (error) {
        stop();
        throw error;
      }
    }
  };
  // All of them, so that none still writes when this returns or throws.
  const workers = await Promise.allSettled(Array.from({ length: context.jobs }, work));
  await tools.configurations.remove();
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  return results.filter((result) => result !== undefined);
}

/** Units that one worker takes at once. Fewer towards the end, so that all workers end together. */
const LARGEST_BATCH = 6;

function nextBatch<T>(queue: T[], jobs: number): T[] {
  return queue.splice(0, Math.max(1, Math.min(LARGEST_BATCH, Math.floor(queue.length / (2 * jobs)))));
}

async function unitTools(plan: BuildPlan, context: CompileContext, deposits: Deposit[]): Promise<UnitTools> {
  const { files } = context;
  // A clock that is that of the files.
  const marker = join(plan.privateDirectory, 'started');
  await files.write(marker, '');
  const [started, compiler] = await Promise.all([files.stat(marker), files.stat(plan.compiler)]);
  const sources = new SourceFiles(files);
  const configurations = new Configurations(context, plan);
  return {
    ...context,
    sources,
    configurations,
    untouched: new Untouched({ ...context, sources, configurations }, plan),
    compilerKey: hashOf(context.compilerIdentity, `${compiler?.mtimeMs ?? ''} ${compiler?.sizeBytes ?? ''}`),
    sinceMs: started?.mtimeMs ?? 0,
    folders: new Set(),
    deposits,
  };
}
