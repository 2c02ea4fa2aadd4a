import type { Argv } from 'yargs';
import { EspawsError } from '../errors.ts';
import { nodeClock } from '../io/clock.ts';
import { FLASH_FREQUENCIES, FLASH_MODES, FLASH_SIZES } from '../image/flash-parameters.ts';
import type { FlashTarget } from '../commands/flash-target.ts';
import { projectOption } from './options.ts';
import type { Choose } from './program.ts';

/** flash: write, verify, read and erase the flash of a board. The words of esptool are understood too. */
export function flashCommands(program: Argv, choose: Choose): void {
  program.command('flash', 'Write firmware to a board, and verify it', (flash) => {
    write(flash, choose);
    verify(flash, choose);
    read(flash, choose);
    erase(flash, choose);
    id(flash, choose);
    return flash;
  });
}

function write(flash: Argv, choose: Choose): void {
  flash.command(
    ['$0 [regions..]', 'write [regions..]', 'write-flash [regions..]'],
    'Write the project’s firmware, or files: 0x0 boot.bin 0x10000 app.bin',
    (command) =>
      targetOptions(command)
        .positional('regions', { type: 'string', array: true, describe: 'Flash address and file, in pairs' })
        .options({
          file: {
            nargs: 1,
            type: 'string',
            array: true,
            requiresArg: true,
            describe: 'ADDRESS=FILE, instead of a pair',
          },
          layout: {
            type: 'string',
            requiresArg: true,
            describe: 'Flash map to hold it to, see: image layout',
          },
          'flash-size': {
            choices: ['keep', 'detect', ...keys(FLASH_SIZES)] as const,
            default: 'keep' as const,
            describe: 'Into the header of the image at 0',
          },
          'flash-mode': { choices: keys(FLASH_MODES), describe: 'The same' },
          'flash-freq': { choices: keys(FLASH_FREQUENCIES), describe: 'The same' },
          diff: {
            type: 'boolean',
            default: true,
            describe: 'Write what differs (--no-diff: write everything)',
          },
          compress: { type: 'boolean', default: true, describe: 'Send compressed (--no-compress: as it is)' },
          'erase-all': { type: 'boolean', default: false, describe: 'Erase the whole flash first' },
          backup: { type: 'string', requiresArg: true, describe: 'Read the flash to this file first' },
          'dry-run': {
            type: 'boolean',
            default: false,
            describe:
              'Say what would be written, by the board’s flash where there is a board, and write nothing',
          },
        }),
    (args) => {
      choose(async (context) => {
        // All at once: most of the time until the port is open is loading.
        const [{ flashCommand }] = await Promise.all([
          import('../commands/flash.ts'),
          import('../io/esp-loader/esp-loader.ts'),
          import('../io/serial/serial-ports.ts'),
        ]);
        const { file = [], layout, flashSize, flashMode, flashFreq, diff, compress, backup, dryRun } = args;
        return flashCommand(context, {
          ...(await target(args)),
          regions: [...(args.regions ?? []).map(String), ...file.flatMap(addressAndFile)],
          parameters: {
            size: flashSize,
            ...(flashMode === undefined ? {} : { mode: flashMode }),
            ...(flashFreq === undefined ? {} : { frequency: flashFreq }),
          },
          ...{ compress, dryRun, onlyChanges: diff, eraseAll: args.eraseAll },
          ...(layout === undefined ? {} : { layout }),
          ...(backup === undefined ? {} : { backup }),
        });
      });
    },
  );
}

function verify(flash: Argv, choose: Choose): void {
  flash.command(
    ['verify <regions..>', 'verify-flash <regions..>'],
    'Tell whether the flash holds files: 0x0 boot.bin 0x10000 app.bin',
    (command) =>
      targetOptions(command).positional('regions', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Flash address and file, in pairs',
      }),
    (args) => {
      choose(async (context) => {
        const { flashVerifyCommand } = await import('../commands/flash-tools.ts');
        return flashVerifyCommand(context, { ...(await target(args)), regions: args.regions.map(String) });
      });
    },
  );
}

