import { EXIT, EspawsError } from '../errors.ts';
import { LARGEST_FLASH_BYTES } from '../image/chip-memory.ts';
import { elfToImage, type ImageFile } from '../image/elf-to-image.ts';
import { readElf } from '../image/elf.ts';
import { checkLayout } from '../image/flash-layout.ts';
import { layoutOf, loadFlashMaps, type FlashMap } from '../image/flash-maps.ts';
import { flashSizeBytes, type FlashParameters } from '../image/flash-parameters.ts';
import { flashOffset, type FlashRegion } from '../image/flash-region.ts';
import { mergeRegions } from '../image/merge.ts';
import { patchFlashParameters } from '../image/patch-parameters.ts';
import { addressedFiles } from './addressed-files.ts';
import { readInput } from './input-file.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { bytesText, table } from './table.ts';

export interface Elf2ImageOptions {
  elf: string;
  version: 1 | 2 | 3;
  flash: FlashParameters;
  /** A v2 or v3 image's file; what the names of a v1 pair begin with. */
  out?: string;
}

/** `espaws image elf2image FILE.elf`. Throws `image/invalid` for what no such image can hold. */
export async function elf2imageCommand(
  { host: { files }, progress }: CommandContext,
  { elf, version, flash, out }: Elf2ImageOptions,
): Promise<CommandResult> {
  const made = elfToImage(readElf(await readInput(files, elf)), { version, flash });
  const written: { path: string; flashAddress: number; sizeBytes: number; holds: string }[] = [];
  for (const file of made) {
    const path = imagePath(file, { elf, version, out });
    await files.write(path, file.bytes);
    for (const text of file.warnings) progress({ kind: 'warning', text });
    written.push({ path, flashAddress: file.flashAddress, sizeBytes: file.bytes.length, holds: file.holds });
  }
  return {
    exitCode: EXIT.success,
    json: { version, files: written, warnings: made.flatMap(({ warnings }) => warnings) },
    text: table(
      written.map(({ path, flashAddress, sizeBytes }) => [
        flashOffset(flashAddress),
        bytesText(sizeBytes),
        path,
      ]),
    ),
  };
}

/** The names that esptool gives: `app.elf-0x00000.bin` and the like, `app-0x01000.bin`, `app.bin`. */
function imagePath(
  { flashAddress }: ImageFile,
  { elf, version, out }: { elf: string; version: 1 | 2 | 3; out: string | undefined },
): string {
  if (version === 1) return `${out?.replace(/\.bin$/, '-') ?? `${elf}-`}${flashOffset(flashAddress)}.bin`;
  const stem = elf.replace(/\.[^./\\]*$/, '');
  return out ?? (version === 2 ? `${stem}-${flashOffset(flashAddress)}.bin` : `${stem}.bin`);
}

export interface MergeOptions {
  /** `ADDRESS FILE ADDRESS FILE ...` */
  regions: readonly string[];
  out: string;
  /** Put into the image at 0; the size is the limit too. */
  flash: { [name in keyof FlashParameters]?: FlashParameters[name] | undefined };
  /** Name of the flash map to hold the regions to. */
  layout?: string;
  /** Fill up to the flash size. */
  fill: boolean;
}

/** `espaws image merge -o OUT 0x0 a.bin 0x10000 b.bin`. Throws `flash/layout`, `image/invalid`, `usage/invalid`. */
export async function mergeCommand(
  { host: { files } }: CommandContext,
  { regions: words, out, flash, layout, fill }: MergeOptions,
): Promise<CommandResult> {
  const regions: FlashRegion[] = [];
  for (const { address, path } of addressedFiles(words)) {
    regions.push({ name: path, address, data: await readInput(files, path) });
  }
  const map = layout === undefined ? undefined : layoutOf(await loadFlashMaps(files), layout);
  const limitBytes =
    flash.size === undefined ? (map?.flashSizeBytes ?? LARGEST_FLASH_BYTES) : flashSizeBytes(flash.size);
  if (fill && flash.size === undefined && map === undefined) {
    throw usage('There is no size to fill up to.', 'Add --flash-size or --layout.');
  }
  checkLayout(regions, limitBytes, map);
  const merged = mergeRegions(withParameters(regions, flash), {
    flashSizeBytes: limitBytes,
    ...(fill ? { sizeBytes: limitBytes } : {}),
  });
  await files.write(out, merged);
  return {
    exitCode: EXIT.success,
    json: {
      path: out,
      sizeBytes: merged.length,
      regions: regions.map(({ name, address, data }) => ({ path: name, address, sizeBytes: data.length })),
    },
    text: table([
      ...regions.map(({ name, address, data }) => [flashOffset(address), bytesText(data.length), name]),
      ['', bytesText(merged.length), `-> ${out}`],
    ]),
  };
}

/** With other parameters in the image at 0, where any are named. */
function withParameters(
  regions: readonly FlashRegion[],
  flash: MergeOptions['flash'],
): readonly FlashRegion[] {
  if (Object.values(flash).every((value) => value === undefined)) return regions;
  const isThere = regions.some(({ address }) => address === 0);
  if (!isThere && (flash.mode !== undefined || flash.frequency !== undefined)) {
    throw usage(
      'Nothing is put at 0, where the flash parameters are.',
      'Leave --flash-mode and --flash-freq out.',
    );
  }
  return regions.map((region) =>
    region.address === 0 ? { ...region, data: patchFlashParameters(region.data, 0, flash) } : region,
  );
}

/** `espaws image layout [NAME]`: where the SDKs put things in flash. Throws `sdk/unknown`. */
export async function layoutCommand(
  { host: { files } }: CommandContext,
  { name }: { name?: string },
): Promise<CommandResult> {
  const maps = await loadFlashMaps(files);
  const shown = name === undefined ? maps : [layoutOf(maps, name)];
  return {
    exitCode: EXIT.success,
    json: { maps: shown },
    text: name === undefined ? mapsText(maps) : shown.map(mapText).join('\n'),
  };
}

function mapsText(maps: readonly FlashMap[]): string {
  return table(maps.map(({ name, flashSize, title }) => [name, flashSize, title]));
}

function mapText({ name, title, flashSize, regions }: FlashMap): string {
  const rows = regions.map((region) => [
    flashOffset(region.address),
    bytesText(region.sizeBytes),
    region.name,
    region.holds,
  ]);
  return `${name}: ${title}, flash of ${flashSize}\n${table(rows)}`;
}

function usage(message: string, hint: string): EspawsError {
  return new EspawsError(message, { code: 'usage/invalid', hint });
}
