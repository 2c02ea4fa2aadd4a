import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { IncomingConnection } from '../../src/host.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import { startTestStandIn, testIdentity } from '../support/stand-in.ts';

async function listen(onConnection: (connection: IncomingConnection) => void) {
  const listener = await nodeNetwork.listenTcp({ host: '127.0.0.1', port: 0, onConnection });
  onTestFinished(() => listener.close());
  return listener;
}

describe('TCP', () => {
  test('bytes there and back', async () => {
    const { port } = await listen(({ stream }) => stream.pipe(stream));
    const stream = await nodeNetwork.connectTcp('localhost', port);
    onTestFinished(() => {
      stream.destroy();
    });
    stream.write('ping');
    expect(String((await once(stream, 'data'))[0])).toBe('ping');
  });

  test('refused', async () => {
    const listener = await listen(() => undefined);
    await listener.close();
    await expect(nodeNetwork.connectTcp('127.0.0.1', listener.port)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('reset', async () => {
    const { port } = await listen((connection) => {
      connection.stream.once('data', () => {
        connection.reset();
      });
    });
    const stream = await nodeNetwork.connectTcp('127.0.0.1', port);
    stream.resume();
    stream.write('ping');
    const error = await new Promise((resolve) => stream.once('error', resolve));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });

  test('aborted before and while connecting', async () => {
    const { port } = await listen(() => undefined);
    await expect(nodeNetwork.connectTcp('127.0.0.1', port, AbortSignal.abort())).rejects.toThrow();
    const controller = new AbortController();
    const connecting = nodeNetwork.connectTcp('127.0.0.1', port, controller.signal);
    controller.abort();
    await expect(connecting).rejects.toThrow();
  });

  test('closing the listener ends its connections', async () => {
    const listener = await listen(() => undefined);
    const stream = await nodeNetwork.connectTcp('127.0.0.1', listener.port);
    stream.resume();
    const closed = once(stream, 'close');
    await listener.close();
    await closed;
  });
});

describe('dialTls', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('shows the chain in the order sent over %s', async (version) => {
    const { standIn } = await startTestStandIn();
    const { certificate, privateKey } = await testIdentity({ key: 'rsa-2048' });
    const result = await nodeNetwork.dialTls({
      ...{
        host: '127.0.0.1',
        port: standIn.port,
        servername: 'localhost',
        minVersion: version,
        maxVersion: version,
      },
      ...{ certificate, key: privateKey!, ecdhCurve: 'P-384' },
    });
    expect(result).toMatchObject({
      protocol: version,
      ephemeralKey: expect.stringMatching(/P-384|secp384r1/) as string,
      finished: true,
    });
    expect(result.error).toBeUndefined();
    expect(result.chain.map((der) => Buffer.from(der))).toEqual(
      standIn.facts.chains.rsa?.map(({ der }) => Buffer.from(der)),
    );
    expect(result.clientCertificateRequested).toBe(version === 'TLSv1.2' ? true : undefined);
  });

  test('shows what the server sent before it refused', async () => {
    const { standIn } = await startTestStandIn(['tls1.2-only']);
    const result = await nodeNetwork.dialTls({
      host: '127.0.0.1',
      port: standIn.port,
      servername: 'localhost',
    });
    expect(result).toMatchObject({
      error: { message: expect.stringContaining('SSL alert number 40') as string },
      suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      clientCertificateRequested: true,
      finished: false,
    });
    expect(result.chain).toHaveLength(3);
  });

  test('lingers for the refusal of TLS 1.3', async () => {
    const { standIn } = await startTestStandIn(['tls1.3-only']);
    const target = { host: '127.0.0.1', port: standIn.port, servername: 'localhost', lingerMs: 5000 };
    expect(await nodeNetwork.dialTls(target)).toMatchObject({
      error: { message: expect.stringContaining('SSL alert number 116') as string },
      finished: true,
    });
  });

  test('gives up on a silent server', async () => {
    const { port } = await listen(() => undefined);
    expect(await nodeNetwork.dialTls({ host: '127.0.0.1', port, timeoutMs: 50 })).toMatchObject({
      error: { code: 'ETIMEDOUT' },
      chain: [],
    });
  });

  test('reports a refused connection', async () => {
    const listener = await listen(() => undefined);
    await listener.close();
    expect(await nodeNetwork.dialTls({ host: '127.0.0.1', port: listener.port })).toMatchObject({
      error: { code: 'ECONNREFUSED' },
    });
  });

  test('an unusable list of suites is reported, not thrown', async () => {
    const { port } = await listen(() => undefined);
    expect(await nodeNetwork.dialTls({ host: '127.0.0.1', port, ciphers: 'no-such-suite' })).toMatchObject({
      error: { code: 'ERR_SSL_NO_CIPHER_MATCH' },
    });
  });
});
