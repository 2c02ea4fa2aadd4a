import { SlipDecoder, slipFrame } from './slip.ts';

/** What the loader acts on. */
export interface LoaderTarget {
  /** A word of memory or a register; undefined where there is nothing. */
  read(address: number): number | undefined;
  write(address: number, value: number): void;
  /** Blocks the next command until so many microseconds have passed. */
  delay(microseconds: number): void;
  /** Erases as the ROM does; false where it refuses. */
  eraseArea(address: number, sizeBytes: number): boolean;
  /** Programs and reads back: what stands there then. */
  program(address: number, data: Uint8Array): Uint8Array | undefined;
  /** Leaves the loader for uploaded code. */
  start(entry: number): void;
  /** Leaves the loader for the program in flash. */
  boot(): void;
}

/** Commands (esptool's documentation, «Serial protocol»). */
const COMMAND = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  writeRegister: 0x09,
  readRegister: 0x0a,
  setFlashParameters: 0x0b,
} as const;

/** Status bytes of a reply: whether it failed, and why. */
const OK = [0, 0] as const;
const failed = (reason: number) => [1, reason] as const;
const INVALID = failed(0x05);
const NOT_DONE = failed(0x06);
const CHECKSUM = failed(0x07);
const READ_BACK = failed(0x08);
type Status = readonly [number, number];

const REQUEST_HEADER = 8;
/** Size, sequence number and two unused words stand before the data of a block. */
const BLOCK_HEADER = 16;
const LARGEST_BLOCK = 0x1800;
const CHECKSUM_SEED = 0xef;
const SYNC_REPLIES = 8;

/** A transfer that a «begin» has announced. */
interface Transfer {
  sizeBytes: number;
  blocks: number;
  blockBytes: number;
  address: number;
  sequence: number;
  writtenBytes: number;
}

/**
 * The boot ROM's serial loader at the level of its protocol, with its peculiarities (the boot ROM's disassembly in
 * github.com/trebisky/esp8266): replies carry the last value that a command set; one to a request that it does not
 * know carries the last command's number, eight times if that was SYNC; it knows nothing from 0x0c on.
 */
export class RomLoader {
  readonly #target: LoaderTarget;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #decoder = new SlipDecoder(REQUEST_HEADER + BLOCK_HEADER + LARGEST_BLOCK);
  /** It has heard a SYNC: the rate of the line is settled. */
  isSynchronized = false;
  #command = 0;
  #value = 0;
  #flash: Transfer | undefined;
  #memory: Transfer | undefined;

  constructor(target: LoaderTarget, send: (bytes: Uint8Array) => void) {
    this.#target = target;
    this.#send = send;
  }

  reset(): void {
    this.#decoder.reset();
    this.isSynchronized = false;
    this.#command = 0;
    this.#value = 0;
    this.#flash = undefined;
    this.#memory = undefined;
  }

  /** One byte of the line. */
  receive(byte: number): void {
    const request = this.#decoder.push(byte);
    if (request !== undefined) this.#answer(request);
  }

