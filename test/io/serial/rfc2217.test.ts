import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { nodeNetwork } from '../../../src/io/network.ts';
import { COM, encodeComPort, FROM_SERVER } from '../../../src/io/serial/com-port.ts';
import { serialPorts } from '../../../src/io/serial/serial-ports.ts';
import { DO, DONT, encodeNegotiation, TelnetDecoder } from '../../../src/io/serial/telnet-codec.ts';
import { EchoPort, openedPort, readBytes, servedPort } from '../../support/serial.ts';

const open = (url: string, signal?: AbortSignal) =>
  serialPorts.open(url, { baudRate: 115_200, ...(signal === undefined ? {} : { signal }) });

describe('a served port', () => {
  test('carries every byte value, and sets the rate before the bytes behind it', async () => {
    const echo = new EchoPort();
    const { url } = await servedPort(echo);
    const port = await openedPort(url, 74_880);
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => (index < 256 ? index : 255));
    await port.write(bytes);
    expect([...(await readBytes(port, 512))]).toEqual([...bytes]);
    await port.setBaudRate(2_000_000);
    expect(echo.baudRates).toEqual([74_880, 2_000_000]);
  });

  test('both lines change at once; one that is not named stays', async () => {
    const echo = new EchoPort();
    const { url, next } = await servedPort(echo);
    const port = await openedPort(url);
    expect(port.hasSignals).toBe(true);
    await port.setSignals({ dtr: false, rts: true });
    await port.setSignals({ dtr: true, rts: false });
    await port.setSignals({ dtr: false });
    await Promise.all([port.setSignals({ rts: true }), port.setSignals({ dtr: true })]);
    await port.close();
    await next('disconnected');
    expect(echo.signals).toEqual([
      { dtr: false, rts: true },
      { dtr: true, rts: false },
      { dtr: false, rts: false },
      { dtr: false, rts: true },
      { dtr: true, rts: true },
      // The client left; the chip is not to stay in reset.
      { dtr: false, rts: false },
    ]);
  });

  test('says that a port has no lines', async () => {
    const { url } = await servedPort(new EchoPort({ hasSignals: false }));
    expect((await openedPort(url)).hasSignals).toBe(false);
  });

  test('a rate that the port cannot do is an error, and the old one stays', async () => {
    const echo = new EchoPort();
    echo.impossible.add(3_000_000);
    const { url, events } = await servedPort(echo);
    const port = await openedPort(url);
    await expect(port.setBaudRate(3_000_000)).rejects.toMatchObject({ code: 'port/baud-rate' });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'baud-rate', done: false }));
    await port.write(Uint8Array.of(7));
    expect([...(await readBytes(port, 1))]).toEqual([7]);
  });

  test('serves one client at a time, and says so', async () => {
    const { url, next } = await servedPort(new EchoPort());
    const port = await openedPort(url);
    await expect(open(url)).rejects.toMatchObject({ code: 'port/busy' });
    expect(await next('refused')).toMatchObject({
      because: expect.stringMatching(/^127\.0\.0\.1:\d+ uses the port$/) as string,
    });
    await port.write(Uint8Array.of(1));
    expect(await readBytes(port, 1)).toHaveLength(1);
  });

  test('takes the next client as soon as the one before has left', async () => {
    const { url } = await servedPort(new EchoPort());
    for (let round = 0; round < 20; round += 1) {
      const port = await open(url);
      await Promise.all([port.close(), round % 2 === 0 ? undefined : open(url).then((next) => next.close())]);
    }
  });

  test('what came while nobody listened is not for the next client', async () => {
    const echo = new EchoPort();
    const { url, next } = await servedPort(echo);
    const first = await open(url);
    await first.close();
    await next('disconnected');
    await echo.write(Uint8Array.of(1, 2, 3));
    const port = await openedPort(url);
    await port.write(Uint8Array.of(9));
    expect([...(await readBytes(port, 1))]).toEqual([9]);
  });

  test('a token opens it, and is in no message', async () => {
    const { url, server, next } = await servedPort(new EchoPort(), { token: 'open sesame' });
    const at = `@127.0.0.1:${server.port}`;
    await expect(open(url)).rejects.toMatchObject({ code: 'port/permission', message: /asks for a token/ });
    const wrong: unknown = await open(`rfc2217://sesame${at}`).catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: 'port/permission', message: /refuses the token/ });
    expect(String(wrong)).not.toContain('sesame');
    expect(await next('refused')).toMatchObject({ because: 'its token is wrong' });
    const port = await openedPort(`rfc2217://open%20sesame${at}`);
    expect(port.name).toBe(url);
    await port.write(Uint8Array.of(5));
    expect([...(await readBytes(port, 1))]).toEqual([5]);
  });

  test('one who proves nothing does not keep others out', async () => {
    const { server } = await servedPort(new EchoPort(), { token: 't' });
    const stranger = await nodeNetwork.connectTcp('127.0.0.1', server.port);
    stranger.on('error', () => undefined).resume();
    onTestFinished(() => void stranger.destroy());
    stranger.write(Uint8Array.of(1, 2, 3));
    const port = await openedPort(`rfc2217://t@127.0.0.1:${server.port}`);
    await port.write(Uint8Array.of(5));
    expect([...(await readBytes(port, 1))]).toEqual([5]);
  });

  test('whatever a client sends, the next one is served', async () => {
    const { server, url, next } = await servedPort(new EchoPort());
    const telnet = fc.constantFrom(255, 250, 240, 251, 253, 44, 0, 1, 5);
    const bytes = fc.array(fc.oneof(telnet, fc.nat(255)), { minLength: 1, maxLength: 300 });
    let clients = 0;
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (sent, isPolite) => {
        const stranger = await nodeNetwork.connectTcp('127.0.0.1', server.port);
        stranger.on('error', () => undefined).resume();
        await new Promise((done) => stranger.write(Uint8Array.from(sent), done));
        if (isPolite) stranger.end();
        else stranger.destroy();
        clients += 1;
        await next('disconnected', clients);
      }),
      { numRuns: 100 },
    );
    await (await open(url)).close();
  });

  test('an address that is not allowed is turned away', async () => {
    const { url, next } = await servedPort(new EchoPort(), { allow: ['10.0.0.0/8'] });
    await expect(open(url)).rejects.toMatchObject({ code: 'port/unreachable' });
    expect(await next('refused')).toMatchObject({ because: 'its address is not allowed' });
  });

  test('the signal is for opening: later it ends nothing', async () => {
    const { url } = await servedPort(new EchoPort());
    const controller = new AbortController();
    const port = await open(url, controller.signal);
    onTestFinished(() => port.close());
    controller.abort();
    await port.write(Uint8Array.of(1));
    expect(await readBytes(port, 1)).toHaveLength(1);
  });

  test('a port that goes away ends the client and the server', async () => {
    const echo = new EchoPort();
    const { url, server } = await servedPort(echo);
    const port = await openedPort(url);
    const reading = readBytes(port, 1);
    await echo.close();
    expect(await reading).toHaveLength(0);
    await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port/lost' });
    await server.ended;
  });
});

