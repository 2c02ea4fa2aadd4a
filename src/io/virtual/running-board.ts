import { VirtualBoard, type RunStatus } from '../../board/board.ts';
import type { VirtualPort } from '../../port.ts';
import { misread } from '../../link/misread.ts';
import { ByteQueue } from '../byte-queue.ts';
import { portLost } from '../port-lost.ts';
import { BoardInput } from './board-input.ts';
import { LineFaults } from './faults.ts';
import { Line } from './line.ts';
import { LockStep } from './lock-step.ts';
import { optimizeLater } from './optimize-later.ts';
import { Rest } from './rest.ts';
import { checkBaudRate, chipOptions, type RunningBoardOptions } from './running-board-options.ts';

/** Instructions in one slice: a few milliseconds of the host, so that sockets, timers and Ctrl-C are served between. */
const SLICE_INSTRUCTIONS = 1_000_000;

/** While bytes wait for room in the receive FIFO: about what a program needs to empty it. */
const FEEDING_INSTRUCTIONS = 10_000;

/** A stub that was silent for so many slices waits; then it runs a slice now and then. */
const QUIET_SLICES = 20;
const IDLE_PAUSE_MS = 5;

/** In real time the board goes on by so much, then looks at its line; with bytes on it, a few at the highest rates. */
const STEP_US = 500;
const FEEDING_STEP_US = 50;
/** A host that cannot keep up makes the board's clock go slower, instead of never letting go. */
const MOST_BEHIND_US = 20_000;

/** A full FIFO of 128 bytes at the usual 115200 baud. */
const MOST_UNSENT_US = 11_000;

/** Between EN going high and GPIO0 being sampled: EN's capacitor, and the ROM's own start. */
const STRAP_DELAY_MS = 5;

/**
 * A virtual ESP8266 as a serial port: what `/dev/ttyUSB0` is for a real one. It is switched on when it is opened, and
 * runs in slices between turns of the event loop.
 */
export class RunningBoard implements VirtualPort {
  readonly name: string;
  readonly hasSignals = true;
  readonly #options: RunningBoardOptions;
  readonly #board: VirtualBoard;
  readonly #faults: LineFaults;
  readonly #output = new ByteQueue();
  readonly #toBoard: BoardInput;
  readonly #fromBoard = new Line();
  readonly #lockStep: LockStep | undefined;
  readonly #loop: Promise<void>;
  #lines = { dtr: false, rts: false };
  #strap: NodeJS.Timeout | undefined;
  #baudRate: number | undefined;
  #ending: 'closed' | 'lost' | 'program' | undefined;
  readonly #rest = new Rest();
  #isHeld = false;
  #quietSlices = 0;
  /** Of the host's clock at which the board's began, in real time. */
  #startUs = 0;

