import { isEspawsError } from '../errors.ts';
import { checkWithCompiler, checkWithEvaluator, type CheckResult } from '../mbedtls/check.ts';
import { findToolchain, toolPath, type Toolchain } from '../sdk/toolchain.ts';
import type { Configured } from './configure.ts';
import type { CommandContext } from './result.ts';

/** Judges a written header: by the compiler where there is one, else by the own evaluator. */
export async function judgeHeader(
  context: CommandContext,
  { tree, headerText }: Pick<Configured, 'tree' | 'headerText'>,
  headerPath: string,
): Promise<CheckResult> {
  const { host, signal } = context;
  const toolchain = await toolchainOrNone(context);
  if (toolchain === undefined) return checkWithEvaluator(tree, headerText);
  return checkWithCompiler(host.processes, {
    compiler: toolPath(toolchain, 'gcc'),
    tree,
    headerPath,
    signal,
  });
}

async function toolchainOrNone({ host, signal }: CommandContext): Promise<Toolchain | undefined> {
  try {
    return await findToolchain(host.processes, host.files, host.environment, signal);
  } catch (error) {
    if (isEspawsError(error, 'build/tool-missing')) return undefined;
    throw error;
  }
}
