import { dirname } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Files, Processes } from '../host.ts';
import { readDependencies } from './dependencies.ts';
import { errorsIn, readDiagnostics } from './diagnostics.ts';
import { changesIn, ingredientsOf, type Ingredients, type SourceFiles } from './ingredients.ts';
import { KnownObjects, type KnownObject } from './known-objects.ts';
import { hashOf, type ObjectCache } from './object-cache.ts';
import type { BuildPlan, Unit } from './plan.ts';
import { answerByText, askForText, removeTexts, type Configurations } from './same-text.ts';
import { runBatch, type BatchCommand, type Ended } from './shell-batch.ts';
import type { Untouched } from './untouched.ts';
import { viewOf, type View } from './view.ts';

export interface UnitTools {
  files: Files;
  processes: Processes;
  signal: AbortSignal;
  cache: ObjectCache;
  sources: SourceFiles;
  configurations: Configurations;
  untouched: Untouched;
  /** Compiles in the compiler's stead what is no secret: `findLauncher`. */
  launcher: string | undefined;
  /** Says which compiler it is. */
  compilerKey: string;
  /** Milliseconds since 1970: a file that changes later may not be what the compiler has read. */
  sinceMs: number;
  /** Folders of objects that are there. */
  folders: Set<string>;
  /** What is to be put into the cache: it can wait until the processors have nothing to compile. */
  deposits: Deposit[];
}

export type Deposit = () => Promise<void>;

export interface UnitResult {
  /** Its object was there already, came from the cache, or was compiled now. */
  how: 'fresh' | 'cached' | 'compiled';
  /** What the object was made of: the same keys link to the same firmware. Empty where there is none. */
  key: string;
  failed: boolean;
  stderr: string;
}

/** What an object was made of, kept beside it. */
interface Record extends Ingredients {
  id: string;
  key: string;
}

/** A unit whose object is not there as it should be. */
interface Wanted {
  unit: Unit;
  view: View;
  /** Of source, compiler and flags. */
  id: string;
  /** Undefined for the secret: what the cache holds, others may see. */
  known: KnownObjects | undefined;
  /** Hash of its preprocessed text, where that is known. */
  text?: string | undefined;
}

/** Makes the objects of units that are not there: from the cache, else by the compiler, up to the first that fails. */
export async function makeObjects(
  plan: BuildPlan,
  units: readonly Unit[],
  tools: UnitTools,
): Promise<(UnitResult | undefined)[]> {
  const found = await Promise.all(units.map((unit) => findFresh(plan, unit, tools)));
  const wanted = found.filter((one): one is Wanted => 'unit' in one);
  const cached = await findCached(plan, wanted, tools);
  const rest = wanted.filter((one) => !cached.has(one));
  const compiled = new Map<object, UnitResult>();
  try {
    const ended = await runBatch(
      tools,
      rest.map(({ unit }) => compilation(plan, unit, tools)),
    );
    for (const [index, end] of ended.entries()) {
      compiled.set(rest[index]!, await takeCompiled(plan, rest[index]!, { ...tools, end }));
    }
  } finally {
    for (const { unit } of rest) await tools.files.remove(partialPath(unit));
  }
  return found.map((one) => ('unit' in one ? (cached.get(one) ?? compiled.get(one)) : one));
}

async function findFresh(plan: BuildPlan, unit: Unit, tools: UnitTools): Promise<UnitResult | Wanted> {
  const { sources, files, cache, compilerKey } = tools;
  const view = viewOf(plan, unit);
  const id = hashOf(compilerKey, view.noted(unit.source), ...unit.flags.map(view.notedFlag));
  const record = await readRecord(unit, files);
  if (record?.id === id && (await changesIn(sources, record, view)).length === 0) {
    return { how: 'fresh', key: record.key, failed: false, stderr: '' };
  }
  const folder = dirname(unit.object);
  if (!tools.folders.has(folder)) {
    await files.makeDirectory(folder);
    tools.folders.add(folder);
  }
  return { unit, view, id, known: unit.secret ? undefined : await KnownObjects.load(cache, { view, id }) };
}

/** Takes from the cache what is in it. */
async function findCached(
  plan: BuildPlan,
  wanted: readonly Wanted[],
  tools: UnitTools,
): Promise<Map<object, UnitResult>> {
  const results = new Map<object, UnitResult>();
  const questions: { one: Wanted; question: Awaited<ReturnType<typeof askForText>> }[] = [];
  for (const one of wanted) {
    const { same = [], ofOtherConfigurations = [] } = (await one.known?.compare(tools.sources, plan)) ?? {};
    let result = await takeCached(plan, one, { ...tools, candidates: same });
    if (result === undefined) {
      const untouched = await tools.untouched.find(one.unit, ofOtherConfigurations);
      if (untouched !== undefined) {
        one.text = untouched.text;
        result = await takeCached(plan, one, { ...tools, candidates: [untouched] });
      }
    }
    if (result !== undefined) results.set(one, result);
    else if (ofOtherConfigurations.length > 0) {
      const { configurations } = tools;
      const question = await askForText(plan, one.unit, {
        candidates: ofOtherConfigurations,
        configurations,
      });
      questions.push({ one, question });
    }
  }
  try {
    await runBatch(
      tools,
      questions.flatMap(({ question }) => question.commands),
    );
    for (const { one, question } of questions) {
      const answer = await answerByText(question, { ...tools, ...plan });
      if (answer === undefined) continue;
      one.text = answer.now.text;
      const candidates = answer.same === undefined ? [] : [answer.same];
      const dependencies = answer.now.dependencies;
      const result = await takeCached(plan, one, { ...tools, candidates, dependencies });
      if (result !== undefined) results.set(one, result);
    }
  } finally {
    for (const { question } of questions) await removeTexts(question, tools.files);
  }
  return results;
}

