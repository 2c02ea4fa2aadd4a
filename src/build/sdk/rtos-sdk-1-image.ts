import { join } from 'node:path';
import { elfToImage } from '../../image/elf-to-image.ts';
import { readElf } from '../../image/elf.ts';
import { checkLayout } from '../../image/flash-layout.ts';
import type { FlashMap } from '../../image/flash-maps.ts';
import type { FlashRegion } from '../../image/flash-region.ts';
import { memoryUseOfElf } from '../../image/size-breakdown.ts';
import { COMPANIONS, headerOf, settled } from './rtos-sdk-1-plan.ts';
import type { SdkBuildContext, SdkBuildRequest, SdkBuildResult } from './sdk-build.ts';

/**
 * The linked program as what goes into flash, with the SDK's boot loader and initial data: what gen_appbin.py makes,
 * without it. Throws `image/invalid`, and `flash/layout` for what does not fit the map.
 */
export async function imageOf(
  { sdk, options, buildDirectory }: SdkBuildRequest,
  { elfPath, map }: { elfPath: string; map: FlashMap },
  { files, progress }: SdkBuildContext,
): Promise<Pick<SdkBuildResult, 'regions' | 'sizes'>> {
  const { boot, app } = settled(options);
  const elf = readElf(await files.readBytes(elfPath));
  const made = elfToImage(elf, { version: boot === 'new' ? 2 : 1, flash: headerOf(options, map) });
  const regions: FlashRegion[] = [];
  for (const { holds, flashAddress, bytes, warnings } of made) {
    for (const text of warnings) progress({ kind: 'warning', text });
    const name =
      holds === 'application'
        ? `user${app}.bin`
        : holds === 'ram'
          ? 'eagle.flash.bin'
          : 'eagle.irom0text.bin';
    const path = join(buildDirectory, 'bin', name);
    // The program may hold a private key.
    await files.write(path, bytes, { mode: 0o600 });
    regions.push({ address: flashAddress, data: bytes, name: path });
  }
  for (const place of map.regions) {
    const file = COMPANIONS[place.name];
    if (file === undefined || (place.name === 'boot' && boot === 'none')) continue;
    const path = join(sdk.path, 'bin', file);
    const data = await files.readBytes(path).catch(() => undefined);
    if (data !== undefined) regions.push({ address: place.address, data, name: path });
  }
  regions.sort((left, right) => left.address - right.address);
  checkLayout(regions, map.flashSizeBytes, map);
  return { regions, sizes: memoryUseOfElf(elf) };
}
