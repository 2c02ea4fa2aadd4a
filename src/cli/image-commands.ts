import type { Argv } from 'yargs';
import { FLASH_FREQUENCIES, FLASH_MODES, FLASH_SIZES } from '../image/flash-parameters.ts';
import type { Choose } from './program.ts';

/** image: what is in firmware images; elf2image, merge, layout. */
export function imageCommands(program: Argv, choose: Choose): void {
  program.command('image', 'Read, make and merge firmware images', (image) => {
    info(image, choose);
    elf2image(image, choose);
    merge(image, choose);
    layout(image, choose);
    return image;
  });
}

function info(image: Argv, choose: Choose): void {
  image.command(
    ['$0 <files..>', 'info <files..>'],
    'Tell what is in images, and whether they are sound',
    (command) =>
      command
        .positional('files', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Images, of any version',
        })
        .options({
          elf: {
            type: 'string',
            requiresArg: true,
            describe: 'ELF of the image: memory and largest symbols',
          },
          map: {
            type: 'string',
            requiresArg: true,
            describe: 'Linker map: sizes by archive, object, section',
          },
          top: { type: 'number', default: 15, describe: 'How many symbols and objects to show' },
        }),
    (args) => {
      choose(async (context) => {
        const { imageCommand } = await import('../commands/image.ts');
        const { files, elf, map, top } = args;
        return imageCommand(context, {
          files,
          top,
          ...(elf === undefined ? {} : { elf }),
          ...(map === undefined ? {} : { map }),
        });
      });
    },
  );
}

function elf2image(image: Argv, choose: Choose): void {
  image.command(
    'elf2image <elf>',
    'Make the image of an ELF',
    (command) =>
      command
        .positional('elf', { type: 'string', demandOption: true, describe: 'Linked firmware' })
        // Here it is the image's, not this program's.
        .version(false)
        .options({
          version: {
            // Without `string` the parser makes a number of it.
            string: true,
            choices: ['1', '2', '3'] as const,
            default: '1' as const,
            describe: '1: for the boot ROM; 2: for a boot loader; 3: RTOS_SDK 3.x',
          },
          out: { type: 'string', alias: 'o', requiresArg: true, describe: 'File (1: begin of its names)' },
          'flash-mode': { choices: keys(FLASH_MODES), default: 'qio' as const, describe: 'In the header' },
          'flash-size': { choices: keys(FLASH_SIZES), default: '1MB' as const, describe: 'In the header' },
          'flash-freq': {
            choices: keys(FLASH_FREQUENCIES),
            default: '40m' as const,
            describe: 'In the header',
          },
        }),
    (args) => {
      choose(async (context) => {
        const { elf2imageCommand } = await import('../commands/image-make.ts');
        const { elf, version, out, flashMode, flashSize, flashFreq } = args;
        return elf2imageCommand(context, {
          elf,
          version: Number(version) as 1 | 2 | 3,
          flash: { mode: flashMode, size: flashSize, frequency: flashFreq },
          ...(out === undefined ? {} : { out }),
        });
      });
    },
  );
}

function merge(image: Argv, choose: Choose): void {
  image.command(
    'merge <regions..>',
    'Merge files to one binary: 0x0 boot.bin 0x10000 app.bin',
    (command) =>
      command
        .positional('regions', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'Flash address and file, in pairs',
        })
        .options({
          out: { type: 'string', alias: 'o', demandOption: true, requiresArg: true, describe: 'The binary' },
          layout: {
            type: 'string',
            requiresArg: true,
            describe: 'Flash map to hold it to, see: image layout',
          },
          fill: { type: 'boolean', default: false, describe: 'Fill up to the size of the flash' },
          'flash-mode': { choices: keys(FLASH_MODES), describe: 'Into the header of the image at 0' },
          'flash-size': { choices: keys(FLASH_SIZES), describe: 'The same, and the limit' },
          'flash-freq': { choices: keys(FLASH_FREQUENCIES), describe: 'Into the header of the image at 0' },
        }),
    (args) => {
      choose(async (context) => {
        const { mergeCommand } = await import('../commands/image-make.ts');
        const { regions, out, layout: name, fill, flashMode, flashSize, flashFreq } = args;
        return mergeCommand(context, {
          ...{ regions, out, fill },
          flash: { mode: flashMode, size: flashSize, frequency: flashFreq },
          ...(name === undefined ? {} : { layout: name }),
        });
      });
    },
  );
}

function layout(image: Argv, choose: Choose): void {
  image.command(
    'layout [name]',
    'Where the SDKs put things in flash',
    (command) =>
      command.positional('name', { type: 'string', describe: 'rtos-sdk/4, rtos-sdk-3/two-ota, ...' }),
    ({ name }) => {
      choose(async (context) => {
        const { layoutCommand } = await import('../commands/image-make.ts');
        return layoutCommand(context, name === undefined ? {} : { name });
      });
    },
  );
}

function keys<T extends string>(table: Readonly<Record<T, number>>): T[] {
  return Object.keys(table) as T[];
}
