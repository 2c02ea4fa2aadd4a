import type { Argv } from 'yargs';
import { projectOption } from './options.ts';
import type { Choose } from './program.ts';

/** monitor: what a board says, decoded. */
export function monitorCommands(program: Argv, choose: Choose): void {
  program.command(
    'monitor',
    'Show the board’s log, decoded, until Ctrl-C or a verdict',
    (command) =>
      projectOption(command).options({
        port: {
          type: 'string',
          requiresArg: true,
          describe: 'Port of the board (virtual: is the emulated one)',
        },
        baud: { type: 'number', default: 115_200, describe: 'Baud rate of the log' },
        'boot-baud': {
          type: 'number',
          describe: 'Rate of the boot ROM (74880): read its banner after each reset, then the log',
        },
        reset: { type: 'boolean', default: true, describe: 'Reset the board first (--no-reset: do not)' },
        reconnect: {
          type: 'boolean',
          default: true,
          describe: 'Wait for a port that went away (--no-reconnect: end)',
        },
        filter: { type: 'string', requiresArg: true, describe: 'TAG:LEVEL ..., for example "wifi:W *:I"' },
        'expect-text': {
          type: 'string',
          requiresArg: true,
          describe: 'End well with a line that holds this',
        },
        'fail-text': { type: 'string', requiresArg: true, describe: 'End badly with a line that holds this' },
        timeout: { type: 'number', describe: 'Seconds after which it ends' },
        log: { type: 'string', requiresArg: true, describe: 'Append the bytes as they come to this file' },
        'decoded-log': {
          type: 'string',
          requiresArg: true,
          describe: 'Append the decoded lines to this file',
        },
        elf: {
          type: 'string',
          requiresArg: true,
          describe: 'Program whose addresses crashes show (default: the project’s)',
        },
      }),
    (args) => {
      choose(async (context) => {
        const [{ monitorCommand }, { nodeOutput }, { nodeKeys }] = await Promise.all([
          import('../commands/monitor.ts'),
          import('../io/output.ts'),
          import('../io/keys.ts'),
        ]);
        const { project, port, baud, reset, reconnect, filter, expectText, failText, timeout, log } = args;
        const { decodedLog, elf, bootBaud } = args;
        return monitorCommand(
          context,
          {
            ...{ project, reset, reconnect, baudRate: baud },
            json: (args as unknown as { json: boolean }).json,
            ...(port === undefined ? {} : { port }),
            ...(filter === undefined ? {} : { filter }),
            ...(expectText === undefined ? {} : { expectText }),
            ...(failText === undefined ? {} : { failText }),
            ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
            ...(log === undefined ? {} : { log }),
            ...(bootBaud === undefined ? {} : { bootRate: bootBaud }),
            ...(elf === undefined ? {} : { elf }),
            ...(decodedLog === undefined ? {} : { decodedLog }),
          },
          { output: nodeOutput, keys: nodeKeys },
        );
      });
    },
  );
}
