import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardAccess } from '../../src/flash/session.ts';
import type { FlashEvent, FlashReport, FlashRequest } from '../../src/flash/flash-request.ts';
import { flashBoard } from '../../src/flash/flash-board.ts';
import type { Port } from '../../src/port.ts';
import { EspawsError } from '../../src/errors.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { espLoaders } from '../../src/io/esp-loader/esp-loader.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { VirtualFault } from '../../src/io/virtual/faults.ts';
import { RunningBoard } from '../../src/io/virtual/running-board.ts';

const FLASH_BYTES = 1 << 20;

/** A virtual board whose flash stays when its port is closed or pulled. */
export class VirtualChip {
  flash: Uint8Array = new Uint8Array(FLASH_BYTES).fill(0xff);
  /** Faults of the next openings, one after the other; behind the last there are none, but for `lasting`. */
  faults: VirtualFault[][] = [];
  lasting: VirtualFault[] = [];
  opened = 0;
  /** Faults of the line that have shown: `0 unplug`, the first number that of the opening. */
  readonly effects = new Set<string>();
  readonly notes: string[] = [];
  readonly events: FlashEvent[] = [];
  readonly controller = new AbortController();
  readonly #cache: string;
  #last: Promise<void> = Promise.resolve();

  private constructor(cache: string) {
    this.#cache = cache;
  }

  static async make(): Promise<VirtualChip> {
    return new VirtualChip(await mkdtemp(join(tmpdir(), 'espaws-flash-')));
  }

  access(changes: Partial<BoardAccess> = {}): BoardAccess {
    return {
      openPort: (baudRate) => this.#open(baudRate),
      openLoader: espLoaders(nodeClock),
      clock: nodeClock,
      signal: this.controller.signal,
      before: 'default-reset',
      useStub: true,
      baudRate: 921_600,
      note: (text) => {
        this.notes.push(text);
      },
      ...changes,
    };
  }

  async write(
    regions: readonly { address: number; data: Uint8Array }[],
    changes: { request?: Partial<FlashRequest>; access?: Partial<BoardAccess> } = {},
  ): Promise<FlashReport> {
    try {
      return await flashBoard(
        {
          regions: regions.map((region) => ({ ...region, name: 'image' })),
          parameters: { size: 'keep' },
          ...{ onlyChanges: true, compress: true, eraseAll: false, after: 'hard-reset', dryRun: false },
          ...changes.request,
        },
        this.access(changes.access),
        { files: nodeFiles, environment: this.environment },
        (event) => {
          this.events.push(event);
        },
      );
    } finally {
      await this.#last;
    }
  }

  get environment() {
    return {
      variables: { ESPAWS_CACHE: this.#cache },
      homeDirectory: this.#cache,
      workingDirectory: this.#cache,
      processors: 1,
    };
  }

  /** Whether the flash is exactly that. */
  holds(regions: readonly { address: number; data: Uint8Array }[]): boolean {
    return regions.every(
      ({ address, data }) => Buffer.compare(this.flash.subarray(address, address + data.length), data) === 0,
    );
  }

  async #open(baudRate: number): Promise<Port> {
    await this.#last;
    const opening = this.opened++;
    const faults = [...this.lasting, ...(this.faults[opening] ?? [])].map((fault) => ({
      ...fault,
      onEffect: () => this.effects.add(`${opening} ${fault.kind}`),
    }));
    let closed: () => void = () => undefined;
    this.#last = new Promise((resolve) => {
      closed = resolve;
    });
    const limit = faults.find((fault) => fault.kind === 'baud-limit');
    if (limit !== undefined && baudRate > limit.baudRate) {
      closed();
      throw new EspawsError(`No ${baudRate} baud.`, { code: 'port/baud-rate' });
    }
    return new RunningBoard({
      ...{ name: 'virtual:', flash: this.flash, flashSizeBytes: FLASH_BYTES, seed: 1, baudRate, faults },
      ...{ timing: 'none', endsWhenHalted: false },
      onClose: (flash) => {
        this.flash = flash.slice();
        closed();
        return Promise.resolve();
      },
    });
  }
}

/** Bytes that look like code: half of them compress away. */
export function firmware(sizeBytes: number, seed = 1): Uint8Array {
  let state = seed >>> 0;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  const data = new Uint8Array(sizeBytes).map(() => next() & next());
  // No magic number of an image.
  if (sizeBytes > 0) data[0] = 0x5a;
  return data;
}