  #answer(request: Uint8Array): void {
    if (request.length < REQUEST_HEADER) return;
    const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
    const command = request[1]!;
    const data = request.subarray(REQUEST_HEADER, REQUEST_HEADER + view.getUint16(2, true));
    const isKnown =
      request[0] === 0 && command >= COMMAND.flashBegin && command <= COMMAND.setFlashParameters;
    if (!isKnown) {
      this.#reply(INVALID);
      return;
    }
    this.#command = command;
    const words = wordsOf(data);
    let after: (() => void) | undefined;
    const status = this.#carryOut(command, { data, words, checksum: request[4]! }, (then) => {
      after = then;
    });
    this.#reply(status);
    after?.();
  }

  #carryOut(command: number, request: Request, afterwards: (then: () => void) => void): Status {
    const { data, words } = request;
    switch (command) {
      case COMMAND.flashBegin:
        return this.#beginFlash(request);
      case COMMAND.flashData:
        return this.#block(this.#flash, request, (transfer, block) => this.#program(transfer, block));
      case COMMAND.flashEnd: {
        afterwards(() => {
          this.#target.boot();
        });
        return isWhole(this.#flash) ? OK : NOT_DONE;
      }
      case COMMAND.memBegin:
        this.#memory = transferOf(words);
        return data.length === 16 && this.#memory.blockBytes <= LARGEST_BLOCK ? OK : INVALID;
      case COMMAND.memData:
        return this.#block(this.#memory, request, (transfer, block) => this.#store(transfer, block));
      case COMMAND.memEnd: {
        if (data.length > 8) return INVALID;
        const entry = words[1] ?? 0;
        if (data[0] === 0) {
          afterwards(() => {
            this.#target.start(entry);
          });
        }
        return isWhole(this.#memory) ? OK : NOT_DONE;
      }
      case COMMAND.sync:
        this.#value = words[0] ?? 0;
        this.isSynchronized = true;
        return OK;
      case COMMAND.writeRegister:
        return this.#writeRegisters(words);
      case COMMAND.readRegister:
        this.#value = this.#target.read(words[0] ?? 0) ?? 0;
        return OK;
      default:
        // SPI_SET_PARAMS: the flash chip's description, which is known here.
        return data.length === 24 ? OK : INVALID;
    }
  }

  #beginFlash({ data, words }: Request): Status {
    const transfer = transferOf(words);
    this.#flash = transfer;
    if (data.length !== 16 || transfer.blockBytes > LARGEST_BLOCK) return INVALID;
    return this.#target.eraseArea(transfer.address, transfer.sizeBytes) ? OK : NOT_DONE;
  }

  #block(
    transfer: Transfer | undefined,
    { data, words, checksum }: Request,
    put: (transfer: Transfer, block: Uint8Array) => Status,
  ): Status {
    const [sizeBytes = 0, sequence = 0] = words;
    const block = data.subarray(BLOCK_HEADER, BLOCK_HEADER + sizeBytes);
    const fits =
      transfer !== undefined &&
      sequence === transfer.sequence &&
      sizeBytes % 4 === 0 &&
      sizeBytes <= transfer.blockBytes &&
      block.length === sizeBytes;
    if (!fits) return INVALID;
    if (checksumOf(block) !== checksum) return CHECKSUM;
    const status = put(transfer, block);
    if (status === OK) {
      transfer.sequence++;
      transfer.writtenBytes += sizeBytes;
    }
    return status;
  }

  #program({ address, writtenBytes }: Transfer, block: Uint8Array): Status {
    const there = this.#target.program(address + writtenBytes, block);
    if (there === undefined) return NOT_DONE;
    return checksumOf(there) === checksumOf(block) ? OK : READ_BACK;
  }

  #store({ address, writtenBytes }: Transfer, block: Uint8Array): Status {
    for (const [index, word] of wordsOf(block).entries()) {
      this.#target.write((address + writtenBytes + index * 4) >>> 0, word);
    }
    return OK;
  }

  /** Groups of address, value, mask and a delay in microseconds. */
  #writeRegisters(words: readonly number[]): Status {
    for (let at = 0; at + 4 <= words.length; at += 4) {
      const [address, value, mask, delayUs] = words.slice(at, at + 4) as [number, number, number, number];
      const before = mask === 0xffffffff ? 0 : (this.#target.read(address) ?? 0);
      this.#target.write(address, (before & ~mask) | (value & mask));
      this.#target.delay(delayUs & 0xffff);
    }
    return OK;
  }

  #reply(status: Status): void {
    const reply = new Uint8Array(10);
    const view = new DataView(reply.buffer);
    reply[0] = 1;
    reply[1] = this.#command;
    view.setUint16(2, 2, true);
    view.setUint32(4, this.#value >>> 0, true);
    reply.set(status, 8);
    const times = this.#command === COMMAND.sync ? SYNC_REPLIES : 1;
    for (let time = 0; time < times; time++) this.#send(slipFrame(reply));
  }
}

interface Request {
  data: Uint8Array;
  words: readonly number[];
  checksum: number;
}

function transferOf([sizeBytes = 0, blocks = 0, blockBytes = 0, address = 0]: readonly number[]): Transfer {
  return { sizeBytes, blocks, blockBytes, address, sequence: 0, writtenBytes: 0 };
}

function isWhole(transfer: Transfer | undefined): boolean {
  return (
    transfer !== undefined &&
    transfer.sequence === transfer.blocks &&
    transfer.writtenBytes >= transfer.sizeBytes
  );
}

function checksumOf(data: Uint8Array): number {
  return data.reduce((sum, byte) => sum ^ byte, CHECKSUM_SEED);
}

function wordsOf(data: Uint8Array): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length >>> 2 }, (_, index) => view.getUint32(index * 4, true));
}
