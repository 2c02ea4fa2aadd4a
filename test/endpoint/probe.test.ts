import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { FaultName } from '../../src/endpoint/faults.ts';
import { probe, type ProbeResult } from '../../src/endpoint/probe.ts';
import type { ProbeTarget } from '../../src/endpoint/probe-dial.ts';
import type { StandInOptions } from '../../src/endpoint/stand-in-options.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import { openssl, writeTemporary } from '../support/openssl.ts';
import { startTestStandIn, testIdentity } from '../support/stand-in.ts';

const probeOf = (port: number, target: Partial<ProbeTarget> = {}) =>
  probe(nodeNetwork, nodeClock, { host: 'localhost', port, timeoutMs: 5000, ...target });

const fingerprints = (chain: ProbeResult['chains']['rsa']) => chain?.map(({ fingerprint }) => fingerprint);

describe('a stand-in is seen as it is', () => {
  const cases: [string, FaultName[], Partial<StandInOptions>?][] = [
    ['without faults', []],
    ['that prefers ECDSA', ['prefers-ecdsa']],
    ['with TLS 1.2 only', ['tls1.2-only']],
    ['with TLS 1.3 only', ['tls1.3-only']],
    ['with an RSA chain only', ['rsa-only']],
    ['with an ECDSA chain only', ['ecdsa-only']],
    ['with RSA key exchange only', ['rsa-key-exchange-only']],
    ['with CBC only', ['cbc-only']],
    ['without client certificates', ['no-client-certificate']],
    ['that requests one', [], { clientCertificate: 'requested' }],
    ['that needs no SNI', ['no-sni-needed']],
    ['with an expired certificate', ['expired']],
    ['with SHA-1 and two certificates', ['sha1-chain', 'short-chain']],
    ['with one suite', ['tls1.2-only'], { suites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'] }],
  ];
  test.each(cases)('%s', async (_name, faults, overrides) => {
    const { standIn } = await startTestStandIn(faults, overrides);
    const { facts } = standIn;
    const result = await probeOf(standIn.port);
    // Of a TLS 1.3 server without 1.2, only a refusal shows whether it asks for a certificate.
    expect(result).toMatchObject({
      host: 'localhost',
      port: standIn.port,
      versions: facts.versions,
      preference: result.suites.length > 1 && facts.versions.includes('1.2') ? 'server' : 'unknown',
      prefersChain: facts.prefersChain,
      clientCertificate: facts.clientCertificate,
      requiresSni: facts.requiresSni,
      chainsKnown: true,
    });
    expect([...result.suites].sort()).toEqual([...facts.suites].sort());
    expect(fingerprints(result.chains.rsa)).toEqual(fingerprints(facts.chains.rsa));
    expect(fingerprints(result.chains.ecdsa)).toEqual(fingerprints(facts.chains.ecdsa));
    expect(result.report.handshakes).toBeLessThan(60);
  });

  test('in its order of suites and curves', async () => {
    const { standIn } = await startTestStandIn(['tls1.2-only', 'rsa-only']);
    const result = await probeOf(standIn.port);
    expect(result.suites).toEqual(standIn.facts.suites);
    expect(result.curves).toEqual(standIn.facts.curves);
  });

  test('with ALPN, and with an identity', async () => {
    const { standIn } = await startTestStandIn([], { alpn: ['x-amzn-mqtt-ca'] });
    const { certificate, privateKey } = await testIdentity();
    const clientCertificate = { certificate, key: privateKey! };
    const result = await probeOf(standIn.port, { alpn: ['x-amzn-mqtt-ca'], clientCertificate });
    expect(result).toMatchObject({
      alpn: ['x-amzn-mqtt-ca'],
      report: { alpnAccepted: 'x-amzn-mqtt-ca', failure: undefined },
      clientCertificate: 'required',
    });
  });
});

/** `openssl s_server` with a new key of that kind on a free port. */
async function startSServer(kind: 'rsa' | 'ec', args: readonly string[]): Promise<number> {
  const paths = await writeTemporary({ key: '', certificate: '' });
  const key = kind === 'rsa' ? ['rsa:2048'] : ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'];
  await openssl([
    ...['req', '-x509', '-newkey', ...key, '-nodes', '-subj', '/CN=localhost', '-sha384'],
    ...['-keyout', paths.key, '-out', paths.certificate],
  ]);
  const own = ['-cert', paths.certificate, '-key', paths.key];
  const server = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...own, ...args]);
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.kill();
    await closed;
  });
  let text = '';
  for await (const chunk of server.stdout) {
    text += String(chunk);
    const port = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    if (port !== undefined) {
      server.stdout.resume();
      return Number(port);
    }
  }
  throw new Error(`openssl s_server ended: ${text}`);
}

