import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CA_EXTENSIONS, openWorkshop } from '../support/identities.ts';
import { testProject } from '../support/board-case.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
const FIELD_HEADER = join(import.meta.dirname, '../fixtures/configs/rtos-sdk-1.5.h');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command; `interruptAt`: SIGINT when stderr shows it; `interruptWhen`: as soon as that resolves. */
function espaws(
  args: readonly string[],
  {
    env = {},
    interruptAt,
    interruptWhen,
  }: { env?: Record<string, string>; interruptAt?: RegExp; interruptWhen?: Promise<void> } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, NO_COLOR: '1', ...env } });
    let [stdout, stderr] = ['', ''];
    let interrupted = false;
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      if (interrupted || interruptAt?.test(stderr) !== true) return;
      interrupted = true;
      child.kill('SIGINT');
    });
    void interruptWhen?.then(() => child.kill('SIGINT'));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** Everything below a folder that a finished or interrupted command must not leave there. */
async function leftovers(directory: string): Promise<string[]> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  return names.filter((name) => /\.(?:tmp|partial)$/.test(name));
}

/** Command lines of running processes that name the folder. */
async function processesOf(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.includes(directory));
}

async function edit(directory: string, change: (project: Record<string, Record<string, unknown>>) => void) {
  const file = join(directory, 'espaws.yaml');
  const project = JSON.parse(await readFile(file, 'utf8')) as Record<string, Record<string, unknown>>;
  change(project);
  await writeFile(file, JSON.stringify(project));
}

