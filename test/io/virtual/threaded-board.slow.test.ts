import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freshBoardOptions } from '../../../src/io/virtual/fresh-board.ts';
import type { RunningBoardOptions } from '../../../src/io/virtual/running-board-options.ts';
import type { ThreadedBoard } from '../../../src/io/virtual/threaded-board.ts';
import { compileProgram, hasToolchain } from '../../support/board-image.ts';

// A thread runs compiled sources.
const BUILT = pathToFileURL(join(import.meta.dirname, '../../../dist/io/virtual/threaded-board.js')).href;

const opened: ThreadedBoard[] = [];
afterEach(async () => {
  for (const board of opened.splice(0)) await board.close();
});

async function open(options: Partial<RunningBoardOptions>): Promise<ThreadedBoard> {
  const built = (await import(BUILT)) as { ThreadedBoard: typeof ThreadedBoard };
  const board = new built.ThreadedBoard({
    ...freshBoardOptions({ flash: new Uint8Array(0), flashSizeBytes: 0x100000, seed: 1 }),
    onClose: () => Promise.resolve(),
    ...options,
  });
  opened.push(board);
  return board;
}

describe.skipIf(!hasToolchain)('boards in threads of their own', () => {
  it('run at the same time as each other, and as the thread that opened them', async () => {
    const { flash } = compileProgram('void start(void) { for (;;) SAY("on and on\\n"); }');
    const [one, other] = [await open({ flash }), await open({ flash })];
    // This thread is busy here: nothing of its own runs, no message is taken.
    const endMs = performance.now() + 60_000;
    const goesOn = (board: ThreadedBoard) => {
      const before = board.instructions;
      while (board.instructions === before && performance.now() < endMs);
      return board.instructions - before;
    };
    const went = [goesOn(one), goesOn(other), goesOn(one), goesOn(other)];
    expect(went.every((instructions) => instructions > 0)).toBe(true);
  });

  it('end with their program, with all that it said and the count of what it executed', async () => {
    const { flash } = compileProgram('void start(void) { SAY("done\\n"); *(volatile int *) 0; }');
    const ends = async () => {
      const board = await open({ flash });
      let text = '';
      for await (const bytes of board.read()) text += Buffer.from(bytes).toString('latin1');
      return { said: text.includes('done'), instructions: board.instructions };
    };
    const first = await ends();
    expect(first.said).toBe(true);
    expect(first.instructions).toBeGreaterThan(0);
    // In the same thread, with nothing left of the one before.
    expect(await ends()).toEqual(first);
  });

  it('say what goes wrong in their thread', async () => {
    const board = await open({ flashSizeBytes: -1 });
    await expect(board.read().next()).rejects.toThrow(RangeError);
  });

  it('give back their flash when they are closed, changed or not', async () => {
    const closed: { bytes: number; isChanged: boolean }[] = [];
    const onClose = (flash: Uint8Array, isChanged: boolean) => {
      closed.push({ bytes: flash.length, isChanged });
      return Promise.resolve();
    };
    const { flash } = compileProgram('void start(void) { for (;;) SAY("on and on\\n"); }');
    const board = await open({ flash, endsWhenHalted: false, onClose });
    await board.read().next();
    await board.close();
    expect(closed).toEqual([{ bytes: flash.length, isChanged: false }]);
    await expect(board.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port/lost' });
  });

  it('say when a rate is none of their line, and when they are pulled', async () => {
    const { flash } = compileProgram('void start(void) { for (;;) SAY("on and on\\n"); }');
    const faults = [
      { kind: 'baud-limit', baudRate: 115_200 },
      { kind: 'unplug', afterBytes: 4 },
    ] as const;
    const board = await open({ flash, endsWhenHalted: false, baudRate: 74_880, faults });
    await expect(board.setBaudRate(921_600)).rejects.toMatchObject({ code: 'port/baud-rate' });
    await board.setBaudRate(115_200);
    await board.write(Uint8Array.of(1, 2, 3, 4, 5));
    for await (const bytes of board.read()) expect(bytes.length).toBeGreaterThan(0);
    await expect(board.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port/lost' });
  });
});
