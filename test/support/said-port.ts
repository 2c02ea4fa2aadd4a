import { ByteQueue } from '../../src/io/byte-queue.ts';
import type { Port } from '../../src/port.ts';

/** A port without reset lines whose board says what is put into `queue`, until it is closed. */
export function saidPort(): { port: Port; queue: ByteQueue } {
  const queue = new ByteQueue();
  const port: Port = {
    name: 'a board',
    hasSignals: false,
    write: () => Promise.resolve(),
    read: () => queue.read(),
    setSignals: () => Promise.resolve(),
    setBaudRate: () => Promise.resolve(),
    close: () => {
      queue.end();
      return Promise.resolve();
    },
  };
  return { port, queue };
}
