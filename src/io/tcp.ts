import { connect, type Socket } from 'node:net';

/** A connected TCP stream; rejects with the system's error. */
export function connectTcp(host: string, port: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, ...(signal === undefined ? {} : { signal }) });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