describe.skipIf(testTree('2.28') === undefined)(`the espaws command, ${treeTitle('2.28')}`, () => {
  it('passes, and prints one JSON document', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const { code, stdout, stderr } = await espaws(['run', '--project', project, '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'pass',
      handshake: { version: 'TLSv1.2', ciphersuite: 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256' },
      error: null,
      verifyFlags: [],
    });
    expect(stdout + stderr).not.toMatch(/PRIVATE KEY/);
    expect(await leftovers(project)).toEqual([]);
  });

  it('predicts the field case: an RSA-only header and an RSA-signed EC certificate give -15488', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const checked = await espaws(['config', '--check', FIELD_HEADER, '--project', project, '--json']);
    expect(checked.code, checked.stderr).toBe(6);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      prediction: {
        outcome: 'error',
        call: 'mbedtls_x509_crt_parse(certificate)',
        code: -15488,
        name: 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG',
        missing: ['MBEDTLS_ECP_C', 'MBEDTLS_ECP_DP_SECP256R1_ENABLED'],
      },
    });
    const run = await espaws(['run', '--header', FIELD_HEADER, '--project', project, '--json']);
    expect(run.code, run.stderr).toBe(6);
    expect(JSON.parse(run.stdout)).toMatchObject({
      verdict: 'fail',
      error: { code: -15488, hex: '-0x3C80', call: 'mbedtls_x509_crt_parse(certificate)' },
    });
  });

  it('names the flag and the cause of -9984', async () => {
    const project = await testProject({ identity: { ca: 'rsa' }, faults: ['wrong-host'] });
    const { code, stdout, stderr } = await espaws(['run', '--project', project, '--json']);
    expect(code, stderr).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'fail',
      verifyFlags: ['CN_MISMATCH'],
      error: { code: -9984, call: 'mbedtls_ssl_handshake' },
    });
  });

  it('writes the same header twice', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const [one, two] = [join(project, 'one.h'), join(project, 'two.h')];
    for (const out of [one, two]) {
      expect(await espaws(['config', '--project', project, '--out', out])).toMatchObject({ code: 0 });
    }
    expect(await readFile(one, 'utf8')).toBe(await readFile(two, 'utf8'));
  });

  describe('bad input', () => {
    it.each<
      [
        string,
        (project: string) => Promise<{ args?: string[]; env?: Record<string, string> } | undefined>,
        number,
        RegExp,
      ]
    >([
      [
        'no toolchain',
        () => Promise.resolve({ env: { ESPAWS_TOOLCHAIN: '/nonexistent' } }),
        4,
        /build\/tool-missing/,
      ],
      [
        'no mbedTLS tree',
        async (project) => {
          await edit(project, (file) => (file['mbedtls'] = { path: 'nowhere' }));
          return undefined;
        },
        3,
        /config\/tree-missing/,
      ],
      [
        'a truncated certificate',
        async (project) => {
          const path = join(project, 'device.crt');
          await writeFile(path, (await readFile(path, 'utf8')).slice(0, 400));
          return undefined;
        },
        3,
        /certificate\/unparsable/,
      ],
      [
        'the key of another certificate',
        async (project) => {
          const other = await testProject({ identity: { ca: 'rsa' } });
          await cp(join(other, 'device.key'), join(project, 'device.key'));
          return undefined;
        },
        3,
        /certificate\/key-mismatch/,
      ],
      [
        'an expired CA',
        async (project) => {
          const workshop = await openWorkshop();
          onTestFinished(() => workshop.close());
          const ca = await workshop.issue({
            name: 'old-ca',
            extensions: CA_EXTENSIONS,
            from: '20200101000000Z',
            to: '20210101000000Z',
          });
          await cp(ca.certificate, join(project, 'ca.pem'));
          return undefined;
        },
        3,
        /certificate\/expired/,
      ],
      [
        'an endpoint that nobody answers at',
        async (project) => {
          await edit(project, (file) => (file['endpoint']!['port'] = 1));
          return undefined;
        },
        3,
        /endpoint\/unreachable/,
      ],
      ['an unknown option', () => Promise.resolve({ args: ['--colour'] }), 2, /usage\/invalid/],
      ['a port that is none', () => Promise.resolve({ args: ['--port', 'nonsense'] }), 5, /port\/unknown/],
      ['a port that is not there', () => Promise.resolve({ args: ['--port', 'COM99'] }), 5, /port\/missing/],
    ])('%s', async (_title, prepare, exitCode, stderr) => {
      const project = await testProject({ identity: { ca: 'rsa' } });
      const { args = [], env = {} } = (await prepare(project)) ?? {};
      const ended = await espaws(['run', '--project', project, ...args], { env });
      expect(ended.stderr).toMatch(stderr);
      expect(ended.stderr).toMatch(/^hint: /m);
      expect(ended.code).toBe(exitCode);
      expect(await leftovers(project)).toEqual([]);
    });
  });

  describe('Ctrl-C', () => {
    it.each([
      ['behind the derivation', /config\s+\d+ options/],
      ['while it compiles', /compile\s+xtensa/],
      ['while it links', /compile\s+\d+ files compiled/],
      ['while the board runs', /uart\s.*mbedtls_ctr_drbg_seed/],
    ])('%s leaves no process and no half file', async (_title, interruptAt) => {
      const project = await testProject({ identity: { ca: 'rsa' }, faults: ['slow'] });
      const cache = await mkdtemp(join(tmpdir(), 'espaws-cache-'));
      onTestFinished(() => rm(cache, { recursive: true }));
      const ended = await espaws(['run', '--project', project, '--verbose'], {
        interruptAt,
        env: { ESPAWS_CACHE: cache },
      });
      expect(ended.stderr).toMatch(interruptAt);
      expect(ended.code, ended.stderr).toBe(130);
      expect(await leftovers(project)).toEqual([]);
      expect(await leftovers(cache)).toEqual([]);
      expect(await processesOf(project)).toEqual([]);
    });

    it.each([
      ['endpoint probe', (port: number) => ['endpoint', 'probe', `localhost:${port}`]],
      [
        'run, which asks the endpoint first',
        (_port: number, project: string) => ['run', '--project', project],
      ],
    ])('while a server is silent ends %s', async (_title, command) => {
      const project = await testProject({ identity: { ca: 'rsa' } });
      let interrupt: () => void = () => undefined;
      const connected = new Promise<void>((resolve) => (interrupt = resolve));
      const server = createServer(() => {
        interrupt();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      await edit(project, (file) => (file['endpoint']!['port'] = port));
      const ended = await espaws(command(port, project), { interruptWhen: connected });
      expect(ended.code, ended.stderr).toBe(130);
      expect(await processesOf(project)).toEqual([]);
    });

    it('ends the stand-in', async () => {
      const directory = await mkdtemp(join(tmpdir(), 'espaws-serve-'));
      onTestFinished(() => rm(directory, { recursive: true }));
      const serve = ['endpoint', 'serve', '--issue', 'ec', '--directory', directory, '--port', '0'];
      const ended = await espaws(serve, { interruptAt: /Ctrl-C ends it/ });
      expect(ended.code, ended.stderr).toBe(130);
      expect(await leftovers(directory)).toEqual([]);
    });
  });
});
