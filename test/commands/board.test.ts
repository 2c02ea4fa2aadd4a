import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { boardCommand, type BoardOptions } from '../../src/commands/board.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { espLoaders } from '../../src/io/esp-loader/esp-loader.ts';
import { testContext } from '../support/board-case.ts';
import { openedPort } from '../support/serial.ts';

const OPTIONS: BoardOptions = { count: 1, flash: [], flashSize: '4MB', timing: 'none', faults: [] };

interface Ready {
  urls: string[];
  boards: { url: string; flash: string; flashSizeBytes: number; flashId: string; mac: string }[];
}

/** Starts boards; resolves when all listen. */
async function switchedOn(options: Partial<BoardOptions>) {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-boards-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const readyFile = join(directory, 'ready.json');
  const flash = (options.flash ?? ['flash.bin']).map((name) => join(directory, name));
  const controller = new AbortController();
  let listening: () => void = () => undefined;
  const listen = new Promise<void>((resolve) => {
    listening = resolve;
  });
  const context = {
    ...testContext(),
    signal: controller.signal,
    progress: (event: { kind: string; text?: string }) => {
      if (event.text === 'Ctrl-C switches off') listening();
    },
  };
  const ended = boardCommand(context, { ...OPTIONS, listen: '127.0.0.1:0', ...options, flash, readyFile });
  await Promise.race([listen, ended]);
  const ready = JSON.parse(await readFile(readyFile, 'utf8')) as Ready;
  const switchOff = async () => {
    controller.abort();
    return ended;
  };
  onTestFinished(() => switchOff().then(() => undefined));
  return { ready, readyFile, flash, switchOff };
}

/** What the boot ROM's loader says of the chip. */
async function asked(url: string) {
  const loader = espLoaders(nodeClock)(await openedPort(url), new AbortController().signal);
  const { mac } = await loader.connect({
    before: 'default-reset',
    baudRates: [115_200],
    signal: new AbortController().signal,
  });
  const { id, sizeBytes } = await loader.flashFacts();
  await loader.close();
  return { mac, flashId: id, flashSizeBytes: sizeBytes };
}

describe('espaws board', () => {
  it('serves one for each flash file, and says what each is', async () => {
    const options = { flash: ['a.bin', 'b.bin'], flashSize: '1MB' } as const;
    const { ready, readyFile, flash, switchOff } = await switchedOn(options);
    expect(ready.boards.map((board) => board.flash)).toEqual(flash);
    expect(ready.urls).toEqual(ready.boards.map(({ url }) => url));
    expect(new Set(ready.boards.map(({ mac }) => mac)).size).toBe(2);
    for (const { url, mac, flashId, flashSizeBytes } of ready.boards) {
      expect(await asked(url)).toEqual({ mac, flashId, flashSizeBytes });
    }
    expect(await switchOff()).toMatchObject({ exitCode: 130, json: { boards: ready.boards } });
    expect(existsSync(readyFile)).toBe(false);
  });

  it('refuses two boards of one file', async () => {
    const { ready, switchOff } = await switchedOn({});
    const again = boardCommand(testContext(), {
      ...{ ...OPTIONS, listen: '127.0.0.1:0' },
      flash: [ready.boards[0]!.flash],
    });
    await expect(again).rejects.toMatchObject({ code: 'port/busy' });
    await switchOff();
  });

  it.each([0, -1, 1.5, Number.NaN, 1000])('refuses %d boards', async (count) => {
    const refused = boardCommand(testContext(), { ...OPTIONS, count });
    await expect(refused).rejects.toMatchObject({ code: 'usage/invalid' });
  });
});
