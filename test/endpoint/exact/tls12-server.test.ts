import { once } from 'node:events';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EXACT_NOW } from '../../../src/endpoint/exact/exact-authority.ts';
import { issueIdentity } from '../../../src/endpoint/identity.ts';
import { AWS_SUITES_12 } from '../../../src/endpoint/stand-in-options.ts';
import { suiteByName } from '../../../src/endpoint/suites.ts';
import { listenExact, testExactAuthority, testExactStandIn } from '../../support/exact-stand-in.ts';
import { openssl, writeTemporary } from '../../support/openssl.ts';
import { testIdentity } from '../../support/stand-in.ts';

const identity = (key: 'ec-P-256' | 'rsa-2048') =>
  issueIdentity(testExactAuthority(), { key, now: EXACT_NOW, ca: 'both' });

const CONNECT = Buffer.from('101000044d51545404020 03c00046465766963'.replaceAll(' ', ''), 'hex');
CONNECT[1] = CONNECT.length - 2;
const CONNACK = '20020000';

/** SSL_OP_NO_ENCRYPT_THEN_MAC of OpenSSL, which Node has no name for. */
const NO_ENCRYPT_THEN_MAC = 1 << 19;

/** Shakes hands as Node's client does; its error where the server refused. */
async function handshake(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const { certificate, privateKey, ca } = await identity('ec-P-256');
  const socket = connect({
    ...{ host: '127.0.0.1', port, servername: 'localhost', cert: certificate, key: privateKey!, ca },
    ...{ maxVersion: 'TLSv1.2', ciphers: 'ALL:@SECLEVEL=0' },
    // Its certificates are for a clock that stands still.
    rejectUnauthorized: false,
    ...options,
  });
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** The answer to `CONNECT`, hexadecimal. */
async function connack(socket: TLSSocket): Promise<string> {
  socket.write(CONNECT);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString('hex');
}

describe('a mutual handshake with Node', () => {
  test.each(AWS_SUITES_12)('%s', async (name) => {
    const { standIn, events } = await testExactStandIn();
    const { openssl: ciphers } = suiteByName(name)!;
    const socket = await handshake(await listenExact(standIn), { ciphers: `${ciphers}:@SECLEVEL=0` });
    expect(socket.getCipher().standardName).toBe(name);
    expect(await connack(socket)).toBe(CONNACK);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'handshake', suite: name, clientSubject: 'CN=AWS IoT Certificate' }),
    );
  });

  test.each(['AES128-SHA', 'AES256-SHA256', 'ECDHE-RSA-AES256-SHA384'])('%s, MAC first', async (ciphers) => {
    const { standIn } = await testExactStandIn();
    const socket = await handshake(await listenExact(standIn), {
      ...{ ciphers: `${ciphers}:@SECLEVEL=0`, secureOptions: NO_ENCRYPT_THEN_MAC },
    });
    expect(await connack(socket)).toBe(CONNACK);
  });

  test.each(['P-256', 'P-384', 'P-521', 'X25519'])('over %s', async (ecdhCurve) => {
    const { standIn } = await testExactStandIn(['rsa-only']);
    const socket = await handshake(await listenExact(standIn), { ecdhCurve });
    expect(socket.getEphemeralKeyInfo()).toMatchObject({
      name: { 'P-256': 'prime256v1', 'P-384': 'secp384r1', 'P-521': 'secp521r1' }[ecdhCurve] ?? ecdhCurve,
    });
    expect(await connack(socket)).toBe(CONNACK);
  });

  test('with an RSA identity, and one that nobody knows: closed at CONNECT', async () => {
    const known = await testExactStandIn();
    const rsa = await identity('rsa-2048');
    const port = await listenExact(known.standIn);
    const own = { cert: rsa.certificate, key: rsa.privateKey! };
    expect(await connack(await handshake(port, own))).toBe(CONNACK);

    const stranger = await testIdentity();
    const socket = await handshake(port, { cert: stranger.certificate, key: stranger.privateKey! });
    socket.write(CONNECT);
    socket.resume();
    await once(socket, 'end');
    expect(known.events.at(-1)).toMatchObject({
      kind: 'refused',
      reason: 'certificate is not registered: closed at CONNECT',
    });
  });
});

