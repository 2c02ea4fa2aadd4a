import type { Processes } from '../host.ts';
import type { MacroSet } from './options.ts';
import { isThree } from './need-rules.ts';
import type { MbedtlsTree } from './tree.ts';

/** Whether the tree's own check_config.h accepts a configuration, and who judged. */
export interface CheckResult {
  ok: boolean;
  judge: 'compiler' | 'evaluator';
  /** Texts of the `#error`s. */
  errors: string[];
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
  const entry = isThree(tree) ? 'mbedtls/build_info.h' : headerPath;
  const { exitCode, stdout, stderr } = await processes.run(
    compiler,
    ['-E', '-dM', '-x', 'c', '-', `-I${tree.path}/include`, `-DMBEDTLS_CONFIG_FILE="${headerPath}"`],
    {
      input: `#include <limits.h>\n#include "${entry}"\n${isThree(tree) ? '' : '#include "mbedtls/check_config.h"\n'}`,
      ...(signal === undefined ? {} : { signal }),
    },
  );
  const errors = [...stderr.matchAll(/error: #error (.*)$/gm)].map((match) => unquoted(match[1]!));
  const others = [...stderr.matchAll(/(?:fatal )?error: (?!#error)(.*)$/gm)].map((match) => match[1]!);
  const macros = new Map(
    [...stdout.matchAll(/^#define (MBEDTLS_\w+)(?: (.*))?$/gm)].map(
      (match) => [match[1]!, match[2] ?? ''] as const,
    ),
  );
  return { ok: exitCode === 0, judge: 'compiler', errors: [...errors, ...others], macros };
}

/** The same by the own evaluator, where there is no toolchain. */
export function checkWithEvaluator(tree: MbedtlsTree, headerText: string): CheckResult {
  const { macros, errors } = tree.evaluate(headerText);
  return {
    ok: errors.length === 0,
    judge: 'evaluator',
    errors: errors.map(({ message }) => unquoted(message)),
    macros,
  };
}

function unquoted(text: string): string {
  return text.replace(/"\s*"/g, '').replace(/^"|"$/g, '').trim();
}