  constructor(options: RunningBoardOptions) {
    this.name = options.name;
    this.#options = options;
    if (options.timing === 'real') optimizeLater();
    this.#baudRate = options.baudRate;
    this.#faults = new LineFaults(options.faults);
    this.#lockStep = options.lockStep === true ? new LockStep() : undefined;
    this.#board = new VirtualBoard({
      ...chipOptions(options),
      onUart: (bytes, baudRate) => {
        this.#transmitted(bytes, baudRate);
      },
    });
    this.#toBoard = new BoardInput(this.#board, { isPaced: options.timing === 'real' });
    this.#board.reset('power-on');
    this.#loop = this.#run();
  }

  get instructions(): number {
    return this.#lockStep?.instructions ?? this.#board.instructions;
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#ending !== undefined && this.#ending !== 'program') return Promise.reject(portLost(this.name));
    const sent = this.#faults.toBoard(bytes.slice());
    const isPaced = this.#options.timing === 'real';
    // By the board's clock, which may be behind the host's.
    const nowUs = isPaced ? this.#board.microseconds : 0;
    this.#lockStep?.answered();
    if (sent.length > 0) this.#toBoard.send(sent, nowUs, isPaced ? (this.#baudRate ?? 0) : 0);
    if (this.#faults.isUnplugged) this.#end('lost');
    this.#rest.end();
    return Promise.resolve();
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#output.read();
  }

  /** The usual two transistors: RTS alone holds EN low, DTR alone GPIO0; both together neither. */
  setSignals(signals: { dtr?: boolean; rts?: boolean }): Promise<void> {
    this.#lines = { ...this.#lines, ...signals };
    const { dtr, rts } = this.#lines;
    if (rts && !dtr) this.#hold();
    else if (this.#isHeld)
      this.#strap ??= setTimeout(() => {
        this.#release();
      }, STRAP_DELAY_MS);
    this.#rest.end();
    return Promise.resolve();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what throws is a promise that is rejected
  async setBaudRate(baudRate: number): Promise<void> {
    checkBaudRate(this.#options, baudRate, this.#baudRate);
    if (this.#baudRate !== undefined) this.#baudRate = baudRate;
  }

  async close(): Promise<void> {
    this.#end('closed');
    await this.#loop;
  }

  #hold(): void {
    clearTimeout(this.#strap);
    this.#strap = undefined;
    this.#isHeld = true;
    // A chip in reset sends nothing more.
    this.#fromBoard.clear();
    this.#board.hold();
  }

  #release(): void {
    this.#strap = undefined;
    this.#isHeld = false;
    this.#faults.reset();
    const { dtr, rts } = this.#lines;
    const isWired = !this.#options.faults.some(({ kind }) => kind === 'gpio0-high');
    this.#board.release({ gpio0Low: isWired && dtr && !rts });
    this.#rest.end();
  }

  #end(how: 'closed' | 'lost' | 'program'): void {
    this.#ending ??= how;
    clearTimeout(this.#strap);
    this.#rest.end();
  }

  #transmitted(bytes: Uint8Array, baudRate: number): void {
    this.#quietSlices = 0;
    this.#lockStep?.heard(bytes, this.#board.transmittedAt);
    const read = this.#baudRate ?? baudRate;
    const heard = misread(this.#faults.fromBoard(bytes), { sent: baudRate, read });
    if (heard.length === 0) return;
    if (this.#options.timing === 'real') this.#fromBoard.send(heard, this.#board.microseconds, read);
    else this.#output.push(heard);
  }

  async #run(): Promise<void> {
    if (this.#options.timing === 'real') await this.#runInRealTime();
    else await this.#runFreely();
    this.#output.end();
    await this.#options.onClose(this.#board.flash, this.#board.flashChanges > 0);
  }

  async #runFreely(): Promise<void> {
    while (this.#ending === undefined) {
      this.#toBoard.feed(0, this.#baudRate);
      const slice = this.#toBoard.isEmpty ? SLICE_INSTRUCTIONS : FEEDING_INSTRUCTIONS;
      const status = this.#board.run(slice);
      if (this.#lockStep?.isWaiting === true) await this.#untilAnswered();
      else await this.#after(status);
    }
  }

  async #untilAnswered(): Promise<void> {
    while (this.#lockStep?.isWaiting === true && this.#ending === undefined) await this.#pause(undefined);
  }

  async #after(status: RunStatus): Promise<void> {
    switch (status.kind) {
      case 'running':
        // A stub without work would keep a processor of the host busy.
        if (this.#board.isUploadedCode && this.#isQuiet()) await this.#pause(IDLE_PAUSE_MS);
        else await new Promise(setImmediate);
        return;
      case 'idle':
        await this.#sleep(status.wakeInCycles);
        return;
      case 'fault':
      case 'halted':
        // What it had to say is on the UART; the port ends, as one that was unplugged.
        if (this.#options.endsWhenHalted) this.#end('program');
        else await this.#doze();
        return;
      case 'held':
        await this.#doze();
        return;
      case 'download':
        await this.#sleep(undefined);
        return;
    }
  }

  /** Nothing to be heard, and nothing said since so many slices. */
  #isQuiet(): boolean {
    this.#quietSlices = this.#toBoard.isEmpty ? this.#quietSlices + 1 : 0;
    return this.#quietSlices > QUIET_SLICES;
  }

  /** Until a signal comes; nobody listens. */
  #doze(): Promise<boolean> {
    this.#toBoard.lose(0);
    return this.#pause(undefined);
  }

  /** Until bytes or a signal come, or the board's timer is due; only then its clock moves. */
  async #sleep(wakeInCycles: number | undefined): Promise<void> {
    if (this.#toBoard.isWelcome) {
      await new Promise(setImmediate);
      return;
    }
    // Bytes do not wake a program that has let its FIFO run full; a timer may.
    if (wakeInCycles === undefined) this.#toBoard.lose(0);
    const wakeMs = wakeInCycles === undefined ? undefined : (wakeInCycles / this.#board.cpuHz) * 1000;
    const timedOut = await this.#pause(wakeMs);
    if (timedOut && wakeMs !== undefined) this.#board.advance(wakeMs * 1000);
  }

  /** True where the time has passed, false where something else came. */
  #pause(durationMs: number | undefined): Promise<boolean> {
    return this.#ending === undefined ? this.#rest.take(durationMs) : Promise.resolve(false);
  }

  /** Board time by the host's clock, in real time. */
  get #nowUs(): number {
    return performance.now() * 1000 - this.#startUs;
  }

  /** From now on; what the host's clock did before is nothing to the board's. */
  #followHost(): void {
    this.#startUs = performance.now() * 1000 - this.#board.microseconds;
  }

  async #runInRealTime(): Promise<void> {
    this.#followHost();
    while (this.#ending === undefined) {
      const nowUs = this.#nowUs;
      if (nowUs - this.#board.microseconds > MOST_BEHIND_US) {
        this.#startUs += nowUs - this.#board.microseconds - MOST_BEHIND_US;
      }
      const status = this.#catchUp(this.#nowUs);
      for (;;) {
        const bytes = this.#fromBoard.take(this.#nowUs, Infinity);
        if (bytes === undefined) break;
        this.#output.push(bytes);
      }
      const rests = status !== undefined && status.kind !== 'running' && status.kind !== 'idle';
      if (rests && this.#toBoard.isEmpty && this.#fromBoard.isEmpty) {
        // Its clock stands still, too, until there is something to do.
        await this.#pause(undefined);
        this.#followHost();
      } else await this.#pause(1);
    }
  }

  /** Brings the board to `untilUs`, step by step, with what arrives meanwhile. */
  #catchUp(untilUs: number): RunStatus | undefined {
    let status: RunStatus | undefined;
    for (;;) {
      const nowUs = this.#board.microseconds;
      const leftUs = untilUs - nowUs;
      if (leftUs <= 0) return status;
      const unsentUs = this.#fromBoard.freeUs - nowUs;
      if (unsentUs > MOST_UNSENT_US) {
        // A program waits where its FIFO is full; the board's own is emptied at once.
        this.#board.advance(Math.min(leftUs, unsentUs - MOST_UNSENT_US) + 1);
        continue;
      }
      this.#toBoard.feed(nowUs, this.#baudRate);
      const stepUs = Math.min(leftUs, this.#toBoard.isEmpty ? STEP_US : FEEDING_STEP_US);
      const cycles = Math.ceil((stepUs * this.#board.cpuHz) / 1e6);
      status = this.#board.run(Math.min(cycles, SLICE_INSTRUCTIONS));
      if (status.kind === 'running') continue;
      if (status.kind !== 'idle' && status.kind !== 'download') this.#toBoard.lose(nowUs);
      const wakeUs =
        status.kind === 'idle' && status.wakeInCycles !== undefined
          ? (status.wakeInCycles * 1e6) / this.#board.cpuHz
          : Infinity;
      this.#board.advance(Math.max(1, Math.min(nowUs + stepUs - this.#board.microseconds, wakeUs)));
    }
  }
}
