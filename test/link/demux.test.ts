import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Demux, type DemuxItem } from '../../src/link/demux.ts';
import { crc32, encodeFrame, type Frame } from '../../src/link/frame.ts';

const byte = fc.integer({ min: 0, max: 255 });
const frame: fc.Arbitrary<Frame> = fc.record({
  type: fc.integer({ min: 0, max: 0x1f }),
  sequence: byte,
  stream: byte,
  payload: fc.uint8Array({ maxLength: 64 }),
});
/** UTF-8 never contains the delimiters. */
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .map((line) => Buffer.from(`${line}\n`));

describe('Demux', () => {
  it('reads the CRC that zlib and Ethernet use', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('parts text and frames in any mixture and any chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, text)), fc.array(fc.nat({ max: 40 })), (parts, cuts) => {
        const sent = parts.flatMap((part) => ('payload' in part ? [part] : []));
        const written = parts.flatMap((part) => ('payload' in part ? [] : [part]));
        const bytes = Buffer.concat(parts.map((part) => ('payload' in part ? encodeFrame(part) : part)));
        const { frames, lines, damaged } = collect(chunks(bytes, cuts));
        expect(frames).toEqual(sent);
        expect(lines).toEqual(Buffer.concat(written));
        expect(damaged).toBe(0);
      }),
    );
  });

  it('never makes a frame that was not sent out of lost, doubled and altered bytes', () => {
    const fault = fc.record({ at: fc.nat(), kind: fc.constantFrom('drop', 'double', 'alter'), to: byte });
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1 }), fc.array(fault, { minLength: 1 }), (sent, faults) => {
        const bytes = sent.flatMap((part) => [...encodeFrame(part)]);
        for (const { at, kind, to } of faults) {
          const index = at % Math.max(1, bytes.length);
          bytes.splice(index, 1, ...{ drop: [], double: [bytes[index]!, bytes[index]!], alter: [to] }[kind]);
        }
        const known = new Set(sent.map((part) => Buffer.from(encodeFrame(part)).toString('hex')));
        for (const received of collect([Uint8Array.from(bytes)]).frames) {
          expect(known).toContain(Buffer.from(encodeFrame(received)).toString('hex'));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('recovers with the next frame, and with the next line where the end of a frame is lost', () => {
    const whole = encodeFrame({ type: 1, sequence: 2, stream: 3, payload: Buffer.from('abc') });
    const withoutEnd = whole.subarray(0, -2);
    const { frames, lines, damaged } = collect([
      withoutEnd,
      Buffer.from('\nI (1) tls: x\n'),
      withoutEnd,
      whole,
    ]);
    expect(frames).toHaveLength(1);
    expect(lines.toString()).toBe('I (1) tls: x\n');
    expect(damaged).toBe(2);
  });

  it('takes no frame that is longer than agreed', () => {
    const long = encodeFrame({ type: 1, sequence: 0, stream: 0, payload: new Uint8Array(65) });
    expect(collect([long])).toMatchObject({ frames: [], damaged: 1 });
  });

  it.each([
    ['a delimiter', [0xc0]],
    ['both delimiters', [0xc0, 0xc1]],
    ['an escape', [0xc0, 0xdb]],
    ['what may begin a frame', [0xc0, 1, 2, 3, 64, 0, 0xdb]],
  ])('loses no text behind %s', (_name, garbage) => {
    const { lines } = collect([Uint8Array.from(garbage), Buffer.from('I (5) tls: connected\r\nok\r\n')]);
    expect(lines.toString('latin1')).toMatch(/I \(5\) tls: connected\r\nok\r\n$/);
  });

  it('holds back no more than a frame, whatever comes', () => {
    const { lines } = collect([Uint8Array.of(0xc0, 1), new Uint8Array(10_000).fill(0xdb)]);
    expect(lines.length).toBeGreaterThan(9_000);
  });

  it('shows a short line behind a delimiter at once, without its end', () => {
    expect(collect([Uint8Array.of(0xc0), Buffer.from('> ')]).lines.toString()).toBe('> ');
  });

  it('neither loses nor holds back a line of text behind any garbage', () => {
    const garbage = fc.uint8Array({ maxLength: 100 });
    const likelyGarbage = fc.array(fc.constantFrom(0xc0, 0xc1, 0xdb, 0x0a, 0, 1, 2, 3, 0x80), {
      maxLength: 40,
    });
    const line = fc.string({ unit: 'grapheme-ascii', minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.oneof(garbage, likelyGarbage), line), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat({ max: 30 })),
        (parts, cuts) => {
          const demux = new Demux(64);
          for (const [before, text] of parts) {
            const bytes = Buffer.concat([Uint8Array.from(before), Buffer.from(`${text}\n`)]);
            const items = [...chunks(bytes, cuts)].flatMap((piece) => demux.push(piece));
            const shown = items.flatMap((item) => (item.kind === 'text' ? [item.bytes] : []));
            expect(Buffer.concat(shown).toString('latin1')).toContain(`${text}\n`);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function* chunks(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  let start = 0;
  for (const length of cuts) {
    yield bytes.subarray(start, start + length);
    start += length;
  }
  yield bytes.subarray(start);
}

function collect(pieces: Iterable<Uint8Array>): { frames: Frame[]; lines: Buffer; damaged: number } {
  const demux = new Demux(64);
  const items: DemuxItem[] = [...pieces].flatMap((piece) => demux.push(piece));
  return {
    frames: items.flatMap((item) => (item.kind === 'frame' ? [item.frame] : [])),
    lines: Buffer.concat(items.flatMap((item) => (item.kind === 'text' ? [item.bytes] : []))),
    damaged: items.filter((item) => item.kind === 'damaged').length,
  };
}
