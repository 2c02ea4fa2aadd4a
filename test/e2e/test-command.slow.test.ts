import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVirtualPort } from '../../src/io/virtual-port.ts';
import type { TestReport } from '../../src/report/report.ts';
import { compileProgram, hasToolchain } from '../support/board-image.ts';
import { espaws, processesOf } from '../support/command.ts';
import { junitFaults } from '../support/junit-schema.ts';

/** At the rate of the bench firmware's console: the boot ROM leaves the UART at 52 MHz. */
const SAY = 'uart_div_modify(0, 52000000 / 115200);';
const PROGRAMS = {
  greets: `void start(void) { ${SAY} SAY("I (1) app: hello\\n"); for (;;) SLEEP(); }`,
  fails: `void start(void) { ${SAY}
    SAY("I (1) bench: hello espaws 0.1 mbedtls 2.28.3\\n");
    SAY("I (5) bench: done fail mbedtls_x509_crt_parse -15488\\n"); for (;;) SLEEP(); }`,
  hangs: `void start(void) { ${SAY} SAY("I (1) app: waiting\\n"); for (;;) SLEEP(); }`,
  crashes: `void start(void) { ${SAY} SAY("I (1) app: about to crash\\n"); *(volatile int *) 0x50000000 = 5; for (;;); }`,
  babbles: `void start(void) { uart_div_modify(0, 52000000 / 9600); for (u32 i = 0; i < 400; i++) uart_tx_one_char(i * 7 + 3); for (;;) SLEEP(); }`,
  // Leaves a mark in flash, but not when it is reset soon, as behind the opening of a port.
  wavers: `int SPIRead(u32, void *, u32); int SPIWrite(u32, void *, u32);
    void start(void) { ${SAY} static u32 mark; SPIRead(0x80000, &mark, 4);
    if (mark == 5) SAY("I (1) app: hello\\n");
    else {
      for (volatile u32 i = 0; i < 20000000; i++);
      mark = 5; SPIWrite(0x80000, &mark, 4); SAY("I (1) app: not now\\n");
    }
    for (;;) SLEEP(); }`,
  // The register that the ROM's software reset writes.
  loops: `void software_reset(void); void start(void) { ${SAY} SAY("I (1) app: again\\n"); ets_delay_us(2000); software_reset(); for (;;); }`,
};

