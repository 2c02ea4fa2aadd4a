import type { Processes } from '../host.ts';
import type { SourceFiles } from './ingredients.ts';
import type { KnownObject } from './known-objects.ts';
import type { BuildPlan, Unit } from './plan.ts';
import { codeOf, filesIn } from './preprocess.ts';
import { MOST_COMPARED, type Configurations } from './same-text.ts';
import { isJoined, type SourceWords } from './source-words.ts';

export interface UntouchedTools {
  processes: Processes;
  signal: AbortSignal;
  sources: SourceFiles;
  configurations: Configurations;
}

/** What is defined behind the header that brings the configuration. */
interface Settings {
  /** Macro -> all that is said of it, in order. */
  macros: ReadonlyMap<string, string>;
  /** What is no directive. */
  code: string;
  /** Headers that were read. */
  files: ReadonlySet<string>;
}

interface Difference {
  /** Macros of which the configurations say something else. */
  names: readonly string[];
  /** Headers that were read to know it, and differ in nothing besides. */
  files: ReadonlySet<string>;
  /** What those of them name that may do something else: both configurations, and headers that name such a macro. */
  changing: readonly SourceWords[];
}

/**
 * Finds objects of other configurations that this one cannot have touched: what they were made of names no macro that
 * differs. The preprocessor says which those are, once for the whole library, and need not read each source.
 */
export class Untouched {
  readonly #tools: UntouchedTools;
  readonly #plan: Pick<BuildPlan, 'compiler' | 'configHeader'>;
  readonly #settings = new Map<string, Promise<Settings | undefined>>();
  readonly #differences = new Map<string, Promise<Difference | undefined>>();

  constructor(tools: UntouchedTools, plan: Pick<BuildPlan, 'compiler' | 'configHeader'>) {
    this.#tools = tools;
    this.#plan = plan;
  }

  /** `candidates`: objects of the unit, made of the same but for the configuration. */
  async find(unit: Unit, candidates: readonly KnownObject[]): Promise<KnownObject | undefined> {
    for (const candidate of candidates.slice(0, MOST_COMPARED)) {
      const difference = await this.#differenceFrom(unit, candidate);
      if (difference !== undefined && (await this.#isUntouched(candidate, difference))) return candidate;
    }
    return undefined;
  }

  #differenceFrom({ flags }: Unit, { dependencies }: KnownObject): Promise<Difference | undefined> {
    const header = this.#headerAmong(Object.keys(dependencies));
    const hash = dependencies[this.#plan.configHeader]!;
    const key = [hash, header, ...flags].join('\0');
    const known = this.#differences.get(key) ?? this.#compare(hash, header, flags);
    this.#differences.set(key, known);
    return known;
  }

  /** mbedTLS 3 derives macros from the configuration in the header that brings it. */
  #headerAmong(paths: readonly string[]): string {
    return paths.find((path) => path.endsWith('/mbedtls/build_info.h')) ?? this.#plan.configHeader;
  }

  async #compare(hash: string, header: string, flags: readonly string[]): Promise<Difference | undefined> {
    const { configHeader } = this.#plan;
    const [now, copy] = await Promise.all([
      this.#settingsOf(configHeader, header, flags),
      this.#tools.configurations.copyOf(hash),
    ]);
    if (now === undefined || copy === undefined) return undefined;
    const before = await this.#settingsOf(copy, header, flags);
    if (before?.code !== now.code || !isSame(before.files, now.files)) return undefined;
    const all = new Set([...before.macros.keys(), ...now.macros.keys()]);
    const names = [...all].filter((name) => before.macros.get(name) !== now.macros.get(name));
    const changing = [
      ...(await this.#wordsIn([configHeader, copy])),
      ...(await this.#wordsIn([...now.files])).filter((words) => namesAny(words, names)),
    ];
    return { names, files: now.files, changing };
  }

  #settingsOf(
    configuration: string,
    header: string,
    flags: readonly string[],
  ): Promise<Settings | undefined> {
    const key = [configuration, header, ...flags].join('\0');
    const known = this.#settings.get(key) ?? this.#readSettings(configuration, header, flags);
    this.#settings.set(key, known);
    return known;
  }

  /** Undefined where the preprocessor has something against it: which sources that concerns, they say themselves. */
  async #readSettings(
    configuration: string,
    header: string,
    flags: readonly string[],
  ): Promise<Settings | undefined> {
    const { processes, signal } = this.#tools;
    const { compiler, configHeader } = this.#plan;
    const placed = [...flags, '-include', header].map((flag) => flag.replaceAll(configHeader, configuration));
    const args = [...placed, '-E', '-dD', '-x', 'c', '-'];
    const { exitCode, stdout, stderr } = await processes.run(compiler, args, { signal, input: '' });
    if (exitCode !== 0 || stderr !== '') return undefined;
    // Included by its name, which the copy has not, it was the one of now.
    if (configuration !== configHeader && filesIn(stdout).has(configHeader)) return undefined;
    return settingsIn(stdout.replaceAll(configuration, configHeader));
  }

  async #isUntouched(
    { dependencies }: KnownObject,
    { names, files, changing }: Difference,
  ): Promise<boolean> {
    const paths = Object.keys(dependencies);
    // Else the source has the header in another way than it was read here.
    if (![...files].every((path) => path in dependencies)) return false;
    const isOwn = (path: string) => !files.has(path);
    const own = await this.#wordsIn(paths.filter(isOwn));
    if (own.some((words) => namesAny(words, names))) return false;
    if (own.some(({ pastes }) => pastes)) {
      const all = new Set(own.flatMap((words) => [...words.all]));
      if (names.some((name) => isJoined(name, all))) return false;
    }
    // They stand in the order in which they are read: what is defined before the configuration could change what it does.
    const last = paths.findLastIndex((path) => files.has(path));
    const before = await this.#wordsIn(paths.slice(0, last).filter(isOwn));
    return !before.some(({ defined }) => changing.some((words) => namesAny(words, [...defined])));
  }

  #wordsIn(paths: readonly string[]): Promise<SourceWords[]> {
    return Promise.all(paths.map((path) => this.#tools.sources.wordsOf(path)));
  }
}

function namesAny({ all }: SourceWords, names: readonly string[]): boolean {
  return names.some((name) => all.has(name));
}

const DIRECTIVE = /^#(?:define|undef) (\w+)(.*)$/gm;

/** Reads what `-E -dD` has written. */
function settingsIn(text: string): Settings {
  const macros = new Map<string, string>();
  for (const [directive, name] of text.matchAll(DIRECTIVE)) {
    macros.set(name!, `${macros.get(name!) ?? ''}${directive}\n`);
  }
  return { macros, code: codeOf(text.replaceAll(DIRECTIVE, '')), files: filesIn(text) };
}

function isSame(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((one) => right.has(one));
}
