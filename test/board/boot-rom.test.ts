import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { banner, planBoot } from '../../src/board/boot-rom.ts';
import { bootImage } from '../support/board-image.ts';

/** Address, length and checksum of each segment, and the lines that boards printed for them in the field. */
const FIELD_LOGS = [
  {
    title: 'three segments, one header over two blocks (bbs.espressif.com, t=10362)',
    segments: [
      [0x40100000, 25700, 0x0b],
      [0x3ffe8000, 848, 0x3f],
      [0x3ffe8350, 184, 0xb7],
    ],
    lines: [
      'load 0x40100000, len 25700, room 16 ',
      'tail 4',
      'chksum 0x0b',
      'load 0x3ffe8000, len 848, room 4 ',
      'tail 12',
      'chksum 0x3f',
      'ho 0 tail 12 room 4',
      'load 0x3ffe8350, len 184, room 12 ',
      'tail 12',
      'chksum 0xb7',
      'csum 0xb7',
    ],
  },
  {
    title: 'a header that fills its block (esp8266/Arduino issue 2414)',
    segments: [
      [0x40100000, 2408, 0xe5],
      [0x3ffe8000, 776, 0x84],
      [0x3ffe8310, 632, 0xd8],
    ],
    lines: [
      'load 0x40100000, len 2408, room 16 ',
      'tail 8',
      'chksum 0xe5',
      'load 0x3ffe8000, len 776, room 0 ',
      'tail 8',
      'chksum 0x84',
      'load 0x3ffe8310, len 632, room 0 ',
      'tail 8',
      'chksum 0xd8',
      'csum 0xd8',
    ],
  },
  {
    title: 'whole blocks (esp8266/Arduino issue 9122)',
    segments: [
      [0x4010f000, 3424, 0x2e],
      [0x3fff20b8, 40, 0x2b],
    ],
    lines: [
      'load 0x4010f000, len 3424, room 16 ',
      'tail 0',
      'chksum 0x2e',
      'load 0x3fff20b8, len 40, room 8 ',
      'tail 0',
      'chksum 0x2b',
      'csum 0x2b',
    ],
  },
];

/** Segments whose bytes bring the running checksum to what the log says. */
function imageOf(segments: readonly (readonly number[])[]): Uint8Array {
  let before = 0xef;
  const made = segments.map(([address = 0, length = 0, checksum = 0]) => {
    const data = new Uint8Array(length);
    data[0] = before ^ checksum;
    before = checksum;
    return { address, data };
  });
  return bootImage(0x40100004, made);
}

describe('the boot ROM', () => {
  it.each(FIELD_LOGS)('prints what boards print: $title', ({ segments, lines }) => {
    const { text, outcome } = planBoot(imageOf(segments));
    expect(text).toBe(lines.map((line) => `${line}\r\n`).join(''));
    expect(outcome).toEqual({ kind: 'start', entry: 0x40100004 });
  });

  it('refuses an image with a wrong byte, and shows the computed checksum (esp8266.com, p=79454)', () => {
    const image = imageOf([[0x4010f000, 1384, 0xef]]);
    image[image.length - 1]! ^= 1;
    const { text, outcome } = planBoot(image);
    expect(text).toBe(
      'load 0x4010f000, len 1384, room 16 \r\ntail 8\r\nchksum 0xef\r\ncsum 0xef\r\ncsum err\r\nets_main.c \r\n',
    );
    expect(outcome).toEqual({ kind: 'refused' });
  });

  it.each([
    ['erased flash', new Uint8Array(0x1000).fill(0xff)],
    ['zeros', new Uint8Array(0x1000)],
    ['an image of version 2', Uint8Array.of(0xea, 4, 0, 0)],
  ])('does not start %s', (_title, flash) => {
    expect(planBoot(flash)).toEqual({ segments: [], text: 'ets_main.c \r\n', outcome: { kind: 'refused' } });
  });

  it.each([
    ['outside of RAM', 0x20000000, 16],
    ['beyond the end of RAM', 0x3fffffe0, 64],
    ['in the boot ROM', 0x40000000, 16],
  ])('faults on a segment %s', (_title, address, length) => {
    const image = bootImage(0x40100000, [{ address, data: new Uint8Array(length) }]);
    expect(planBoot(image).outcome).toEqual({ kind: 'fault', address });
  });

  it('gives back the segments of any image, and notices any changed byte of them', () => {
    const segment = fc.record({
      address: fc.integer({ min: 0, max: 0x3fff }).map((words) => 0x3ffe8000 + words * 4),
      data: fc.uint8Array({ minLength: 4, maxLength: 400 }),
    });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 16 }), fc.nat(), (segments, place) => {
        const image = bootImage(0x40100000, segments);
        const plan = planBoot(image);
        expect(plan.outcome.kind).toBe('start');
        expect(plan.segments).toEqual(segments);
        const first = segments[0]!.data.length;
        image[16 + (place % first)]! ^= 0x10;
        expect(planBoot(image).outcome.kind).toBe('refused');
      }),
    );
  });

  it('begins with its date, the cause and the mode', () => {
    expect(banner('power-on', 3)).toBe('\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\r\n\r\n');
    expect(banner('watchdog', 3)).toMatch(/rst cause:4, boot mode:\(3,6\)\r\n\r\nwdt reset\r\n$/);
  });
});
