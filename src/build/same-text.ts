import type { Files } from '../host.ts';
import { configurationOf, type KnownObject } from './known-objects.ts';
import type { ObjectCache } from './object-cache.ts';
import type { BuildPlan, Unit } from './plan.ts';
import { preprocessing, ruleOf, readPreprocessed, type Preprocessed } from './preprocess.ts';
import type { BatchCommand } from './shell-batch.ts';

/** Of so many other configurations it is found out whether this one touches the source at all. */
export const MOST_COMPARED = 3;

/** Texts of other configurations, for as long as something is preprocessed with them. */
export class Configurations {
  readonly #tools: { files: Files; cache: ObjectCache };
  readonly #header: string;
  readonly #copies = new Map<string, Promise<string | undefined>>();

  constructor(
    tools: { files: Files; cache: ObjectCache },
    { configHeader }: Pick<BuildPlan, 'configHeader'>,
  ) {
    this.#tools = tools;
    this.#header = configHeader;
  }

  /** A file with this content, beside the header: what that includes by quotes is looked for in its own folder first. */
  copyOf(hash: string): Promise<string | undefined> {
    const copy = this.#copies.get(hash) ?? this.#write(hash);
    this.#copies.set(hash, copy);
    return copy;
  }

  async remove(): Promise<void> {
    for (const copy of await Promise.all(this.#copies.values())) {
      if (copy !== undefined) await this.#tools.files.remove(copy);
    }
  }

  async #write(hash: string): Promise<string | undefined> {
    const { files, cache } = this.#tools;
    const text = await configurationOf(cache, hash);
    if (text === undefined) return undefined;
    const path = `${this.#header}.${hash.slice(0, 16)}`;
    await files.write(path, text);
    return path;
  }
}

/** What is to be preprocessed to know whether one of the candidates is the unit's object. */
export interface TextQuestion {
  unit: Unit;
  candidates: readonly KnownObject[];
  commands: readonly BatchCommand[];
  /** Configurations of candidates whose text is not noted, as they are preprocessed: by their place in `candidates`. */
  copies: ReadonlyMap<number, string>;
}

/**
 * Finds an object among those of other configurations by what the preprocessor makes of the source: where it makes the
 * same of both configurations, the object is the same. So a changed macro compiles only what it touches, and a first
 * build need not preprocess anything besides compiling it.
 */
export async function askForText(
  plan: BuildPlan,
  unit: Unit,
  { candidates, configurations }: { candidates: readonly KnownObject[]; configurations: Configurations },
): Promise<TextQuestion> {
  const { compiler, configHeader } = plan;
  const compared = candidates.slice(0, MOST_COMPARED);
  const copies = new Map<number, string>();
  for (const [index, { text, dependencies }] of compared.entries()) {
    const copy = text === undefined ? await configurations.copyOf(dependencies[configHeader]!) : undefined;
    if (copy !== undefined) copies.set(index, copy);
  }
  const before = [...copies].map(([index, copy]): BatchCommand => {
    const flags = unit.flags.map((flag) => flag.replaceAll(configHeader, copy));
    return { ...preprocessing(compiler, { ...unit, flags }, outputOf(unit, index)), mayFail: true };
  });
  // What the source has against the configuration, compiling it says.
  const now: BatchCommand = { ...preprocessing(compiler, unit, outputOf(unit)), mayFail: true };
  return { unit, candidates: compared, commands: [now, ...before], copies };
}

/** The text of the unit now, and the object that has the same; undefined where it does not preprocess. */
export async function answerByText(
  { unit, candidates, copies }: TextQuestion,
  { files, configHeader }: { files: Files; configHeader: string },
): Promise<{ now: Preprocessed; same: KnownObject | undefined } | undefined> {
  const take = (index?: number) => readPreprocessed(files, outputOf(unit, index)).catch(() => undefined);
  const now = await take();
  const texts = await Promise.all(
    candidates.map(async ({ text, dependencies }, index) => {
      const copy = copies.get(index);
      if (copy === undefined) return text;
      const before = await take(index);
      // Included by its name, which the copy has not, it was the one of now.
      if (before === undefined || before.dependencies.includes(configHeader)) return undefined;
      const seen = before.dependencies.map((path) => (path === copy ? configHeader : path));
      return isSameSet(seen, Object.keys(dependencies)) ? before.text : undefined;
    }),
  );
  if (now === undefined) return undefined;
  for (const [index, candidate] of candidates.entries()) candidate.text = texts[index];
  return { now, same: candidates.find(({ text }) => text === now.text) };
}

/** What the commands have made. */
export async function removeTexts({ unit, copies }: TextQuestion, files: Files): Promise<void> {
  for (const output of [outputOf(unit), ...[...copies.keys()].map((index) => outputOf(unit, index))]) {
    await files.remove(output);
    await files.remove(ruleOf(output));
  }
}

function outputOf({ object }: Unit, index?: number): string {
  return `${object}${index === undefined ? '' : `.${index}`}.i`;
}

/** Else it would not see the files that it was made of. */
function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  const known = new Set(right);
  return left.length === known.size && left.every((path) => known.has(path));
}
