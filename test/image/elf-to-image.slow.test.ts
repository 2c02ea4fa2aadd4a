import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { elfToImage } from '../../src/image/elf-to-image.ts';
import { mergeRegions } from '../../src/image/merge.ts';
import { patchFlashParameters } from '../../src/image/patch-parameters.ts';
import { esptool, hasEsptool } from '../support/esptool.ts';
import { LAYOUT_NAMES, linkedElf, removeLinkedElves } from '../support/linked-elf.ts';

const FLASH = { mode: 'dio', size: '2MB', frequency: '40m' } as const;
/** esptool.py writes an ESP32's code for the size into a v3 header: its 8MB is the ESP8266's 2MB. */
const SIZE_FOR_ESPTOOL = { 1: '2MB', 2: '2MB', 3: '8MB' };

afterAll(removeLinkedElves);

describe.skipIf(!hasEsptool).each(LAYOUT_NAMES)('esptool.py judges: %s', (name) => {
  const { elf, path } = linkedElf(name);
  const directory = dirname(path);

  it.each([1, 2, 3] as const)('version %i is what it makes of the ELF', async (version) => {
    const flash = ['--flash_mode', 'dio', '--flash_freq', '40m', '--flash_size', SIZE_FOR_ESPTOOL[version]];
    const out = join(directory, `theirs-${version}-`);
    await esptool(['elf2image', '--version', `${version}`, ...flash, '-o', out, path]);
    for (const { flashAddress, bytes } of elfToImage(elf, { version, flash: FLASH })) {
      const theirs = version === 1 ? `${out}0x${flashAddress.toString(16).padStart(5, '0')}.bin` : out;
      expect(Buffer.from(bytes).equals(readFileSync(theirs))).toBe(true);
    }
  });

  it.each([1, 2, 3] as const)('version %i is valid to its image_info', async (version) => {
    const ours = join(directory, `ours-${version}.bin`);
    writeFileSync(ours, elfToImage(elf, { version, flash: FLASH })[0]!.bytes);
    expect(await esptool(['image_info', ours])).toMatch(/Checksum: [0-9a-f]{2} \(valid\)/);
  });

  it('merged, it is what merge_bin makes', async () => {
    const files = elfToImage(elf, { version: 1, flash: FLASH });
    const regions = files.map(({ flashAddress, bytes, holds }) => {
      const path = join(directory, `${holds}.bin`);
      writeFileSync(path, bytes);
      return { name: path, address: flashAddress, data: bytes };
    });
    const out = join(directory, 'merged.bin');
    const words = regions.flatMap(({ address, name: path }) => [`0x${address.toString(16)}`, path]);
    await esptool(['merge_bin', '-o', out, '--fill-flash-size', '2MB', ...words]);
    expect(Buffer.from(mergeRegions(regions, { sizeBytes: 0x200000 })).equals(readFileSync(out))).toBe(true);
  });

  it('with other flash parameters, it is what merge_bin makes', async () => {
    const { bytes } = elfToImage(elf, { version: 1, flash: FLASH })[0]!;
    const [path, out] = [join(directory, 'a.bin'), join(directory, 'patched.bin')];
    writeFileSync(path, bytes);
    const flash = ['--flash_mode', 'dout', '--flash_freq', '80m', '--flash_size', '4MB-c1'];
    await esptool(['merge_bin', '-o', out, ...flash, '0x0', path]);
    const patched = patchFlashParameters(bytes, 0, { mode: 'dout', frequency: '80m', size: '4MB-c1' });
    expect(Buffer.from(patched).equals(readFileSync(out))).toBe(true);
  });
});
