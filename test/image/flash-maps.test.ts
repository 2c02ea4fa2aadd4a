import { describe, expect, it } from 'vitest';
import { layoutOf, loadFlashMaps, parseFlashMaps } from '../../src/image/flash-maps.ts';
import { nodeFiles } from '../../src/io/files.ts';

const BANK = 0x100000;
const SECTOR = 0x1000;

describe('the flash maps that ship', async () => {
  const maps = await loadFlashMaps(nodeFiles);

  it('have names of their own', () => {
    expect(new Set(maps.map(({ name }) => name)).size).toBe(maps.length);
    const sdks = new Set(maps.map(({ name }) => name.split('/')[0]));
    expect([...sdks].sort()).toEqual(['bench', 'esp-open-rtos', 'rtos-sdk', 'rtos-sdk-3']);
  });

  it.each(maps)('$name: sectors of its flash, one after the other', ({ regions, flashSizeBytes }) => {
    let end = 0;
    for (const { address, sizeBytes } of regions) {
      expect(address).toBeGreaterThanOrEqual(end);
      expect([address % SECTOR, sizeBytes % SECTOR]).toEqual([0, 0]);
      end = address + sizeBytes;
    }
    expect(end).toBeLessThanOrEqual(flashSizeBytes);
    expect(regions[0]).toMatchObject({ address: 0, holds: 'boot' });
  });

  it.each(maps)('$name: each application within a bank', ({ regions }) => {
    for (const { address, sizeBytes, holds } of regions) {
      if (holds !== 'application' && holds !== 'resident') continue;
      expect(Math.floor((address + sizeBytes - 1) / BANK)).toBe(Math.floor(address / BANK));
    }
  });

  /** «Flash maps» of the ESP8266 Getting Started Guide: second application, initial data of the radio. */
  it.each([
    ['0', 0x41000, 0x7c000],
    ['2', 0x81000, 0xfc000],
    ['3', 0x81000, 0x1fc000],
    ['4', 0x81000, 0x3fc000],
    ['5', 0x101000, 0x1fc000],
    ['6', 0x101000, 0x3fc000],
  ])(
    'RTOS_SDK map %s has its second application at 0x%x and its initial data at 0x%x',
    (map, user2, data) => {
      const { regions } = layoutOf(maps, `rtos-sdk/${map}`);
      const addressOf = (name: string) => regions.find((one) => one.name === name)?.address;
      expect([addressOf('user1'), addressOf('user2'), addressOf('esp_init_data')]).toEqual([
        0x1000,
        user2,
        data,
      ]);
    },
  );

  /** The flash maps at the head of ld/eagle.app.v6.new.*.ld in ESP8266_RTOS_SDK 2.1. */
  it.each([
    ['0', 0x3b000, 0x7b000],
    ['2', 0x7b000, 0xfb000],
    ['5', 0xfb000, 0x1fb000],
  ])('RTOS_SDK map %s ends its applications before the parameters at 0x%x and 0x%x', (map, first, second) => {
    const { regions } = layoutOf(maps, `rtos-sdk/${map}`);
    const ends = regions
      .filter(({ holds }) => holds === 'application')
      .map((one) => one.address + one.sizeBytes);
    expect(ends).toEqual([first, second]);
  });

  it('are named where one is not known', () => {
    expect(() => layoutOf(maps, 'rtos-sdk/7')).toThrow(
      expect.objectContaining({ code: 'sdk/unknown', hint: expect.stringContaining('rtos-sdk/6') as string }),
    );
  });

  it('are refused with the place where a description is wrong', () => {
    expect(() => parseFlashMaps('sdk: a\ntitle: b\nsource: c\nmaps: []\n', 'a.yaml')).toThrow(
      expect.objectContaining({
        code: 'sdk/invalid',
        message: expect.stringContaining('a.yaml: maps') as string,
      }),
    );
  });
});
