import { connect, type Socket } from 'node:net';

/** A connected TCP stream; rejects with the system's error, or the signal's reason. */
export async function connectTcp(host: string, port: number, signal?: AbortSignal): Promise<Socket> {
  // Node begins to connect a socket all the same that an aborted signal has destroyed, and nobody would close it.
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, ...(signal === undefined ? {} : { signal }) });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
