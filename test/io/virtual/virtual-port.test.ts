import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SlipDecoder, slipFrame } from '../../../src/board/slip.ts';
import type { Port } from '../../../src/port.ts';
import { openVirtualPort } from '../../../src/io/virtual-port.ts';
import { parseVirtualUrl } from '../../../src/io/virtual/virtual-url.ts';
import { isMisreadBanner } from '../../../src/monitor/misread.ts';

async function directory(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'espaws-virtual-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function open(url: string, baudRate = 115_200): Promise<Port> {
  const port = await openVirtualPort(url, { baudRate });
  onTestFinished(() => port.close());
  return port;
}

/** Reads until `done` says so; undefined where the port ended before. */
async function until<T>(port: Port, done: (text: string) => T | undefined): Promise<T | undefined> {
  let text = '';
  for await (const bytes of port.read()) {
    text += Buffer.from(bytes).toString('latin1');
    const found = done(text);
    if (found !== undefined) return found;
  }
  return undefined;
}

const seen = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined);

async function toLoader(port: Port): Promise<void> {
  await port.setSignals({ dtr: false, rts: true });
  await port.setSignals({ dtr: true, rts: false });
}

const SYNC = slipFrame(
  Uint8Array.from([0, 8, 36, 0, 0, 0, 0, 0, 7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55)]),
);

describe('the virtual port', () => {
  it('boots at once, at the ROM’s rate', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}`, 74_880);
    expect(await until(port, seen(/rst cause:1, boot mode:\(3,\d\)/))).toBeDefined();
  });

  it('is misread at another rate, as the monitor knows it', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}`, 115_200);
    const banner = await until(port, (text) => {
      const bytes = Buffer.from(text, 'latin1');
      return isMisreadBanner(bytes, 115_200) ? text : undefined;
    });
    expect(banner).toBeDefined();
    expect(banner).not.toContain('ets');
  });

  it('goes into the loader by the lines, and finds the rate', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}`, 74_880);
    await toLoader(port);
    await until(port, seen(/boot mode:\(1,\d\)\r\n\r\n/));
    await port.setBaudRate(230_400);
    await port.write(SYNC);
    const decoder = new SlipDecoder(1000);
    const reply = await until(port, (text) =>
      [...Buffer.from(text, 'latin1')].map((byte) => decoder.push(byte)).find((frame) => frame?.[1] === 8),
    );
    expect(reply?.subarray(4, 10)).toEqual(Uint8Array.of(7, 7, 0x12, 0x20, 0, 0));
  });

  it('samples GPIO0 behind the delay of EN: lines in two steps do, a pause between does not', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}`, 74_880);
    await port.setSignals({ rts: true });
    await port.setSignals({ dtr: true });
    await port.setSignals({ rts: false });
    expect(await until(port, seen(/rst cause:2, boot mode:\(\d/))).toMatch(/cause:2, boot mode:\(1,/);
    await port.setSignals({ dtr: false, rts: true });
    await port.setSignals({ dtr: true });
    // Both asserted let EN rise: once the banner is there, it is too late.
    expect(await until(port, seen(/rst cause:2, boot mode:\(\d/))).toMatch(/cause:2, boot mode:\(3,/);
  });

  it('keeps its flash in the file, which one at a time has', async () => {
    const file = join(await directory(), 'f.bin');
    await writeFile(file, Uint8Array.of(0xe9, 1, 2, 3));
    const port = await openVirtualPort(`virtual:${file}`, { baudRate: 74_880 });
    await expect(openVirtualPort(`virtual:${file}`, { baudRate: 74_880 })).rejects.toMatchObject({
      code: 'port/busy',
    });
    await port.close();
    expect([...(await readFile(file))]).toEqual([0xe9, 1, 2, 3]);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('takes over from a process that is gone', async () => {
    const file = join(await directory(), 'f.bin');
    await writeFile(`${file}.lock`, '999999999');
    const port = await openVirtualPort(`virtual:${file}`, { baudRate: 74_880 });
    await port.close();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('lets a halted board lose what comes', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}`, 74_880);
    await until(port, seen(/ets_main\.c/));
    await port.write(new Uint8Array(1000));
    await toLoader(port);
    expect(await until(port, seen(/boot mode:\(1,\d\)/))).toBeDefined();
  });

  it('ends as an unplugged one, and takes nothing more', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}?fault=unplug:3`);
    await port.write(Uint8Array.of(1, 2, 3));
    await until(port, () => undefined);
    await expect(port.write(Uint8Array.of(4))).rejects.toMatchObject({ code: 'port/lost' });
  });

  it('refuses a rate that the adapter cannot do', async () => {
    const port = await open(`virtual:${join(await directory(), 'f.bin')}?fault=baud-limit:921600`);
    await port.setBaudRate(921_600);
    await expect(port.setBaudRate(2_000_000)).rejects.toMatchObject({ code: 'port/baud-rate' });
  });
});

describe('the URL of a virtual port', () => {
  it('has defaults', () => {
    expect(parseVirtualUrl('virtual:')).toMatchObject({
      file: undefined,
      flashSizeBytes: 0x400000,
      timing: 'none',
      faults: [],
    });
  });

  it('names file, size, timing, address and faults', () => {
    expect(
      parseVirtualUrl(
        'virtual:/a/b.bin?flash=1MB&id=c84014&timing=real&mac=18:fe:34:a1:b2:c3&fault=mute&fault=noise:50',
      ),
    ).toEqual({
      file: '/a/b.bin',
      flashSizeBytes: 0x100000,
      flashId: 0xc84014,
      timing: 'real',
      macAddress: [0x18, 0xfe, 0x34, 0xa1, 0xb2, 0xc3],
      seed: 1,
      faults: [{ kind: 'mute' }, { kind: 'noise', everyBytes: 50 }],
    });
  });

  it.each([
    'virtual:?flash=3MB',
    'virtual:?id=ef401',
    'virtual:?timing=fast',
    'virtual:?mac=1',
    'virtual:?fault=fire',
    'virtual:?x=1',
  ])('refuses %s', (url) => {
    const parse = () => parseVirtualUrl(url);
    expect(parse).toThrow(expect.objectContaining({ code: 'port/unknown' }) as Error);
  });
});
