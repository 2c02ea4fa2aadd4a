import type { VirtualBoard } from '../../board/board.ts';
import { misread } from '../../link/misread.ts';
import { Line } from './line.ts';

/**
 * A program that leaves its FIFO full for so long does not read it: instructions, or microseconds of a board that
 * sleeps most of the time. The flash may keep the boot ROM's functions busy for longer than it takes to overflow.
 */
const DEAF_INSTRUCTIONS = 200e6;
const DEAF_US = 60e6;

/**
 * The line to a board's UART. Bytes wait while its FIFO has no room, for the board is slower than the host here and
 * there; but not for a program that takes none: those are lost, as on the chip.
 */
export class BoardInput {
  readonly #board: VirtualBoard;
  readonly #isPaced: boolean;
  readonly #line = new Line();
  #fullSince: { instructions: number; us: number } | undefined;

  /** `isPaced`: bytes take their time on the line. */
  constructor(board: VirtualBoard, { isPaced }: { isPaced: boolean }) {
    this.#board = board;
    this.#isPaced = isPaced;
  }

  get isEmpty(): boolean {
    return this.#line.isEmpty;
  }

  /** See `Line.send`. */
  send(bytes: Uint8Array, nowUs: number, baudRate: number): void {
    this.#line.send(bytes, nowUs, baudRate);
  }

  /**
   * Gives the UART what has arrived and its FIFO has room for; `baudRate` is the host's, undefined: the right one.
   * Without a pace what was written apart does not come together: a flasher stub that is sent a command right behind
   * an acknowledgement, both at once, takes neither.
   */
  feed(nowUs: number, baudRate: number | undefined): void {
    const board = this.#board;
    for (;;) {
      const bytes = this.#line.take(nowUs, Math.max(0, board.receiveRoom));
      if (bytes === undefined) break;
      if (baudRate !== undefined) board.lineBaudRate = baudRate;
      const read = board.baudRate;
      board.receive(misread(bytes, { sent: baudRate ?? read, read }));
      if (!this.#isPaced) break;
    }
    if (this.#isDeaf()) this.lose(nowUs);
  }

  /** Nobody empties the FIFO: what has come is lost. */
  lose(nowUs: number): void {
    while (this.#line.take(nowUs, Infinity) !== undefined);
  }

  /** Bytes wait for which there is room. */
  get isWelcome(): boolean {
    return !this.isEmpty && this.#board.receiveRoom > 0;
  }

  #isDeaf(): boolean {
    const { instructions, microseconds: us, receiveRoom } = this.#board;
    if (this.isEmpty || receiveRoom > 0) this.#fullSince = undefined;
    else this.#fullSince ??= { instructions, us };
    const since = this.#fullSince;
    if (since === undefined) return false;
    return instructions - since.instructions > DEAF_INSTRUCTIONS || us - since.us > DEAF_US;
  }
}
