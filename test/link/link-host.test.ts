import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { STATUS } from '../../src/link/message.ts';
import { compileDevice, runDevice, type Line } from './device/run-device.ts';

let folder: string;
let program: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'espaws-link-'));
  program = compileDevice(folder);
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

async function serve(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const echo = (): Promise<number> =>
  serve((socket) => {
    socket.pipe(socket);
  });

/** Repeatable pseudo-random numbers in [0, 1): mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

/** A line that drops, doubles and flips bytes, each with the probability `rate`. */
function faultyLine(seed: number, rate: number): Line {
  const random = randomNumbers(seed);
  return (bytes) =>
    Uint8Array.from(
      [...bytes].flatMap((byte) => {
        if (random() < rate) return [];
        if (random() < rate) return [byte, byte];
        return [random() < rate ? byte ^ (1 << Math.floor(random() * 8)) : byte];
      }),
    );
}

describe('the firmware’s link code against LinkHost', () => {
  it('agrees, tells the time, carries data both ways and passes text through', async () => {
    const port = await echo();
    const before = Math.floor(Date.now() / 1000);
    const commands = [
      'text:one',
      'hello',
      'time',
      'text:two',
      `open:127.0.0.1:${port}`,
      'echo:5000',
      'close',
    ];
    const run = await runDevice(program, [...commands, 'text:three']);
    const [, , seconds] = run.results;
    expect(run.results).toEqual(['hello 0', 'time 0', seconds, 'open 0', 'echo 0', 'close 0']);
    expect(Number(seconds?.split(' ')[1])).toBeGreaterThanOrEqual(before);
    expect(run.text).toBe('one\ntwo\nthree\n');
    expect(run.events.map(({ kind }) => kind)).toEqual(['hello', 'open', 'closed']);
  });

  it('says that a port is closed', async () => {
    const port = await echo();
    const server = servers.pop()!;
    server.close();
    await once(server, 'close');
    const run = await runDevice(program, ['hello', `open:127.0.0.1:${port}`]);
    expect(run.results).toEqual(['hello 0', `open ${STATUS.refused}`]);
  });

  it('says that a name is unknown', async () => {
    const run = await runDevice(program, ['hello', 'open:no-such-host.invalid:1']);
    expect(run.results).toEqual(['hello 0', `open ${STATUS.unknownHost}`]);
  });

  it.each([
    ['ended', STATUS.closed, (socket: Socket) => socket.end('x')],
    ['reset', STATUS.reset, (socket: Socket) => socket.resetAndDestroy()],
  ])('says that the peer has %s the connection', async (_, status, finish) => {
    const port = await serve((socket) => {
      socket.once('data', () => finish(socket));
    });
    const run = await runDevice(program, ['hello', `open:127.0.0.1:${port}`, 'echo:1', 'read']);
    expect(run.results.at(-1)).toBe(`read ${status}`);
  });

  it('refuses what comes before hello, and a stream that is not open', async () => {
    expect((await runDevice(program, ['time'])).results[0]).toBe(`time ${STATUS.noSession}`);
    const run = await runDevice(program, ['hello', 'read']);
    expect(run.results).toEqual(['hello 0', `read ${STATUS.noStream}`]);
  });

  it('starts over with a new hello and closes what was open', async () => {
    const ended: Promise<unknown>[] = [];
    const port = await serve((socket) => {
      ended.push(once(socket, 'close'));
      socket.resume();
    });
    const run = await runDevice(program, ['hello', `open:127.0.0.1:${port}`, 'hello', 'read']);
    expect(run.results).toEqual(['hello 0', 'open 0', 'hello 0', `read ${STATUS.noStream}`]);
    await Promise.all(ended);
  });

  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'carries whole data over a line with faults (seed %i)',
    async (seed) => {
      const port = await echo();
      const run = await runDevice(program, ['hello', `open:127.0.0.1:${port}`, 'echo:1500', 'close'], {
        toHost: faultyLine(seed, 0.0005),
        toDevice: faultyLine(seed + 1000, 0.0005),
      });
      expect(run.exitCode).toBe(0);
      expect(run.results).toEqual(['hello 0', 'open 0', 'echo 0', 'close 0']);
    },
  );

  it('fails as lost, and never with wrong data, where the line is too bad', async () => {
    const run = await runDevice(program, ['hello'], {
      toHost: (bytes) => bytes.map((byte, index) => (index % 7 === 3 ? byte ^ 0x10 : byte)),
    });
    expect(run.results).toEqual(['hello -1']);
    expect(run.events.every(({ kind }) => kind === 'damaged')).toBe(true);
  });
});
