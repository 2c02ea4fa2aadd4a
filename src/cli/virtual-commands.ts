import type { Argv } from 'yargs';
import type { Choose } from './program.ts';

/** board: virtual boards for other programs. */
export function virtualCommands(program: Argv, choose: Choose): void {
  program.command(
    'board',
    'Serve virtual ESP8266 boards over RFC 2217 until Ctrl-C',
    (command) =>
      command.options({
        listen: {
          type: 'string',
          requiresArg: true,
          describe: 'HOST:PORT of the first board (default: 127.0.0.1:2217); port 0 takes free ones',
        },
        count: { type: 'number', default: 1, requiresArg: true, describe: 'How many boards, at least' },
        flash: {
          type: 'string',
          array: true,
          default: [] as string[],
          requiresArg: true,
          describe: 'File with the flash contents, one a board (default: in the user’s cache)',
        },
        'flash-size': {
          choices: ['512KB', '1MB', '2MB', '4MB', '8MB', '16MB'] as const,
          default: '4MB' as const,
          describe: 'Size of the flash chip',
        },
        timing: {
          choices: ['none', 'real'] as const,
          default: 'none' as const,
          describe: 'real: line and flash take the time that they take on a board',
        },
        fault: {
          type: 'string',
          array: true,
          default: [] as string[],
          requiresArg: true,
          describe:
            'Something wrong on purpose: mute, gpio0-high, no-stub, write-protected, noise:N, drop-frame:N, …',
        },
        'ready-file': {
          type: 'string',
          requiresArg: true,
          describe: 'Write URL, flash id and size of each board here as JSON once all listen',
        },
      }),
    (args) => {
      choose(async (context) => {
        const { boardCommand } = await import('../commands/board.ts');
        const { listen, count, flash, flashSize, timing, fault, readyFile } = args;
        return boardCommand(context, {
          ...{ count, flash, flashSize, timing, faults: fault },
          ...(listen === undefined ? {} : { listen }),
          ...(readyFile === undefined ? {} : { readyFile }),
        });
      });
    },
  );
}
