import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { getStubJsonByChipName } from 'esptool-js';
import { describe, expect, it } from 'vitest';
import { VirtualBoard, type BoardOptions } from '../../src/board/board.ts';
import { TYPICAL_TIME } from '../../src/board/nor-flash.ts';
import { SlipDecoder, slipFrame } from '../../src/board/slip.ts';

/** Commands of the serial protocol (esptool's documentation); from FLASH_DEFL_BEGIN on only a stub knows them. */
const COMMAND = {
  flashBegin: 0x02,
  flashData: 0x03,
  memBegin: 0x05,
  memEnd: 0x06,
  memData: 0x07,
  sync: 0x08,
  readRegister: 0x0a,
  changeBaudRate: 0x0f,
  deflateBegin: 0x10,
  deflateData: 0x11,
  flashMd5: 0x13,
  eraseFlash: 0xd0,
  eraseRegion: 0xd1,
  readFlash: 0xd2,
} as const;

const RAM_BLOCK = 0x1800;
const FLASH_BLOCK = 0x4000;
const SECTOR = 0x1000;
/** More than any one command needs. */
const PATIENCE_INSTRUCTIONS = 400_000_000;

/** A host that knows as much of the protocol as is needed, at a board in its loader. */
class TinyHost {
  readonly board: VirtualBoard;
  readonly #frames: Uint8Array[] = [];
  readonly #decoder = new SlipDecoder(0x10000);
  /** Of the last bytes from the board. */
  heardBaudRate = 0;

  constructor(options: Partial<BoardOptions> = {}) {
    this.board = new VirtualBoard({
      flash: new Uint8Array(0),
      flashSizeBytes: 0x100000,
      ...options,
      onUart: (bytes, baudRate) => {
        this.heardBaudRate = baudRate;
        for (const byte of bytes) {
          const frame = this.#decoder.push(byte);
          if (frame !== undefined) this.#frames.push(frame);
        }
      },
    });
    this.board.hold();
    this.board.release({ gpio0Low: true });
    this.board.run(1);
    this.board.lineBaudRate = 115_200;
  }

  send(frame: Uint8Array): void {
    for (let rest = slipFrame(frame); rest.length > 0;) {
      const part = rest.subarray(0, this.board.receiveRoom);
      this.board.receive(part);
      this.board.run(1000);
      rest = rest.subarray(part.length);
    }
  }

  frame(): Uint8Array {
    const end = this.board.instructions + PATIENCE_INSTRUCTIONS;
    for (;;) {
      const frame = this.#frames.shift();
      if (frame !== undefined) return frame;
      const { kind } = this.board.run(10_000);
      // The loader answers, and is back in its waiting, within a run.
      if (kind !== 'running' && this.#frames.length === 0) throw new Error(`The board is ${kind}.`);
      if (this.board.instructions > end) throw new Error('The board does not answer.');
    }
  }

  /** Sends a command and gives the data of its reply; throws where the reply tells of an error. */
  ask(command: number, data: Uint8Array, checksum = 0): { value: number; data: Uint8Array } {
    const request = new Uint8Array(8 + data.length);
    const view = new DataView(request.buffer);
    request[1] = command;
    view.setUint16(2, data.length, true);
    view.setUint32(4, checksum, true);
    request.set(data, 8);
    this.send(request);
    let reply = this.frame();
    while (reply[1] !== command) reply = this.frame();
    const status = Buffer.from(reply.slice(-2)).toString('hex');
    if (status !== '0000') throw new Error(`Command ${command.toString(16)} was refused: ${status}`);
    return { value: new DataView(reply.buffer).getUint32(4, true), data: reply.slice(8, -2) };
  }

  block(command: number, sequence: number, data: Uint8Array): void {
    const sum = data.reduce((xor, byte) => xor ^ byte, 0xef);
    this.ask(command, Uint8Array.from([...words(data.length, sequence, 0, 0), ...data]), sum);
  }

  blocks(command: number, data: Uint8Array, size: number): void {
    for (let at = 0, sequence = 0; at < data.length; at += size, sequence++) {
      this.block(command, sequence, data.subarray(at, at + size));
    }
  }

  upload(address: number, data: Uint8Array): void {
    const blocks = Math.ceil(data.length / RAM_BLOCK);
    this.ask(COMMAND.memBegin, words(data.length, blocks, RAM_BLOCK, address));
    this.blocks(COMMAND.memData, data, RAM_BLOCK);
  }

  md5(address: number, sizeBytes: number): string {
    return Buffer.from(this.ask(COMMAND.flashMd5, words(address, sizeBytes, 0, 0)).data).toString('hex');
  }

  writeCompressed(address: number, data: Uint8Array): void {
    const compressed = deflateSync(data, { level: 9 });
    const blocks = Math.ceil(compressed.length / FLASH_BLOCK);
    this.ask(COMMAND.deflateBegin, words(data.length, blocks, FLASH_BLOCK, address));
    this.blocks(COMMAND.deflateData, compressed, FLASH_BLOCK);
    // Answered when the last block stands in flash.
    this.ask(COMMAND.readRegister, words(0x60000014));
  }

  writePlain(address: number, data: Uint8Array): void {
    const blocks = Math.ceil(data.length / FLASH_BLOCK);
    this.ask(COMMAND.flashBegin, words(data.length, blocks, FLASH_BLOCK, address));
    this.blocks(COMMAND.flashData, data, FLASH_BLOCK);
    this.ask(COMMAND.readRegister, words(0x60000014));
  }

  /** Each frame of data is acknowledged with the bytes so far; behind the data comes their MD5. */
  readFlash(address: number, sizeBytes: number): { data: Uint8Array; md5: string } {
    this.ask(COMMAND.readFlash, words(address, sizeBytes, SECTOR, 1));
    const parts: Uint8Array[] = [];
    for (let total = 0; total < sizeBytes;) {
      const part = this.frame();
      parts.push(part);
      total += part.length;
      this.send(words(total));
    }
    return { data: Buffer.concat(parts), md5: Buffer.from(this.frame()).toString('hex') };
  }
}

/** A host at a board on which esptool-js's stub runs. */
async function inStub(options: Partial<BoardOptions> = {}): Promise<TinyHost> {
  const host = new TinyHost(options);
  host.ask(COMMAND.sync, Uint8Array.from([7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]));
  const stub = await getStubJsonByChipName('ESP8266');
  if (stub === undefined) throw new Error('esptool-js has no stub for the ESP8266.');
  host.upload(stub.text_start, stub.decodedText);
  host.upload(stub.data_start, stub.decodedData);
  host.ask(COMMAND.memEnd, words(0, stub.entry));
  expect(Buffer.from(host.frame()).toString()).toBe('OHAI');
  return host;
}

function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** Half of it compresses. */
function contents(sizeBytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, (_, index) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return index % 512 < 256 ? state >>> 16 : index >>> 8;
  });
}

