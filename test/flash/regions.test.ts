import { describe, expect, it } from 'vitest';
import { aliasChecks } from '../../src/flash/alias.ts';
import { prepareRegions, type FlashParameterRequest } from '../../src/flash/regions.ts';
import { firmware } from '../support/virtual-chip.ts';

const MEGABYTE = 1 << 20;
const RAW = { name: 'data.bin', address: 0x1000, data: firmware(5000) };
/** One empty segment in RAM; flash of 4 MB, 40 MHz, QIO. */
const IMAGE = Uint8Array.from([
  ...[0xe9, 1, 0, 0x40, 0x10, 0, 0x10, 0x40],
  ...[0, 0, 0x10, 0x40, 4, 0, 0, 0, 1, 2, 3, 4],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xef ^ 1 ^ 2 ^ 3 ^ 4],
]);

describe('what is written', () => {
  const prepare = (
    address: number,
    parameters: FlashParameterRequest,
    detectedBytes: number | undefined = MEGABYTE,
  ) => prepareRegions([{ ...RAW, address }], { detectedBytes, parameters });

  it.each([
    ['inside a sector', 0x1004, { size: 'keep' }, MEGABYTE, /inside a sector/],
    ['beyond the flash', MEGABYTE - 4096, { size: 'keep' }, MEGABYTE, /beyond the flash/],
    ['for a larger flash', 0x1000, { size: '4MB' }, MEGABYTE, /has 1 MB; --flash-size says 4 MB/],
    ['to a flash of no known size', 0x1000, { size: 'keep' }, undefined, /size of the flash is not known/],
  ] as const)('%s is refused', (_name, address, parameters, detected, message) => {
    expect(() =>
      prepareRegions([{ ...RAW, address }], { detectedBytes: detected, parameters: { ...parameters } }),
    ).toThrow(message);
  });

  it('may be for a smaller flash than there is, or one that says nothing', () => {
    expect(prepare(0x1000, { size: '512KB' }).flashSizeBytes).toBe(0x80000);
    expect(
      prepareRegions([RAW], { detectedBytes: undefined, parameters: { size: '2MB' } }).flashSizeBytes,
    ).toBe(2 * MEGABYTE);
  });

  it('has the flash parameters in the image at 0 alone', () => {
    const regions = [{ name: 'boot.bin', address: 0, data: IMAGE }, RAW];
    const { regions: written } = prepareRegions(regions, {
      detectedBytes: MEGABYTE,
      parameters: { size: 'detect', mode: 'dout' },
    });
    expect([...written[0]!.data.subarray(0, 4)]).toEqual([0xe9, 1, 3, 0x20]);
    expect(written[1]!.data).toBe(RAW.data);
  });

  it('warns of an image for a larger flash, and of parameters that nothing takes', () => {
    const image = prepareRegions([{ name: 'boot.bin', address: 0, data: IMAGE }], {
      detectedBytes: MEGABYTE,
      parameters: { size: 'keep' },
    });
    expect(image.warnings.join()).toContain('is for a flash of 4MB, and this one has 1 MB');
    expect(image.regions[0]!.data).toBe(IMAGE);
    expect(prepare(0, { size: 'detect' }).warnings.join()).toContain('no flash parameters are set');
  });
});

describe('a flash that has less than it says', () => {
  it('is looked for where what is written would show up again', () => {
    const checks = aliasChecks([{ name: 'a', address: 0x90000, data: firmware(9000) }], MEGABYTE);
    expect(checks.map(({ flashBytes, mirror }) => [flashBytes, mirror])).toEqual([
      [0x40000, 0x12000],
      [0x80000, 0x12000],
    ]);
  });

  it('is not suspected of what the image has twice', () => {
    const data = firmware(4096);
    const regions = [
      { name: 'a', address: 0, data },
      { name: 'b', address: 0x80000, data },
    ];
    expect(aliasChecks(regions, MEGABYTE)).toEqual([]);
  });
});
