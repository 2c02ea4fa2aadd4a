import { describe, expect, test } from 'vitest';
import { servePortCommand, type ServePortOptions } from '../../src/commands/serve.ts';
import type { ProgressEvent } from '../../src/progress.ts';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { testContext } from '../support/board-case.ts';
import { openedPort, ptyPair, readBytes } from '../support/serial.ts';

const open = (url: string) => serialPorts.open(url, { baudRate: 115_200 });

/** Starts serving; resolves with the URL when it does. */
async function serving(options: ServePortOptions) {
  const controller = new AbortController();
  const log: string[] = [];
  let told: (url: string) => void = () => undefined;
  const url = new Promise<string>((resolve) => {
    told = resolve;
  });
  const progress = (event: ProgressEvent) => {
    if (event.kind !== 'note') return;
    log.push(event.text);
    const served = /^serving \S+ at (\S+);/.exec(event.text)?.[1];
    if (served !== undefined) told(served);
  };
  const ended = servePortCommand({ ...testContext(), progress, signal: controller.signal }, options);
  return {
    url: await Promise.race([url, ended.then(String)]),
    ended,
    log,
    stop: () => {
      controller.abort();
    },
  };
}

describe.skipIf(process.platform !== 'linux')('espaws serve', () => {
  test('shares a port until it is told to end, and frees it', async () => {
    const { a, b } = await ptyPair();
    const board = await openedPort(b);
    const { url, ended, log, stop } = await serving({ port: a, listen: ':0' });
    const port = await open(url);
    await port.write(Uint8Array.of(255));
    expect([...(await readBytes(board, 1))]).toEqual([255]);
    await expect(open(a)).rejects.toMatchObject({ code: 'port/busy' });
    stop();
    expect(await ended).toMatchObject({
      exitCode: 130,
      text: '1 client',
      json: { port: a, url, clients: 1 },
    });
    expect(await readBytes(port, 1)).toHaveLength(0);
    await (await open(a)).close();
    expect(log.map((line) => line.replace(/:\d+ /, ':PORT '))).toContain('127.0.0.1:PORT connected');
  });

  test('to others only with a token, which is not told', async () => {
    const { a } = await ptyPair();
    await expect(serving({ port: a, listen: '0.0.0.0:0' })).rejects.toMatchObject({ code: 'usage/invalid' });
    const { url, ended, log, stop } = await serving({ port: a, listen: '0.0.0.0:0', token: 'sesame' });
    expect(url).toMatch(/^rfc2217:\/\/TOKEN@0\.0\.0\.0:\d+$/);
    const port = await open(url.replace('TOKEN@0.0.0.0', 'sesame@127.0.0.1'));
    await port.close();
    stop();
    expect(JSON.stringify([await ended, log])).not.toContain('sesame');
  });

  test('an unplugged port ends it', async () => {
    const { a, cut } = await ptyPair();
    const { ended } = await serving({ port: a, listen: '127.0.0.1:0' });
    await Promise.all([cut(), expect(ended).rejects.toMatchObject({ code: 'port/lost', exitCode: 7 })]);
  });

  test('an address in use frees the port', async () => {
    const { a, b } = await ptyPair();
    const first = await serving({ port: a, listen: '127.0.0.1:0' });
    const listen = first.url.replace('rfc2217://', '');
    await expect(serving({ port: b, listen })).rejects.toMatchObject({
      code: 'port/unreachable',
      message: expect.stringContaining('EADDRINUSE') as string,
    });
    await (await open(b)).close();
    first.stop();
    await first.ended;
  });

  test.each(['nowhere:port', '127.0.0.1:70000', '::1:2217'])('"%s" is no address', async (listen) => {
    await expect(serving({ port: '/dev/null', listen })).rejects.toMatchObject({ code: 'usage/invalid' });
  });
});
