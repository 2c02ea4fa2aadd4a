import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Lease, LeaseOptions, Leases } from '../host.ts';

/**
 * Leases by sockets that are listened on: the system frees the name when the process ends, killed or not, so that none
 * is ever left behind. Who waits is connected to the holder, and sees the connection end.
 */
export const nodeLeases: Leases = {
  async take(name, options) {
    const address = addressOf(name);
    let told = false;
    for (let refusals = 0; refusals < MAX_REFUSALS; refusals++) {
      options.signal.throwIfAborted();
      const lease = await listenAt(address, options);
      if (lease !== undefined) return lease;
      const held = await Waiting.at(address, options.signal);
      // It was released in between, or is a file that a killed process left.
      if (held === undefined) {
        await removeStale(address);
        continue;
      }
      refusals = 0;
      try {
        if (!options.wait) return { heldBy: held.holder };
        if (!told) options.onWait?.(held.holder);
        told = true;
        await held.ended;
      } finally {
        held.close();
      }
    }
    throw new Error(`The lease "${name}" can neither be had nor asked for.`);
  },
};

/** Of a name that is taken and where nobody answers: it is being given up, or another user's. */
const MAX_REFUSALS = 1000;

/** Linux: a name without a file; Windows: a pipe; elsewhere a file, of this user's alone. */
function addressOf(name: string): string {
  const key = createHash('sha256').update(name).digest('hex').slice(0, 32);
  if (process.platform === 'linux') return `\0espaws-lease-${key}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\espaws-lease-${key}`;
  return join(tmpdir(), `espaws-lease-${userInfo().uid}-${key}`);
}

/** Undefined where another process, or another part of this one, listens there. */
function listenAt(address: string, { holder }: LeaseOptions): Promise<Lease | undefined> {
  const waiting = new Set<Socket>();
  const server = createServer((socket) => {
    waiting.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => waiting.delete(socket));
    socket.write(`${holder} (process ${process.pid})\n`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => {
      // What is forgotten must not keep the process.
      server.unref();
      resolve({ release: () => closed(server, waiting) });
    });
  });
}

function closed(server: Server, waiting: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    // The name is free before those who wait hear of it.
    server.close(() => {
      resolve();
    });
    for (const socket of waiting) socket.destroy();
  });
}

/** A connection to the holder of a lease. */
class Waiting {
  readonly holder: string;
  /** Rejects with the signal's reason. */
  readonly ended: Promise<void>;
  readonly close: () => void;

  private constructor(holder: string, ended: Promise<void>, close: () => void) {
    this.holder = holder;
    this.ended = ended;
    this.close = close;
  }

  /** Undefined where nobody answers any more. */
  static at(address: string, signal: AbortSignal): Promise<Waiting | undefined> {
    return new Promise((resolve) => {
      let text = '';
      const socket = connect(address);
      const close = () => {
        signal.removeEventListener('abort', close);
        socket.destroy();
      };
      signal.addEventListener('abort', close);
      const ended = new Promise<void>((end) => {
        socket.on('close', () => {
          close();
          resolve(undefined);
          end();
        });
      });
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        text += chunk.toString();
        const [line, rest] = text.split('\n', 2);
        if (rest !== undefined) resolve(new Waiting(line!, ended, close));
      });
    });
  }
}

/** Where leases are files: removing one that is in use would make two holders, so it is tried once more first. */
async function removeStale(address: string): Promise<void> {
  if (process.platform === 'linux' || process.platform === 'win32') return;
  const isRefused = await new Promise<boolean>((resolve) => {
    const socket = connect(address);
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ECONNREFUSED');
    });
  });
  if (isRefused) await unlink(address).catch(() => undefined);
}
