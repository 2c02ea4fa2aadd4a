import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FaultName } from '../../src/endpoint/faults.ts';
import type { StandInOptions } from '../../src/endpoint/stand-in-options.ts';
import type { StandIn } from '../../src/endpoint/stand-in.ts';
import { openssl, writeTemporary } from '../support/openssl.ts';
import { startTestStandIn, testIdentity } from '../support/stand-in.ts';

/** `openssl s_client` with an EC identity, or none. */
async function sClient(standIn: StandIn, args: readonly string[], client: { anonymous?: boolean } = {}) {
  const { certificate, privateKey, ca } = await testIdentity();
  const paths = await writeTemporary({ certificate, key: privateKey!, ca });
  const own = client.anonymous === true ? [] : ['-cert', paths.certificate, '-key', paths.key];
  const { text } = await openssl([
    ...['s_client', '-connect', `127.0.0.1:${standIn.port}`, '-CAfile', paths.ca],
    ...['-verify_hostname', 'localhost', ...own, ...args],
  ]);
  return {
    text,
    suite: /Cipher is (\S+)/.exec(text)?.[1],
    verified: /Verify return code: (\d+)/.exec(text)?.[1] === '0',
    alert: /SSL alert number (\d+)/.exec(text)?.[1],
    certificates: text.match(/^ ?\d s:/gm)?.length,
  };
}

const SNI = ['-servername', 'localhost'];

describe('openssl s_client', () => {
  test.each([
    ['TLS 1.2', ['-tls1_2'], 'ECDHE-RSA-AES128-GCM-SHA256', 'RSA'],
    [
      'TLS 1.2, ECDSA only',
      ['-tls1_2', '-sigalgs', 'ECDSA+SHA256'],
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDSA',
    ],
    ['TLS 1.2, RSA key exchange', ['-tls1_2', '-cipher', 'AES128-SHA256'], 'AES128-SHA256', undefined],
    ['TLS 1.2, CBC', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES256-SHA'], 'ECDHE-ECDSA-AES256-SHA', 'ECDSA'],
    ['TLS 1.3', ['-tls1_3'], 'TLS_AES_128_GCM_SHA256', 'RSA-PSS'],
    ['TLS 1.3, ECDSA only', ['-tls1_3', '-sigalgs', 'ECDSA+SHA256'], 'TLS_AES_128_GCM_SHA256', 'ECDSA'],
  ])('%s: mutual TLS, verified', async (_name, args, suite, signature) => {
    const { standIn, events } = await startTestStandIn();
    const result = await sClient(standIn, [...SNI, ...args]);
    expect(result).toMatchObject({ suite, verified: true, alert: undefined, certificates: 3 });
    expect(/Peer signature type: (\S+)/.exec(result.text)?.[1]).toBe(signature);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'handshake', clientSubject: 'CN=AWS IoT Certificate' }),
    );
  });

  const refused: [string, string[], { anonymous?: boolean }, string][] = [
    ['without SNI', ['-tls1_2', '-noservername'], {}, '112'],
    ['with another SNI', ['-tls1_2', '-servername', 'other.example'], {}, '112'],
    ['without a client certificate', [...SNI, '-tls1_2'], { anonymous: true }, '40'],
    ['with no common suite', [...SNI, '-tls1_2', '-cipher', 'ECDHE-ECDSA-CHACHA20-POLY1305'], {}, '40'],
    ['with TLS 1.1', [...SNI, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], {}, '70'],
  ];
  test.each(refused)('%s: refused with an alert', async (_name, args, client, alert) => {
    const { standIn, events } = await startTestStandIn();
    expect((await sClient(standIn, args, client)).alert).toBe(alert);
    expect(events.some(({ kind }) => kind === 'handshake')).toBe(false);
    expect(events.some(({ kind }) => kind === 'refused' || kind === 'handshake-failed')).toBe(true);
  });

  test('in its own order, whatever the client’s', async () => {
    const { standIn } = await startTestStandIn();
    const ciphers = ['-cipher', 'AES256-SHA:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256'];
    expect((await sClient(standIn, [...SNI, '-tls1_2', ...ciphers])).suite).toBe(
      'ECDHE-RSA-AES128-GCM-SHA256',
    );
    const ecdsaFirst = await startTestStandIn(['prefers-ecdsa']);
    expect((await sClient(ecdsaFirst.standIn, [...SNI, '-tls1_2', ...ciphers])).suite).toBe(
      'ECDHE-ECDSA-AES128-GCM-SHA256',
    );
    expect((await sClient(ecdsaFirst.standIn, [...SNI, '-tls1_3'])).text).toContain(
      'Peer signature type: ECDSA',
    );
  });

  const alpn = { alpn: ['x-amzn-mqtt-ca'] };
  test.each([
    ['offered', ['-alpn', 'x-amzn-mqtt-ca'], /ALPN protocol: x-amzn-mqtt-ca/],
    ['another one', ['-alpn', 'h2'], /alert number 120/],
    ['none', [], /No ALPN negotiated/],
  ])('ALPN as on port 443: %s', async (_name, args, expected) => {
    const { standIn } = await startTestStandIn([], alpn);
    expect((await sClient(standIn, [...SNI, '-tls1_2', ...args])).text).toMatch(expected);
  });
});