describe('other servers', () => {
  /** A server by hand: it is told what the client sends. */
  async function byHand(
    onEvent: (send: (bytes: Uint8Array) => void, event: ReturnType<TelnetDecoder['decode']>[number]) => void,
  ) {
    const listener = await nodeNetwork.listenTcp({
      host: '127.0.0.1',
      port: 0,
      onConnection: ({ stream }) => {
        const decoder = new TelnetDecoder();
        stream.on('error', () => undefined);
        stream.on('data', (bytes: Buffer) => {
          for (const event of decoder.decode(bytes)) onEvent((sent) => void stream.write(sent), event);
        });
      },
    });
    onTestFinished(() => listener.close());
    return `rfc2217://127.0.0.1:${listener.port}`;
  }

  test('flow control: nothing is sent between SUSPEND and RESUME', async () => {
    const log: string[] = [];
    const url = await byHand((send, event) => {
      if (event.kind === 'negotiation' && event.option === 44) send(encodeNegotiation(DO, 44));
      if (event.kind === 'data') log.push(`data ${event.bytes.join(' ')}`);
      if (event.kind !== 'suboption') return;
      const [code = 0, ...value] = event.payload;
      if (code === COM.purgeData) {
        log.push('purge');
        send(encodeComPort(COM.flowControlResume + FROM_SERVER, []));
      }
      if (code >= COM.setBaudRate && code <= COM.setControl) send(encodeComPort(code + FROM_SERVER, value));
      if (code === COM.setControl && value[0] === 8)
        send(encodeComPort(COM.flowControlSuspend + FROM_SERVER, []));
      if (code === COM.setControl && value[0] === 9) {
        log.push('resumed');
        send(encodeComPort(COM.flowControlResume + FROM_SERVER, []));
      }
    });
    const port = await openedPort(url);
    await port.write(Uint8Array.of(1));
    // The answer to DTR on comes before SUSPEND, that to RTS off behind it.
    await port.setSignals({ dtr: true });
    const writing = port.write(Uint8Array.of(2));
    await port.setSignals({ dtr: false });
    await writing;
    await port.close();
    expect(log).toEqual(['data 1', 'resumed', 'data 2']);
  });

  test('one that refuses COM-PORT-OPTION', async () => {
    const url = await byHand((send, event) => {
      if (event.kind === 'negotiation' && event.option === 44) send(encodeNegotiation(DONT, 44));
    });
    await expect(open(url)).rejects.toMatchObject({
      code: 'port/unreachable',
      hint: expect.stringContaining('socket://') as string,
    });
  });

  test('one that hangs up, one that is not there, and Ctrl-C while one is silent', async () => {
    const hangsUp = await nodeNetwork.listenTcp({
      host: '127.0.0.1',
      port: 0,
      onConnection: ({ stream }) => stream.end(),
    });
    const controller = new AbortController();
    const silent = await nodeNetwork.listenTcp({
      host: '127.0.0.1',
      port: 0,
      onConnection: () => {
        controller.abort(new Error('Interrupted.'));
      },
    });
    onTestFinished(() => Promise.all([hangsUp.close(), silent.close()]).then(() => undefined));
    await expect(open(`rfc2217://127.0.0.1:${hangsUp.port}`)).rejects.toMatchObject({
      code: 'port/unreachable',
    });
    await expect(open(`rfc2217://127.0.0.1:${silent.port}`, controller.signal)).rejects.toThrow(
      'Interrupted.',
    );
    await hangsUp.close();
    await expect(open(`rfc2217://127.0.0.1:${hangsUp.port}`)).rejects.toMatchObject({
      code: 'port/unreachable',
      message: /ECONNREFUSED/,
    });
  });
});

test('socket:// carries bytes and nothing else', async () => {
  const listener = await nodeNetwork.listenTcp({
    host: '127.0.0.1',
    port: 0,
    onConnection: ({ stream }) => void stream.on('error', () => undefined).pipe(stream),
  });
  onTestFinished(() => listener.close());
  const port = await openedPort(`socket://127.0.0.1:${listener.port}`);
  expect(port.hasSignals).toBe(false);
  await port.setSignals({ dtr: true });
  await port.setBaudRate(9600);
  await port.write(Uint8Array.of(255, 0, 255));
  expect([...(await readBytes(port, 3))]).toEqual([255, 0, 255]);
  const reading = readBytes(port, 1);
  await listener.close();
  expect(await reading).toHaveLength(0);
  await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'port/lost' });
});