const md5 = (data: Uint8Array) => createHash('md5').update(data).digest('hex');
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');
const at = (host: TinyHost, address: number, sizeBytes: number) =>
  host.board.flash.subarray(address, address + sizeBytes);

describe('the flasher stub of esptool-js, executed', () => {
  it('writes compressed data over what was there', async () => {
    const host = await inStub();
    host.board.flash.fill(0x5a);
    const data = contents(100_000);
    host.writeCompressed(0x10000, data);
    expect(Buffer.compare(at(host, 0x10000, data.length), data)).toBe(0);
    expect(host.md5(0x10000, data.length)).toBe(md5(data));
    expect([host.board.flash[0xffff], host.board.flash[0x29000]]).toEqual([0x5a, 0x5a]);
  });

  it('writes uncompressed data over what was there', async () => {
    const host = await inStub();
    host.board.flash.fill(0);
    const data = contents(0x9000);
    host.writePlain(0x3000, data);
    expect(Buffer.compare(at(host, 0x3000, data.length), data)).toBe(0);
    expect(host.md5(0x3000, data.length)).toBe(md5(data));
  });

  it('reads, with the MD5 behind', async () => {
    const flash = contents(0x20000);
    const host = await inStub({ flash });
    const read = host.readFlash(0x1000, 0x5000);
    expect(Buffer.compare(read.data, flash.subarray(0x1000, 0x6000))).toBe(0);
    expect(read.md5).toBe(md5(flash.subarray(0x1000, 0x6000)));
  });

  it('erases a region, and the chip', async () => {
    const host = await inStub({ flash: new Uint8Array(0x100000) });
    host.ask(COMMAND.eraseRegion, words(0xf000, 0x12000));
    const erased = [...Array(256).keys()].filter((sector) => host.board.flash[sector * SECTOR] === 0xff);
    expect(erased).toEqual([...Array(0x12).keys()].map((sector) => sector + 0xf));
    host.ask(COMMAND.eraseFlash, new Uint8Array(0));
    expect(host.board.flash.every((byte) => byte === 0xff)).toBe(true);
  });

  it.each([921_600, 2_000_000])('goes to %d baud, and works there', async (baudRate) => {
    const host = await inStub();
    host.ask(COMMAND.changeBaudRate, words(baudRate, 115_200));
    const data = contents(20_000);
    host.writeCompressed(0, data);
    expect(Math.abs(host.heardBaudRate / baudRate - 1)).toBeLessThan(0.01);
    expect(host.md5(0, data.length)).toBe(md5(data));
  });

  it('says each time the same after as many instructions', async () => {
    const run = async () => {
      const host = await inStub();
      host.writeCompressed(0, contents(20_000));
      return [host.board.instructions, hex(at(host, 0, 64))];
    };
    expect(await run()).toEqual(await run());
  });

  it('waits for a flash that takes its time', async () => {
    const timing = { ...TYPICAL_TIME, eraseChipUs: 500_000 };
    const host = await inStub({ flash: new Uint8Array(0x100000), flashTiming: timing });
    const took = (work: () => void) => {
      const before = host.board.microseconds;
      work();
      return host.board.microseconds - before;
    };
    const { eraseSectorUs, eraseBlockUs, eraseChipUs, programUs } = timing;
    expect(took(() => host.ask(COMMAND.eraseRegion, words(0x1000, SECTOR)))).toBeGreaterThan(eraseSectorUs);
    expect(took(() => host.ask(COMMAND.eraseRegion, words(0x10000, 0x10000)))).toBeGreaterThan(eraseBlockUs);
    expect(took(() => host.ask(COMMAND.eraseFlash, new Uint8Array(0)))).toBeGreaterThan(eraseChipUs);
    const data = contents(0x8000);
    expect(
      took(() => {
        host.writePlain(0, data);
      }),
    ).toBeGreaterThan((data.length / 32) * programUs);
  });
});
