import type { Processes } from '../host.ts';
import { isThree } from './need-rules.ts';
import type { MacroSet } from './options.ts';
import { messageOf } from './preprocessor/evaluate.ts';
import type { ConfigRule } from './rules.ts';
import { macroSetOf, type MbedtlsTree } from './tree.ts';

/** Whether the tree's own check_config.h accepts a configuration, and who judged. */
export interface CheckResult {
  ok: boolean;
  judge: 'compiler' | 'evaluator';
  /** Texts of the `#error`s, and of whatever else the compiler says. */
  errors: string[];
  /** Rules of check_config.h that are broken, with what would satisfy each. */
  rules: readonly ConfigRule[];
  /** Configuration macros as the judge saw them. */
  macros: MacroSet;
}

/** Judges a header by the real preprocessor. */
export async function checkWithCompiler(
  processes: Processes,
  {
    compiler,
    tree,
    headerPath,
    signal,
  }: { compiler: string; tree: MbedtlsTree; headerPath: string; signal?: AbortSignal },
): Promise<CheckResult> {
  const entries = isThree(tree) ? ['mbedtls/build_info.h'] : [headerPath, 'mbedtls/check_config.h'];
  const { exitCode, stdout, stderr } = await processes.run(
    compiler,
    [
      ...['-E', '-dM', '-x', 'c', '-', `-I${tree.files.includeDirectory}`],
      `-DMBEDTLS_CONFIG_FILE="${headerPath}"`,
    ],
    {
      input: entries.map((name) => `#include "${name}"\n`).join(''),
      ...(signal === undefined ? {} : { signal }),
    },
  );
  const macros = macrosIn(stdout);
  const errors = errorsIn(stderr);
  return { ok: exitCode === 0, judge: 'compiler', errors, rules: brokenRules(tree, macros, errors), macros };
}

/** The same by the own evaluator, where there is no toolchain. */
export function checkWithEvaluator(tree: MbedtlsTree, headerText: string): CheckResult {
  const { macros, errors: found } = tree.evaluate(headerText);
  const errors = found.map(({ message }) => message);
  return {
    ok: errors.length === 0,
    judge: 'evaluator',
    errors,
    rules: brokenRules(tree, macros, errors),
    macros,
  };
}

function macrosIn(stdout: string): MacroSet {
  const found = [...stdout.matchAll(/^#define (MBEDTLS_\w+)(?: (.*))?$/gm)];
  return macroSetOf(new Map(found.map(([, name, body]) => [name!, { body: body ?? '' }])));
}

/** Without file and line: those of check_config.h say nothing to its user. */
function errorsIn(stderr: string): string[] {
  return [...stderr.matchAll(/error: (?:#error )?(.*)$/gm)].map(([, text]) => messageOf(text!));
}

function brokenRules(tree: MbedtlsTree, macros: MacroSet, errors: readonly string[]): ConfigRule[] {
  return tree.configErrors(macros).filter(({ message }) => errors.includes(message));
}
