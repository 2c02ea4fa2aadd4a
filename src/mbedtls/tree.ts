import { join } from 'node:path';
import type { CurveName } from '../certificate/facts.ts';
import type { SuiteName } from '../endpoint/facts.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import { ruleOf, type ConfigRule } from './config-rule.ts';
import { readErrorCodes, type ErrorCodes } from './error-codes.ts';
import { readKnownOptions, type KnownOption } from './known-options.ts';
import type { MacroSet, MbedtlsVersion } from './options.ts';
import { preprocess, XTENSA_PREDEFINED, type HeaderError, type Preprocessed } from './preprocess.ts';
import { curvesIn, signatureAlgorithmsIn, suitesIn, type SignatureAlgorithm } from './tables.ts';

/** The result of running a configuration header through the tree's own rules. */
export interface EvaluatedConfig {
  /** What the header itself defines, before the tree's `config_adjust_*.h` of 3.x. */
  macros: Map<string, string>;
  errors: HeaderError[];
}

/** Stands for the configuration header where the macros are given already. */
const EMPTY_HEADER = '/espaws-empty-config.h';
const GIVEN_HEADER = '/espaws-given-config.h';

/** An mbedTLS source tree, read once: its version, options, rules, error codes and tables. */
export class MbedtlsTree {
  readonly path: string;
  readonly version: MbedtlsVersion;
  /** In the order of the tree's own config header. */
  readonly knownOptions: readonly KnownOption[];
  readonly errorCodes: ErrorCodes;
  readonly #texts: ReadonlyMap<string, string>;
  readonly #known: ReadonlyMap<string, KnownOption>;
  readonly #memo = new Map<string, unknown>();

