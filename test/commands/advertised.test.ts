import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advertisedAt } from '../../src/commands/test/advertised.ts';
import { TestEndpoints } from '../../src/commands/test/endpoints.ts';
import { loadTestState } from '../../src/commands/test/state.ts';
import { isEspawsError } from '../../src/errors.ts';
import { nodeEnvironment } from '../../src/io/environment.ts';
import { nodeHost } from '../../src/io/node-host.ts';
import type { PlannedCase } from '../../src/test-plan/case.ts';

describe('advertisedAt', () => {
  const here = { networkAddress: '192.168.1.5' };
  it.each([
    [undefined, here, '192.168.1.5', 8883],
    ['10.0.0.7', here, '10.0.0.7', 8883],
    ['10.0.0.7:9000', here, '10.0.0.7', 9000],
    ['pi.lan', {}, 'pi.lan', 8883],
  ])('%s', (text, environment, address, port) => {
    expect(advertisedAt(text, environment)).toEqual({ address, port });
  });

  it.each([
    [undefined, {}, 'endpoint/serve', '--advertise ADDRESS'],
    ['127.0.0.1', here, 'endpoint/serve', '--advertise ADDRESS'],
    ['localhost:9000', here, 'endpoint/serve', '--advertise ADDRESS'],
    ['0.0.0.0', here, 'endpoint/serve', '--advertise ADDRESS'],
    ['[::1]', here, 'usage/invalid', '192.168.1.10:8883'],
    ['10.0.0.7:99999', here, 'usage/invalid', '192.168.1.10:8883'],
    ['a b', here, 'usage/invalid', '192.168.1.10:8883'],
  ])('refuses %s', (text, environment, code, hint) => {
    try {
      advertisedAt(text, environment);
      expect.unreachable();
    } catch (error) {
      expect(isEspawsError(error) && { code: error.code, hint: error.hint }).toEqual({
        ...{ code, hint: expect.stringContaining(hint) as string },
      });
    }
  });
});

const { networkAddress } = nodeEnvironment();
if (networkAddress === undefined)
  process.stderr.write('SKIPPED: this machine is in no network; nothing is served to it.\n');

describe.skipIf(networkAddress === undefined)('the stand-in of a case whose board has Wi-Fi', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-advertised-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('serves the network under the name that the firmware verifies, one after the other', async () => {
    const probe = createServer().listen(0, networkAddress);
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));

    const host = nodeHost();
    const state = await loadTestState(host.files, directory);
    const endpoints = new TestEndpoints(host, state, {
      ...{ signal: new AbortController().signal, advertise: `${networkAddress!}:${port}` },
    });
    const one = {
      endpoint: { kind: 'stand-in', faults: [] },
      build: { kind: 'sdk', sdk: 'rtos-sdk' },
    } as unknown as PlannedCase;
    expect(endpoints.settings(one)).toMatchObject({ host: 'localhost', address: networkAddress, port });

    const open = await endpoints.open(one);
    const roots = await Promise.all(
      (['rsa-2048', 'ec-P-256'] as const).map((key) => state.authority.root('root', key, 'sha256')),
    );
    // In TLS 1.3 a client without a certificate is turned away only behind this.
    const socket = tls.connect({
      ...{ host: networkAddress!, port, servername: 'localhost' },
      ca: roots.map(({ certificate }) => certificate),
    });
    await once(socket, 'secureConnect');
    socket.on('error', () => undefined);
    expect(socket.authorized).toBe(true);
    socket.destroy();
    const local = connect(port, '127.0.0.1');
    expect(await once(local, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);

    // A second one waits until the port is free.
    const next = endpoints.open(one);
    await open.close();
    await (await next).close();
  });
});
