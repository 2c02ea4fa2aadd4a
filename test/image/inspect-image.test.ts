import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfToImage } from '../../src/image/elf-to-image.ts';
import type { Elf } from '../../src/image/elf.ts';
import { checksumOf } from '../../src/image/image-format.ts';
import { inspectImage, type InspectedImage } from '../../src/image/inspect-image.ts';
import { anyFlashParameters, anyImage, soundElf } from '../support/images.ts';
import { writeImage } from '../../src/image/image-v1.ts';

const VERSIONS = [1, 2, 3] as const;
const FLASH = { mode: 'dio', size: '4MB', frequency: '40m' } as const;
const imageOf = (elf: Elf, version: 1 | 2 | 3) => elfToImage(elf, { version, flash: FLASH })[0]!.bytes;

const isSound = ({ checksum, crc32, sha256 }: InspectedImage) =>
  checksum.valid && crc32?.valid !== false && sha256?.valid !== false;

describe('reading an image', () => {
  it('gives any bytes a result or image/invalid', () => {
    const magic = fc.constantFrom([], [0xe9], [0xea, 4], [0xe9, 3], [0xe9, 0]);
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 200 }), (head, rest) => {
        const bytes = Uint8Array.from([...head, ...rest]);
        try {
          const { segments } = inspectImage(bytes);
          const held = segments.reduce((sum, { data }) => sum + data.length, 0);
          expect(held).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'image/invalid' });
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('gives a damaged image a result or image/invalid', () => {
    fc.assert(
      fc.property(anyImage, fc.nat(), fc.nat(255), fc.nat(), (value, at, byte, cut) => {
        const bytes = writeImage(value);
        bytes[at % bytes.length] = byte;
        try {
          inspectImage(bytes.subarray(0, cut % (bytes.length + 1)));
        } catch (error) {
          expect(error).toMatchObject({ code: 'image/invalid' });
        }
      }),
    );
  });

  it.each(VERSIONS)('gives back what version %i was written with', (version) => {
    fc.assert(
      fc.property(soundElf, anyFlashParameters, (elf, flash) => {
        const read = inspectImage(elfToImage(elf, { version, flash })[0]!.bytes);
        expect(read).toMatchObject({ flash, entry: elf.entry, trailingBytes: 0, findings: [] });
        expect(isSound(read)).toBe(true);
        for (const { address, data } of read.segments) {
          if (address === 0) continue;
          const section = elf.sections.find((one) => one.address === address);
          expect([...data]).toEqual([...section!.bytes!]);
        }
      }),
    );
  });

  it.each(VERSIONS)('finds any corrupted byte of a segment of version %i', (version) => {
    fc.assert(
      fc.property(soundElf, fc.nat(), fc.integer({ min: 1, max: 255 }), (elf, which, flip) => {
        const bytes = imageOf(elf, version).slice();
        const places = inspectImage(bytes).segments.flatMap(({ fileOffset, data }) =>
          Array.from(data, (_, index) => fileOffset + index),
        );
        const place = places[which % places.length]!;
        bytes[place] = bytes[place]! ^ flip;
        const read = inspectImage(bytes);
        expect(isSound(read)).toBe(false);
        expect(read.findings).toContainEqual(expect.objectContaining({ severity: 'error' }));
      }),
    );
  });

  it('does not take what comes behind an image as part of it', () => {
    fc.assert(
      fc.property(soundElf, fc.constantFrom(...VERSIONS), fc.nat(200), (elf, version, more) => {
        const bytes = imageOf(elf, version);
        const padded = new Uint8Array(bytes.length + 40 + more).fill(0xff);
        padded.set(bytes);
        expect(inspectImage(padded)).toMatchObject({
          sizeBytes: bytes.length,
          trailingBytes: 40 + more,
          findings: [],
        });
      }),
    );
  });
});

describe('what is wrong with an image', () => {
  const segment = (address: number, length: number) => ({ address, data: new Uint8Array(length) });
  const of = (entry: number, ...segments: ReturnType<typeof segment>[]) =>
    inspectImage(writeImage({ entry, flash: FLASH, segments })).findings.map(({ message }) => message);

  it.each([
    ['nothing', of(0x40100000, segment(0x40100000, 16), segment(0x3ffe8000, 8)), []],
    [
      'no memory',
      of(0x3fff0000, segment(0x3fff0000, 8), segment(0x50000000, 8)),
      [/50000000 lies in no memory/],
    ],
    ['beyond IRAM', of(0x40100000, segment(0x40100000, 0x10004)), [/65540 bytes at 0x40100000 lies in no/]],
    ['overlap', of(0x40100000, segment(0x40100000, 16), segment(0x40100008, 8)), [/overlap in RAM/]],
    ['entry', of(0x40100010, segment(0x40100000, 16)), [/entry 0x40100010 lies in no segment/]],
  ])('%s', (_, messages, expected) => {
    expect(messages).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  });

  it('is told of header values without a name', () => {
    const bytes = writeImage({ entry: 0x40100000, flash: FLASH, segments: [segment(0x40100000, 4)] });
    bytes.set([9, 0x75], 2);
    expect(inspectImage(bytes)).toMatchObject({
      flash: { mode: undefined, size: undefined, frequency: undefined, bytes: [9, 0x75] },
      findings: [
        { message: "The header's flash mode is unknown (9)." },
        { message: "The header's flash size is unknown (7)." },
        { message: "The header's flash frequency is unknown (5)." },
      ],
    });
  });

  it.each([
    ['an empty file', [], /it has 0 bytes/],
    ['text', [...Buffer.from('#!/bin/sh\n')], /begins with 0x23/],
    [
      'a cut segment',
      [0xe9, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0x40, 9, 0, 0, 0, 1],
      /0x40100000 has 9 bytes; 1 are/,
    ],
    [
      'an erased second header',
      [0xea, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...Array<number>(16).fill(255)],
      /0xff/,
    ],
  ])('%s is no image', (_, bytes, message) => {
    expect(() => inspectImage(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'image/invalid', message: expect.stringMatching(message) as string }),
    );
  });

  it('has its checksum by XOR over 0xef', () => {
    expect(checksumOf([{ data: Uint8Array.of(1, 2) }, { data: Uint8Array.of(4) }])).toBe(0xef ^ 7);
  });
});
