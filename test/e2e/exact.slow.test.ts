import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestReport } from '../../src/report/report.ts';
import { compileProgram, hasToolchain } from '../support/board-image.ts';
import type { VerdictDocument } from '../../src/verdict/document.ts';
import { espaws } from '../support/command.ts';
import { RUNS_ALL } from '../support/share.ts';
import { testIdentity } from '../support/stand-in.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';

/** Loaded into a process before its program: each turn of the event loop comes at its own time. */
const DELAYS = `
const immediate = globalThis.setImmediate;
globalThis.setImmediate = (call, ...values) =>
  Math.random() < 0.1 ? setTimeout(call, Math.random() * 5, ...values) : immediate(call, ...values);
`;

const busy: ChildProcess[] = [];
afterEach(() => {
  for (const child of busy.splice(0)) child.kill();
});

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'espaws-exact-'));
  await writeFile(join(directory, 'delays.mjs'), DELAYS);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const delayed = () => ({
  env: { NODE_OPTIONS: `--import ${pathToFileURL(join(directory, 'delays.mjs')).href}` },
});

interface Runs {
  boards?: number;
  args?: readonly string[];
  /** Beside a program that takes a processor for itself, and with delays. */
  disturbed?: boolean;
}

/** `espaws test` in a process of its own and a folder that knows nothing of the others. */
async function tested(name: string, plan: object, { boards = 1, args = [], disturbed = false }: Runs = {}) {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'espaws.test.yaml'), JSON.stringify(plan));
  if (disturbed) busy.push(spawn(process.execPath, ['-e', 'for (;;);']));
  const ports = Array<string[]>(boards).fill(['--port', 'virtual:']).flat();
  const report = join(folder, 'report');
  const ended = await espaws(
    ['test', folder, '--project', folder, '--report', report, ...ports, ...args],
    disturbed ? delayed() : {},
  );
  const { cases } = JSON.parse(await readFile(join(report, 'report.json'), 'utf8')) as TestReport;
  const logs = await Promise.all(
    cases.flatMap(({ artefacts }) =>
      artefacts
        .filter(({ name }) => name === 'raw log')
        .map(({ path }) => readFile(join(report, path), 'latin1')),
    ),
  );
  return { ...ended, cases, logs };
}

const plan = (version: TestVersion) => ({
  defaults: { exact: true, timeout: '9m' },
  // The firmware asks for the time, too.
  configs: { own: { checkDates: true } },
  builds: { tree: { mbedtls: { path: testTree(version) } } },
  matrix: { identity: ['ec', 'rsa'], endpoint: ['stand-in'], config: ['own'], build: ['tree'] },
});

/** What makes a case exact is the same in each: of the two that every machine has, one is enough for CI. */
const VERSIONS = (['2.2', '2.7', '2.16', '2.28', '3.6'] as const).filter(
  (version) => RUNS_ALL || version !== '3.6',
);