function read(flash: Argv, choose: Choose): void {
  flash.command(
    ['read <address> <size> <out>', 'read-flash <address> <size> <out>'],
    'Read flash to a file',
    (command) =>
      targetOptions(command)
        .positional('address', { type: 'string', demandOption: true, describe: 'First byte, 0x10000' })
        .positional('size', { type: 'string', demandOption: true, describe: 'Bytes, or: all' })
        .positional('out', { type: 'string', demandOption: true, describe: 'File' }),
    (args) => {
      choose(async (context) => {
        const { flashReadCommand } = await import('../commands/flash-tools.ts');
        const { address, size, out } = args;
        return flashReadCommand(context, { ...(await target(args)), address, size, out });
      });
    },
  );
}

function erase(flash: Argv, choose: Choose): void {
  flash.command(
    ['erase [address] [size]', 'erase-region [address] [size]', 'erase-flash'],
    'Erase a region, or with --all the whole flash',
    (command) =>
      targetOptions(command)
        .positional('address', { type: 'string', describe: 'A multiple of 0x1000' })
        .positional('size', { type: 'string', describe: 'The same' })
        .option('all', { type: 'boolean', default: false, describe: 'The whole flash' }),
    (args) => {
      choose(async (context) => {
        const { flashEraseCommand } = await import('../commands/flash-tools.ts');
        const { address, size, all } = args;
        if (all === (address !== undefined && size !== undefined)) {
          throw usage('What to erase is not said.', 'Name ADDRESS and SIZE, or --all.');
        }
        const region = all ? ('all' as const) : ([address ?? '', size ?? ''] as const);
        return flashEraseCommand(context, { ...(await target(args)), region });
      });
    },
  );
}

function id(flash: Argv, choose: Choose): void {
  flash.command(
    ['id', 'flash-id', 'chip-id'],
    'Tell what chip and flash are there',
    (command) => targetOptions(command),
    (args) => {
      choose(async (context) => {
        const { flashIdCommand } = await import('../commands/flash-tools.ts');
        return flashIdCommand(context, await target(args));
      });
    },
  );
}

function targetOptions<T>(command: Argv<T>) {
  return projectOption(command).options({
    port: {
      nargs: 1,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Port of the board; once for each of several',
    },
    baud: { type: 'number', default: 2_000_000, describe: 'Fastest rate to try' },
    before: {
      choices: ['default-reset', 'no-reset'] as const,
      default: 'default-reset' as const,
      describe: 'How the chip gets into its loader',
    },
    after: {
      choices: ['hard-reset', 'no-reset'] as const,
      default: 'hard-reset' as const,
      describe: 'What it does then',
    },
    stub: {
      type: 'boolean',
      default: true,
      describe: 'Use the stub (--no-stub: the boot ROM alone, slowly)',
    },
  });
}

interface TargetArguments {
  project: string;
  port: string[] | undefined;
  baud: number;
  before: 'default-reset' | 'no-reset';
  after: 'hard-reset' | 'no-reset';
  stub: boolean;
}

async function target(args: TargetArguments): Promise<FlashTarget> {
  const { project, port = [], baud, before, after, stub } = args;
  if (!Number.isInteger(baud) || baud < 9600 || baud > 4_000_000) {
    throw usage(`--baud ${baud} is no rate of a serial port.`, 'Take one from 9600 to 4000000.');
  }
  const { espLoaders } = await import('../io/esp-loader/esp-loader.ts');
  return {
    ...{ project, before, after },
    ports: port,
    baudRate: baud,
    useStub: stub,
    openLoader: espLoaders(nodeClock),
  };
}

function addressAndFile(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw usage(`"${text}" is not ADDRESS=FILE.`, 'Write it as --file 0x10000=app.bin');
}

function keys<T extends string>(table: Readonly<Record<T, number>>): T[] {
  return Object.keys(table) as T[];
}

function usage(message: string, hint: string): EspawsError {
  return new EspawsError(message, { code: 'usage/invalid', hint });
}
