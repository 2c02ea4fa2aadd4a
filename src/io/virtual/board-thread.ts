import { parentPort, workerData } from 'node:worker_threads';
import type { RunningBoard } from './running-board.ts';

import { freshBoard, type FreshBoardOptions } from './fresh-board.ts';

/** What a thread is told. */
export type ToBoardThread =
  | { kind: 'switch-on'; options: FreshBoardOptions }
  | { kind: 'write'; bytes: Uint8Array }
  | { kind: 'signals'; signals: { dtr?: boolean; rts?: boolean } }
  | { kind: 'close' };

/** What it tells. */
export type FromBoardThread =
  | { kind: 'heard'; bytes: Uint8Array }
  /** The port has ended: the program has, or it was closed. */
  | { kind: 'ended' };

// The thread of ThreadedBoard: one board at a time, each switched on when the one before has ended.
const port = parentPort!;
/** Executed since power-on, for who waits for nothing. */
const instructions = new Float64Array(workerData as SharedArrayBuffer);
let board: RunningBoard | undefined;

port.on('message', (message: ToBoardThread) => {
  switch (message.kind) {
    case 'switch-on':
      board = freshBoard(message.options);
      void follow(board);
      return;
    case 'write':
      // One that has ended does not hear it: the other side knows that from `ended`.
      board?.write(message.bytes).catch(() => undefined);
      return;
    case 'signals':
      void board?.setSignals(message.signals);
      return;
    case 'close':
      void board?.close();
      return;
  }
});

async function follow(running: RunningBoard): Promise<void> {
  for await (const bytes of running.read()) {
    instructions[0] = running.instructions;
    tell({ kind: 'heard', bytes });
  }
  await running.close();
  instructions[0] = running.instructions;
  tell({ kind: 'ended' });
}

function tell(message: FromBoardThread): void {
  port.postMessage(message);
}