describe.runIf(hasToolchain)('exact cases', () => {
  describe.each(VERSIONS)('%s', (version) => {
    it.skipIf(testTree(version) === undefined)(
      `${treeTitle(version)}: take the same instructions and heap in every process, under any load`,
      async () => {
        const first = await tested(`${version}-quiet`, plan(version));
        expect(first.cases.map(({ name, outcome, because }) => [name, outcome, because])).toEqual(
          ['ec', 'rsa'].map((key) => [
            ...[`${key} / stand-in / own / tree`, 'passed'],
            'mutual TLSv1.2 handshake, server verified, MQTT CONNACK received',
          ]),
        );
        const second = await tested(`${version}-disturbed`, plan(version), { boards: 2, disturbed: true });
        const measured = ({ cases }: typeof first) => cases.map(({ verdict }) => verdict?.handshake);
        expect(measured(second)).toEqual(measured(first));
        expect(measured(first).every((one) => (one?.instructions ?? 0) > 10_000_000)).toBe(true);
        expect(measured(first).every((one) => (one?.heapPeakBytes ?? 0) > 10_000)).toBe(true);
        // What the board said, the frames of its requests included.
        expect(second.logs).toEqual(first.logs);
      },
    );
  });

  it.skipIf(testTree('2.28') === undefined)('fail with firmware that takes a little more', async () => {
    const args = ['--baseline', join(directory, 'baseline.json'), '--filter', 'identity:ec'];
    const trusting = (ca: 'rsa' | 'both') => ({ ...plan('2.28'), identities: { ec: { issue: 'ec', ca } } });
    const before = await tested('one-root', trusting('rsa'), { args: [...args, '--update-baseline'] });
    expect(before.code).toBe(0);
    expect((await tested('one-root-again', trusting('rsa'), { args })).code).toBe(0);

    const more = await tested('two-roots', trusting('both'), { args });
    expect(more.code).toBe(6);
    const [from, to] = [before, more].map(({ cases }) => cases[0]!.verdict!.handshake!.instructions!);
    expect(to! - from!).toBeGreaterThan(0);
    const [was, is, by] = [from!, to!, to! - from!].map((value) => value.toLocaleString('en-US'));
    expect(more.cases[0]!.regressions.join('; ')).toContain(
      `instructions rose from ${was!} to ${is!}, by ${by!}`,
    );
  });

  it('fail with one instruction more', async () => {
    const program = (instruction: string) => `void start(void) {
      uart_div_modify(0, 52000000 / 115200);
      __asm__ volatile("${instruction}");
      SAY("I (1) tls: verify flags 0x0\\n");
      SAY("I (1) tls: handshake TLSv1.2 TLS-RSA-WITH-AES-128-GCM-SHA256 in 5 ms\\n");
      SAY("I (1) mqtt: CONNACK code 0\\n");
      SAY("I (1) bench: done pass\\n");
      for (;;) SLEEP();
    }`;
    const image = join(directory, 'program.bin');
    const regions = {
      builds: { ready: { regions: [{ address: 0, file: image }] } },
      cases: [{ name: 'ready', identity: 'ec', endpoint: 'stand-in', build: 'ready', exact: true }],
    };
    const args = ['--baseline', join(directory, 'regions.json')];
    await writeFile(image, compileProgram(program('nop')).flash);
    const before = await tested('regions', regions, { args: [...args, '--update-baseline'] });
    expect(before.code).toBe(0);
    expect((await tested('regions', regions, { args })).code).toBe(0);
    await writeFile(image, compileProgram(program('nop; nop')).flash);
    const after = await tested('regions', regions, { args });
    expect(after.code).toBe(6);
    const was = before.cases[0]!.verdict!.handshake!.instructions!;
    const [from, to] = [was, was + 1].map((value) => value.toLocaleString('en-US'));
    expect(after.cases[0]!.regressions).toEqual([`instructions rose from ${from!} to ${to!}, by 1`]);
  });

  it.skipIf(testTree('2.28') === undefined)('are what espaws run --exact makes of a project', async () => {
    const folder = join(directory, 'project');
    await mkdir(folder);
    const { certificate, privateKey, ca } = await testIdentity();
    for (const [name, text] of Object.entries({ certificate, key: privateKey!, ca })) {
      await writeFile(join(folder, `${name}.pem`), text);
    }
    await writeFile(
      join(folder, 'espaws.yaml'),
      JSON.stringify({
        identity: { certificate: 'certificate.pem', key: 'key.pem', ca: 'ca.pem' },
        endpoint: { profile: 'aws-iot', host: 'example-ats.iot.eu-west-1.amazonaws.com' },
        mbedtls: { path: testTree('2.28') },
        port: '/dev/none',
      }),
    );
    const args = ['run', '--project', folder, '--exact', '--json'];
    const runs = [await espaws(args), await espaws(args, delayed())];
    const [first, second] = runs.map(({ stdout }) => JSON.parse(stdout) as VerdictDocument);
    expect(first).toMatchObject({ verdict: 'pass' });
    expect(first!.handshake!.instructions).toBeGreaterThan(10_000_000);
    expect(second!.handshake).toEqual(first!.handshake);
    expect((await espaws([...args, '--port', '/dev/ttyUSB0'])).code).toBe(2);
    expect((await espaws([...args, '--tls', '1.3'])).code).toBe(2);
  });

  it('run on fresh virtual boards alone', async () => {
    const folder = join(directory, 'kept');
    const one = { name: 'a', identity: 'ec', endpoint: 'stand-in', build: 'bench', exact: true };
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'espaws.test.yaml'), JSON.stringify({ cases: [one] }));
    const port = `virtual:${join(folder, 'kept.flash')}`;
    const report = join(folder, 'report');
    const args = ['test', folder, '--project', folder, '--report', report, '--port', port];
    expect((await espaws(args)).stdout).toContain('no board fits; an exact case runs on `virtual:` alone');
  });
});
