import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLayout } from '../../src/image/flash-layout.ts';
import { readPartitionTable, type Partition } from '../../src/image/partition-table.ts';
import { application } from '../support/images.ts';
import { tableOf } from '../support/partition-table.ts';

const MB = 0x100000;

const anyPartition: fc.Arbitrary<Partition> = fc.record({
  name: fc.string({ unit: fc.constantFrom('a', 'b', 'Z', '_', '0'), maxLength: 16 }),
  type: fc.nat(255),
  subtype: fc.nat(255),
  address: fc.nat(0xffffffff),
  sizeBytes: fc.nat(0xffffffff),
});

/** That of partitions_two_ota.csv in ESP8266_RTOS_SDK 3.x. */
const TWO_OTA = [
  { name: 'nvs', type: 1, subtype: 2, address: 0x9000, sizeBytes: 0x4000 },
  { name: 'otadata', type: 1, subtype: 0, address: 0xd000, sizeBytes: 0x2000 },
  { name: 'phy_init', type: 1, subtype: 1, address: 0xf000, sizeBytes: 0x1000 },
  { name: 'ota_0', type: 0, subtype: 0x10, address: 0x10000, sizeBytes: 0xf0000 },
  { name: 'ota_1', type: 0, subtype: 0x11, address: 0x110000, sizeBytes: 0xf0000 },
];

describe('a partition table', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.array(anyPartition, { minLength: 1, maxLength: 95 }),
        fc.boolean(),
        (partitions, hasMd5) => {
          expect(readPartitionTable(tableOf(partitions, { hasMd5 }))).toEqual({
            partitions,
            isMd5Valid: hasMd5 ? true : undefined,
          });
        },
      ),
    );
  });

  it('shows any changed byte of an entry by its MD5', () => {
    fc.assert(
      fc.property(fc.nat(TWO_OTA.length * 32 - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = tableOf(TWO_OTA);
        bytes[at]! ^= flip;
        expect(readPartitionTable(bytes)?.isMd5Valid).not.toBe(true);
      }),
    );
  });

  it('is in no other bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        if (bytes[0] === 0xaa && bytes[1] === 0x50) return;
        expect(readPartitionTable(bytes)).toBeUndefined();
      }),
    );
  });
});

describe('a layout with a partition table', () => {
  const partitions = { name: 'partitions.bin', address: 0x8000, data: tableOf(TWO_OTA) };
  const app = { name: 'app.bin', data: application(0x40210010, 0x8000, 3) };

  it.each([0x10000, 0x110000])('takes an application in its partition at 0x%x', (address) => {
    expect(() => {
      checkLayout([partitions, { ...app, address }], 4 * MB);
    }).not.toThrow();
  });

  it.each([
    [
      'an application elsewhere',
      { ...app, address: 0x210000 },
      /"app.bin" is put at 0x210000, where "partitions.bin" has none/,
      /ota_0 0x10000, ota_1 0x110000/,
    ],
    [
      'what crosses the end of its partition',
      { name: 'nvs.bin', address: 0x9000, data: new Uint8Array(0x4001) },
      /ends at 0x0d001, behind its partition "nvs" \(0x09000 to 0x0d000\)/,
      /smaller/,
    ],
  ])('refuses %s', (_, region, message, hint) => {
    expect(() => {
      checkLayout([region, partitions], 4 * MB);
    }).toThrow(
      expect.objectContaining({
        code: 'flash/layout',
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      }),
    );
  });

  it('refuses a damaged table', () => {
    const damaged = tableOf(TWO_OTA);
    damaged[40]! ^= 1;
    expect(() => {
      checkLayout([{ ...partitions, data: damaged }], 4 * MB);
    }).toThrow(/does not fit its MD5/);
  });
});
