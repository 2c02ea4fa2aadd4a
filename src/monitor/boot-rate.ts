import type { Clock } from '../host.ts';
import { misread } from '../link/misread.ts';
import type { Port } from '../port.ts';
import { garbageIn } from './garbage.ts';

/**
 * The last that a reader wants of the boot ROM. What follows, which segments it loads, takes it 15 ms and more: the
 * time in which the rate is changed. Mode 1 is the ROM's serial loader, which goes on at the ROM's rate.
 */
const START_KNOWN = /boot mode:\([^1],\d\)/;
/** A port that takes longer, in milliseconds, may lose the program's first lines. */
const LATE_MS = 15;
/** So much of the ROM's text may follow its banner, in bytes of any rate in use. */
const REST_BYTES = 2048;
/** Lines of the boot ROM behind its banner, where they were received at its own rate. */
const ROM_LINE = /^(?:load 0x|tail \d|ch?k?sum 0x|ho \d|\s*$)/;
/** A reset is over in less, in milliseconds, and with it what came before it. */
const RESET_MS = 500;
/** So many odd bytes among the newest ones are another rate: the program's, or a crystal of 40 MHz. */
const WINDOW_BYTES = 24;
const MAX_ODD_BYTES = 8;
const KEPT_CHARACTERS = 256;
const NEWLINE = 0x0a;

export interface BootRateOptions {
  port: Port;
  clock: Clock;
  /** In baud, of the boot ROM: 74880 with the usual crystal of 26 MHz. */
  romRate: number;
  programRate: number;
  /** The port took so many milliseconds to change its rate that the program may have spoken before. */
  onLate: (tookMs: number) => void;
}

/**
 * Reads a board that is being reset at the boot ROM's rate, and at the program's from when the ROM has said why it
 * starts and from where. The rest of the ROM's text is misread then, and left out: it is what the change of rate may
 * take its time from, so that the program's first lines are not lost.
 */
export class BootRate {
  readonly #options: BootRateOptions;
  readonly #endings: readonly Buffer[];
  #state: 'program' | 'rom' | 'rest' = 'program';
  #recent = '';
  #sinceMs = 0;
  /** Of the rest: what has come of its line, and how many bytes it had so far. */
  #line: Buffer = Buffer.alloc(0);
  #restBytes = 0;

  constructor(options: BootRateOptions) {
    this.#options = options;
    this.#endings = misreadEndings(options);
  }

  /** To be called while the chip is held in reset, or when the port was opened at the ROM's rate. */
  async expectRom(): Promise<void> {
    const { port, clock, romRate } = this.#options;
    if (!this.isNeeded) return;
    await port.setBaudRate(romRate);
    this.#recent = '';
    this.#sinceMs = clock.monotonicMs();
    this.#state = 'rom';
  }

  /** False where the rates are the same, or nothing tells the far end of the line its rate. */
  get isNeeded(): boolean {
    const { port, romRate, programRate } = this.#options;
    return port.hasBaudRate !== false && romRate !== programRate;
  }

  /** Takes what the board sent, in order; returns what of it is to be read. */
  async receive(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#state === 'program') return bytes;
    if (this.#state === 'rest') return this.#withoutRest(bytes);
    const text = this.#recent + Buffer.from(bytes).toString('latin1');
    this.#recent = text.slice(-KEPT_CHARACTERS);
    const isStart = START_KNOWN.test(text);
    if (!isStart && !this.#isAnotherRate(text)) return bytes;
    await this.#leaveRom();
    // The end of the banner's line may be misread already.
    return isStart && text.endsWith(')') ? Buffer.concat([bytes, Buffer.of(NEWLINE)]) : bytes;
  }

  /** What is kept of a line without an end, when the board has paused. */
  flush(): Uint8Array {
    const line = this.#line;
    this.#line = Buffer.alloc(0);
    return this.#readable(line);
  }

  #isAnotherRate(text: string): boolean {
    if (this.#options.clock.monotonicMs() - this.#sinceMs < RESET_MS) return false;
    return oddBytes(text.slice(-WINDOW_BYTES)) > MAX_ODD_BYTES;
  }

  async #leaveRom(): Promise<void> {
    const { port, clock, programRate, onLate } = this.#options;
    this.#state = 'rest';
    this.#restBytes = 0;
    const before = clock.monotonicMs();
    await port.setBaudRate(programRate);
    const tookMs = clock.monotonicMs() - before;
    if (tookMs > LATE_MS) onLate(tookMs);
  }

  #withoutRest(bytes: Uint8Array): Uint8Array {
    this.#restBytes += bytes.length;
    let waiting = Buffer.concat([this.#line, bytes]);
    this.#line = Buffer.alloc(0);
    const parts: Uint8Array[] = [];
    while (this.#state === 'rest') {
      const end = waiting.indexOf(NEWLINE);
      if (end < 0) break;
      parts.push(this.#readable(waiting.subarray(0, end + 1)));
      waiting = waiting.subarray(end + 1);
    }
    // So much is not the ROM's any more, whatever it is.
    if (this.#restBytes > REST_BYTES) this.#state = 'program';
    if (this.#state === 'rest') this.#line = waiting;
    else parts.push(waiting);
    return Buffer.concat(parts);
  }

  /** A line, or the part of it that is no misread text of the ROM. */
  #readable(line: Buffer): Uint8Array {
    const text = line.subarray(this.#garbageEnd(line));
    const isProgram = !ROM_LINE.test(text.toString('latin1')) && garbageIn(text.toString()) === 0;
    if (isProgram && text.length > 0) this.#state = 'program';
    return isProgram || text.length === line.length ? text : new Uint8Array();
  }

  /** Where, in a line, the ROM's misread text ends: 0 where there is none, or where nothing shows its end. */
  #garbageEnd(line: Buffer): number {
    const ends = this.#endings.map((ending) => {
      const at = line.lastIndexOf(ending);
      return at < 0 ? 0 : at + ending.length;
    });
    const end = Math.max(...ends);
    return end > 0 || garbageIn(line.toString()) === 0 ? end : line.length;
  }
}

const ENDING_BYTES = 3;

/** The last bytes of the ROM's last line, as they are received at the program's rate: some look like letters. */
function misreadEndings({ romRate, programRate }: BootRateOptions): Buffer[] {
  const endings = new Set<string>();
  for (let sum = 0; sum < 0x100; sum += 1) {
    const hex = sum.toString(16).padStart(2, '0');
    const text = `chksum 0x${hex}\r\ncsum 0x${hex}\r\n`;
    // From several places on: where a receiver finds the first start bit decides where it finds the others.
    for (const start of [0, 9 + (sum % 6)]) {
      const heard = misread(Buffer.from(text.slice(start)), { sent: romRate, read: programRate });
      endings.add(Buffer.from(heard.slice(-ENDING_BYTES)).toString('latin1'));
    }
  }
  return [...endings].map((text) => Buffer.from(text, 'latin1')).filter((ending) => ending.some(isOdd));
}

function oddBytes(text: string): number {
  return Buffer.from(text, 'latin1').filter(isOdd).length;
}

/** Neither printable ASCII nor what stands between lines, or begins a colour. */
function isOdd(byte: number): boolean {
  return byte >= 0x7f || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x1b);
}