/** The first candidate that the cache still has. `dependencies`: of the object here, where they are others. */
async function takeCached(
  plan: BuildPlan,
  one: Wanted,
  {
    candidates,
    dependencies,
    ...tools
  }: UnitTools & { candidates: readonly KnownObject[]; dependencies?: readonly string[] },
): Promise<UnitResult | undefined> {
  const { files, cache } = tools;
  for (const candidate of candidates) {
    const found = await cache.get(candidate.key);
    if (found === undefined) continue;
    await files.write(one.unit.object, found.object);
    const paths = dependencies ?? Object.keys(candidate.dependencies);
    await settle(plan, one, { ...tools, dependencies: paths, key: candidate.key });
    return { how: 'cached', key: candidate.key, failed: false, stderr: found.stderr };
  }
  return undefined;
}

function compilation(
  { compiler, privateDirectory }: BuildPlan,
  unit: Unit,
  { launcher }: UnitTools,
): BatchCommand {
  const rule = ['-MD', '-MF', rulePath(unit)];
  const args = [...unit.flags, ...rule, '-c', unit.source, '-o', partialPath(unit)];
  // The compiler's own files too are for the user alone.
  if (unit.secret) return { program: compiler, args, env: { TMPDIR: privateDirectory } };
  // A launcher keeps what it sees.
  return launcher === undefined
    ? { program: compiler, args }
    : { program: launcher, args: [compiler, ...args] };
}

async function takeCompiled(
  plan: BuildPlan,
  one: Wanted,
  { end: { failed, stderr }, ...tools }: UnitTools & { end: Ended },
): Promise<UnitResult> {
  const { unit, id } = one;
  const { files, cache } = tools;
  if (failed) return failure(unit, stderr);
  const object = await files.readBytes(partialPath(unit));
  await files.rename(partialPath(unit), unit.object);
  const dependencies = readDependencies(await files.readText(rulePath(unit)));
  const key = hashOf(id, object);
  const isCommon = await settle(plan, one, { ...tools, dependencies, key });
  if (isCommon) tools.deposits.push(() => cache.put(key, object, stderr));
  return { how: 'compiled', key, failed: false, stderr };
}

/** Notes down what an object was made of. True where it may go into the cache. */
async function settle(
  { configHeader }: BuildPlan,
  { unit, view, id, known, text }: Wanted,
  { key, dependencies, ...tools }: UnitTools & { key: string; dependencies: readonly string[] },
): Promise<boolean> {
  const { files, sources, sinceMs, deposits } = tools;
  const ingredients = await ingredientsOf(sources, dependencies, { ...view, sinceMs });
  if (ingredients === undefined) {
    await files.remove(recordPath(unit));
    return false;
  }
  await files.write(recordPath(unit), JSON.stringify({ id, key, ...ingredients } satisfies Record));
  if (known === undefined || !(await isSameAnywhere(dependencies, view, sources))) return false;
  const object = { key, ...ingredients, ...(text === undefined ? {} : { text }) };
  deposits.push(() => known.add(object, { files, configHeader }));
  return true;
}

/** Whether the object is the same wherever and whenever it is made. */
async function isSameAnywhere(dependencies: readonly string[], { isInside }: View, sources: SourceFiles) {
  const facts = await Promise.all(dependencies.map((path) => sources.factsOf(path)));
  return facts.every(
    ({ saysWhen, saysWhere }, index) => !saysWhen && !(saysWhere && isInside(dependencies[index]!)),
  );
}

function recordPath({ object }: Unit): string {
  return `${object}.json`;
}

function rulePath({ object }: Unit): string {
  return `${object}.d`;
}

/** What is renamed when it is whole. */
function partialPath({ object }: Unit): string {
  return `${object}.partial`;
}

/** Undefined where there is none, or no object beside it. */
async function readRecord(unit: Unit, files: Files): Promise<Record | undefined> {
  try {
    const record = JSON.parse(await files.readText(recordPath(unit))) as Partial<Record>;
    const isWhole = record.dependencies !== undefined && record.namesakes !== undefined;
    return isWhole && (await files.stat(unit.object)) !== undefined ? (record as Record) : undefined;
  } catch {
    return undefined;
  }
}

function failure(unit: Unit, stderr: string): UnitResult {
  if (errorsIn(readDiagnostics(stderr)).length > 0) {
    return { how: 'compiled', key: '', failed: true, stderr };
  }
  throw new EspawsError(`The compiler failed on "${unit.source}" without saying why.`, {
    code: 'build/tool-failed',
    hint: 'Run it by hand: the arguments are in compile_commands.json.',
    details: { stderr },
  });
}
