import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { flashCommand, type FlashOptions } from '../../src/commands/flash.ts';
import type { FlashTarget } from '../../src/commands/flash-target.ts';
import {
  flashEraseCommand,
  flashIdCommand,
  flashReadCommand,
  flashVerifyCommand,
} from '../../src/commands/flash-tools.ts';
import type { CommandContext } from '../../src/commands/result.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { espLoaders } from '../../src/io/esp-loader/esp-loader.ts';
import { testContext } from '../support/board-case.ts';
import { firmware } from '../support/virtual-chip.ts';

const BOOT = firmware(5000, 3);
const APP = firmware(20_001, 4);

/** A folder with two files to write and the flash of virtual boards; what is told on the way is kept. */
async function bench(boards: readonly string[] = ['a?flash=1MB']) {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-flash-command-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const path = (name: string) => join(directory, name);
  await writeFile(path('boot.bin'), BOOT);
  await writeFile(path('app.bin'), APP);
  const told: string[] = [];
  const { host } = testContext();
  const context: CommandContext = {
    host: { ...host, environment: { ...host.environment, variables: { ESPAWS_CACHE: path('cache') } } },
    progress: (event) => {
      if ('text' in event) told.push(event.text);
    },
    signal: AbortSignal.timeout(60_000),
  };
  const target: FlashTarget = {
    ports: boards.map((board) => `virtual:${path(board)}`),
    ...{ project: directory, baudRate: 2_000_000, before: 'default-reset', after: 'hard-reset' },
    ...{ useStub: true, openLoader: espLoaders(nodeClock) },
  };
  const regions = ['0x0', path('boot.bin'), '0x10000', path('app.bin')];
  const options: FlashOptions = {
    ...{ ...target, regions, parameters: { size: 'keep' }, onlyChanges: true, compress: true },
    ...{ eraseAll: false, dryRun: false },
  };
  return { path, context, target, regions, options, told };
}

/** As a reader of --json gets it. */
function read(document: unknown): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>;
}

describe('espaws flash on the virtual board', () => {
  test('id: chip and flash', async () => {
    const { context, target } = await bench(['a?flash=2MB&id=ef4015&mac=5c:cf:7f:00:00:01']);
    const { exitCode, json, text } = await flashIdCommand(context, target);
    expect(exitCode).toBe(0);
    expect(read(json)).toMatchObject({
      ...{ port: target.ports[0], chip: 'ESP8266EX', mac: '5c:cf:7f:00:00:01', crystalMhz: 26 },
      flash: { id: 'ef4015', sizeBytes: 0x200000 },
    });
    expect(text).toMatch(/flash size +2,097,152 B/);
  });

  test('write, verify, read, erase: each tells what it did, and what the flash holds', async () => {
    const { context, target, options, regions, path } = await bench();
    const before = firmware(0x100000, 9);
    await writeFile(path('a'), before);

    const written = await flashCommand(context, { ...options, backup: path('before.bin') });
    expect(written.exitCode).toBe(0);
    expect(read(written.json)).toMatchObject({
      ...{ verified: true, verifiedBy: 'md5', reconnects: 0 },
      regions: [
        { address: 0, sizeBytes: 5000, writtenBytes: 5000 },
        { address: 0x10000, sizeBytes: 20_001, writtenBytes: 20_001 },
      ],
    });
    expect(Buffer.compare(await readFile(path('before.bin')), before)).toBe(0);

    const right = await flashVerifyCommand(context, { ...target, regions });
    expect([right.exitCode, read(right.json)['verified']]).toEqual([0, true]);

    const out = path('read.bin');
    const back = await flashReadCommand(context, { ...target, address: '0x10000', size: '20001', out });
    expect([back.exitCode, read(back.json)]).toMatchObject([0, { address: 0x10000, sizeBytes: 20_001 }]);
    expect(Buffer.compare(await readFile(out), APP)).toBe(0);

    const erased = await flashEraseCommand(context, { ...target, region: ['0x11000', '0x1000'] });
    expect(erased.exitCode).toBe(0);
    expect(read(erased.json)['erased']).toEqual({ address: 0x11000, sizeBytes: 0x1000 });

    const wrong = await flashVerifyCommand(context, { ...target, regions });
    expect(wrong.exitCode).toBe(5);
    expect(read(wrong.json)).toMatchObject({
      verified: false,
      regions: [{ equal: true }, { equal: false, differing: [{ address: 0x11000, sizeBytes: 0x1000 }] }],
    });
    expect(wrong.text).toContain('in 0x11000-0x11fff');

    const flash = await readFile(path('a'));
    expect(flash.subarray(0x11000, 0x12000).every((byte) => byte === 0xff)).toBe(true);
    // Beyond the image nothing was touched.
    expect(Buffer.compare(flash.subarray(0x15000), before.subarray(0x15000))).toBe(0);
  }, 60_000);

  test('several boards: one that fails does not stop the other, and both are told', async () => {
    const { context, options, target, told, path } = await bench([
      'a?flash=1MB',
      'b?flash=1MB&fault=write-protected&mac=5c:cf:7f:00:00:02',
    ]);
    const { exitCode, json, text } = await flashCommand(context, { ...options, backup: path('before') });
    expect(exitCode).toBe(5);
    expect(read(json)).toMatchObject({
      boards: [
        { port: target.ports[0], verified: true },
        { port: target.ports[1], error: { code: 'flash/verify' } },
      ],
    });
    const [first, second] = target.ports;
    expect(text).toContain(`${second}: failed: The flash does not hold what was written`);
    for (const port of [first, second]) expect(told.some((line) => line.startsWith(`${port}: `))).toBe(true);
    const flash = await readFile(path('a'));
    expect(Buffer.compare(flash.subarray(0x10000, 0x10000 + APP.length), APP)).toBe(0);
  }, 60_000);

  test('one board named twice is refused before anything is opened', async () => {
    const { context, options, target } = await bench(['a?flash=1MB', 'a?flash=1MB']);
    await expect(flashCommand(context, options)).rejects.toMatchObject({
      code: 'usage/invalid',
      message: `The port "${target.ports[0]}" is named twice.`,
    });
  });

  test('Ctrl-C in the middle of the writing: what is written in part is said', async () => {
    const { context, options } = await bench(['a?flash=1MB&timing=real']);
    const controller = new AbortController();
    const interrupted: CommandContext = {
      ...context,
      signal: controller.signal,
      progress: (event) => {
        if ('text' in event && event.text.startsWith('write')) {
          controller.abort(Object.assign(new Error('Ctrl-C'), { name: 'AbortError' }));
        }
      },
    };
    await expect(flashCommand(interrupted, options)).rejects.toMatchObject({
      code: 'interrupted',
      hint: expect.stringMatching(/^Flash 0x\w+-0x\w+.* is partly written; run it again/) as string,
    });
  }, 60_000);
});

