import { afterAll, describe, expect, it } from 'vitest';
import { elfToImage } from '../../src/image/elf-to-image.ts';
import { checkLayout } from '../../src/image/flash-layout.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { readPartitionTable } from '../../src/image/partition-table.ts';
import { linkedElf, removeLinkedElves } from '../support/linked-elf.ts';
import { tableOf } from '../support/partition-table.ts';
import { VirtualChip } from '../support/virtual-chip.ts';

/** That of partitions_singleapp.csv in ESP8266_RTOS_SDK 3.x. */
const SINGLE_APP = [
  { name: 'nvs', type: 1, subtype: 2, address: 0x9000, sizeBytes: 0x6000 },
  { name: 'phy_init', type: 1, subtype: 1, address: 0xf000, sizeBytes: 0x1000 },
  { name: 'factory', type: 0, subtype: 0, address: 0x10000, sizeBytes: 0xf0000 },
];
const FLASH = { mode: 'dio', size: '1MB', frequency: '40m' } as const;

describe('what a build of RTOS_SDK 3.x comes to', () => {
  afterAll(removeLinkedElves);

  it('is written to the virtual board, and is there as it was made', async () => {
    const image = (name: Parameters<typeof linkedElf>[0], version: 1 | 3) =>
      elfToImage(linkedElf(name).elf, { version, flash: FLASH })[0]!;
    const program = image('flash before RAM, and in two parts', 3);
    const regions = [
      { address: 0, data: image('no data, at a sector', 1).bytes },
      { address: 0x8000, data: tableOf(SINGLE_APP) },
      { address: program.flashAddress, data: program.bytes },
    ];
    checkLayout(
      regions.map((region) => ({ ...region, name: '' })),
      0x100000,
    );
    const chip = await VirtualChip.make();
    expect(await chip.write(regions)).toMatchObject({ verified: true, verifiedBy: 'md5' });
    expect(chip.holds(regions)).toBe(true);

    const { flash } = chip;
    expect(inspectImage(flash.subarray(0, regions[0]!.data.length))).toMatchObject({
      version: 1,
      findings: [],
    });
    expect(readPartitionTable(flash.subarray(0x8000, 0x8c00))).toMatchObject({
      partitions: SINGLE_APP,
      isMd5Valid: true,
    });
    expect(inspectImage(flash.subarray(0x10000, 0x10000 + program.bytes.length))).toMatchObject({
      ...{ version: 3, findings: [] },
      sha256: { valid: true },
    });
    expect((await chip.write(regions)).plan).toEqual([]);
  }, 60_000);
});
