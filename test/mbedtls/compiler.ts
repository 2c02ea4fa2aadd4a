import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import type { MacroSet } from '../../src/mbedtls/options.ts';
import type { MbedtlsTree } from '../../src/mbedtls/tree.ts';
import { findToolchain, toolPath } from '../../src/sdk/toolchain.ts';

/** What the real preprocessor makes of a configuration. */
export interface Preprocessed {
  /** Every `MBEDTLS_...` and `PSA_...` macro without parameters, and its text. */
  macros: Map<string, string>;
  /** Lines of check_config.h at which an error was reported. */
  errorLines: number[];
}

/** Is the xtensa compiler here? */
export async function hasCompiler(): Promise<boolean> {
  return (await nodeProcesses.find('xtensa-lx106-elf-gcc')) !== undefined;
}

/** Preprocesses many configurations with the xtensa compiler, one process for all. */
export async function preprocessAll(
  tree: MbedtlsTree,
  configs: readonly MacroSet[],
): Promise<Preprocessed[]> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-gcc-'));
  try {
    const entry = tree.version.major >= 3 ? 'build_info.h' : 'check_config.h';
    await writeFile(join(directory, 'empty.h'), '');
    const paths = configs.map((_, index) => join(directory, `case-${index}.c`));
    for (const [index, macros] of configs.entries()) {
      const defines = [...macros].map(([name, value]) => `#define ${name} ${value}\n`).join('');
      await writeFile(paths[index]!, `${defines}#include "mbedtls/${entry}"\n`);
    }
    const toolchain = await findToolchain(nodeProcesses, nodeFiles, nodeEnvironment());
    const { stdout, stderr } = await nodeProcesses.run(toolPath(toolchain, 'gcc'), [
      ...toolchain.libcFlags,
      ...['-E', '-dD', '-fno-diagnostics-show-caret', `-I${tree.path}/include`],
      `-DMBEDTLS_CONFIG_FILE="${join(directory, 'empty.h')}"`,
      ...paths,
    ]);
    return readOutput(configs.length, stdout, stderr);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function readOutput(count: number, stdout: string, stderr: string): Preprocessed[] {
  const results = Array.from({ length: count }, (): Preprocessed => ({ macros: new Map(), errorLines: [] }));
  let current = 0;
  for (const line of stdout.split('\n')) {
    const started = /^# \d+ ".*\/case-(\d+)\.c"/.exec(line)?.[1];
    if (started !== undefined) current = Number(started);
    const [, undefinedName] = /^#undef (\w+)/.exec(line) ?? [];
    if (undefinedName !== undefined) results[current]!.macros.delete(undefinedName);
    const [, name, parameters, value = ''] = /^#define (\w+)(\([^)]*\))?(?: (.*))?$/.exec(line) ?? [];
    if (name !== undefined && parameters === undefined && /^(?:MBEDTLS|PSA)_/.test(name)) {
      results[current]!.macros.set(name, value);
    }
  }
  for (const line of stderr.split('\n')) {
    const from = /case-(\d+)\.c:/.exec(line)?.[1];
    if (from !== undefined) current = Number(from);
    const error = /check_config\.h:(\d+):\d+: error: /.exec(line)?.[1];
    if (error !== undefined) results[current]!.errorLines.push(Number(error));
  }
  return results;
}