describe('faults as openssl s_client sees them', () => {
  const cases: [FaultName, RegExp, Partial<StandInOptions>?][] = [
    ['wrong-chain', /unable to get (local )?issuer certificate/],
    ['expired', /certificate has expired/],
    ['not-yet-valid', /certificate is not yet valid/],
    ['wrong-host', /hostname mismatch/i],
    ['missing-intermediate', /unable to get local issuer certificate/],
    ['sha1-chain', /CA signature digest algorithm too weak/],
    ['sha384-chain', /Verify return code: 0/],
    ['sha384-leaf', /Verify return code: 0/],
    ['sha512-chain', /Verify return code: 0/],
    ['pss-chain', /Verify return code: 0/],
    ['p384-chain', /Server public key is 384 bit[^]*Verify return code: 0/],
    ['reset-after-client-hello', /errno=104|Connection reset/i],
    ['reset-after-server-hello', /errno=104|Connection reset/i],
    ['close-after-client-hello', /unexpected eof/],
    ['plain-http', /wrong version number/],
    ['reject-client-certificate', /alert number 46/],
    ['tls1.2-only', /New, TLSv1.2/],
    ['tls1.3-only', /alert number 70/],
    ['tls1.2-only', /Peer signature type: RSA\n/],
    ['prefers-pss', /Peer signature type: RSA-PSS/],
    ['rsa-only', /Cipher is ECDHE-RSA/],
    ['ecdsa-only', /Cipher is ECDHE-ECDSA/],
    ['rsa-key-exchange-only', /Cipher is AES128-GCM-SHA256/],
    ['cbc-only', /Cipher is ECDHE-RSA-AES128-SHA256/],
    ['no-client-certificate', /No client certificate CA names sent/],
  ];
  test.each(cases)('%s', async (fault, expected) => {
    const { standIn } = await startTestStandIn([fault]);
    expect((await sClient(standIn, [...SNI, '-tls1_2'])).text).toMatch(expected);
  });

  test('short-chain sends two certificates, large-certificates more than 8 KB', async () => {
    const short = await startTestStandIn(['short-chain']);
    expect((await sClient(short.standIn, [...SNI, '-tls1_2'])).certificates).toBe(2);
    const large = await startTestStandIn(['large-certificates']);
    const read = Number(
      /has read (\d+) bytes/.exec((await sClient(large.standIn, [...SNI, '-tls1_2'])).text)?.[1],
    );
    expect(read).toBeGreaterThan(8192 + 3000);
  });

  test('slow still comes to its end', async () => {
    const { standIn } = await startTestStandIn(['slow'], { pace: { chunkBytes: 200, pauseMs: 1 } });
    expect(await sClient(standIn, [...SNI, '-tls1_2'])).toMatchObject({ verified: true });
  });

  test('no-sni-needed serves a client without server_name', async () => {
    const { standIn } = await startTestStandIn(['no-sni-needed']);
    expect((await sClient(standIn, ['-tls1_2', '-noservername'])).verified).toBe(true);
  });
});

async function mqttOptions(standIn: StandIn, identity = testIdentity()): Promise<IClientOptions> {
  const { certificate, privateKey, ca } = await identity;
  return {
    ...{
      protocol: 'mqtts',
      host: '127.0.0.1',
      port: standIn.port,
      servername: 'localhost',
      reconnectPeriod: 0,
    },
    ...{ cert: certificate, key: privateKey!, ca, rejectUnauthorized: true, clientId: 'esp8266' },
  };
}

