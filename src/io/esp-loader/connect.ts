import type { ESPLoader } from 'esptool-js';
import { EspawsError, isEspawsError } from '../../errors.ts';
import type { Clock } from '../../host.ts';
import type { ChipFacts, ConnectOptions, Port } from '../../port.ts';
import { BOOT_TEXT_BAUD_RATE, whyNoSync } from './boot-text.ts';
import { explained } from './commands.ts';
import type { PortTransport } from './port-transport.ts';
import { RESETS, resetToLoader } from './reset-lines.ts';

export interface Line {
  port: Port;
  clock: Clock;
  transport: PortTransport;
  esp: ESPLoader;
}

/** esptool tries as often. */
const ATTEMPTS = 7;
const SYNCS_PER_ATTEMPT = 5;
/** At a rate that is only hoped for. */
const SYNCS_OF_A_HOPE = 3;
/** A stub that was left running is at the rate it was used at. */
const STUB_BAUD_RATES = [115_200, 921_600, 460_800, 2_000_000];
const BOOT_TEXT_MS = 150;
const SAME_ANSWER_ATTEMPTS = 5;

/** Finds the loader: the boot ROM's, or a stub that answers. Throws `flash/no-sync`, `port/baud-rate`. */
export async function synchronise(line: Line, options: ConnectOptions): Promise<'rom' | 'stub'> {
  const resets = options.before === 'default-reset' && line.port.hasSignals;
  line.transport.forget();
  const rates = resets ? options.baudRates : [...new Set([...options.baudRates, ...STUB_BAUD_RATES])];
  for (let attempt = 0; attempt < Math.max(ATTEMPTS, rates.length); attempt++) {
    options.signal.throwIfAborted();
    const isLastRate = attempt >= rates.length - 1;
    if (!(await canDo(line, rates[Math.min(attempt, rates.length - 1)]!, isLastRate))) continue;
    if (resets) await resetToLoader(line.port, line.clock, RESETS[attempt % RESETS.length]!, options.signal);
    const found = await who(line, isLastRate ? SYNCS_PER_ATTEMPT : SYNCS_OF_A_HOPE);
    if (found !== undefined) return found;
  }
  throw await noSync(line, resets, options.signal);
}

/** Reads the chip's registers. Throws `flash/failed`. */
export async function chipFacts({ esp }: Line): Promise<ChipFacts> {
  try {
    // Private in its types alone; `connect` of esptool-js asks for a command first that this ROM does not know.
    const ask = esp as unknown as { chipFromMagicValue(): Promise<typeof esp.chip> };
    esp.chip = await ask.chipFromMagicValue();
    // A damaged answer may be another chip's.
    if (!isEsp8266(esp)) esp.chip = await ask.chipFromMagicValue();
    if (!isEsp8266(esp)) {
      throw new EspawsError(`The chip is an ${esp.chip.CHIP_NAME}, not an ESP8266.`, {
        code: 'flash/failed',
        hint: 'Name the port of an ESP8266 with --port.',
      });
    }
    // The ESP8266 has no such registers; the types know no null, and the code tests for it alone.
    const registers = esp.chip as unknown as { SPI_MOSI_DLEN_OFFS: null; SPI_MISO_DLEN_OFFS: null };
    registers.SPI_MOSI_DLEN_OFFS = null;
    registers.SPI_MISO_DLEN_OFFS = null;
    const crystalMhz = await esp.chip.getCrystalFreq(esp);
    const name = await esp.chip.getChipDescription(esp);
    const mac = await twice(() => esp.chip.readMac(esp));
    const features = name === 'ESP8285' ? ['WiFi', 'Embedded Flash'] : ['WiFi'];
    return { name, mac, crystalMhz, features };
  } catch (error) {
    throw explained(error, 'say what chip it is');
  }
}

function isEsp8266({ chip }: ESPLoader): boolean {
  return chip.CHIP_NAME === 'ESP8266';
}

/** The same answer two times in a row: answers have no checksum, and a damaged one looks like any other. */
export async function twice<T>(read: () => Promise<T>): Promise<T> {
  let last = await read();
  for (let attempt = 0; attempt < SAME_ANSWER_ATTEMPTS; attempt++) {
    const next = await read();
    if (next === last) return next;
    last = next;
  }
  throw new EspawsError('The chip’s answers differ from one time to the next: the line is noisy.', {
    code: 'flash/failed',
    hint: 'Try a lower --baud or another cable.',
  });
}

async function canDo({ transport }: Line, baudRate: number, isLastRate: boolean): Promise<boolean> {
  if (transport.baudrate === baudRate) return true;
  try {
    await transport.changeBaudrate(baudRate);
    return true;
  } catch (error) {
    if (isEspawsError(error, 'port/baud-rate') && !isLastRate) return false;
    throw error;
  }
}

async function who({ transport, esp }: Line, attempts: number): Promise<'rom' | 'stub' | undefined> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      const [value] = await esp.sync();
      // The boot ROM answers with a value, the stub with 0.
      return value === 0 ? 'stub' : 'rom';
    } catch {
      transport.throwIfLost();
    }
  }
  return undefined;
}

async function noSync(line: Line, resets: boolean, signal: AbortSignal): Promise<EspawsError> {
  const { transport, port } = line;
  const bytes = transport.heard;
  const bootText = resets ? await hearBoot(line, signal).catch(() => undefined) : undefined;
  transport.throwIfLost();
  if (!port.hasSignals && bytes.length === 0) {
    return new EspawsError(`The chip at "${port.name}" does not answer, and this port cannot reset it.`, {
      code: 'flash/no-sync',
      hint: 'Hold FLASH and press RESET on the board, then run it again.',
    });
  }
  const { because, hint } = whyNoSync({ bytes, bootText });
  return new EspawsError(`The chip at "${port.name}" does not answer: ${because}.`, {
    code: 'flash/no-sync',
    hint,
    details: { port: port.name, heardBytes: bytes.length },
  });
}

/** Listens to one more reset, at the rate at which the boot ROM prints. */
async function hearBoot({ port, clock, transport }: Line, signal: AbortSignal): Promise<Uint8Array> {
  await transport.changeBaudrate(BOOT_TEXT_BAUD_RATE);
  transport.forget();
  await resetToLoader(port, clock, RESETS[0]!, signal);
  await clock.sleep(BOOT_TEXT_MS, signal);
  return transport.heard;
}
