import { getStubJsonByChipName, type ESPLoader } from 'esptool-js';
import { EspawsError, isEspawsError } from '../../errors.ts';
import type { Clock } from '../../host.ts';
import type {
  ChipFacts,
  ConnectOptions,
  FlashFacts,
  FlashLoader,
  FlashWrite,
  OpenLoader,
  Port,
} from '../../port.ts';
import { dataPacket, explained, makeEsp, OP, send, words } from './commands.ts';
import { chipFacts, synchronise, twice, type Line } from './connect.ts';
import { PortTransport } from './port-transport.ts';
import { readFlash } from './read-flash.ts';
import { resetToProgram } from './reset-lines.ts';
import { CHIP_ERASE_MS, eraseMs, md5Ms } from './time-limits.ts';
import { writeByRom, writeByStub } from './write-flash.ts';

/** Of RAM, in one packet. */
const RAM_BLOCK_BYTES = 0x1800;
const STUB_START_MS = 1000;
/**
 * The divider of UART0. The stub's own command for the rate takes the rate now for 115200, and rounds down: 4 % off at
 * 2 Mbaud. The boot ROM's loader has no such command.
 */
const UART_CLKDIV = 0x60000014;
/** A USB bridge sends what it was given in steps of a millisecond. */
const RATE_CHANGE_MS = 5;
const BITS_OF_A_BYTE = 10;
/** Of the packet that changes the divider. */
const CHANGE_BYTES = 32;
const RATE_PROBE_MS = 250;
const RATE_PROBES = 3;
const SECTOR_BYTES = 0x1000;
const BLOCK_BYTES = 0x10000;
const PAGE_BYTES = 0x100;

/** SPI0, to which the flash is connected. */
const SPI_CMD = 0x60000200;
const SPI_W0 = 0x60000240;
const SPI_FLASH_RDID = 1 << 28;

/** The loader of esptool-js on a port; `clock` times the reset lines. */
export function espLoaders(clock: Clock): OpenLoader {
  return (port, signal) => new EspLoader(port, clock, signal);
}

class EspLoader implements FlashLoader {
  readonly #line: Line;
  #isStub = false;
  #isAttached = false;
  /** The UART's clock: twice the crystal, in the loader. */
  #uartHz = 52e6;

  constructor(port: Port, clock: Clock, signal: AbortSignal) {
    const transport = new PortTransport(
      port,
      signal,
      () =>
        new EspawsError(`The port "${port.name}" went away.`, {
          code: 'flash/lost',
          hint: 'Check the cable and the connection, then run it again.',
        }),
    );
    this.#line = { port, clock, transport, esp: makeEsp(transport) };
  }

  get baudRate(): number {
    return this.#line.transport.baudrate;
  }

  get isStub(): boolean {
    return this.#isStub;
  }

