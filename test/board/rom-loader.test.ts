import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirtualBoard } from '../../src/board/board.ts';
import { SlipDecoder, slipFrame } from '../../src/board/slip.ts';

/** A board in its serial loader, and the replies to one request. */
function loader(options: { flashSizeBytes?: number } = {}) {
  const replies: Uint8Array[] = [];
  let decoder = new SlipDecoder(0x1000);
  const board = new VirtualBoard({
    flash: new Uint8Array(0),
    flashSizeBytes: options.flashSizeBytes ?? 0x400000,
    onUart: (bytes) => {
      for (const byte of bytes) {
        const frame = decoder.push(byte);
        if (frame !== undefined) replies.push(frame);
      }
    },
  });
  board.hold();
  board.release({ gpio0Low: true });
  board.run(1);
  decoder = new SlipDecoder(0x1000);
  replies.length = 0;
  const ask = (command: number, data: Uint8Array, { checksum = 0, direction = 0 } = {}) => {
    const request = new Uint8Array(8 + data.length);
    const view = new DataView(request.buffer);
    request.set([direction, command]);
    view.setUint16(2, data.length, true);
    view.setUint32(4, checksum, true);
    request.set(data, 8);
    for (let rest = slipFrame(request); rest.length > 0;) {
      const part = rest.subarray(0, board.receiveRoom);
      board.receive(part);
      board.run(1000);
      rest = rest.subarray(part.length);
    }
    return replies.splice(0).map((reply) => Buffer.from(reply).toString('hex'));
  };
  return { board, ask };
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function checksum(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum ^ byte, 0xef);
}

const SYNC = Uint8Array.from([0x07, 0x07, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]);
/** Reply without error: direction, command, length 2, value, status. */
const ok = (command: string, value = '00000000') => `01${command}0200${value}0000`;

describe('the serial loader of the boot ROM', () => {
  it('answers SYNC eight times, with the first word of its data', () => {
    expect(loader().ask(0x08, SYNC)).toEqual(new Array(8).fill(ok('08', '07071220')));
  });

  it('repeats the last value in replies that have none', () => {
    const { ask } = loader();
    expect(ask(0x0a, words(0x40001000))).toEqual([ok('0a', '01c1f0ff')]);
    expect(ask(0x05, words(16, 1, 16, 0x3ffe8000))).toEqual([ok('05', '01c1f0ff')]);
  });

  it.each([
    ['a command from 0x0c on', 0x14, 0],
    ['a command below FLASH_BEGIN', 0x01, 0],
    ['another direction', 0x0a, 1],
  ])('refuses %s under the number of the last command', (_title, command, direction) => {
    const { ask } = loader();
    ask(0x0a, words(0x40001000));
    expect(ask(command, words(0), { direction })).toEqual(['010a020001c1f0ff0105']);
    ask(0x08, SYNC);
    expect(ask(command, words(0), { direction })).toHaveLength(8);
  });

  it('writes registers under a mask', () => {
    const { ask } = loader();
    ask(0x09, words(0x60000d10, 0x11223344, 0xffffffff, 0));
    ask(0x09, words(0x60000d10, 0xffffffff, 0x0000ff00, 0));
    expect(ask(0x0a, words(0x60000d10))).toEqual([ok('0a', '44ff2211')]);
  });

  it('uploads code and runs it', () => {
    const { board, ask } = loader();
    // movi a2, 'K'; movi.n a3, 0x60 << 24 by shifts is long: a loop of one instruction will do.
    const code = Uint8Array.from([0x06, 0xff, 0xff, 0x00]);
    expect(ask(0x05, words(4, 1, 4, 0x40100000))).toEqual([ok('05')]);
    const sum = checksum(code);
    expect(ask(0x07, Uint8Array.from([...words(4, 0, 0, 0), ...code]), { checksum: sum })).toEqual([
      ok('07'),
    ]);
    expect(ask(0x06, words(0, 0x40100000))).toEqual([ok('06')]);
    expect(board.isUploadedCode).toBe(true);
    expect(board.run(1000)).toEqual({ kind: 'running' });
  });

  it('erases more than it is told to, and no more than a host expects', () => {
    const { board, ask } = loader();
    board.flash.fill(0);
    // 20 sectors from sector 8: 8 up to the block, then 20 more, of which 16 as a block.
    ask(0x02, words(20 * 0x1000, 1, 0x400, 8 * 0x1000));
    const erased = [...Array(64).keys()].filter((sector) => board.flash[sector * 0x1000] === 0xff);
    expect(erased).toEqual([...Array(28).keys()].map((sector) => sector + 8));
  });

  it.each([
    ['an address within a sector', words(0x1000, 1, 0x400, 0x800), '0106'],
    ['an area beyond the flash', words(0x2000, 1, 0x400, 0xff000), '0106'],
    ['blocks that are too large', words(0x1000, 1, 0x2000, 0), '0105'],
  ])('refuses to begin with %s', (_title, data, status) => {
    const { ask } = loader({ flashSizeBytes: 0x100000 });
    expect(ask(0x02, data)[0]!.slice(-4)).toBe(status);
  });

  it.each([
    ['out of sequence', words(4, 1, 0, 0), undefined, '0105'],
    ['that is not whole words', words(3, 0, 0, 0), undefined, '0105'],
    ['with a wrong checksum', words(4, 0, 0, 0), 0x12, '0107'],
  ])('refuses a block %s', (_title, header, sum, status) => {
    const { ask } = loader();
    const data = Uint8Array.of(1, 2, 3, 4);
    ask(0x02, words(0x1000, 1, 0x400, 0));
    const reply = ask(0x03, Uint8Array.from([...header, ...data]), { checksum: sum ?? checksum(data) });
    expect(reply[0]!.slice(-4)).toBe(status);
  });

  it('writes blocks and notices cells that do not take', () => {
    const { board, ask } = loader();
    const data = Uint8Array.of(1, 2, 3, 4);
    const block = (sequence: number) => Uint8Array.from([...words(4, sequence, 0, 0), ...data]);
    ask(0x02, words(8, 2, 4, 0x10000));
    expect(ask(0x03, block(0), { checksum: checksum(data) })).toEqual([ok('03')]);
    expect([...board.flash.subarray(0x10000, 0x10004)]).toEqual([1, 2, 3, 4]);
    board.flash.fill(0, 0x10004, 0x10008);
    expect(ask(0x03, block(1), { checksum: checksum(data) })[0]!.slice(-4)).toBe('0108');
  });

  it('takes any bytes without harm', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), (parts) => {
        const { board, ask } = loader();
        for (const part of parts) {
          board.receive(part.subarray(0, board.receiveRoom));
          board.run(1000);
        }
        // Whatever a stray frame began ends with two ENDs; a stray «leave the loader» is the host's own doing.
        board.receive(Uint8Array.of(0xc0, 0xc0));
        board.run(1000);
        if (board.run(1).kind === 'download') expect(ask(0x08, SYNC).length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });
});

describe('SLIP', () => {
  it('frames any bytes, through any chunks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.uint8Array(), (data, noise) => {
        const decoder = new SlipDecoder(1000);
        const line = [...noise.filter((byte) => byte !== 0xc0), ...slipFrame(data)];
        const frames = line.map((byte) => decoder.push(byte)).filter((frame) => frame !== undefined);
        expect(frames).toEqual([data]);
      }),
    );
  });
});
