import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import { nodeClock } from '../io/clock.ts';
import { nodeHost } from '../io/node-host.ts';
import { terminalProgress } from '../io/terminal.ts';
import type { CommandContext, CommandResult } from '../commands/result.ts';
import { errorText, errorJson } from './errors.ts';
import { parseArguments, type GlobalOptions } from './program.ts';

/** Runs one command line and says the exit code. Only this function prints results and listens to signals. */
export async function main(argv: readonly string[]): Promise<number> {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort(
      new EspawsError('Interrupted.', { code: 'interrupted', hint: 'Nothing is left open or half-written.' }),
    );
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const fallback: GlobalOptions = { json: argv.includes('--json'), verbosity: 'normal' };
  let options = fallback;
  try {
    const parsed = await parseArguments(withPlainCodes(argv));
    if (parsed.kind === 'said') {
      process.stdout.write(parsed.text);
      return parsed.exitCode;
    }
    options = parsed.options;
    const result = await parsed.run(context(options, controller.signal));
    print(result, options);
    return result.exitCode;
  } catch (error) {
    const thrown =
      controller.signal.aborted && !isEspawsError(error) ? (controller.signal.reason as unknown) : error;
    if (options.json) process.stdout.write(`${JSON.stringify(errorJson(thrown), undefined, 2)}\n`);
    process.stderr.write(errorText(thrown, options.verbosity));
    return isEspawsError(thrown) ? thrown.exitCode : EXIT.bug;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** To the parser `-0x3C80` looks like options; the sign of a code means nothing. */
function withPlainCodes(argv: readonly string[]): string[] {
  if (argv[0] !== 'explain') return [...argv];
  return argv.map((argument) => argument.replace(/^-(?=0x[0-9a-f]+$|\d+$)/i, ''));
}

function context({ verbosity }: GlobalOptions, signal: AbortSignal): CommandContext {
  return {
    host: nodeHost(),
    signal,
    progress: terminalProgress(process.stderr, verbosity, () => nodeClock.monotonicMs()),
  };
}

function print(result: CommandResult, { json }: GlobalOptions): void {
  // A command whose document is a stream has written it already.
  if (json && result.json !== undefined) {
    process.stdout.write(`${JSON.stringify(result.json, undefined, 2)}\n`);
  } else if (!json && result.text !== '') {
    process.stdout.write(`${result.text}\n`);
  }
}
