import type { Argv } from 'yargs';
import { projectOption } from './options.ts';
import type { Choose } from './program.ts';

/** sdk: the SDKs that firmware is built with. */
export function sdkCommands(program: Argv, choose: Choose): void {
  program.command('sdk', 'The SDKs that firmware is built with', (sdk) => {
    sdk.command(
      'list',
      'What is known, what has been fetched, what is found here',
      (command) => projectOption(command),
      ({ project }) => {
        choose(async (context) => {
          const { sdkListCommand } = await import('../commands/sdk.ts');
          return sdkListCommand(context, { project });
        });
      },
    );
    sdk.command(
      'fetch <name>',
      'Get an SDK with its submodules, for example rtos-sdk@v3.4',
      (command) =>
        command.positional('name', { type: 'string', demandOption: true, describe: 'KIND@RELEASE' }).options({
          from: { type: 'string', requiresArg: true, describe: 'Repository to get it from' },
        }),
      ({ name, from }) => {
        choose(async (context) => {
          const { sdkFetchCommand } = await import('../commands/sdk.ts');
          return sdkFetchCommand(context, { name, ...(from === undefined ? {} : { from }) });
        });
      },
    );
    sdk.command(
      'schema',
      'JSON Schema of the descriptions in sdk-configs',
      () => undefined,
      () => {
        choose(async () => (await import('../commands/sdk.ts')).sdkSchemaResult());
      },
    );
    sdk.demandCommand(1, 'Name a command: list, fetch or schema.');
  });
}
