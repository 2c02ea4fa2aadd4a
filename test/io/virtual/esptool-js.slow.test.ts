import { createHash } from 'node:crypto';
import { ESPLoader, Transport } from 'esptool-js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Port } from '../../../src/port.ts';
import { RunningBoard } from '../../../src/io/virtual/running-board.ts';
import { firmware } from '../../support/virtual-chip.ts';

const FLASH_BYTES = 0x100000;

/** A port as a browser's Web Serial API shows it, as far as esptool-js looks. */
function webSerial(port: Port) {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  return {
    readable: new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        iterator ??= port.read()[Symbol.asyncIterator]();
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
    }),
    writable: new WritableStream<Uint8Array>({ write: (bytes) => port.write(bytes) }),
    getInfo: () => ({}),
    open: () => Promise.resolve(),
    close: () => port.close(),
    setBaudRate: (baudRate: number) => port.setBaudRate(baudRate),
    setSignals: ({ dataTerminalReady, requestToSend }: SerialSignals) =>
      port.setSignals({
        ...(dataTerminalReady === undefined ? {} : { dtr: dataTerminalReady }),
        ...(requestToSend === undefined ? {} : { rts: requestToSend }),
      }),
  };
}

interface SerialSignals {
  dataTerminalReady?: boolean;
  requestToSend?: boolean;
}

/** esptool-js as it is, at a virtual board. */
async function loaderAt(baudrate: number) {
  let flash = firmware(FLASH_BYTES, 3);
  const board = new RunningBoard({
    ...{ name: 'virtual:', flash, flashSizeBytes: FLASH_BYTES, seed: 1, baudRate: 115_200, faults: [] },
    ...{ timing: 'none', endsWhenHalted: false },
    onClose: (contents) => {
      flash = contents.slice();
      return Promise.resolve();
    },
  });
  onTestFinished(() => board.close());
  const transport = new Transport(webSerial(board));
  // It prints, and looks into no setting before.
  transport.trace = () => undefined;
  const quiet = () => undefined;
  const loader = new ESPLoader({
    transport,
    baudrate,
    terminal: { clean: quiet, write: quiet, writeLine: quiet },
  });
  await loader.connect('default_reset', 3, true);
  // Registers that this chip does not have; esptool-js takes their offset 0 for one.
  Object.assign(loader.chip, { SPI_MOSI_DLEN_OFFS: null, SPI_MISO_DLEN_OFFS: null });
  await loader.runStub();
  await loader.changeBaud();
  const switchOff = async () => {
    await board.close();
    return flash;
  };
  return { loader, switchOff };
}

const md5 = (data: Uint8Array) => createHash('md5').update(data).digest('hex');

describe('esptool-js at the virtual board', () => {
  it.each([
    [115_200, true],
    [921_600, false],
    [2_000_000, true],
  ])('at %d baud, compressed: %s', async (baudRate, compress) => {
    const { loader, switchOff } = await loaderAt(baudRate);
    expect(loader.chip.CHIP_NAME).toBe('ESP8266');
    expect(await loader.readFlashId()).toBe(0x1440ef);
    const data = firmware(70_000);
    await loader.writeFlash({
      fileArray: [{ data, address: 0x10000 }],
      ...{ flashSize: 'keep', flashMode: 'keep', flashFreq: 'keep', eraseAll: false, compress },
      calculateMD5Hash: md5,
    });
    expect(await loader.flashMd5sum(0x10000, data.length)).toBe(md5(data));
    expect(Buffer.compare((await switchOff()).subarray(0x10000, 0x10000 + data.length), data)).toBe(0);
  });

  // It leaves the digest behind what is read where it is, and sends the next command at once.
  it('reads, and erases the chip', async () => {
    const { loader, switchOff } = await loaderAt(921_600);
    expect(md5(await loader.readFlash(0x3000, 0x4000))).toBe(
      md5(firmware(FLASH_BYTES, 3).subarray(0x3000, 0x7000)),
    );
    await loader.eraseFlash();
    expect((await switchOff()).every((byte) => byte === 0xff)).toBe(true);
  });
});
