/** What can be wrong with a board and its line, on purpose. */
export type VirtualFault = VirtualFaultKind & {
  /** Is told when the line has done so, once or more often. */
  onEffect?: () => void;
};

type VirtualFaultKind =
  /** The chip hears nothing. */
  | { kind: 'mute' }
  /** GPIO0 is not wired: it always boots from flash. */
  | { kind: 'gpio0-high' }
  /** Every so many bytes from the board a wrong one comes in between. */
  | { kind: 'noise'; everyBytes: number }
  /** Of the SLIP frames to the board, counted from 1 through all resets; of those of one command where that is given. */
  | { kind: 'drop-frame' | 'corrupt-frame' | 'duplicate-frame'; frame: number; command?: number }
  /** Uploaded code does not say that it has started. */
  | { kind: 'no-stub' }
  /** The adapter cannot do more. */
  | { kind: 'baud-limit'; baudRate: number }
  /** The cable is pulled when so many bytes have gone to the board. */
  | { kind: 'unplug'; afterBytes: number }
  | { kind: 'worn-sector'; address: number }
  | { kind: 'write-protected' }
  /** The flash has no more than this, whatever its identification says. */
  | { kind: 'small-flash'; sizeBytes: number };

/** How faults are written: `drop-frame:7`. */
const FAULTS: Readonly<Record<VirtualFault['kind'], (value: number) => VirtualFault>> = {
  mute: () => ({ kind: 'mute' }),
  'gpio0-high': () => ({ kind: 'gpio0-high' }),
  noise: (everyBytes) => ({ kind: 'noise', everyBytes }),
  'drop-frame': (frame) => ({ kind: 'drop-frame', frame }),
  'corrupt-frame': (frame) => ({ kind: 'corrupt-frame', frame }),
  'duplicate-frame': (frame) => ({ kind: 'duplicate-frame', frame }),
  'no-stub': () => ({ kind: 'no-stub' }),
  'baud-limit': (baudRate) => ({ kind: 'baud-limit', baudRate }),
  unplug: (afterBytes) => ({ kind: 'unplug', afterBytes }),
  'worn-sector': (address) => ({ kind: 'worn-sector', address }),
  'write-protected': () => ({ kind: 'write-protected' }),
  'small-flash': (sizeBytes) => ({ kind: 'small-flash', sizeBytes }),
};

const WITHOUT_NUMBER: readonly string[] = ['mute', 'gpio0-high', 'no-stub', 'write-protected'];

/** For messages: `mute`, `noise:N`, ... */
export const FAULT_NAMES = Object.keys(FAULTS).map((name) =>
  WITHOUT_NUMBER.includes(name) ? name : `${name}:N`,
);

/** Reads `NAME` or `NAME:NUMBER`; undefined where it is none. */
export function parseFault(text: string): VirtualFault | undefined {
  const [, name = '', number] = /^([\w-]+)(?::(0x[\da-f]+|\d+))?$/i.exec(text) ?? [];
  if (!Object.hasOwn(FAULTS, name)) return undefined;
  if ((number === undefined) !== WITHOUT_NUMBER.includes(name)) return undefined;
  return FAULTS[name as VirtualFault['kind']](Number(number ?? 0));
}

const END = 0xc0;
/** «OHAI» in a frame: what the stub begins with. */
const GREETING = [END, 0x4f, 0x48, 0x41, 0x49, END];
/** The byte that is spoiled: in the data of a block, or else the last one. */
const SPOILED = 24;
/** In a frame: behind its first byte and the direction. */
const COMMAND_AT = 2;

/** Does to the bytes of a line what its faults say. */
export class LineFaults {
  readonly #faults: readonly VirtualFault[];
  #frame: number[] | undefined;
  #frames = 0;
  readonly #framesOf = new Map<number, number>();
  #sentBytes = 0;
  #heardBytes = 0;
  #isSilent = false;

  constructor(faults: readonly VirtualFault[]) {
    this.#faults = faults;
  }

  /** The cable has been pulled. */
  get isUnplugged(): boolean {
    const pulled = this.#faults.find(
      (fault) => fault.kind === 'unplug' && this.#sentBytes >= fault.afterBytes,
    );
    pulled?.onEffect?.();
    return pulled !== undefined;
  }

  /** A reset ends the silence of a stub that did not start. */
  reset(): void {
    this.#isSilent = false;
    this.#frame = undefined;
  }

  /** To the board. */
  toBoard(bytes: Uint8Array): Uint8Array {
    this.#sentBytes += bytes.length;
    if (this.#isThere('mute')) return new Uint8Array(0);
    if (!this.#has('drop-frame') && !this.#has('corrupt-frame') && !this.#has('duplicate-frame'))
      return bytes;
    const out: number[] = [];
    for (const byte of bytes) this.#framed(byte, out);
    return Uint8Array.from(out);
  }

  /** From the board. */
  fromBoard(bytes: Uint8Array): Uint8Array {
    if (this.#isSilent) return new Uint8Array(0);
    if (includes(bytes, GREETING) && this.#isThere('no-stub')) {
      this.#isSilent = true;
      return new Uint8Array(0);
    }
    const noise = this.#faults.find((fault) => fault.kind === 'noise');
    if (noise === undefined) return bytes;
    const out: number[] = [];
    for (const byte of bytes) {
      out.push(byte);
      this.#heardBytes += 1;
      if (this.#heardBytes % noise.everyBytes === 0) {
        out.push((this.#heardBytes * 0x9d) & 0xff);
        noise.onEffect?.();
      }
    }
    return Uint8Array.from(out);
  }

  #isThere(kind: VirtualFault['kind']): boolean {
    const fault = this.#faults.find((one) => one.kind === kind);
    fault?.onEffect?.();
    return fault !== undefined;
  }

  #has(kind: VirtualFault['kind']): boolean {
    return this.#faults.some((fault) => fault.kind === kind);
  }

  /** Frames are passed on whole. */
  #framed(byte: number, out: number[]): void {
    if (this.#frame === undefined || this.#frame.length === 0) {
      if (byte === END) this.#frame = [byte];
      else out.push(byte);
      return;
    }
    if (byte === END && this.#frame.length === 1) return;
    this.#frame.push(byte);
    if (byte !== END) return;
    this.#frames += 1;
    out.push(...this.#faulty(this.#frame));
    this.#frame = undefined;
  }

  #faulty(frame: number[]): number[] {
    const command = frame[COMMAND_AT]!;
    const ofCommand = (this.#framesOf.get(command) ?? 0) + 1;
    this.#framesOf.set(command, ofCommand);
    const here = (kind: VirtualFault['kind']) => {
      const fault = this.#faults.find(
        (one) =>
          one.kind === kind &&
          'frame' in one &&
          (one.command === undefined
            ? one.frame === this.#frames
            : one.command === command && one.frame === ofCommand),
      );
      fault?.onEffect?.();
      return fault !== undefined;
    };
    if (here('drop-frame')) return [];
    if (here('duplicate-frame')) return [...frame, ...frame];
    if (!here('corrupt-frame')) return frame;
    const at = Math.min(SPOILED, frame.length - 2);
    // No byte of the framing comes of it.
    return frame.map((byte, index) => (index !== at ? byte : byte === 0x11 ? 0x12 : 0x11));
  }
}

function includes(bytes: Uint8Array, wanted: readonly number[]): boolean {
  return Buffer.from(bytes).includes(Buffer.from(wanted));
}
