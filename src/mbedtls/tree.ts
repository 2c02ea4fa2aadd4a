import { join } from 'node:path';
import type { CurveName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import type { FileReader } from '../host.ts';
import type { Completer } from './completions.ts';
import { optionCost } from './data/preferences.ts';
import { readErrorCodes, type ErrorCodes } from './error-codes.ts';
import { readKnownOptions, type KnownOption } from './known-options.ts';
import type { MacroSet, MbedtlsVersion } from './options.ts';
import { evaluateHeader, type Evaluation, type PreprocessorError } from './preprocessor/evaluate.ts';
import { LX106_MACROS } from './preprocessor/lx106.ts';
import { expressionHolds, type Macro, type Macros } from './preprocessor/macros.ts';
import { isGuard, readProviders, type Providers } from './providers.ts';
import { brokenRule, readRules, type ConfigRule, type Rule } from './rules.ts';
import {
  curvesIn,
  signatureAlgorithmsIn,
  suiteNumbers,
  suitesIn,
  type SignatureAlgorithm,
} from './tables.ts';
import { readTreeFiles, type TreeFiles } from './tree-files.ts';

/** The result of running a configuration header through the tree's own rules. */
export interface EvaluatedConfig {
  /** What the header itself defines, before what the tree's `config_adjust_*.h` of 3.x make of it. */
  macros: Map<string, string>;
  errors: readonly PreprocessorError[];
}

/** Reads the tree in `path`. Throws `config/tree-missing` or `config/tree-invalid`. */
export async function readTree(files: FileReader, path: string): Promise<MbedtlsTree> {
  return new MbedtlsTree(await readTreeFiles(files, path));
}

/** An mbedTLS source tree, read once: its version, options, rules, error codes and tables. */
export class MbedtlsTree {
  readonly path: string;
  readonly version: MbedtlsVersion;
  readonly files: TreeFiles;
  /** In the order of the tree's own config header. */
  readonly knownOptions: readonly KnownOption[];
  /** Of check_config.h. */
  readonly rules: readonly Rule[];
  readonly #known: ReadonlyMap<string, KnownOption>;
  readonly #providers: Providers;
  readonly #suiteNumbers: ReadonlyMap<number, string>;
  #errorCodes: ErrorCodes | undefined;
  /** The last configurations asked for: a prediction asks the same one several questions. */
  readonly #checked = new Map<string, Evaluation>();

  constructor(files: TreeFiles) {
    const { headers, includeDirectory } = files;
    this.path = files.path;
    this.version = files.version;
    this.files = files;
    this.knownOptions = readKnownOptions(headers.get(this.configHeader) ?? '');
    this.#known = new Map(this.knownOptions.map((option) => [option.name, option]));
    this.rules = readRules(headers.get(this.#header('check_config.h')) ?? '');
    this.#providers = this.#isThree ? readProviders(headers, includeDirectory, this.entryHeader) : new Map();
    this.#suiteNumbers = suiteNumbers(headers.get(this.#header('ssl_ciphersuites.h')) ?? '');
  }

  /** Read when they are first asked for: it takes a tenth of a second, and a build has no use for them. */
  get errorCodes(): ErrorCodes {
    return (this.#errorCodes ??= readErrorCodes(this.files.headers));
  }

  /** The tree's own configuration header. */
  get configHeader(): string {
    return this.#header(this.#isThree ? 'mbedtls_config.h' : 'config.h');
  }

  /** The header through which its sources read a configuration: 3.x adjusts and checks it there. */
  get entryHeader(): string {
    return this.#header(this.#isThree ? 'build_info.h' : 'config.h');
  }

  /** Does this version have the option at all? With its prefix: `MBEDTLS_ECP_C`. */
  knows(name: string): boolean {
    return this.#known.has(name);
  }

  /**
   * Runs a configuration header as the compiler would, with the tree's rules behind it. `more`: texts, by absolute
   * path, of headers that it includes and that are not mbedTLS's.
   */
  evaluate(
    headerText: string,
    headerPath = GIVEN_HEADER,
    more: ReadonlyMap<string, string> = new Map(),
  ): EvaluatedConfig {
    const own = new Map([...more, [headerPath, headerText]]);
    const alone = this.#run(headerPath, LX106_MACROS, own);
    const macros = macroSetOf(alone.macros);
    if (!this.#isThree) {
      // A header that does not end in check_config.h is judged by it all the same.
      const isChecked = alone.macros.has('MBEDTLS_CHECK_CONFIG_H');
      return { macros, errors: isChecked ? alone.errors : [...alone.errors, ...this.#check(macros).errors] };
    }
    const file: Macro = { body: `"${headerPath}"` };
    const entered = this.#run(
      this.entryHeader,
      new Map([...LX106_MACROS, ['MBEDTLS_CONFIG_FILE', file]]),
      own,
    );
    return { macros, errors: entered.errors };
  }

  /** The stock configuration of the tree. */
  stockMacros(): Map<string, string> {
    return this.evaluate(this.files.headers.get(this.configHeader) ?? '', this.configHeader).macros;
  }

  /** The configuration as the library's sources see it: with all that 3.x derives from it. */
  adjusted(macros: MacroSet): MacroSet {
    return macroSetOf(this.#check(macros).macros);
  }

  /** What the tree's check_config.h has against the configuration. */
  configErrors(macros: MacroSet): ConfigRule[] {
    const checked = this.#check(macros);
    const completer = this.#completer(checked.macros);
    return checked.errors.map((error) => {
      const rule = this.rules.find(({ line }) => line === error.line);
      return brokenRule(error, error.file.endsWith('check_config.h') ? rule : undefined, macros, completer);
    });
  }

  /** Suites that are compiled in and in the client's list: IANA names in order of preference. */
  suitesOf(macros: MacroSet): SuiteName[] {
    return suitesIn(this.#source('ssl_ciphersuites.c', macros), this.#suiteNumbers);
  }

  /** Entries of `oid_sig_alg` in oid.c. */
  signatureAlgorithmsOf(macros: MacroSet): SignatureAlgorithm[] {
    return signatureAlgorithmsIn(this.#source('oid.c', macros).activeText);
  }

  /** Entries of `oid_ecp_grp` in oid.c. */
  curvesOf(macros: MacroSet): CurveName[] {
    return curvesIn(this.#source('oid.c', macros).activeText);
  }

  /** `MBEDTLS_ERR_X509_INVALID_FORMAT` -> -0x2180. */
  errorCode(name: string): number | undefined {
    return this.errorCodes.codes.get(name);
  }

  /** Does `oid_cipher_alg` of oid.c name AES: can a key encrypted by PBES2 with AES be read? */
  get readsAesKeys(): boolean {
    return /MBEDTLS_OID_AES_\w*CBC/.test(this.files.sources.get('oid.c') ?? '');
  }

  get #isThree(): boolean {
    return this.version.major >= 3;
  }

  #header(name: string): string {
    return join(this.files.includeDirectory, 'mbedtls', name);
  }

  /** check_config.h over these macros; in 3.x build_info.h, which adjusts them before. */
  #check(macros: MacroSet): Evaluation {
    const given = [...macros].filter(([name]) => !isGuard(name) && !this.#isDerived(name));
    const key = given.map(([name, value]) => `${name} ${value}`).join('\n');
    const known = this.#checked.get(key);
    if (known !== undefined) return known;
    const predefined = new Map(LX106_MACROS);
    for (const [name, body] of given) predefined.set(name, { body });
    predefined.set('MBEDTLS_CONFIG_FILE', { body: `"${GIVEN_HEADER}"` });
    const entry = this.#isThree ? this.entryHeader : this.#header('check_config.h');
    const checked = this.#run(entry, predefined, new Map([[GIVEN_HEADER, '']]));
    if (this.#checked.size >= MOST_REMEMBERED) this.#checked.clear();
    this.#checked.set(key, checked);
    return checked;
  }

  /** A source of the library with its own guards; what its headers define, no table asks for. */
  #source(name: string, macros: MacroSet): Evaluation {
    const path = join(this.files.libraryDirectory, name);
    const text = this.files.sources.get(name);
    const sources = { read: (one: string) => (one === path ? text : undefined), includeDirectories: [] };
    return evaluateHeader(sources, path, this.#check(macros).macros);
  }

  #run(entry: string, predefined: Macros, own: ReadonlyMap<string, string>): Evaluation {
    const { headers, includeDirectory, libraryDirectory } = this.files;
    const read = (path: string) => own.get(path) ?? headers.get(path);
    return evaluateHeader(
      { read, includeDirectories: [includeDirectory, libraryDirectory] },
      entry,
      predefined,
    );
  }

  #completer(macros: Macros): Completer {
    return {
      isDefined: (name) => macros.has(name) && !isGuard(name),
      isOption: (name) => this.knows(name),
      providersOf: (name) => this.#providers.get(name) ?? [],
      holds: (expression) => expressionHolds(expression, macros),
      costOf: (name) => optionCost(name, (other) => macros.has(other)),
    };
  }

  /** Left to the tree's headers, so that a configuration may be given as the compiler saw it, too. */
  #isDerived(name: string): boolean {
    return this.#providers.has(name) && !this.knows(name);
  }
}

/** Stands for the configuration header where its macros are given already. */
const GIVEN_HEADER = '/espaws/given-config.h';

const MOST_REMEMBERED = 64;

/** The `MBEDTLS_...` macros, but for include guards, marks of the headers, and macros with parameters. */
export function macroSetOf(macros: Macros): Map<string, string> {
  return new Map(
    [...macros].flatMap(([name, { parameters, body }]) =>
      name.startsWith('MBEDTLS_') && parameters === undefined && !isGuard(name) ? [[name, body]] : [],
    ),
  );
}

/** Is the version at least this one? */
export function isAtLeast(
  { major, minor }: MbedtlsVersion,
  wantedMajor: number,
  wantedMinor: number,
): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
