import fc from 'fast-check';
import { createServer, connect as connectSocket, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { alertInsteadOfFinished, fatalAlert, interpose, onlyFirstMessage } from '../../src/endpoint/wire.ts';

/** Two ends of a real connection. */
async function connection(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const near = connectSocket((server.address() as { port: number }).port, '127.0.0.1');
  const [far] = (await once(server, 'connection')) as [Socket];
  server.close();
  onTestFinished(() => {
    near.destroy();
    far.destroy();
  });
  return { near, far };
}

const through = (stream: Duplex) => interpose(stream, { outgoing: (bytes) => bytes });

test('bytes pass both ways, whatever their size', async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 100_000 }), {
    minLength: 1,
    maxLength: 5,
  });
  const property = fc.asyncProperty(chunks, chunks, async (out, back) => {
    const { near, far } = await connection();
    const stream = through(near);
    const received = [buffer(far), buffer(stream)];
    for (const chunk of out) stream.write(chunk);
    for (const chunk of back) far.write(chunk);
    stream.end();
    far.end();
    expect(await Promise.all(received)).toEqual([Buffer.concat(out), Buffer.concat(back)]);
  });
  await fc.assert(property, { numRuns: 15 });
});

test('pace sends every piece after a wait', async () => {
  const { near, far } = await connection();
  let waits = 0;
  const wait = () => {
    waits += 1;
    return Promise.resolve();
  };
  const stream = interpose(near, { outgoing: (bytes) => bytes, pace: { chunkBytes: 10, wait } });
  stream.end(Buffer.alloc(95));
  expect(await buffer(far)).toHaveLength(95);
  expect(waits).toBe(10);
});

test('what was written before destroy arrives, though the other end goes on sending', async () => {
  const { near, far } = await connection();
  const stream = through(near);
  far.write(Buffer.alloc(1000));
  await once(stream, 'readable');
  const received = buffer(far);
  stream.write(fatalAlert(40), () => {
    stream.destroy();
    far.write(Buffer.alloc(1000));
  });
  expect(await received).toEqual(Buffer.of(21, 3, 3, 0, 2, 2, 40));
});

test('a reset of the other end ends the stream', async () => {
  const { near, far } = await connection();
  const stream = through(near);
  stream.resume();
  const failed = new Promise((resolve) => stream.once('error', resolve));
  far.resetAndDestroy();
  expect(await failed).toMatchObject({ code: 'ECONNRESET' });
});

const record = (type: number, ...content: number[]) => Buffer.of(type, 3, 3, 0, content.length, ...content);

test('only the first handshake message goes out, in a record of its own', async () => {
  let ended = 0;
  const outgoing = onlyFirstMessage(() => (ended += 1));
  const hello = [2, 0, 0, 2, 0xaa, 0xbb];
  expect(outgoing(Buffer.concat([record(22, ...hello, 11, 0, 0, 0), record(22, 14, 0, 0, 0)]))).toEqual(
    record(22, ...hello),
  );
  expect(outgoing(record(22, 14, 0, 0, 0))).toBeUndefined();
  await new Promise(setImmediate);
  expect(ended).toBe(1);
});

test('an alert takes the place of ChangeCipherSpec and what follows', () => {
  const outgoing = alertInsteadOfFinished(46, () => undefined);
  const flight = record(22, 2, 0, 0, 0);
  expect(outgoing(flight)).toEqual(flight);
  expect(outgoing(Buffer.concat([record(22, 4, 0, 0, 0), record(20, 1), record(22, 9, 9)]))).toEqual(
    Buffer.concat([record(22, 4, 0, 0, 0), fatalAlert(46)]),
  );
  expect(outgoing(record(23, 1))).toBeUndefined();
});

test('the alert comes there however the records are cut', () => {
  // 20 is ChangeCipherSpec's type: at the start of a piece it is mere content.
  const before = [record(22, 20, 20, 20, 20, 20, 20), record(22, ...Buffer.alloc(200, 20))];
  const bytes = Buffer.concat([...before, record(20, 1), record(22, 9, 9)]);
  const cuts = fc.array(fc.nat(bytes.length), { maxLength: 6 });
  const property = fc.property(cuts, (at) => {
    const outgoing = alertInsteadOfFinished(46, () => undefined);
    const ends = [...at, bytes.length].sort((a, b) => a - b);
    const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
    const sent = pieces.flatMap((piece) => outgoing(piece) ?? []);
    expect(Buffer.concat(sent)).toEqual(Buffer.concat([...before, fatalAlert(46)]));
  });
  fc.assert(property, { examples: [[[10]]] });
});