  async connect(options: ConnectOptions): Promise<ChipFacts> {
    const found = await synchronise(this.#line, options);
    this.#isAttached = false;
    this.#isStub = found === 'stub';
    this.#esp.IS_STUB = this.#isStub;
    const facts = await chipFacts(this.#line);
    this.#uartHz = 2e6 * facts.crystalMhz;
    return facts;
  }

  async startStub(): Promise<void> {
    if (this.#isStub) return;
    const stub = await getStubJsonByChipName(this.#esp.chip.CHIP_NAME);
    if (stub === undefined) throw stubSilent('there is none');
    await this.#upload(stub.decodedText, stub.text_start);
    await this.#upload(stub.decodedData, stub.data_start);
    let hello: Uint8Array;
    try {
      await send(this.#esp, { what: 'start the stub', op: OP.memEnd, data: words(0, stub.entry) });
      hello = await this.#line.transport.read(STUB_START_MS);
    } catch (error) {
      this.#line.transport.throwIfLost();
      throw stubSilent(error instanceof Error ? error.message : String(error));
    }
    if (Buffer.from(hello).toString('latin1') !== 'OHAI') throw stubSilent('its greeting is damaged');
    this.#isStub = true;
    this.#esp.IS_STUB = true;
  }

  async changeBaudRate(baudRate: number): Promise<boolean> {
    const { port, transport, clock } = this.#line;
    const oldRate = transport.baudrate;
    // A chip that goes to another rate than the far end of its line cannot be talked to any more.
    if (baudRate === oldRate || port.hasBaudRate === false) return true;
    const divider = Math.round(this.#uartHz / baudRate);
    try {
      // The answer comes at the new rate, when nobody listens at it yet.
      await this.#esp.command(OP.writeRegister, words(UART_CLKDIV, divider, 0xfffff, 0), 0, false);
      await clock.sleep(RATE_CHANGE_MS + (1000 * BITS_OF_A_BYTE * CHANGE_BYTES) / oldRate);
      await transport.changeBaudrate(baudRate);
    } catch (error) {
      if (isEspawsError(error, 'port/baud-rate')) return false;
      throw error;
    }
    return this.#responds();
  }

  async flashFacts(): Promise<FlashFacts> {
    // The ROM connects the flash bus in FLASH_BEGIN; the stub has done so when it starts.
    if (!this.#isStub && !this.#isAttached) {
      await send(this.#esp, { what: 'connect the flash', op: OP.flashBegin, data: words(0, 0, 0x400, 0) });
    }
    this.#isAttached = true;
    const id = await this.#flashId().catch((error: unknown) => {
      throw explained(error, 'read the flash id');
    });
    const bytes = [id & 0xff, (id >>> 8) & 0xff, (id >>> 16) & 0xff];
    return {
      id: Buffer.from(bytes).toString('hex'),
      sizeBytes: sizeOfId(bytes[2]!),
    };
  }

  async setFlashSize(sizeBytes: number): Promise<void> {
    if (!this.#isStub) return;
    await send(this.#esp, {
      what: 'take the flash size',
      op: OP.spiSetParameters,
      data: words(0, sizeBytes, BLOCK_BYTES, SECTOR_BYTES, PAGE_BYTES, 0xffff),
      isRepeatable: true,
    });
  }

  async md5(address: number, sizeBytes: number): Promise<string> {
    const digest = await send(this.#esp, {
      what: `give the MD5 of ${sizeBytes} bytes at 0x${address.toString(16)}`,
      op: OP.md5,
      data: words(address, sizeBytes, 0, 0),
      answerBytes: 16,
      timeoutMs: md5Ms(sizeBytes),
      isRepeatable: true,
    });
    return Buffer.from(digest).toString('hex');
  }

  read(address: number, sizeBytes: number, onRead?: (bytes: number) => void): Promise<Uint8Array> {
    return readFlash(this.#line, address, sizeBytes, onRead);
  }

  async eraseRegion(address: number, sizeBytes: number): Promise<void> {
    await send(this.#esp, {
      what: `erase ${sizeBytes} bytes at 0x${address.toString(16)}`,
      op: OP.eraseRegion,
      data: words(address, sizeBytes),
      timeoutMs: eraseMs(sizeBytes),
      isRepeatable: true,
    });
  }

  async eraseChip(): Promise<void> {
    await send(this.#esp, { what: 'erase the flash', op: OP.eraseChip, timeoutMs: CHIP_ERASE_MS });
  }

  async write(write: FlashWrite): Promise<void> {
    await (this.#isStub ? writeByStub(this.#line, write) : writeByRom(this.#line, write)).catch(
      (error: unknown) => {
        throw explained(error, `write at 0x${write.address.toString(16)}`);
      },
    );
  }

  async hardReset(): Promise<void> {
    this.#isStub = false;
    if (this.#line.port.hasSignals) await resetToProgram(this.#line.port, this.#line.clock);
  }

  async close(): Promise<void> {
    await this.#line.transport.disconnect();
  }

  get #esp(): ESPLoader {
    return this.#line.esp;
  }

  async #upload(bytes: Uint8Array, address: number): Promise<void> {
    const what = 'take the stub';
    const blocks = Math.ceil(bytes.length / RAM_BLOCK_BYTES);
    await send(this.#esp, {
      what,
      op: OP.memBegin,
      data: words(bytes.length, blocks, RAM_BLOCK_BYTES, address),
      isRepeatable: true,
    });
    for (let sequence = 0; sequence < blocks; sequence++) {
      const at = sequence * RAM_BLOCK_BYTES;
      const packet = dataPacket(this.#esp, bytes.subarray(at, at + RAM_BLOCK_BYTES), sequence);
      // One that was taken already is refused, by its number: then all begins anew.
      await send(this.#esp, { what, op: OP.memData, ...packet, isRepeatable: true });
    }
  }

  /**
   * By the controller's own command, which is done before the next packet comes; a command that is put together takes
   * fourteen packets (RTOS_SDK 3.4: components/esp8266/include/esp8266/spi_register.h).
   */
  async #flashId(): Promise<number> {
    await this.#esp.writeReg(SPI_W0, 0);
    await this.#esp.writeReg(SPI_CMD, SPI_FLASH_RDID);
    return (await twice(() => this.#esp.readReg(SPI_W0))) & 0xffffff;
  }

  async #responds(): Promise<boolean> {
    for (let probe = 0; probe < RATE_PROBES; probe++) {
      try {
        await this.#esp.readReg(this.#esp.CHIP_DETECT_MAGIC_REG_ADDR, RATE_PROBE_MS);
        return true;
      } catch {
        this.#line.transport.throwIfLost();
      }
    }
    return false;
  }
}

/** JEDEC: the third byte is the power of two of the size, with a few ranges of their own (esptool's table). */
function sizeOfId(code: number): number | undefined {
  if (code >= 0x12 && code <= 0x19) return 2 ** code;
  if (code >= 0x32 && code <= 0x38) return 2 ** (code - 0x20);
  return undefined;
}

function stubSilent(reason: string): EspawsError {
  return new EspawsError(`The stub does not start: ${reason}.`, {
    code: 'flash/failed',
    hint: 'Add --no-stub to write with the boot ROM’s own loader.',
    details: { reason: 'stub' },
  });
}