function mqttClient(options: IClientOptions): MqttClient {
  const client = connectMqtt(options);
  onTestFinished(() => {
    client.end(true);
  });
  return client;
}

function eventOf(client: MqttClient, name: 'connect' | 'message' | 'close'): Promise<unknown[]> {
  return new Promise((resolve) => {
    client.once(name, (...values: unknown[]) => {
      resolve(values);
    });
  });
}

describe('an MQTT client', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'connects, subscribes and gets its message back over %s',
    async (version) => {
      const { standIn, events } = await startTestStandIn();
      const client = mqttClient(
        Object.assign(await mqttOptions(standIn), { minVersion: version, maxVersion: version }),
      );
      await eventOf(client, 'connect');
      await client.subscribeAsync('espaws/test');
      const message = eventOf(client, 'message');
      await client.publishAsync('espaws/test', 'hello', { qos: 1 });
      expect(String((await message)[1])).toBe('hello');
      await client.endAsync();
      expect(events.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining([
          'client-hello',
          'handshake',
          'mqtt-connect',
          'mqtt-subscribe',
          'mqtt-publish',
        ]),
      );
    },
  );

  test('with a certificate of a stranger is closed at CONNECT, after a good handshake', async () => {
    const { standIn, events } = await startTestStandIn();
    const paths = await writeTemporary({ key: '', certificate: '' });
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=stranger',
    ];
    await openssl([...args, '-keyout', paths.key, '-out', paths.certificate]);
    const identity = {
      certificate: (await openssl(['x509', '-in', paths.certificate])).text,
      privateKey: (await openssl(['pkey', '-in', paths.key])).text,
      ca: (await testIdentity()).ca,
    };
    const client = mqttClient(await mqttOptions(standIn, Promise.resolve(identity)));
    const connected = new Promise((resolve) =>
      client.once('connect', () => {
        resolve('connected');
      }),
    );
    expect(await Promise.race([connected, eventOf(client, 'close').then(() => 'closed')])).toBe('closed');
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'handshake', clientSubject: 'CN=stranger' }),
    );
    expect(events).toContainEqual(expect.objectContaining({ kind: 'refused' }));
  });

  test('large-records: CONNACK comes in a record of 16 KB', async () => {
    const { standIn } = await startTestStandIn(['large-records', 'tls1.2-only']);
    const client = mqttClient(await mqttOptions(standIn));
    const message = eventOf(client, 'message');
    await eventOf(client, 'connect');
    const [topic, payload] = (await message) as [string, Buffer];
    expect(topic).toBe('espaws/large');
    expect(payload.length).toBe(16_384 - 4 - 4 - 2 - topic.length);
  });
});

describe('a client that misbehaves', () => {
  test.each([
    ['says nothing TLS', 'GET / HTTP/1.1\r\n\r\n'],
    ['sends half a ClientHello', '\x16\x03\x01\x01\x00\x01'],
    ['sends nothing', ''],
  ])('%s and goes away: the stand-in goes on', async (_name, text) => {
    const { standIn } = await startTestStandIn();
    const socket = connectSocket(standIn.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.end(Buffer.from(text, 'latin1'));
    socket.resume();
    await once(socket, 'close');
    expect((await sClient(standIn, [...SNI, '-tls1_2'])).verified).toBe(true);
  });

  test('is cut off by close', async () => {
    const { standIn } = await startTestStandIn();
    const { certificate, privateKey, ca } = await testIdentity();
    const options: ConnectionOptions = { cert: certificate, key: privateKey!, ca, servername: 'localhost' };
    const socket: TLSSocket = connectTls({ host: '127.0.0.1', port: standIn.port, ...options });
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    const closed = once(socket, 'close');
    await standIn.close();
    await closed;
  });
});

test('a port that is taken is an error with a hint', async () => {
  const { standIn } = await startTestStandIn();
  await expect(startTestStandIn([], { port: standIn.port })).rejects.toMatchObject({
    code: 'endpoint/serve',
    message: expect.stringContaining(`127.0.0.1:${standIn.port}`) as string,
    hint: expect.stringContaining('--port 0') as string,
  });
});
