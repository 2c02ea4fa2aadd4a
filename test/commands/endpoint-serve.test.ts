import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectMqtt } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { probeCommand, parseEndpoint } from '../../src/commands/endpoint-probe.ts';
import { serveCommand, type ServeOptions, type StandInReady } from '../../src/commands/endpoint-serve.ts';
import type { CommandContext } from '../../src/commands/result.ts';
import { endpointFactsFromJson } from '../../src/endpoint/facts-json.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeLeases } from '../../src/io/leases.ts';
import { nodeNetwork } from '../../src/io/network.ts';
import { nodeProcesses } from '../../src/io/processes.ts';
import { nodePrompt } from '../../src/io/prompt.ts';
import { serialPorts } from '../../src/io/serial/serial-ports.ts';
import { virtualBoards } from '../../src/io/virtual-port.ts';
import type { ProgressEvent } from '../../src/progress.ts';
import { openssl } from '../support/openssl.ts';
import { testAuthority } from '../support/stand-in.ts';

/** With the state of an earlier start, unless `isNew`: RSA keys take their time. */
async function temporaryDirectory({ isNew = false } = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-serve-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  if (isNew) return directory;
  const authority = await testAuthority();
  await authority.root('device', 'rsa-2048');
  await nodeFiles.write(join(directory, 'stand-in', 'stand-in.json'), JSON.stringify(authority.state()));
  return directory;
}

function newContext() {
  const controller = new AbortController();
  const events: ProgressEvent[] = [];
  const context: CommandContext = {
    host: {
      files: nodeFiles,
      processes: nodeProcesses,
      network: nodeNetwork,
      clock: nodeClock,
      boards: virtualBoards,
      ports: serialPorts,
      leases: nodeLeases,
      prompt: nodePrompt,
      environment: { variables: {}, homeDirectory: tmpdir(), workingDirectory: tmpdir(), processors: 1 },
    },
    progress: (event) => events.push(event),
    signal: controller.signal,
  };
  return { context, controller, events };
}

/** Serves until `stop`; resolves when the ready line is out. */
async function serve(directory: string, options: Partial<ServeOptions> = {}) {
  const { context, controller, events } = newContext();
  const readyFile = join(directory, 'ready.json');
  const announced = new EventEmitter();
  const ready = once(announced, 'serving');
  const progress = (event: ProgressEvent) => {
    events.push(event);
    if (event.kind === 'note' && event.text.startsWith('serving ')) announced.emit('serving');
  };
  const running = serveCommand(
    { ...context, progress },
    { directory, force: false, faults: [], port: 0, readyFile, ...options },
  );
  const stop = async () => {
    controller.abort();
    return running;
  };
  onTestFinished(async () => {
    await stop().catch(() => undefined);
  });
  await Promise.race([ready, running]);
  return { ready: JSON.parse(await readFile(readyFile, 'utf8')) as StandInReady, stop, events, readyFile };
}

const read = (path: string) => readFile(path, 'utf8');