describe('openssl s_server is seen as it was started', () => {
  test('RSA, two suites, client’s order, certificate requested, one curve', async () => {
    const suites = ['-tls1_2', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA'];
    const port = await startSServer('rsa', [...suites, '-curves', 'P-384', '-verify', '1']);
    expect(await probeOf(port)).toMatchObject({
      versions: ['1.2'],
      suites: ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
      preference: 'client',
      curves: ['secp384r1'],
      prefersChain: 'rsa',
      clientCertificate: 'requested',
      requiresSni: false,
      chains: { rsa: [{ subject: 'CN=localhost', signature: { algorithm: 'rsa-pkcs1', hash: 'sha384' } }] },
    });
  });

  test('EC P-384, server’s order, certificate required, SHA-256 suite second', async () => {
    const suites = ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256'];
    const port = await startSServer('ec', [...suites, '-serverpref', '-Verify', '1']);
    const result = await probeOf(port);
    expect(result).toMatchObject({
      suites: ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
      preference: 'server',
      prefersChain: 'ecdsa',
      clientCertificate: 'required',
      chains: { ecdsa: [{ key: { kind: 'ec', curve: 'secp384r1' } }] },
    });
    expect(result.chains.rsa).toBeUndefined();
  });

  test('TLS 1.3 with one suite', async () => {
    const port = await startSServer('rsa', ['-tls1_3', '-ciphersuites', 'TLS_AES_256_GCM_SHA384']);
    expect(await probeOf(port)).toMatchObject({ versions: ['1.3'], suites: ['TLS_AES_256_GCM_SHA384'] });
  });

  test('a name-routed one shows another chain without SNI', async () => {
    const other = await writeTemporary({ key: '', certificate: '' });
    await openssl([
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-subj',
        '/CN=two',
      ],
      ...['-keyout', other.key, '-out', other.certificate],
    ]);
    const routed = ['-servername', 'localhost', '-cert2', other.certificate, '-key2', other.key];
    const port = await startSServer('ec', ['-tls1_2', ...routed]);
    expect(await probeOf(port)).toMatchObject({
      requiresSni: true,
      report: { withoutServerName: 'other-chain' },
    });
  });
});

describe('what is no TLS server', () => {
  async function listen(onText: string | undefined): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        if (onText === undefined) socket.destroy();
        else if (onText !== '') socket.end(onText);
      });
    });
    onTestFinished(() => {
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  }

  test.each([
    ['answers HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n', /its answer is not a TLS record/],
    ['closes', undefined, /it ends the connection at the ClientHello/],
    ['is silent', '', /says nothing/],
  ])('one that %s', async (_name, text, message) => {
    const port = await listen(text);
    const error = { code: 'endpoint/not-tls', message: expect.stringMatching(message) as string };
    await expect(probeOf(port, { timeoutMs: 300 })).rejects.toMatchObject(error);
  });

  test('one that refuses the name says so by its alert', async () => {
    const { standIn } = await startTestStandIn();
    await expect(probeOf(standIn.port, { servername: 'other.example' })).rejects.toMatchObject({
      code: 'endpoint/not-tls',
      message: expect.stringContaining('alert 112') as string,
      hint: expect.stringContaining('--servername') as string,
    });
  });

  test('a closed port', async () => {
    const { standIn } = await startTestStandIn();
    await standIn.close();
    await expect(probeOf(standIn.port)).rejects.toMatchObject({
      code: 'endpoint/unreachable',
      message: expect.stringContaining(`localhost:${standIn.port}`) as string,
      hint: expect.stringContaining('espaws endpoint serve') as string,
    });
  });

  test('a name that does not exist', async () => {
    const target = { host: 'no-such-host.invalid', port: 8883, timeoutMs: 5000 };
    await expect(probe(nodeNetwork, nodeClock, target)).rejects.toMatchObject({
      code: 'endpoint/unreachable',
    });
  });

  test('an abort ends the probe with its reason', async () => {
    const port = await listen('');
    const controller = new AbortController();
    const probing = probeOf(port, { signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(probing).rejects.toThrow('stop');
  });
});
