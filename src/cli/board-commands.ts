import type { Argv } from 'yargs';
import { headerOption, projectOption, tlsOptions } from './options.ts';
import type { Choose } from './program.ts';

/** build and run: what ends in a firmware image, or on a board. */
export function boardCommands(program: Argv, choose: Choose): void {
  program.command(
    'build',
    'Derive the config, compile, write the image',
    (command) => headerOption(tlsOptions(projectOption(command))),
    (args) => {
      choose(async (context) => {
        const { buildCommand } = await import('../commands/build-command.ts');
        const { project, tls, header } = args;
        return buildCommand(context, {
          project,
          ...(tls === undefined ? {} : { tlsVersion: tls }),
          ...(header === undefined ? {} : { header }),
        });
      });
    },
  );
  program.command(
    'run',
    'Build, boot, shake hands, give a verdict',
    (command) =>
      headerOption(tlsOptions(projectOption(command))).options({
        port: {
          type: 'string',
          requiresArg: true,
          describe: 'Port of the board: virtual: (a fresh emulated one), or one that is flashed first',
        },
        prove: {
          type: 'string',
          describe: 'Run the mbedTLS of the SDK at DIR, or of the project’s own, as bench firmware',
        },
        explain: { type: 'boolean', default: false, describe: 'Show every option with its reason first' },
        timeout: { type: 'number', default: 120, describe: 'Seconds without a verdict before giving up' },
        exact: {
          type: 'boolean',
          default: false,
          describe:
            'The same instructions in every run: on a fresh virtual board, in lock-step with a stand-in that it trusts',
        },
        seed: { type: 'number', default: 1, describe: 'Seed of the virtual board’s random register' },
      }),
    (args) => {
      choose(async (context) => {
        const { runCommand } = await import('../commands/run.ts');
        const { espLoaders } = await import('../io/esp-loader/esp-loader.ts');
        const { project, tls, header, port, prove, explain, timeout, exact, seed } = args;
        return runCommand(context, {
          openLoader: espLoaders(context.host.clock),
          project,
          explain,
          seed,
          exact,
          timeoutMs: timeout * 1000,
          ...(tls === undefined ? {} : { tlsVersion: tls }),
          ...(header === undefined ? {} : { header }),
          ...(port === undefined ? {} : { port }),
          ...(prove === undefined ? {} : { prove }),
        });
      });
    },
  );
}
