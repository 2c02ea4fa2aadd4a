import yargs, { type Argv } from 'yargs';
import type { CommandContext, CommandResult } from '../commands/result.ts';
import { EXIT, EspawsError } from '../errors.ts';
import type { Verbosity } from '../io/terminal.ts';
import { boardCommands } from './board-commands.ts';
import { configCommands } from './config-commands.ts';
import { endpointCommands } from './endpoint-commands.ts';
import { flashCommands } from './flash-commands.ts';
import { imageCommands } from './image-commands.ts';
import { monitorCommands } from './monitor-commands.ts';
import { portCommands } from './port-commands.ts';
import { sdkCommands } from './sdk-commands.ts';
import { testCommands } from './test-commands.ts';
import { virtualCommands } from './virtual-commands.ts';
import { VERSION } from '../io/version.ts';

export interface GlobalOptions {
  json: boolean;
  verbosity: Verbosity;
}

export type Parsed =
  /** Help or version: to be printed as it is. */
  | { kind: 'said'; text: string; exitCode: number }
  | { kind: 'command'; options: GlobalOptions; run: (context: CommandContext) => Promise<CommandResult> };

/** Called by a command's handler with what it will do. */
export type Choose = (run: (context: CommandContext) => Promise<CommandResult>) => void;

/** Reads the command line. Throws `usage/invalid`. */
export async function parseArguments(argv: readonly string[]): Promise<Parsed> {
  let chosen: ((context: CommandContext) => Promise<CommandResult>) | undefined;
  let said: string | undefined;
  let failure: EspawsError | undefined;

  const program = withGlobalOptions(yargs());
  const choose: Choose = (run) => {
    chosen = run;
  };
  for (const register of [
    configCommands,
    boardCommands,
    endpointCommands,
    imageCommands,
    flashCommands,
    portCommands,
    monitorCommands,
    virtualCommands,
    sdkCommands,
    testCommands,
  ])
    register(program, choose);
  program.demandCommand(1, 'Name a command.').fail((message, error) => {
    failure ??= usageError(message || error.message, argv);
  });

  const parsed = await program.parseAsync([...argv], {}, (_error, _argv, output) => {
    if (output !== '') said = output;
  });
  if (failure !== undefined) throw failure;
  if (chosen === undefined) return { kind: 'said', text: `${said ?? ''}\n`, exitCode: EXIT.success };
  const { json, quiet, verbose } = parsed as unknown as { json: boolean; quiet: boolean; verbose: boolean };
  return {
    kind: 'command',
    options: { json, verbosity: quiet ? 'quiet' : verbose ? 'verbose' : 'normal' },
    run: chosen,
  };
}

function withGlobalOptions(program: Argv): Argv {
  return program
    .scriptName('espaws')
    .usage('$0 <command>\n\nFrom an X.509 identity and an endpoint to a proven TLS handshake on an ESP8266.')
    .options({
      json: { type: 'boolean', default: false, describe: 'One JSON document on stdout', global: true },
      quiet: { type: 'boolean', default: false, describe: 'Warnings and errors only', global: true },
      verbose: { type: 'boolean', default: false, describe: 'Every step, and the UART log', global: true },
    })
    .version(VERSION)
    .help()
    .strict()
    .recommendCommands()
    .completion('completion', 'Print the completion script for bash or zsh')
    .exitProcess(false)
    .wrap(100)
    .epilogue(
      'Exit codes: 0 success, 1 bug, 2 usage, 3 project/certificate/config, 4 build, 5 port, 6 verdict fail, 7 timeout or board lost, 130 interrupted.',
    );
}

/** Of yargs' message, which for a command that is nearly one is the guess alone. */
function usageError(message: string, argv: readonly string[]): EspawsError {
  const [line = ''] = message.trim().split('\n', 1);
  const guess = /^Did you mean \S+\?$/.test(line) ? line : undefined;
  const firstOption = argv.findIndex((word) => word.startsWith('-'));
  const words = argv.slice(0, firstOption < 0 ? undefined : firstOption).join(' ');
  return new EspawsError(
    guess === undefined ? line.replace(/[^.?!]$/, '$&.') : `There is no command "${words}".`,
    { code: 'usage/invalid', hint: guess ?? 'See: espaws --help, or espaws COMMAND --help' },
  );
}
