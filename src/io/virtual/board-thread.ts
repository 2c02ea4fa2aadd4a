import { parentPort, workerData } from 'node:worker_threads';
import type { SeparateBoardOptions } from './running-board-options.ts';
import { RunningBoard } from './running-board.ts';

/** What a thread is told. */
export type ToBoardThread =
  | { kind: 'switch-on'; options: SeparateBoardOptions }
  | { kind: 'write'; bytes: Uint8Array }
  | { kind: 'signals'; signals: { dtr?: boolean; rts?: boolean } }
  | { kind: 'baud-rate'; baudRate: number }
  | { kind: 'close' };

/** What it tells. */
export type FromBoardThread =
  | { kind: 'heard'; bytes: Uint8Array }
  /** The port has ended: the program has, or it was closed or pulled. `flash`: its contents then, where they changed. */
  | { kind: 'ended'; flash: Uint8Array | undefined };

// The thread of ThreadedBoard: one board at a time, each switched on when the one before has ended.
const port = parentPort!;
/** Executed since power-on, for who waits for nothing. */
const instructions = new Float64Array(workerData as SharedArrayBuffer);
let board: RunningBoard | undefined;

port.on('message', (message: ToBoardThread) => {
  switch (message.kind) {
    case 'switch-on':
      void run(message.options);
      return;
    case 'write':
      // One that has ended does not hear it: the other side knows that from `ended`.
      board?.write(message.bytes).catch(() => undefined);
      return;
    case 'signals':
      void board?.setSignals(message.signals);
      return;
    case 'baud-rate':
      // Those that the line does not carry are refused on the other side.
      board?.setBaudRate(message.baudRate).catch(() => undefined);
      return;
    case 'close':
      void board?.close();
      return;
  }
});

async function run(options: SeparateBoardOptions): Promise<void> {
  let changed: Uint8Array | undefined;
  const running = new RunningBoard({
    ...options,
    onClose: (flash, isChanged) => {
      if (isChanged) changed = flash;
      return Promise.resolve();
    },
  });
  board = running;
  for await (const bytes of running.read()) {
    instructions[0] = running.instructions;
    tell({ kind: 'heard', bytes });
  }
  await running.close();
  instructions[0] = running.instructions;
  tell({ kind: 'ended', flash: changed });
}

function tell(message: FromBoardThread): void {
  port.postMessage(message);
}
