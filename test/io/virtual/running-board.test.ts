import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { TYPICAL_TIME } from '../../../src/board/nor-flash.ts';
import { SlipDecoder, slipFrame } from '../../../src/board/slip.ts';
import type { RunningBoardOptions } from '../../../src/io/virtual/running-board-options.ts';
import { RunningBoard } from '../../../src/io/virtual/running-board.ts';
import { compileProgram, hasToolchain } from '../../support/board-image.ts';

const opened: RunningBoard[] = [];
afterEach(async () => {
  for (const board of opened.splice(0)) await board.close();
});

const REQUEST = 8;

function request(command: number, data: Uint8Array, checksum = 0): Uint8Array {
  return slipFrame(
    Uint8Array.from([0, command, data.length & 0xff, data.length >>> 8, checksum, 0, 0, 0, ...data]),
  );
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

const SYNC = request(0x08, Uint8Array.from([7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]));

/** A board, and the replies of its loader. The line is at the boot ROM's rate, so that its text can be read. */
class Bench {
  readonly board: RunningBoard;
  readonly #bytes: AsyncIterator<Uint8Array>;
  readonly #decoder = new SlipDecoder(0x10000);
  readonly #frames: Uint8Array[] = [];
  #text = '';

  constructor(options: Partial<RunningBoardOptions>) {
    this.board = new RunningBoard({
      ...{ name: 'virtual:', flash: new Uint8Array(0), flashSizeBytes: 0x100000, seed: 1 },
      ...{ timing: 'real', baudRate: 74_880, faults: [], endsWhenHalted: false },
      ...options,
      onClose: () => Promise.resolve(),
    });
    opened.push(this.board);
    this.#bytes = this.board.read()[Symbol.asyncIterator]();
  }

  async #hear(): Promise<void> {
    const next = await this.#bytes.next();
    if (next.done === true) throw new Error('The port ended.');
    for (const byte of next.value) {
      const frame = this.#decoder.push(byte);
      if (frame?.[0] === 1) this.#frames.push(frame);
    }
    this.#text += Buffer.from(next.value).toString('latin1');
  }

  /** All up to there, and what came with it. */
  async said(text: string): Promise<string> {
    while (!this.#text.includes(text)) await this.#hear();
    const heard = this.#text;
    this.#text = '';
    return heard;
  }

  async hold(): Promise<void> {
    await this.board.setSignals({ dtr: false, rts: true });
  }

  async toLoader(): Promise<void> {
    await this.hold();
    await this.board.setSignals({ dtr: true, rts: false });
    await this.said('boot mode:(1,');
  }

  /** Its reply, and what that took in milliseconds. */
  async ask(command: number, data: Uint8Array, checksum = 0): Promise<{ status: number[]; tookMs: number }> {
    const start = performance.now();
    await this.board.write(request(command, data, checksum));
    for (;;) {
      const reply = this.#frames.shift();
      if (reply?.[1] === command) {
        return { status: [...reply.slice(REQUEST)], tookMs: performance.now() - start };
      }
      if (reply === undefined) await this.#hear();
    }
  }

  /** How often the loader answers SYNC before it answers what is asked behind it. */
  async syncReplies(): Promise<number> {
    await this.board.write(SYNC);
    await this.board.write(request(0x0a, words(0x40001000)));
    for (;;) {
      const syncs = this.#frames.findIndex((frame) => frame[1] === 0x0a);
      if (syncs >= 0) return this.#frames.splice(0, syncs + 1).length - 1;
      await this.#hear();
    }
  }
}

/** Interrupts off, and no look at the UART. */
const DEAF = 'void start(void) { __asm__ volatile("rsil a2, 15"); SAY("deaf\\r\\n"); for (;;) ; }';
const ASLEEP = 'void start(void) { SAY("asleep\\r\\n"); for (;;) __asm__ volatile("waiti 15"); }';
const HALTED = 'ets_main.c';

const states: [string, string | undefined, string][] = [
  ['halted', undefined, HALTED],
  ['held in reset', undefined, HALTED],
  ...(hasToolchain
    ? ([
        ['deaf', DEAF, 'deaf'],
        ['asleep', ASLEEP, 'asleep'],
      ] satisfies [string, string, string][])
    : []),
];

describe.each(['real', 'none'] as const)('a board that does not listen, timing %s', (timing) => {
  it.each(states)('loses what comes: %s', async (state, source, text) => {
    const flash = source === undefined ? new Uint8Array(0) : compileProgram(source).flash;
    const bench = new Bench({ timing, flash });
    await bench.said(text);
    if (state === 'held in reset') await bench.hold();
    // More than its FIFO takes.
    for (let count = 0; count < 6; count += 1) await bench.board.write(SYNC);
    const lineMs = (6 * SYNC.length * 10_000) / 74_880;
    for (const end = performance.now() + 2 * lineMs; performance.now() < end;) await turn();
    await bench.toLoader();
    await bench.board.setBaudRate(921_600);
    expect(await bench.syncReplies()).toBe(8);
  });
});

describe('a board in real time', () => {
  it('takes bytes no faster than the line carries them', async () => {
    const bench = new Bench({});
    await bench.toLoader();
    await bench.board.setBaudRate(460_800);
    await bench.ask(0x08, SYNC.subarray(9, 45));
    const block = new Uint8Array(0x1800).fill(0x11);
    await bench.ask(0x05, words(block.length, 1, 0x1800, 0x3ffe8000));
    const data = Uint8Array.from([...words(block.length, 0, 0, 0), ...block]);
    const { tookMs, status } = await bench.ask(0x07, data, 0xef);
    expect(status).toEqual([0, 0]);
    expect(tookMs).toBeGreaterThan((block.length * 10_000) / 460_800);
  });

  it('takes the time of the flash to erase', async () => {
    const bench = new Bench({});
    await bench.toLoader();
    await bench.ask(0x08, SYNC.subarray(9, 45));
    // By the ROM's bug one sector becomes two.
    const { tookMs, status } = await bench.ask(0x02, words(0x1000, 1, 0x400, 0));
    expect(status).toEqual([0, 0]);
    expect(tookMs).toBeGreaterThan((2 * TYPICAL_TIME.eraseSectorUs) / 1000);
  });

  it.skipIf(!hasToolchain)('lets a program wait for its line', async () => {
    const { flash } = compileProgram(`
      static u32 cycles(void) { u32 count; __asm__ volatile("rsr %0, ccount" : "=a"(count)); return count; }
      void start(void) {
        REG(0x60000014) = 52000000 / 115200;
        u32 begun = cycles();
        for (int line = 0; line < 100; line++) SAY("%d some line of a log\\r\\n", line);
        SAY("printed for %d ms\\r\\n", (cycles() - begun) / 52000);
        for (;;) SLEEP();
      }`);
    const bench = new Bench({ flash, baudRate: 115_200 });
    const lineMs = (99 * 23 * 10_000) / 115_200;
    const [, tookMs] = /printed for (\d+)/.exec(await bench.said(' ms\r\n'))!;
    expect(Number(tookMs)).toBeGreaterThan(lineMs / 2);
  });
});
