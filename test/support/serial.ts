import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Port, PortServer, PortServerEvent, PortServerOptions } from '../../src/port.ts';
import { ByteQueue } from '../../src/io/byte-queue.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { cacheDirectory } from '../../src/sdk/cache.ts';

/** Two ptys whose far ends socat joins, as a null-modem cable would. `cut` is the unplugging. */
export async function ptyPair(): Promise<{ a: string; b: string; cut: () => Promise<void> }> {
  const socat = spawn('socat', ['-d', '-d', 'pty,raw,echo=0', 'pty,raw,echo=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(socat, 'exit');
  const cut = async () => {
    socat.kill();
    await exited;
  };
  onTestFinished(cut);
  const paths: string[] = [];
  for await (const line of createInterface({ input: socat.stderr })) {
    const path = /PTY is (\S+)/.exec(line)?.[1];
    if (path !== undefined) paths.push(path);
    if (line.includes('starting data transfer loop')) break;
  }
  socat.stderr.resume();
  const [a, b] = paths;
  if (a === undefined || b === undefined) throw new Error('socat made no ptys.');
  return { a, b, cut };
}

const PTY_MASTER = `
import os, pty, sys
master, slave = pty.openpty()
print(os.ttyname(slave), flush=True)
os.close(slave)
for line in sys.stdin:
    command, number = line.split()
    left = int(number)
    if command == 'send':
        os.write(master, bytes([left]))
    while command == 'take' and left > 0:
        left -= len(os.read(master, min(left, 65536)))
    print('done', flush=True)
`;

/** A pty that nobody has open, and its other end, which does only what it is told. */
export async function ptyMaster(): Promise<{
  path: string;
  /** One byte, for the reader of the port. */
  send: (byte: number) => Promise<void>;
  /** Takes so many bytes that were written to the port. */
  take: (count: number) => Promise<void>;
}> {
  const python = spawn('python3', ['-c', PTY_MASTER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(python, 'close');
  onTestFinished(async () => {
    python.stdin.end();
    await exited;
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const tell = async (command: string) => {
    python.stdin.write(`${command}\n`);
    await lines.next();
  };
  return {
    path: String((await lines.next()).value),
    send: (byte) => tell(`send ${byte}`),
    take: (count) => tell(`take ${count}`),
  };
}

/** A serial port that lives in this process: what was done to it is kept, what is sent to it comes back. */
export class EchoPort implements Port {
  readonly name = 'echo:';
  readonly hasSignals: boolean;
  readonly signals: { dtr?: boolean; rts?: boolean }[] = [];
  readonly baudRates: number[] = [];
  /** Rates that it refuses. */
  readonly impossible = new Set<number>();
  readonly #bytes = new ByteQueue();

  constructor({ hasSignals = true }: { hasSignals?: boolean } = {}) {
    this.hasSignals = hasSignals;
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#bytes.push(bytes.slice());
    return Promise.resolve();
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#bytes.read();
  }

  setSignals(signals: { dtr?: boolean; rts?: boolean }): Promise<void> {
    this.signals.push(signals);
    return Promise.resolve();
  }

  setBaudRate(baudRate: number): Promise<void> {
    if (this.impossible.has(baudRate)) return Promise.reject(new Error('Impossible.'));
    this.baudRates.push(baudRate);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#bytes.end();
    return Promise.resolve();
  }
}

/** A port served on loopback. `next` waits for an event of a kind, among those that came before, too. */
export async function servedPort(port: Port, options: Partial<PortServerOptions> = {}) {
  const events: PortServerEvent[] = [];
  let heard: () => void = () => undefined;
  const server: PortServer = await serialPorts.serve(port, {
    host: '127.0.0.1',
    port: 0,
    ...options,
    onEvent: (event) => {
      events.push(event);
      heard();
    },
  });
  onTestFinished(() => server.close());
  const next = async (kind: PortServerEvent['kind'], count = 1): Promise<PortServerEvent> => {
    for (;;) {
      const found = events.filter((event) => event.kind === kind)[count - 1];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  return { server, events, next, url: `rfc2217://127.0.0.1:${server.port}` };
}

export async function openedPort(url: string, baudRate = 115_200): Promise<Port> {
  const port = await serialPorts.open(url, { baudRate });
  onTestFinished(() => port.close());
  return port;
}

/** Joins two ports, as a cable would, until one of them ends. */
export function forwardBetween(a: Port, b: Port): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const forward = async () => {
      for await (const bytes of from.read()) await to.write(bytes);
    };
    forward().catch(() => undefined);
  }
}

/** Exactly `count` bytes, or fewer where the port ends. */
export async function readBytes(port: Port, count: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (count === 0) return new Uint8Array();
  for await (const chunk of port.read()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return Buffer.concat(chunks);
}

/** Where the tests' pyserial is; undefined where there is none. */
export function pyserialPath(): string | undefined {
  const path = join(cacheDirectory(nodeEnvironment()), 'esptool');
  return existsSync(join(path, 'serial', 'rfc2217.py')) ? path : undefined;
}
