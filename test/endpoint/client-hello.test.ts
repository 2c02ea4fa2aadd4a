import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { peekClientHello, readClientHello } from '../../src/endpoint/client-hello.ts';

/** The ClientHello of Node's OpenSSL, taken off the wire. */
async function captureHello(): Promise<Buffer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connectTls({
    ...{ port, host: '127.0.0.1', servername: 'a.example', ALPNProtocols: ['x-amzn-mqtt-ca', 'mqtt'] },
    ...{ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256', ecdhCurve: 'P-256:P-384' },
    ...{ sigalgs: 'ECDSA+SHA256:RSA+SHA256', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
  });
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

let hello: Buffer;
beforeAll(async () => {
  hello = await captureHello();
});

const EXPECTED = {
  versions: ['1.2', '1.3'],
  serverName: 'a.example',
  alpn: ['x-amzn-mqtt-ca', 'mqtt'],
  groups: [23, 24],
  signatureSchemes: [0x0403, 0x0401],
};

describe('the ClientHello of OpenSSL', () => {
  test('is read', () => {
    expect(readClientHello(hello)).toMatchObject(EXPECTED);
    expect(readClientHello(hello)).toHaveProperty('suites', expect.arrayContaining([0x1301, 0xc02f]));
  });

  test('is read from any number of records', () => {
    const body = hello.subarray(5);
    const property = fc.property(fc.integer({ min: 1, max: body.length }), (size) => {
      const records: Buffer[] = [];
      for (let offset = 0; offset < body.length; offset += size) {
        const part = body.subarray(offset, offset + size);
        records.push(Buffer.of(22, 3, 1, part.length >> 8, part.length & 0xff), part);
      }
      expect(readClientHello(Buffer.concat(records))).toMatchObject(EXPECTED);
    });
    fc.assert(property, { numRuns: 50 });
  });

  test('is incomplete at every cut', () => {
    for (let length = 0; length < hello.length; length += 1) {
      expect(readClientHello(hello.subarray(0, length))).toBe('incomplete');
    }
  });

  test('is found in any chunking and put back whole, with what follows', async () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(chunks, async (sizes) => {
      const all = Buffer.concat([hello, Buffer.from('rest')]);
      const stream = new PassThrough();
      const peeked = peekClientHello(stream);
      let offset = 0;
      for (const size of [...sizes, all.length]) {
        stream.write(all.subarray(offset, offset + size));
        offset = Math.min(all.length, offset + size);
        await new Promise(setImmediate);
      }
      stream.end();
      expect(await peeked).toMatchObject(EXPECTED);
      expect(Buffer.concat((await stream.toArray()) as Buffer[])).toEqual(all);
    });
    await fc.assert(property, { numRuns: 30 });
  });

  test('with any bytes changed never throws', () => {
    const change = fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 0, max: 255 }));
    const property = fc.property(fc.array(change, { maxLength: 10 }), (changes) => {
      const bytes = Buffer.from(hello);
      for (const [index, value] of changes) bytes[index % bytes.length] = value;
      const result = readClientHello(bytes);
      expect(typeof result === 'string' || Array.isArray(result.versions)).toBe(true);
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('what is none', () => {
  test.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['an SSL 2 record', Buffer.of(0x80, 0x2e, 0x01, 0x03, 0x01)],
    ['an alert', Buffer.of(21, 3, 3, 0, 2, 2, 40)],
    ['a ServerHello', Buffer.of(22, 3, 3, 0, 4, 2, 0, 0, 0)],
  ])('%s', async (_name, bytes) => {
    const stream = new PassThrough();
    stream.write(bytes);
    expect(await peekClientHello(stream)).toEqual({ reason: 'not-tls', bytes: bytes.length });
  });

  test('the end of the stream', async () => {
    const stream = new PassThrough();
    const peeked = peekClientHello(stream);
    stream.write(hello.subarray(0, 20));
    stream.end();
    expect(await peeked).toMatchObject({ reason: 'closed' });
  });

  test('a message longer than any client’s', async () => {
    const stream = new PassThrough({ highWaterMark: 100_000 });
    const peeked = peekClientHello(stream);
    stream.write(Buffer.concat([Buffer.of(22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff), Buffer.alloc(20_000)]));
    expect(await peeked).toMatchObject({ reason: expect.stringMatching(/not-tls|too-long/) as string });
  });
});
