import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectTcp } from '../../src/io/tcp.ts';

it('opens nothing for a signal that is aborted already', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(
    () =>
      new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      ),
  );
  const { port } = server.address() as AddressInfo;
  await expect(connectTcp('127.0.0.1', port, AbortSignal.abort(new Error('over')))).rejects.toThrow('over');
  // One that is wanted comes after any that is not.
  const wanted = await connectTcp('127.0.0.1', port);
  await once(wanted, 'close');
  expect(connections).toBe(1);
});
