import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { execa } from 'execa';

import { readDependencies } from '../../../src/build/dependencies.ts';
import type { MacroSet } from '../../../src/mbedtls/options.ts';

/** Builds `client.c` for this machine against an mbedTLS tree under any configuration. */

const HERE = import.meta.dirname;
const CACHE = join(HERE, '../../../node_modules/.cache/host-client');

/** Macros of a configuration and their values (empty: defined without one). */
export type Macros = ReadonlyMap<string, string>;

/** What an ESP8266 has not, and what the test client gives instead. */
const PLATFORM_OFF = [
  'MBEDTLS_NET_C',
  'MBEDTLS_TIMING_C',
  'MBEDTLS_FS_IO',
  'MBEDTLS_PSA_ITS_FILE_C',
  'MBEDTLS_PSA_CRYPTO_STORAGE_C',
];
const PLATFORM_ON = ['MBEDTLS_NO_PLATFORM_ENTROPY', 'MBEDTLS_ENTROPY_HARDWARE_ALT'];

/** The tree's own default configuration, on a platform without files and sockets. */
export function stockMacros(tree: string): Map<string, string> {
  const macros = new Map<string, string>();
  const header = readFileSync(defaultHeader(tree), 'utf8');
  for (const [, name, value] of header.matchAll(/^#define (MBEDTLS_\w+)[ \t]*(.*)$/gm)) {
    if (name !== undefined && name !== 'MBEDTLS_CONFIG_H')
      macros.set(name, (value ?? '').replace(/\/\*.*/, '').trim());
  }
  for (const name of PLATFORM_OFF) macros.delete(name);
  for (const name of PLATFORM_ON) macros.set(name, '');
  return macros;
}

export type BuildResult =
  | {
      ok: true;
      program: string;
      /** What the header defines, without what the tree's own headers make of it. */
      config: MacroSet;
      macros: MacroSet;
      flags: readonly string[];
      dropped: readonly string[];
    }
  | {
      ok: false;
      stage: 'check_config' | 'compile' | 'link';
      message: string;
      config: MacroSet;
      dropped: readonly string[];
    };

/**
 * Builds the client with `macros`. With `repair`, a macro that check_config.h rejects ("X defined, but not all
 * prerequisites") is dropped too, until it is content or has another complaint.
 */
export async function buildClient(tree: string, macros: Macros, repair: boolean): Promise<BuildResult> {
  mkdirSync(CACHE, { recursive: true });
  const config = new Map(macros);
  const dropped: string[] = [];
  for (;;) {
    const header = writeHeader(tree, config);
    const flags = compileFlags(tree, header);
    const probe = await execa('gcc', [...flags, '-E', '-dM', join(HERE, 'client.c')], { reject: false });
    const wrong = /#error "?(.*?)"?$/m.exec(probe.stderr)?.[1];
    if (probe.exitCode === 0) {
      const all = new Map<string, string>();
      for (const [, name, value] of probe.stdout.matchAll(/^#define ((?:MBEDTLS|PSA)_\w+) ?(.*)$/gm)) {
        if (name !== undefined) all.set(name, value ?? '');
      }
      const seen = new Map([...all].filter(([name]) => name.startsWith('MBEDTLS_')));
      const macros = ofConfiguration(seen, config, tree);
      const deciding = isVersion3(tree) ? all : new Map([...macros, ...config]);
      return await compileAndLink(tree, { flags, header, config, macros, deciding, dropped });
    }
    const culprit = /(MBEDTLS_\w+) (?:defined, but|requires)/.exec(probe.stderr)?.[1];
    if (!repair || culprit === undefined || !config.delete(culprit)) {
      return {
        ok: false,
        stage: 'check_config',
        message: wrong ?? probe.stderr.slice(0, 400),
        config,
        dropped,
      };
    }
    dropped.push(culprit);
  }
}

function defaultHeader(tree: string): string {
  const newer = join(tree, 'include/mbedtls/mbedtls_config.h');
  return existsSync(newer) ? newer : join(tree, 'include/mbedtls/config.h');
}

function isVersion3(tree: string): boolean {
  return existsSync(join(tree, 'include/mbedtls/build_info.h'));
}

function writeHeader(tree: string, macros: Macros): string {
  const lines = [...macros].sort().map(([name, value]) => `#define ${name} ${value}`.trimEnd());
  if (!isVersion3(tree)) lines.push('#include "mbedtls/check_config.h"');
  const text = `${lines.join('\n')}\n`;
  const path = join(CACHE, `config-${digest(tree + text)}.h`);
  if (!existsSync(path)) writeFileSync(path, text);
  return path;
}

function compileFlags(tree: string, header: string): string[] {
  return [
    '-O0',
    '-w',
    `-I${join(tree, 'include')}`,
    `-I${join(tree, 'library')}`,
    `-DMBEDTLS_CONFIG_FILE="${header}"`,
    ...(isVersion3(tree) ? ['-DHOST_CLIENT_BUILD_INFO'] : []),
  ];
}

/** Only what the configuration decides: the header's own macros, and what 3.x's build_info.h makes of them. */
function ofConfiguration(seen: Map<string, string>, config: Macros, tree: string): MacroSet {
  if (isVersion3(tree)) return seen;
  return new Map([...seen].filter(([name]) => config.has(name) || name.endsWith('_ALT')));
}

interface Building {
  flags: readonly string[];
  header: string;
  config: MacroSet;
  macros: MacroSet;
  /** All that the tree's own configuration headers give: nothing else tells the objects of two configurations apart. */
  deciding: MacroSet;
  dropped: readonly string[];
}

async function compileAndLink(
  tree: string,
  { flags, header, config, macros, deciding, dropped }: Building,
): Promise<BuildResult> {
  const built = (program: string): BuildResult => ({ ok: true, program, config, macros, flags, dropped });
  const program = join(CACHE, `client-${digest(readFileSync(join(HERE, 'client.c'), 'utf8') + header)}`);
  if (existsSync(program)) return built(program);
  const sources = [
    join(HERE, 'client.c'),
    ...sourcesIn(join(tree, 'library')),
    ...sourcesIn(join(tree, 'platform')),
  ];
  const extra = ['-I' + join(tree, '3rdparty/everest/include'), '-I' + join(tree, '3rdparty/p256-m')];
  const objects: string[] = [];
  let failure: string | undefined;
  let next = 0;
  const work = async (): Promise<void> => {
    while (failure === undefined) {
      const source = sources[next++];
      if (source === undefined) return;
      const result = await compile(source, { tree, flags: [...flags, ...extra], deciding });
      if (typeof result === 'string') objects.push(result);
      else failure = result.error;
    }
  };
  await Promise.all([work(), work()]);
  if (failure !== undefined) return { ok: false, stage: 'compile', message: failure, config, dropped };
  const link = await execa('gcc', ['-Wl,--gc-sections', '-o', `${program}.part`, ...objects.sort()], {
    reject: false,
  });
  if (link.exitCode !== 0) {
    return {
      ok: false,
      stage: 'link',
      message: firstLine(link.stderr, /undefined reference/),
      config,
      dropped,
    };
  }
  renameSync(`${program}.part`, program);
  return built(program);
}

async function compile(
  source: string,
  { tree, flags, deciding }: { tree: string; flags: readonly string[]; deciding: MacroSet },
): Promise<string | { error: string }> {
  // The client is of every tree.
  const id = `${tree}\n${source}`;
  const known = knownObject(id, deciding);
  if (known !== undefined) return known;
  const rule = join(CACHE, `${Math.random().toString(36).slice(2)}.d`);
  const preprocessed = await execa('gcc', [...flags, '-E', '-P', '-MMD', '-MF', rule, source], {
    reject: false,
    maxBuffer: 1 << 27,
  });
  const dependencies = existsSync(rule) ? readDependencies(readFileSync(rule, 'utf8')) : [];
  rmSync(rule, { force: true });
  if (preprocessed.exitCode !== 0) return { error: firstLine(preprocessed.stderr, /error:/) };
  const object = join(CACHE, `${digest(preprocessed.stdout)}.o`);
  noteObject(object, { id, deciding, dependencies });
  if (existsSync(object)) return object;
  const part = `${object}.${Math.random().toString(36).slice(2)}`;
  const compiled = await execa(
    'gcc',
    ['-O0', '-w', '-ffunction-sections', '-c', '-x', 'cpp-output', '-o', part, '-'],
    { input: preprocessed.stdout, reject: false },
  );
  if (compiled.exitCode !== 0) return { error: firstLine(compiled.stderr, /error:/) };
  renameSync(part, object);
  return object;
}

/** Of a source in a tree, one set of macros that its files name, and its objects by their values. */
interface Objects {
  names: readonly string[];
  byValues: Map<string, string>;
}

const objectsOf = new Map<string, Objects[]>();

/**
 * The object of an earlier configuration that has the same macros as this one, of those that the source and what it
 * includes name: nothing else can change what the preprocessor makes of it. (The trees paste no such name together.)
 */
function knownObject(id: string, deciding: MacroSet): string | undefined {
  const found = (objectsOf.get(id) ?? [])
    .map(({ names, byValues }) => byValues.get(valuesOf(names, deciding)))
    .find((object) => object !== undefined);
  return found !== undefined && existsSync(found) ? found : undefined;
}

function noteObject(
  object: string,
  { id, deciding, dependencies }: { id: string; deciding: MacroSet; dependencies: readonly string[] },
): void {
  const names = [
    ...new Set(dependencies.filter((path) => !OF_CONFIGURATION.test(path)).flatMap(namesIn)),
  ].sort();
  const all = objectsOf.get(id) ?? [];
  objectsOf.set(id, all);
  let same = all.find((one) => one.names.join() === names.join());
  if (same === undefined) all.push((same = { names, byValues: new Map() }));
  same.byValues.set(valuesOf(names, deciding), object);
}

/** Headers that complain about macros, or define those that decide (version 3's). */
const OF_CONFIGURATION =
  /\/config-[\da-f]{24}\.h$|\/(?:build_info|check_config|config_psa|(?:config|crypto)_adjust_\w+)\.h$/;

function valuesOf(names: readonly string[], macros: MacroSet): string {
  return names.map((name) => macros.get(name) ?? '\0').join('\n');
}

const namesByFile = new Map<string, readonly string[]>();

function namesIn(path: string): readonly string[] {
  let names = namesByFile.get(path);
  if (names === undefined) {
    names = [...new Set(readFileSync(path, 'utf8').match(/\b[A-Z]\w+\b/g))];
    namesByFile.set(path, names);
  }
  return names;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.c') && !name.startsWith('net_sockets') && !name.startsWith('timing'))
    .map((name) => join(folder, name));
}

function firstLine(text: string, wanted: RegExp): string {
  const lines = text.split('\n');
  return lines.find((line) => wanted.test(line)) ?? lines[0] ?? '';
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
