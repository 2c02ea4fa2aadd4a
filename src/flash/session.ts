import { EspawsError, isEspawsError } from '../errors.ts';
import type { ChipFacts, Clock, ConnectOptions, FlashFacts, FlashLoader, OpenLoader, Port } from '../host.ts';

/** The board that is talked to, and how. */
export interface BoardAccess {
  /** Opens its port. Throws what `SerialPorts.open` throws. */
  openPort: (baudRate: number, signal: AbortSignal) => Promise<Port>;
  openLoader: OpenLoader;
  clock: Clock;
  signal: AbortSignal;
  before: ConnectOptions['before'];
  /** False: the boot ROM's loader does all. */
  useStub: boolean;
  /** Fastest rate to be tried. */
  baudRate: number;
  /** One thing worth a line. */
  note: (text: string) => void;
}

export interface Session {
  loader: FlashLoader;
  chip: ChipFacts;
  flash: FlashFacts;
  /** What each step took, in milliseconds. */
  timing: { connectMs: number; stubMs: number };
}

/** Rates for the stub, fastest first: what a slower line or adapter falls back to. */
const LADDER = [2_000_000, 921_600, 460_800, 115_200];
/** The boot ROM measures the rate by its own clock: above this its steps are too coarse. */
const FASTEST_ROM_RATE = 921_600;
const SAFE_RATE = 115_200;

/**
 * Connects to the board: reset, loader, stub, the fastest rate that works up to the one wanted. Throws `flash/no-sync`,
 * `flash/failed`, `flash/lost` and what opening a port throws; the port is closed then.
 */
export async function openSession(access: BoardAccess): Promise<Session> {
  let rates = access.useStub ? stubRates(access.baudRate) : [access.baudRate];
  let isCareful = false;
  for (;;) {
    const wanted = rates[0]!;
    const opened = await openAt(access, wanted, isCareful);
    if (opened !== 'stub-silent' && opened !== 'rate-silent') return opened;
    if (opened === 'stub-silent') isCareful = true;
    else {
      rates = rates.slice(1);
      access.note(`The line does not carry ${wanted} baud; trying ${rates[0]!}.`);
    }
  }
}

/** Fastest first, ending with one that every adapter can do. */
export function stubRates(baudRate: number): number[] {
  return [baudRate, ...LADDER.filter((rate) => rate < baudRate)];
}

/** `isCareful`: the stub did not start; the ROM is given time, at its usual rate. */
async function openAt(
  access: BoardAccess,
  wanted: number,
  isCareful: boolean,
): Promise<Session | 'stub-silent' | 'rate-silent'> {
  const { clock, signal, before, useStub } = access;
  const romRates = isCareful ? [SAFE_RATE] : romBaudRates(wanted);
  const startMs = clock.monotonicMs();
  const port = await openedPort(access, romRates);
  const loader = access.openLoader(port, signal);
  try {
    const chip = await loader.connect({ before, baudRates: romRates, signal });
    const connectedMs = clock.monotonicMs();
    if (useStub) {
      try {
        await loader.startStub();
      } catch (error) {
        if (isCareful || !isStubSilent(error) || before === 'no-reset') throw error;
        await loader.close();
        return 'stub-silent';
      }
      if (!(await loader.changeBaudRate(wanted))) {
        await loader.close();
        if (wanted <= SAFE_RATE) throw noRate(wanted);
        return 'rate-silent';
      }
    }
    const flash = await loader.flashFacts();
    const timing = {
      connectMs: Math.round(connectedMs - startMs),
      stubMs: Math.round(clock.monotonicMs() - connectedMs),
    };
    return { loader, chip, flash, timing };
  } catch (error) {
    await loader.close().catch(() => undefined);
    throw error;
  }
}

/** Of a hopeful rate the adapter may know nothing. */
async function openedPort(access: BoardAccess, rates: readonly number[]): Promise<Port> {
  for (const [index, rate] of rates.entries()) {
    try {
      return await access.openPort(rate, access.signal);
    } catch (error) {
      if (!isEspawsError(error, 'port/baud-rate') || index === rates.length - 1) throw error;
    }
  }
  throw noRate(access.baudRate);
}

function romBaudRates(wanted: number): number[] {
  return [...new Set([Math.min(wanted, FASTEST_ROM_RATE), Math.min(wanted, SAFE_RATE)])];
}

function isStubSilent(error: unknown): boolean {
  return isEspawsError(error, 'flash/failed') && error.details?.['reason'] === 'stub';
}

function noRate(baudRate: number): EspawsError {
  return new EspawsError(`The stub does not answer at ${baudRate} baud.`, {
    code: 'flash/failed',
    hint: 'Try another cable, or --no-stub.',
  });
}
