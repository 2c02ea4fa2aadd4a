import type { Keys } from '../host.ts';
import { ByteQueue } from './byte-queue.ts';

/** Ctrl-C, as a terminal in raw mode sends it. */
const INTERRUPT = '\x03';

/** The terminal that espaws was started in. */
export const nodeKeys: Keys = {
  get canRead() {
    return process.stdin.isTTY && process.stdout.isTTY && process.env['CI'] === undefined;
  },

  async *read(signal) {
    const { stdin } = process;
    const pressed = new ByteQueue();
    const take = (bytes: Buffer) => {
      pressed.push(bytes);
    };
    const end = () => {
      pressed.end();
    };
    stdin.setRawMode(true);
    stdin.on('data', take);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      for await (const bytes of pressed.read()) {
        for (const key of Buffer.from(bytes).toString('utf8')) {
          // In raw mode the terminal does not make a signal of it.
          if (key === INTERRUPT) process.kill(process.pid, 'SIGINT');
          else yield key;
        }
      }
    } finally {
      stdin.off('data', take);
      signal.removeEventListener('abort', end);
      stdin.setRawMode(false);
      stdin.pause();
    }
  },
};