describe('espaws flash --dry-run', () => {
  test('with a board: what differs there', async () => {
    const { context, options, path } = await bench();
    const flash = new Uint8Array(0x100000).fill(0xff);
    flash.set(BOOT);
    await writeFile(path('a'), flash);
    const { exitCode, json, text } = await flashCommand(context, { ...options, dryRun: true });
    expect(exitCode).toBe(0);
    expect(read(json)).toMatchObject({
      verified: false,
      plan: [{ kind: 'write', address: 0x10000, sizeBytes: 0x5000 }],
    });
    expect(text).toContain('Would be written:');
    expect(Buffer.compare(await readFile(path('a')), flash)).toBe(0);
  }, 60_000);

  test.each([
    ['auto', 'port/ambiguous'],
    ['/dev/absent-board', 'port/missing'],
  ])('without one, at %s: all of it, and why', async (port, code) => {
    const { context, options } = await bench();
    const host = {
      ...context.host,
      ports: { ...context.host.ports, list: () => Promise.resolve([]) },
    };
    const { exitCode, json, text } = await flashCommand(
      { ...context, host },
      { ...options, ports: [port], dryRun: true, parameters: { size: '2MB' } },
    );
    expect(exitCode).toBe(0);
    expect(read(json)).toMatchObject({
      ...{ verified: false, withoutBoard: { code }, flashSizeBytes: 0x200000 },
      regions: [
        { address: 0, sizeBytes: 5000, sectors: 2 },
        { address: 0x10000, sizeBytes: 20_001, sectors: 5 },
      ],
      plan: [
        { kind: 'write', address: 0, sizeBytes: 0x2000 },
        { kind: 'write', address: 0x10000, sizeBytes: 0x5000 },
      ],
    });
    expect(text).toContain('empty flash of 2048 KB');
  });

  test('a layout that cannot be is refused without a board too', async () => {
    const { context, options, path } = await bench();
    const dry = { ...options, ports: ['/dev/absent-board'], dryRun: true };
    const overlapping = ['0x0', path('app.bin'), '0x1000', path('boot.bin')];
    await expect(flashCommand(context, { ...dry, regions: overlapping })).rejects.toMatchObject({
      code: 'flash/layout',
    });
    const beyond = ['0x7f000', path('boot.bin')];
    await expect(
      flashCommand(context, { ...dry, regions: beyond, parameters: { size: '512KB' } }),
    ).rejects.toMatchObject({ code: 'flash/layout' });
  });
});