describe.runIf(hasToolchain)('espaws test', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-test-command-'));
    for (const [name, source] of Object.entries(PROGRAMS)) {
      await writeFile(join(directory, `${name}.bin`), compileProgram(source).flash);
    }
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  /** In a folder of its own, where `plan` is. */
  async function tested(name: string, plan: object, ...args: string[]) {
    const folder = join(directory, name);
    await mkdir(folder, { recursive: true });
    const builds = Object.keys(PROGRAMS).map((program) => [
      program,
      { regions: [{ address: 0, file: `../${program}.bin` }] },
    ]);
    await writeFile(
      join(folder, 'espaws.test.yaml'),
      JSON.stringify({
        name,
        identities: { ec: { issue: 'ec' } },
        endpoints: { aws: 'stand-in' },
        builds: Object.fromEntries(builds) as object,
        ...plan,
      }),
    );
    const report = join(folder, 'report');
    const ended = await espaws(['test', folder, '--project', folder, '--report', report, ...args]);
    const read = async (file: string) => readFile(join(report, file), 'utf8');
    expect(junitFaults(await read('junit.xml'))).toEqual([]);
    return { ...ended, folder, report, read, json: JSON.parse(await read('report.json')) as TestReport };
  }
  const one = (build: string, settings: object = {}) => ({
    ...{ name: build, identity: 'ec', endpoint: 'aws', build },
    ...settings,
  });

  it('reports bad firmware as what it is, and hangs at none', async () => {
    const quick = { timeout: '1500ms' };
    const { code, json, read, report } = await tested(
      'bad firmware',
      {
        cases: [
          one('fails'),
          one('hangs', quick),
          one('crashes', quick),
          one('babbles', quick),
          one('loops', { timeout: '3s', expect: { verdict: 'any', resets: { atMost: 0 } } }),
          one('greets', { expect: { verdict: 'any', log: ['hello'], forbid: ['panic'] } }),
        ],
      },
      ...['--port', 'virtual:', '--port', 'virtual:'],
    );
    expect(code).toBe(6);
    expect(Object.fromEntries(json.cases.map(({ name, outcome }) => [name, outcome]))).toEqual({
      ...{ fails: 'failed', hangs: 'failed', crashes: 'failed', babbles: 'failed', loops: 'failed' },
      greets: 'passed',
    });
    const because = Object.fromEntries(json.cases.map((each) => [each.name, each.because]));
    expect(because['fails']).toContain('expected verdict pass, found fail: ');
    expect(json.cases[0]!.verdict?.error?.code).toBe(-15488);
    expect(because['hangs']).toContain('found timeout');
    expect(because['crashes']).toContain('found fail: The CPU stopped: store to an address without memory');
    expect(because['babbles']).toContain('found timeout');
    expect(because['loops']).toContain('resets');

    const junit = await read('junit.xml');
    expect(junit).toContain('tests="6"');
    const folder = json.cases[0]!.artefacts.find(({ name }) => name === 'raw log')!.path;
    expect(await read(folder)).toContain('done fail mbedtls_x509_crt_parse -15488');
    expect((await readdir(join(report, 'cases'))).length).toBe(6);
  });

  it('moves the case of a board that vanishes, and of one that another program holds', async () => {
    const vanishing = join(directory, 'vanishing.flash');
    const busy = join(directory, 'busy.flash');
    const held = await openVirtualPort(`virtual:${busy}`, { baudRate: 115_200 });
    const boards = join(directory, 'boards.yaml');
    await writeFile(
      boards,
      JSON.stringify({
        boards: [
          { name: 'vanishing', port: `virtual:${vanishing}?fault=unplug:3000` },
          { name: 'busy', port: `virtual:${busy}` },
          { name: 'good', port: `virtual:${join(directory, 'good.flash')}` },
        ],
      }),
    );
    try {
      const expected = { verdict: 'any', log: ['hello'] };
      const { code, json } = await tested(
        'lost boards',
        { cases: [one('greets', { name: 'greeting', repeat: 3, expect: expected })] },
        ...['--boards', boards],
      );
      expect(json.cases.map(({ outcome, board }) => `${outcome} ${board ?? ''}`)).toEqual(
        Array<string>(3).fill('passed good'),
      );
      expect(json.lostBoards.map(({ board }) => board).sort()).toEqual(['busy', 'vanishing']);
      expect(json.lostBoards.find(({ board }) => board === 'busy')!.because).toContain('busy.flash');
      expect(code).toBe(0);
    } finally {
      await held.close();
    }
  });

  it('is an error where the only board is lost', async () => {
    const { code, json } = await tested(
      'no board',
      { cases: [one('greets', { expect: { verdict: 'any', log: ['hello'] } })] },
      ...['--port', `virtual:${join(directory, 'alone.flash')}?fault=unplug:3000`],
    );
    expect(json.cases.map(({ outcome }) => outcome)).toEqual(['error']);
    expect(json.lostBoards).toHaveLength(1);
    expect(code).toBe(5);
  });

  it('calls a pass flaky that came behind a failure, and names what is not ASCII as it is', async () => {
    const wavering = one('wavers', {
      ...{ name: 'wavers <\u00e9\u{1f600}> & "]]>"', retries: 1 },
      expect: { verdict: 'any', log: ['hello'], forbid: ['not now'] },
    });
    const flash = join(directory, 'wavering.flash');
    const { code, json, read } = await tested(
      'wavering',
      { cases: [wavering] },
      ...['--port', `virtual:${flash}`],
    );
    expect(json.cases[0]).toMatchObject({ outcome: 'flaky', attempts: 2 });
    expect(code).toBe(0);
    const junit = await read('junit.xml');
    expect(junit).toContain('<flakyFailure message=');
    expect(junit).toContain('wavers &lt;\u00e9\u{1f600}&gt; &amp; &quot;]]&gt;&quot;');
  });

  it('tries again what fails, and joins shards', async () => {
    const plan = {
      cases: [
        one('greets', { name: 'a', expect: { verdict: 'any', log: ['hello'] } }),
        one('fails', { name: 'b' }),
        one('greets', { name: 'c', skip: 'not today' }),
      ],
    };
    const first = await tested('shard 1', plan, '--shard', '1/2', '--port', 'virtual:');
    const second = await tested('shard 2', plan, '--shard', '2/2', '--port', 'virtual:', '--retries', '1');
    expect([first.code, second.code]).toEqual([0, 6]);
    expect(second.json.cases[0]).toMatchObject({ name: 'b', attempts: 2 });

    const merged = join(directory, 'merged');
    const summary = join(directory, 'summary.md');
    const joined = await espaws(['report', 'merge', first.report, second.report, '--report', merged], {
      env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary },
    });
    expect(joined.code).toBe(6);
    // Those of the shards are there already.
    expect(joined.stdout).not.toContain('::error');
    expect(await readFile(summary, 'utf8')).toContain('1 passed, 1 failed, 1 skipped');
    const report = JSON.parse(await readFile(join(merged, 'report.json'), 'utf8')) as TestReport;
    expect(report.cases.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c']);
    for (const { path } of report.cases.flatMap(({ artefacts }) => artefacts)) {
      expect((await readFile(join(merged, path))).length).toBeGreaterThan(0);
    }
    const twice = await espaws(['report', 'merge', first.report, first.report, '--report', merged]);
    expect(twice.code).toBe(2);
  });

  it('ends at Ctrl-C with every port free', async () => {
    const flash = join(directory, 'interrupted.flash');
    const folder = join(directory, 'interrupted');
    await mkdir(folder);
    await writeFile(
      join(folder, 'espaws.test.yaml'),
      JSON.stringify({
        identities: { ec: { issue: 'ec' } },
        endpoints: { aws: 'stand-in' },
        builds: { hangs: { regions: [{ address: 0, file: '../hangs.bin' }] } },
        cases: [one('hangs', { timeout: '10m' })],
      }),
    );
    const { code } = await espaws(
      ['test', folder, '--project', folder, '--port', `virtual:${flash}`, '--verbose'],
      { interruptAt: /waiting/ },
    );
    expect(code).toBe(130);
    expect(await processesOf(flash)).toEqual([]);
    await (await openVirtualPort(`virtual:${flash}`, { baudRate: 115_200 })).close();
  });

  it('ends at Ctrl-C with several boards in its process', async () => {
    const folder = join(directory, 'interrupted-threads');
    await mkdir(folder);
    await writeFile(
      join(folder, 'espaws.test.yaml'),
      JSON.stringify({
        identities: { ec: { issue: 'ec' } },
        endpoints: { aws: 'stand-in' },
        builds: { hangs: { regions: [{ address: 0, file: '../hangs.bin' }] } },
        cases: [one('hangs', { timeout: '10m', repeat: 2 })],
      }),
    );
    const ports = ['--port', 'virtual:', '--port', 'virtual:'];
    const { code } = await espaws(['test', folder, '--project', folder, ...ports, '--verbose'], {
      interruptAt: /waiting[^]*waiting/,
    });
    expect(code).toBe(130);
    expect(await processesOf(folder)).toEqual([]);
  });

  it.each([
    ['a plan that is not there', ['test', 'nowhere.yaml'], 3, /no test plan/],
    ['a filter that nothing fits', ['test', 'PLAN', '--filter', 'xyz'], 2, /fits the filter/],
    ['a shard that is none', ['test', 'PLAN', '--shard', '3/2'], 2, /shard "3\/2"/],
    ['boards in two ways', ['test', 'PLAN', '--boards', 'b.yaml', '--port', 'virtual:'], 2, /both/i],
    ['boards that are not there', ['test', 'PLAN', '--boards', 'b.yaml'], 3, /There is no file "b.yaml"/],
    ['no baseline to write', ['test', 'PLAN', '--update-baseline'], 2, /--baseline FILE/],
    ['no project', ['test', '--project', '/'], 3, /espaws\.yaml/],
  ] as const)('refuses %s', async (_, args, code, message) => {
    const plan = join(directory, 'refused.yaml');
    await writeFile(
      plan,
      JSON.stringify({
        identities: { ec: { issue: 'ec' } },
        endpoints: { aws: 'stand-in' },
        cases: [{ name: 'one', identity: 'ec', endpoint: 'aws' }],
      }),
    );
    const project = args.includes('--project' as never) ? [] : ['--project', directory];
    const ended = await espaws([...args.map((word) => (word === 'PLAN' ? plan : word)), ...project]);
    expect(`${ended.code ?? ''} ${ended.stderr}`).toMatch(message);
    expect(ended.code).toBe(code);
  });
});