  constructor(path: string, version: MbedtlsVersion, texts: ReadonlyMap<string, string>) {
    this.path = path;
    this.version = version;
    this.#texts = texts;
    this.knownOptions = readKnownOptions(this.#text(this.configHeader));
    this.#known = new Map(this.knownOptions.map((option) => [option.name, option]));
    this.errorCodes = readErrorCodes(texts);
  }

  /** The tree's own configuration header. */
  get configHeader(): string {
    return this.#include(this.version.major >= 3 ? 'mbedtls_config.h' : 'config.h');
  }

  /** Does this version have the option at all? With its prefix: `MBEDTLS_ECP_C`. */
  knows(name: string): boolean {
    return this.#known.has(name);
  }

  /** Runs a configuration header as the compiler would, with the tree's rules behind it. */
  evaluate(headerText: string, headerPath = GIVEN_HEADER): EvaluatedConfig {
    const sources = (path: string) => (path === headerPath ? headerText : this.#texts.get(path));
    const own = preprocess(headerPath, { ...this.#search(sources), predefined: XTENSA_PREDEFINED });
    if (this.version.major < 3) {
      // A header that does not end in check_config.h is judged by it all the same.
      const checked = this.#check(mbedtlsOnly(own.macros));
      return { macros: mbedtlsOnly(own.macros), errors: own.errors.length > 0 ? own.errors : checked };
    }
    return {
      macros: mbedtlsOnly(own.macros),
      errors: [...own.errors, ...this.#check(mbedtlsOnly(own.macros))],
    };
  }

  /** The stock configuration of the tree. */
  stockMacros(): Map<string, string> {
    return this.evaluate(this.#text(this.configHeader), this.configHeader).macros;
  }

  /** What the tree's check_config.h has against the configuration. */
  configErrors(macros: MacroSet): ConfigRule[] {
    return this.#remember('errors', macros, () => this.#check(macros).map((error) => ruleOf(error, macros)));
  }

  /** `mbedtls_ssl_list_ciphersuites`: IANA names in order of preference. */
  suitesOf(macros: MacroSet): SuiteName[] {
    return this.#remember('suites', macros, () => suitesIn(this.#source('ssl_ciphersuites.c', macros)));
  }

  /** Entries of `oid_sig_alg` in oid.c. */
  signatureAlgorithmsOf(macros: MacroSet): SignatureAlgorithm[] {
    return this.#remember('signatures', macros, () =>
      signatureAlgorithmsIn(this.#source('oid.c', macros).lines),
    );
  }

  /** Entries of `oid_ecp_grp` in oid.c. */
  curvesOf(macros: MacroSet): CurveName[] {
    return this.#remember('curves', macros, () => curvesIn(this.#source('oid.c', macros).lines));
  }

  /** `MBEDTLS_ERR_X509_INVALID_FORMAT` -> -0x2180. */
  errorCode(name: string): number | undefined {
    return this.errorCodes.codes.get(name);
  }

  #check(macros: MacroSet): HeaderError[] {
    const entry = this.version.major >= 3 ? 'build_info.h' : 'check_config.h';
    return this.#run(this.#include(entry), macros).errors;
  }

  #source(name: string, macros: MacroSet): Preprocessed {
    return this.#run(join(this.path, 'library', name), macros);
  }

  /** Runs a file of the tree with these macros as the configuration. */
  #run(entry: string, macros: MacroSet): Preprocessed {
    const sources = (path: string) => (path === EMPTY_HEADER ? '' : this.#texts.get(path));
    const predefined = new Map([
      ...XTENSA_PREDEFINED,
      ...macros,
      ['MBEDTLS_CONFIG_FILE', `"${EMPTY_HEADER}"`] as const,
    ]);
    return preprocess(entry, { ...this.#search(sources), predefined });
  }

  #search(sources: (path: string) => string | undefined) {
    return { sources, includeDirectories: [join(this.path, 'include'), join(this.path, 'library')] };
  }

  #remember<T>(what: string, macros: MacroSet, compute: () => T): T {
    const key = `${what}\n${[...macros]
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('\n')}`;
    if (!this.#memo.has(key)) this.#memo.set(key, compute());
    return this.#memo.get(key) as T;
  }

  #include(name: string): string {
    return join(this.path, 'include/mbedtls', name);
  }

  #text(path: string): string {
    return this.#texts.get(path) ?? '';
  }
}

function mbedtlsOnly(macros: MacroSet): Map<string, string> {
  return new Map(
    [...macros].filter(
      ([name]) => name.startsWith('MBEDTLS_') && !/_H$|^MBEDTLS_CONFIG_(?:FILE|VERSION)$/.test(name),
    ),
  );
}

/** Reads the tree in `path`. Throws `config/tree-missing` or `config/tree-invalid`. */
export async function readTree(files: FileReader, path: string): Promise<MbedtlsTree> {
  if ((await files.stat(path))?.kind !== 'directory') {
    throw new EspawsError(`There is no mbedTLS tree at "${path}".`, {
      code: 'config/tree-missing',
      hint: 'Name a folder with include/mbedtls and library in it.',
    });
  }
  const texts = new Map<string, string>();
  for (const folder of ['include/mbedtls', 'include/psa', 'library']) {
    for (const name of await files.list(join(path, folder))) {
      const wanted =
        name.endsWith('.h') || (folder === 'library' && /^(?:ssl_ciphersuites|oid)\.c$/.test(name));
      if (wanted) texts.set(join(path, folder, name), await files.readText(join(path, folder, name)));
    }
  }
  const version = versionOf(path, texts);
  const required = ['include/mbedtls/check_config.h', 'library/ssl_ciphersuites.c', 'library/oid.c'];
  const absent = required.filter((name) => !texts.has(join(path, name)));
  if (version === undefined || absent.length > 0) {
    throw new EspawsError(
      `"${path}" is not a whole mbedTLS source tree: ${absent[0] ?? 'include/mbedtls/version.h'} is missing.`,
      {
        code: 'config/tree-invalid',
        hint: 'mbedTLS 2.2 to 3.6 are known: the folder that holds include/ and library/.',
      },
    );
  }
  return new MbedtlsTree(path, version, texts);
}

function versionOf(path: string, texts: ReadonlyMap<string, string>): MbedtlsVersion | undefined {
  for (const name of ['build_info.h', 'version.h']) {
    const text = texts.get(join(path, 'include/mbedtls', name)) ?? '';
    const part = (which: string) => new RegExp(`MBEDTLS_VERSION_${which}\\s+(\\d+)`).exec(text)?.[1];
    const [major, minor, patch] = [part('MAJOR'), part('MINOR'), part('PATCH')];
    if (major === undefined || minor === undefined || patch === undefined) continue;
    return {
      major: Number(major),
      minor: Number(minor),
      patch: Number(patch),
      text: `${major}.${minor}.${patch}`,
    };
  }
  return undefined;
}

/** Is the version at least this one? */
export function isAtLeast(
  { major, minor }: MbedtlsVersion,
  wantedMajor: number,
  wantedMinor: number,
): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
