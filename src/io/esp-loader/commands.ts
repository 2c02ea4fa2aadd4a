import { ESPLoader, UnsupportedCommandError } from 'esptool-js';
import { EspawsError } from '../../errors.ts';
import { statusText } from './loader-status.ts';
import { FrameTimeout, type PortTransport } from './port-transport.ts';
import { ANSWER_MS, repeatMs } from './time-limits.ts';

/** Command numbers: «Serial Protocol» of esptool's documentation. */
export const OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  writeRegister: 0x09,
  readRegister: 0x0a,
  spiSetParameters: 0x0b,
  deflateBegin: 0x10,
  deflateData: 0x11,
  md5: 0x13,
  eraseChip: 0xd0,
  eraseRegion: 0xd1,
  read: 0xd2,
} as const;

export interface Command {
  /** For messages: `erase 0x01000`. */
  what: string;
  op: number;
  data?: Uint8Array;
  checksum?: number;
  timeoutMs?: number;
  /** Of the answer, before its status. */
  answerBytes?: number;
  /** To be done twice is the same as once: it is sent again where no answer comes. */
  isRepeatable?: true;
}

/** esptool-js's loader, silent, without its own reset and console. */
export function makeEsp(transport: PortTransport): ESPLoader {
  const quiet = () => undefined;
  return new PatientLoader({
    transport,
    baudrate: transport.baudrate,
    terminal: { clean: quiet, write: quiet, writeLine: quiet },
  });
}

class PatientLoader extends ESPLoader {
  /** Asks once more where no answer comes. */
  override async readReg(address: number, timeoutMs = ANSWER_MS): Promise<number> {
    if (timeoutMs < ANSWER_MS) return super.readReg(address, timeoutMs);
    try {
      return await super.readReg(address, repeatMs(timeoutMs, WORD_BYTES, this.transport.baudrate));
    } catch (error) {
      if (!(error instanceof FrameTimeout)) throw error;
    }
    const value = await super.readReg(address, timeoutMs);
    // Commands are answered in their order: behind this one no answer can be taken for that of another register.
    await this.sync();
    return value;
  }

  override async writeReg(address: number, value: number, mask = 0xffffffff, delayUs = 0): Promise<void> {
    const data = words(address, value, mask, delayUs);
    await send(this, { what: 'take a register', op: OP.writeRegister, data, isRepeatable: true });
  }
}

/** Sends a command and gives its answer's data. Throws `flash/failed`, or what ended the line. */
export async function send(esp: ESPLoader, command: Command): Promise<Uint8Array> {
  const { what, answerBytes = 0 } = command;
  let answer: Uint8Array;
  try {
    answer = command.isRepeatable ? await sendTwice(esp, command) : await sendOnce(esp, command);
  } catch (error) {
    throw explained(error, what);
  }
  return withoutStatus(answer, what, answerBytes);
}

/** An answer's data without the status behind it. Throws `flash/failed` where that is an error. */
export function withoutStatus(answer: Uint8Array, what: string, answerBytes = 0): Uint8Array {
  const hasData = answer.length >= answerBytes + STATUS_BYTES;
  const status = answer.subarray(hasData ? answerBytes : 0);
  // The ROM sends 1 and the code; the stub the code and 0.
  const code = status[0] === 1 ? status[1]! : status[0]!;
  if (code !== 0 || !hasData) {
    throw new EspawsError(`The loader refused to ${what}: ${statusText(code)}.`, {
      code: 'flash/failed',
      hint: HINTS[code] ?? 'Run it again; where it comes again, try a lower --baud or another cable.',
      details: { code },
    });
  }
  return answer.subarray(0, answerBytes);
}

async function sendOnce(
  esp: ESPLoader,
  { op, data, checksum, timeoutMs = ANSWER_MS }: Command,
): Promise<Uint8Array> {
  return (await esp.command(op, data, checksum, true, timeoutMs))[1];
}

/** The second time with all the time there is. */
async function sendTwice(esp: ESPLoader, command: Command): Promise<Uint8Array> {
  const { timeoutMs = ANSWER_MS, data } = command;
  const firstMs = repeatMs(timeoutMs, data?.length ?? 0, esp.transport.baudrate);
  try {
    return await sendOnce(esp, { ...command, timeoutMs: firstMs });
  } catch (error) {
    if (!(error instanceof FrameTimeout)) throw error;
  }
  const answer = await sendOnce(esp, command);
  // Commands are answered in their order: behind this one there are no answers to either.
  await esp.readReg(esp.CHIP_DETECT_MAGIC_REG_ADDR, timeoutMs);
  return answer;
}

/** The error of a call of esptool-js, as one of ours. */
export function explained(error: unknown, what: string): unknown {
  if (error instanceof EspawsError) return error;
  if (error instanceof FrameTimeout) {
    return failed(`The loader did not answer when asked to ${what}: ${error.message}.`, error);
  }
  if (error instanceof UnsupportedCommandError) {
    return failed(`The loader does not know how to ${what}.`, error);
  }
  return error instanceof Error && error.name === 'AbortError'
    ? error
    : failed(
        `The loader failed to ${what}: ${String(error instanceof Error ? error.message : error)}.`,
        error,
      );
}

/** Little-endian 32-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** Of a data packet: its head, and the XOR of its bytes. */
export function dataPacket(esp: ESPLoader, block: Uint8Array, sequence: number) {
  const data = new Uint8Array(16 + block.length);
  data.set(words(block.length, sequence, 0, 0));
  data.set(block, 16);
  return { data, checksum: esp.checksum(block) };
}

const STATUS_BYTES = 2;
const WORD_BYTES = 4;

const HINTS: Readonly<Record<number, string>> = {
  0x08: 'The flash is worn, write-protected or badly connected there.',
  0xc5: 'Lift the protection of the flash chip (its WP pin, its status register).',
};

function failed(message: string, cause: unknown): EspawsError {
  return new EspawsError(message, {
    code: 'flash/failed',
    hint: 'Run it again; where it comes again, try a lower --baud or another cable.',
    cause,
  });
}
