import { Demux } from '../../link/demux.ts';
import { HOST_CREDIT } from '../../link/message.ts';

/**
 * Follows the requests that a board makes over the serial link (docs/serial-link.md): each gets one answer, which the
 * host hands over in one piece. From a request until its answer the board is not to run.
 */
export class LockStep {
  readonly #demux = new Demux(HOST_CREDIT);
  #unanswered = 0;
  #instructions = 0;

  /** Until the board's last byte. */
  get instructions(): number {
    return this.#instructions;
  }

  /** A request has no answer yet. */
  get isWaiting(): boolean {
    return this.#unanswered > 0;
  }

  /** Bytes of the board's UART, the last of which was sent after so many instructions. */
  heard(bytes: Uint8Array, instructions: number): void {
    this.#instructions = instructions;
    for (const { kind } of this.#demux.push(bytes)) if (kind === 'frame') this.#unanswered += 1;
  }

  /** The host has written an answer. */
  answered(): void {
    this.#unanswered = Math.max(0, this.#unanswered - 1);
  }
}
