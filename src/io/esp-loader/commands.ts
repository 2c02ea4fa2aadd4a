import { ESPLoader, UnsupportedCommandError } from 'esptool-js';
import { EspawsError } from '../../errors.ts';
import { statusText } from './loader-status.ts';
import { FrameTimeout, type PortTransport } from './port-transport.ts';
import { ANSWER_MS } from './time-limits.ts';

/** Command numbers: «Serial Protocol» of esptool's documentation. */
export const OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  writeRegister: 0x09,
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
}

/** esptool-js's loader, silent, without its own reset and console. */
export function makeEsp(transport: PortTransport): ESPLoader {
  const quiet = () => undefined;
  return new ESPLoader({
    transport,
    baudrate: transport.baudrate,
    terminal: { clean: quiet, write: quiet, writeLine: quiet },
  });
}

/** Sends a command and gives its answer's data. Throws `flash/failed`, or what ended the line. */
export async function send(esp: ESPLoader, command: Command): Promise<Uint8Array> {
  const { what, op, data, checksum, timeoutMs = ANSWER_MS, answerBytes = 0 } = command;
  let answer: Uint8Array;
  try {
    answer = (await esp.command(op, data, checksum, true, timeoutMs))[1];
  } catch (error) {
    throw explained(error, what);
  }
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