test('the same bytes are answered by the same bytes, before the writing returns', async () => {
  let hello: Buffer | undefined;
  const { standIn } = await testExactStandIn();
  const port = await listenExact(standIn, (bytes) => {
    hello ??= bytes;
    return bytes;
  });
  await handshake(port);
  const flights = [];
  for (const faults of [[], [], ['prefers-ecdsa']] as const) {
    const other = (await testExactStandIn(faults)).standIn;
    for (const connection of [other.connect(), other.connect()]) {
      connection.write(hello!);
      flights.push((connection.read() as Buffer).toString('hex'));
    }
  }
  const [first, second, again, againSecond, ecdsa] = flights;
  expect([again, againSecond]).toEqual([first, second]);
  expect(new Set([first, second, ecdsa]).size).toBe(3);
});

test('openssl s_client verifies the chain at the time it was issued for', async () => {
  const { standIn } = await testExactStandIn();
  const { certificate, privateKey, ca } = await identity('ec-P-256');
  const paths = await writeTemporary({ certificate, key: privateKey!, ca });
  const { text } = await openssl([
    ...['s_client', '-connect', `127.0.0.1:${await listenExact(standIn)}`, '-servername', 'localhost'],
    ...['-CAfile', paths.ca, '-cert', paths.certificate, '-key', paths.key, '-verify_hostname', 'localhost'],
    ...['-attime', String(EXACT_NOW.getTime() / 1000)],
  ]);
  expect(text).toContain('Verify return code: 0 (ok)');
  expect(text).toContain('Cipher is ECDHE-RSA-AES128-GCM-SHA256');
  expect(text).toContain('Extended master secret: yes');
});

/** Hands the client's bytes on, the first handshake message of `type` changed by `change`. */
function tampering(type: number, change: (message: Buffer) => void): (bytes: Buffer) => Buffer {
  let done = false;
  return (bytes) => {
    const changed = Buffer.from(bytes);
    for (let at = 0; at + 5 <= changed.length; at += 5 + changed.readUInt16BE(at + 3)) {
      if (changed[at] === 20) break;
      if (done || changed[at] !== 22 || changed[at + 5] !== type) continue;
      change(changed.subarray(at + 5));
      done = true;
    }
    return changed;
  };
}

const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const CERTIFICATE_VERIFY = 15;

describe('a client that proves nothing', () => {
  const flip = (message: Buffer) => {
    const last = message.readUIntBE(1, 3) + 3;
    message[last] = message[last]! ^ 1;
  };
  /** Extended master secret goes by a number that nobody knows: what both sides have seen then differs. */
  const hideMasterSecretExtension = (message: Buffer) => {
    message[message.indexOf(Buffer.from('00170000', 'hex'))] = 0x77;
  };
  const cases: [string, Parameters<typeof tampering>, Parameters<typeof testExactStandIn>[0], RegExp][] = [
    ['by a wrong signature', [CERTIFICATE_VERIFY, flip], [], /decrypt error/],
    ['by a certificate of which it has no key', [CERTIFICATE, flip], [], /decrypt error/],
    [
      'by a Finished of another handshake',
      [CLIENT_HELLO, hideMasterSecretExtension],
      ['no-client-certificate'],
      /decrypt error/,
    ],
  ];
  test.each(cases)('%s is refused', async (_name, tamper, faults, error) => {
    const { standIn, events } = await testExactStandIn(faults);
    const port = await listenExact(standIn, tampering(...tamper));
    await expect(handshake(port)).rejects.toThrow(error);
    expect(events.map(({ kind }) => kind)).toEqual(['client-hello', 'handshake-failed']);
  });

  test('by no certificate at all is refused', async () => {
    const { standIn, events } = await testExactStandIn();
    const port = await listenExact(standIn);
    await expect(handshake(port, { cert: '', key: '' })).rejects.toThrow(/handshake failure/);
    expect(events.at(-1)).toMatchObject({ message: 'peer did not return a certificate' });
  });

  test('by a record of other keys is refused', async () => {
    const { standIn } = await testExactStandIn();
    let isOver = false;
    const port = await listenExact(standIn, (bytes) => {
      const changed = Buffer.from(bytes);
      if (isOver) changed[changed.length - 1] = changed.at(-1)! ^ 1;
      return changed;
    });
    const socket = await handshake(port);
    isOver = true;
    socket.write(CONNECT);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toMatch(/bad record mac/);
  });
});

test.each([
  ['another name', { servername: 'elsewhere.example' }, /unrecognized name/],
  ['no shared suite', { ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' }, /handshake failure/],
  ['TLS 1.3 alone', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }, /protocol version/],
] as const)('a client with %s is refused by an alert', async (_name, options, error) => {
  const { standIn } = await testExactStandIn();
  await expect(handshake(await listenExact(standIn), options)).rejects.toThrow(error);
});
