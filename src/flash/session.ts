import { EspawsError, isEspawsError } from '../errors.ts';
import type { Clock } from '../host.ts';
import type { ChipFacts, ConnectOptions, FlashFacts, FlashLoader, OpenLoader, Port } from '../port.ts';

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
  /** How long a port that went away is waited for, in milliseconds. */
  reopenMs?: number;
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

/** Rates, fastest first: what a slower line or adapter falls back to. */
const LADDER = [2_000_000, 921_600, 460_800, 115_200];
/** The boot ROM looks for bytes by itself: faster ones it may miss. */
const FASTEST_FOR_ROM = 921_600;
/** At which the boot ROM is asked: it measures the rate, the better the slower. */
const SAFE_RATE = 115_200;

/**
 * Connects to the board: reset, loader, stub, the fastest rate that works up to the one wanted. Throws `flash/no-sync`,
 * `flash/failed`, `flash/lost` and what opening a port throws; the port is closed then.
 */
export async function openSession(access: BoardAccess): Promise<Session> {
  let rates = slowerRates(access.useStub ? access.baudRate : Math.min(access.baudRate, FASTEST_FOR_ROM));
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
export function slowerRates(baudRate: number): number[] {
  return [baudRate, ...LADDER.filter((rate) => rate < baudRate)];
}

/** `isCareful`: the stub did not start; it is uploaded at the usual rate. */
async function openAt(
  access: BoardAccess,
  wanted: number,
  isCareful: boolean,
): Promise<Session | 'stub-silent' | 'rate-silent'> {
  const { clock, signal, before, useStub } = access;
  const startMs = clock.monotonicMs();
  const firstRate = Math.min(wanted, SAFE_RATE);
  const loader = access.openLoader(await access.openPort(firstRate, signal), signal);
  const leave = async <T>(because: T) => {
    await loader.close();
    return because;
  };
  try {
    const chip = await loader.connect({ before, baudRates: [firstRate], signal });
    const connectedMs = clock.monotonicMs();
    const romRate = Math.min(wanted, FASTEST_FOR_ROM);
    if (!loader.isStub && !isCareful && !(await changed(loader, romRate))) return await leave('rate-silent');
    if (useStub) {
      try {
        await loader.startStub();
      } catch (error) {
        if (isCareful || !isStubSilent(error) || before === 'no-reset') throw error;
        return await leave('stub-silent');
      }
      if (!(await changed(loader, wanted))) return await leave('rate-silent');
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

async function changed(loader: FlashLoader, baudRate: number): Promise<boolean> {
  if (await loader.changeBaudRate(baudRate)) return true;
  if (baudRate > SAFE_RATE) return false;
  throw new EspawsError(`The loader does not answer at ${baudRate} baud.`, {
    code: 'flash/failed',
    hint: 'Try another cable.',
  });
}

/** The stub was tried twice, the second time at the usual rate. */
export function isStubSilent(error: unknown): boolean {
  return isEspawsError(error, 'flash/failed') && error.details?.['reason'] === 'stub';
}
