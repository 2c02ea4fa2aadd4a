import { CONTROL } from './com-port.ts';

/** One step on the lines, and how long they then stay so, in milliseconds. */
interface LineStep {
  signals: { dtr?: boolean; rts?: boolean };
  holdMs: number;
}

export interface LineChange {
  steps: readonly LineStep[];
  /** A reset of the server's own, and what the chip then starts. */
  reset?: 'loader' | 'program';
}

/** As esptool's ClassicReset: EN low for 100 ms, then GPIO0 low for the 50 ms in which the boot ROM looks at it. */
const EN_LOW_MS = 100;
const GPIO0_LOW_MS = 50;

const RESET_TO_LOADER: readonly LineStep[] = [
  { signals: { dtr: false, rts: true }, holdMs: EN_LOW_MS },
  { signals: { dtr: true, rts: false }, holdMs: GPIO0_LOW_MS },
  { signals: { dtr: false, rts: false }, holdMs: 0 },
];
const RESET_TO_PROGRAM: readonly LineStep[] = [
  { signals: { dtr: false, rts: true }, holdMs: EN_LOW_MS },
  { signals: { rts: false }, holdMs: 0 },
];
const NOTHING: LineChange = { steps: [] };

/** What a client's SET-CONTROL for DTR or RTS does to the lines. */
export interface LineChanges {
  receive(control: number): LineChange;
}

/** A client of espaws sends DTR, then RTS, each time: both change with the second. */
export class PairedLineChanges implements LineChanges {
  #dtr = false;

  receive(control: number): LineChange {
    switch (control) {
      case CONTROL.dtrOn:
      case CONTROL.dtrOff:
        this.#dtr = control === CONTROL.dtrOn;
        return NOTHING;
      case CONTROL.rtsOn:
      case CONTROL.rtsOff:
        return { steps: [{ signals: { dtr: this.#dtr, rts: control === CONTROL.rtsOn }, holdMs: 0 }] };
      default:
        return NOTHING;
    }
  }
}

/**
 * Any other client moves one line at a time and waits for the network in between, so that EN rises before GPIO0 is
 * low. Its intention is carried out instead, as esptool's `esp_rfc2217_server.py` does: DTR on means «into the loader»,
 * and until DTR goes off the rest of the client's sequence is only acknowledged; RTS off means «restart» at any other
 * time.
 */
export class ReplayedResets implements LineChanges {
  #toLoader = false;

  receive(control: number): LineChange {
    if (control === CONTROL.dtrOff) {
      this.#toLoader = false;
      return { steps: [{ signals: { dtr: false }, holdMs: 0 }] };
    }
    if (this.#toLoader) return NOTHING;
    if (control === CONTROL.dtrOn) {
      this.#toLoader = true;
      return { steps: RESET_TO_LOADER, reset: 'loader' };
    }
    return control === CONTROL.rtsOff ? { steps: RESET_TO_PROGRAM, reset: 'program' } : NOTHING;
  }
}