describe('endpoint serve', () => {
  test('--issue: an MQTT client connects with nothing but what the ready file names', async () => {
    const { ready, stop, events, readyFile } = await serve(await temporaryDirectory(), { issue: 'ec' });
    expect((await stat(ready.key)).mode & 0o777).toBe(0o600);
    const client = connectMqtt({
      ...{
        protocol: 'mqtts',
        host: ready.host,
        port: ready.port,
        servername: ready.host,
        reconnectPeriod: 0,
      },
      ...{ cert: await read(ready.certificate), key: await read(ready.key), ca: await read(ready.ca) },
    });
    await new Promise((resolve, reject) => {
      client.once('connect', resolve);
      client.once('error', reject);
    });
    await client.endAsync();
    const result = await stop();
    expect(result).toMatchObject({
      exitCode: 130,
      json: { port: ready.port, connections: 1, handshakes: 1, failures: 0 },
    });
    expect(events).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('MQTT CONNECT') as string }),
    );
    await expect(stat(readyFile)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(nodeNetwork.connectTcp(ready.address, ready.port)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('the ready file’s facts are those of the server', async () => {
    const { ready } = await serve(await temporaryDirectory(), { faults: ['ecdsa-only'] });
    const facts = endpointFactsFromJson(JSON.parse(await read(ready.facts)), ready.facts);
    expect(facts).toMatchObject({
      host: 'localhost',
      port: ready.port,
      chainsKnown: true,
      prefersChain: 'ecdsa',
    });
  });

  test('a second start has the same roots and keeps the identity; the state is private', async () => {
    const directory = await temporaryDirectory({ isNew: true });
    const first = await serve(directory, { issue: 'ec' });
    const before = [
      await read(first.ready.certificate),
      await read(first.ready.key),
      await read(first.ready.ca),
    ];
    await first.stop();
    expect((await stat(join(directory, 'stand-in', 'stand-in.json'))).mode & 0o777).toBe(0o600);
    const { ready } = await serve(directory, { issue: 'ec' });
    expect([await read(ready.certificate), await read(ready.key), await read(ready.ca)]).toEqual(before);
  });

  test('another kind of key replaces an identity of its own', async () => {
    const directory = await temporaryDirectory();
    await (await serve(directory, { issue: 'ec' })).stop();
    const { ready } = await serve(directory, { issue: 'rsa' });
    expect(await read(ready.key)).toContain('BEGIN RSA PRIVATE KEY');
  });

  test('a foreign key is not overwritten, and nothing is written; --force does', async () => {
    const directory = await temporaryDirectory();
    const key = join(directory, 'certs', 'private.pem.key');
    await nodeFiles.write(key, 'the only copy');
    const { context } = newContext();
    const options = { directory, issue: 'ec', force: false, faults: [], port: 0 } as const;
    await expect(serveCommand(context, options)).rejects.toMatchObject({
      code: 'project/exists',
      message: expect.stringContaining('private.pem.key') as string,
      hint: expect.stringContaining('--force') as string,
    });
    expect(await readdir(join(directory, 'certs'))).toEqual(['private.pem.key']);
    expect(await read(key)).toBe('the only copy');
    await (await serve(directory, { issue: 'ec', force: true })).stop();
    expect(await read(key)).toContain('BEGIN EC PRIVATE KEY');
  });

  test('a foreign CA bundle is not overwritten', async () => {
    const directory = await temporaryDirectory();
    await nodeFiles.write(join(directory, 'certs', 'ca.pem'), nodeNetwork.rootCertificates()[0]!);
    const { context } = newContext();
    const serving = serveCommand(context, { directory, issue: 'ec', force: false, faults: [], port: 0 });
    await expect(serving).rejects.toMatchObject({ code: 'project/exists' });
  });

  test('--csr certifies the user’s key and leaves it alone', async () => {
    const directory = await temporaryDirectory();
    const [key, csr] = [join(directory, 'certs', 'private.pem.key'), join(directory, 'device.csr')];
    await nodeFiles.makeDirectory(join(directory, 'certs'));
    await openssl(['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key]);
    await openssl(['req', '-new', '-key', key, '-subj', '/CN=mine', '-out', csr]);
    const before = await read(key);
    const { ready } = await serve(directory, { csr });
    expect(await read(key)).toBe(before);
    const text = (await openssl(['x509', '-in', ready.certificate, '-noout', '-subject', '-text'])).text;
    expect(text).toMatch(/subject=CN = mine[^]*sha256WithRSAEncryption/);
  });

  test.each([
    ['an unknown fault', { faults: ['gremlins'] }, 'usage/invalid'],
    ['a CSR that is not there', { csr: '/no/such/device.csr' }, 'certificate/missing'],
  ])('%s is an error', async (_name, options, code) => {
    const { context } = newContext();
    const directory = await temporaryDirectory();
    const serving = serveCommand(context, { directory, force: false, faults: [], port: 0, ...options });
    await expect(serving).rejects.toMatchObject({ code });
  });

  test('a broken state is an error, not overwritten', async () => {
    const directory = await temporaryDirectory();
    const state = join(directory, 'stand-in', 'stand-in.json');
    await nodeFiles.write(state, '{"version":1,');
    const { context } = newContext();
    const serving = serveCommand(context, { directory, force: false, faults: [], port: 0 });
    await expect(serving).rejects.toMatchObject({ code: 'project/invalid' });
    expect(await read(state)).toBe('{"version":1,');
  });

  test('aborted before it serves: nothing listens, nothing is half-written', async () => {
    const directory = await temporaryDirectory({ isNew: true });
    const { context, controller } = newContext();
    const serving = serveCommand(context, { directory, issue: 'rsa', force: false, faults: [], port: 0 });
    controller.abort(new Error('stop'));
    await expect(serving).rejects.toThrow('stop');
    const names = await readdir(directory, { recursive: true });
    expect(names.filter((name) => name.includes('.tmp'))).toEqual([]);
  });
});

describe('endpoint probe', () => {
  test('text, JSON and a file that config can read', async () => {
    const directory = await temporaryDirectory();
    const { ready } = await serve(directory, { issue: 'ec', faults: ['short-chain'] });
    const { context } = newContext();
    const out = join(directory, 'facts.json');
    const { certificate, key } = ready;
    const result = await probeCommand(context, {
      endpoint: `localhost:${ready.port}`,
      certificate,
      key,
      out,
    });
    expect(result.exitCode).toBe(0);
    expect(result.text).toMatch(/client certificate +required/);
    expect(result.text).toMatch(/chain for RSA clients \(\d+ bytes, preferred\)/);
    expect(result.json).toMatchObject({
      clientCertificate: 'required',
      report: { withoutServerName: 'refused' },
    });
    expect(endpointFactsFromJson(JSON.parse(await read(out)), out)).toMatchObject({ port: ready.port });
  });

  test('a certificate without its key is a usage error', async () => {
    const { context } = newContext();
    const probing = probeCommand(context, { endpoint: 'localhost', certificate: 'a.crt' });
    await expect(probing).rejects.toMatchObject({ code: 'usage/invalid' });
  });

  test.each([
    ['a.example', { host: 'a.example', port: 8883 }],
    ['a.example:443', { host: 'a.example', port: 443 }],
    ['[::1]:8883', { host: '::1', port: 8883 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
  ])('endpoint %s', (text, expected) => {
    expect(parseEndpoint(text)).toEqual(expected);
  });

  test.each(['', 'a b', 'https://a.example', 'a:0', 'a:70000', 'a:b', '::1'])('"%s" is none', (text) => {
    expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'usage/invalid' }) as Error);
  });
});
