import { spawn, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { type Clock, type Network } from '../../../src/host.ts';
import { LinkHost, type LinkEvent } from '../../../src/link/link-host.ts';

/** Compiles the firmware's own link and frame sources into a program of this machine, in `folder`; returns its path. */
export function compileDevice(folder: string): string {
  const program = join(folder, 'link-device');
  const bench = fileURLToPath(new URL('../../../templates/bench/', import.meta.url));
  const source = fileURLToPath(new URL('link-device.c', import.meta.url));
  const sources = [source, join(bench, 'link.c'), join(bench, 'frame.c')];
  const flags = ['-Wall', '-Wextra', '-Werror', '-O1', '-fsanitize=undefined', '-fno-sanitize-recover'];
  const timing = ['-DLINK_ANSWER_TIMEOUT_MS=40', '-DLINK_ATTEMPTS=40'];
  execFileSync('gcc', [...flags, ...timing, `-I${bench}`, ...sources, '-o', program]);
  return program;
}

export interface DeviceRun {
  /** Lines of the device's stderr: `hello 0`, `echo 0`, ... */
  results: string[];
  text: string;
  events: LinkEvent[];
  exitCode: number;
}

/** What happens to the bytes of one direction on the line. */
export type Line = (bytes: Uint8Array) => Uint8Array;
const cleanLine: Line = (bytes) => bytes;

/** Runs the device's program against a LinkHost over a pipe. */
export async function runDevice(
  program: string,
  commands: readonly string[],
  { toHost = cleanLine, toDevice = cleanLine }: { toHost?: Line; toDevice?: Line } = {},
): Promise<DeviceRun> {
  const child = spawn(program, commands, { stdio: ['pipe', 'pipe', 'pipe'] });
  const events: LinkEvent[] = [];
  const text: Uint8Array[] = [];
  let results = '';
  child.stdin.on('error', () => undefined);
  const host = new LinkHost({
    write: (bytes) => child.stdin.write(toDevice(bytes)),
    network: realNetwork,
    clock: realClock,
    onEvent: (event) => events.push(event),
  });
  child.stdout.on('data', (bytes: Buffer) => text.push(host.receive(toHost(bytes))));
  child.stderr.on('data', (bytes: Buffer) => {
    results += bytes.toString();
  });
  const [exitCode] = (await once(child, 'close')) as [number];
  host.close();
  const lines = results.split('\n').filter((line) => line !== '');
  return { results: lines, text: Buffer.concat(text).toString(), events, exitCode };
}

const realNetwork: Network = {
  async connectTcp(host, port, signal) {
    const socket = connect({ host, port });
    signal?.addEventListener('abort', () => socket.destroy());
    await once(socket, 'connect');
    return socket;
  },
  dialTls: () => Promise.reject(new Error('the serial link has no TLS of its own')),
};

const realClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  sleep: (durationMs, signal) => sleep(durationMs, undefined, signal === undefined ? {} : { signal }),
};
