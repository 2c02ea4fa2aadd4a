import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EspawsError } from '../../../src/errors.ts';
import type { Port } from '../../../src/port.ts';
import { ByteQueue } from '../../../src/io/byte-queue.ts';
import { whyNoSync } from '../../../src/io/esp-loader/boot-text.ts';
import { compressedBlocks } from '../../../src/io/esp-loader/compressed-blocks.ts';
import { PortTransport } from '../../../src/io/esp-loader/port-transport.ts';
import { romEraseSize } from '../../../src/io/esp-loader/rom-erase-size.ts';
import { firmware } from '../../support/virtual-chip.ts';

const SECTOR = 4096;

describe('the boot ROM’s erase size', () => {
  it('makes SPIEraseArea erase all that is written, and at most a sector more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 300_000 }), (start, size) => {
        const wanted = Math.ceil(size / SECTOR);
        const erased = erasedByRom(start, romEraseSize(start * SECTOR, size) / SECTOR);
        expect(erased).toBeGreaterThanOrEqual(wanted);
        expect(erased).toBeLessThanOrEqual(wanted + 1);
      }),
    );
  });

  /** The ROM's SPIEraseArea: sectors to the next block, then as many as were asked for once more. */
  function erasedByRom(start: number, asked: number): number {
    const head = Math.min(16 - (start % 16), asked);
    return head + asked;
  }
});

describe('a compressed stream in blocks', () => {
  it('says of each block how far the plain data is known', async () => {
    const data = firmware(100_000);
    const blocks = await compressedBlocks(deflateSync(data, { level: 9 }), 0x1000);
    expect(blocks.at(-1)!.plainBytes).toBe(data.length);
    expect(Buffer.concat(blocks.map(({ bytes }) => bytes))).toEqual(deflateSync(data, { level: 9 }));
    for (const [index, { plainBytes }] of blocks.entries()) {
      expect(plainBytes).toBeGreaterThan(blocks[index - 1]?.plainBytes ?? 0);
    }
  });
});

describe('frames', () => {
  it('come out as they were sent, whatever is between them and however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (frames, step) => {
          const sent = await framed(frames);
          const { transport, queue } = receiver();
          for (let at = 0; at < sent.length; at += step) queue.push(sent.slice(at, at + step));
          for (const frame of frames) expect(await transport.read(1000)).toEqual(frame);
          queue.end();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are found again behind noise that looks like their ends', async () => {
    const { transport, queue } = receiver();
    queue.push(Uint8Array.of(0x45, 0xc0, 0x12, 0x34));
    queue.push(await framed([Uint8Array.of(1, 2, 3)]));
    const heard: Uint8Array[] = [];
    for (let count = 0; count < 3; count++) heard.push(await transport.read(1000));
    expect(heard).toContainEqual(Uint8Array.of(1, 2, 3));
    queue.end();
  });

  it('that do not come are missed in time; a lost port is told', async () => {
    const { transport, queue } = receiver();
    await expect(transport.read(10)).rejects.toThrow('nothing in 0.01 s');
    queue.end();
    await expect(transport.read(1000)).rejects.toMatchObject({ code: 'flash/lost' });
  });

  function receiver() {
    const queue = new ByteQueue();
    const written: Uint8Array[] = [];
    const port: Port = {
      ...{ name: 'test', hasSignals: false, read: () => queue.read() },
      write: (bytes) => {
        written.push(bytes.slice());
        return Promise.resolve();
      },
      setSignals: () => Promise.resolve(),
      setBaudRate: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const lost = () => new EspawsError('lost', { code: 'flash/lost' });
    return { transport: new PortTransport(port, new AbortController().signal, lost), queue, written };
  }

  async function framed(frames: readonly Uint8Array[]): Promise<Uint8Array> {
    const { transport, written, queue } = receiver();
    for (const frame of frames) await transport.write(frame);
    queue.end();
    return Buffer.concat(written);
  }
});

describe('why the loader does not answer', () => {
  const text = (line: string) => Buffer.from(`\r\n ets Jan  8 2013,rst cause:2, ${line}\r\n`);
  it.each([
    [new Uint8Array(0), new Uint8Array(0), /nothing came back/],
    [new Uint8Array(0), text('boot mode:(3,6)'), /boot mode 3, not 1: GPIO0 was high/],
    [new Uint8Array(0), text('boot mode:(1,6)'), /does not hear/],
    [new Uint8Array(0), text('boot mode:(7,6)'), /boot mode 7, not 1: GPIO15/],
    [Uint8Array.of(1, 2, 3), undefined, /3 bytes came that are no answer/],
  ])('%#', (bytes, bootText, because) => {
    expect(whyNoSync({ bytes, bootText }).because).toMatch(because);
  });
});
