import { access, constants, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { sampleReport } from '../report/sample.ts';
import { ciStep, ROOT } from './ci-step.ts';

/** Of a composite action: docs.github.com, «Metadata syntax reference». */
const actionSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1).max(125),
  author: z.string(),
  branding: z.strictObject({ icon: z.string(), color: z.enum(['green']) }),
  inputs: z.record(
    z.string().regex(/^[a-z][a-z-]*$/),
    z.strictObject({ description: z.string(), default: z.string() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string(), value: z.string() })),
  runs: z.strictObject({
    using: z.literal('composite'),
    steps: z.array(
      z.union([
        z.strictObject({
          name: z.string(),
          id: z.string().optional(),
          if: z.string().optional(),
          shell: z.literal('bash'),
          env: z.record(z.string(), z.string()),
          run: z.string(),
        }),
        z.strictObject({
          name: z.string(),
          if: z.string().optional(),
          uses: z.string(),
          with: z.record(z.string(), z.union([z.string(), z.boolean()])),
        }),
      ]),
    ),
  }),
});

const text = await readFile(join(ROOT, 'action.yml'), 'utf8');
const action = actionSchema.parse(parse(text));
const { steps } = action.runs;
const scripts = steps.flatMap((step) => ('run' in step ? [step] : []));

describe('action.yml', () => {
  it('puts no text of a workflow into a script', () => {
    expect(scripts.map(({ run }) => run)).toEqual([
      '"$GITHUB_ACTION_PATH/ci/github/install"',
      '"$GITHUB_ACTION_PATH/ci/github/test"',
    ]);
    for (const { env } of scripts) {
      for (const [name, value] of Object.entries(env)) {
        const input = name.replace('INPUT_', '').toLowerCase().replaceAll('_', '-');
        expect(value).toBe(`\${{ inputs.${input} }}`);
      }
    }
  });

  it('uses each input, and none that it has not', () => {
    const used = [...text.matchAll(/\binputs\.([a-z-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  it('gives each script the variables that it reads', async () => {
    for (const { run, env } of scripts) {
      const script = await readFile(join(ROOT, run.replaceAll('"', '').replace('$GITHUB_ACTION_PATH', '.')), 'utf8');
      const read = [...script.matchAll(/\$\{?(INPUT_[A-Z_]+)/g)].map(([, name]) => name);
      expect([...new Set(read)].sort()).toEqual(Object.keys(env).sort());
    }
  });

  it('takes its outputs from what the step writes', async () => {
    const script = await readFile(join(ROOT, 'ci/github/test'), 'utf8');
    expect(steps.flatMap((step) => ('id' in step ? [step.id] : []))).toContain('test');
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.test.outputs.${name} }}`);
      expect(script).toMatch(new RegExp(`['\`"]${name}=`));
    }
  });

  it('names other actions by a commit, with its version beside it', () => {
    const uses = text.split('\n').filter((line) => /^\s*(?:- )?uses:/.test(line));
    expect(uses).toHaveLength(2);
    for (const line of uses) {
      expect(line).toMatch(/ actions\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it.each(['ci/github/install', 'ci/github/test', 'ci/install-toolchain'])('%s can be run', async (script) => {
    await access(join(ROOT, script), constants.X_OK);
  });
});

/** What the action's step sets where a workflow says nothing. */
const NOTHING = Object.fromEntries(
  Object.entries(action.inputs).map(([name, input]) => [
    `INPUT_${name.toUpperCase().replaceAll('-', '_')}`,
    input.default,
  ]),
);
const TEST = join(ROOT, 'ci/github/test');

function outputs(output: string): Record<string, string> {
  const lines = output.trimEnd().split('\n');
  return Object.fromEntries(lines.map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1)]));
}

describe('ci/github/test', () => {
  it('runs the tests, and says what they came to', async () => {
    const step = await ciStep({ espaws: 6 });
    const report = join(step.directory, 'espaws-report');
    await mkdir(report);
    await writeFile(join(report, 'report.json'), JSON.stringify(sampleReport()));
    const { exitCode } = await step.run([TEST], NOTHING);
    expect(exitCode).toBe(6);
    expect(await step.calls('espaws')).toEqual([['test', '--project=.', `--report=${report}`]]);
    expect(outputs(await step.text('output'))).toEqual({
      ...{ report, artifact: 'espaws-report', verdict: 'fail' },
      ...{ passed: '2', flaky: '1', failed: '2', skipped: '1' },
    });
  });

  it('hands inputs over as they are, and runs none of them', async () => {
    const step = await ciStep({ espaws: 0 });
    const { exitCode } = await step.run([TEST], {
      ...NOTHING,
      INPUT_PLAN: 'plans/$(touch plan).yaml',
      INPUT_PROJECT: 'a b',
      INPUT_SHARD: '2/4',
      INPUT_FILTER: '"; touch filter; "',
      INPUT_BOARDS: '`touch boards`',
      INPUT_PORT: 'virtual:\n  /dev/espaws-1\n\n',
      INPUT_BASELINE: '--json',
      INPUT_UPDATE_BASELINE: 'true',
      INPUT_RETRIES: '1',
      INPUT_REPORT: 'out/a b',
    });
    expect(exitCode).toBe(0);
    expect(await step.calls('espaws')).toEqual([
      [
        ...['test', 'plans/$(touch plan).yaml', '--project=a b', '--shard=2/4', '--filter="; touch filter; "'],
        ...['--boards=`touch boards`', '--port=virtual:', '--port=/dev/espaws-1', '--baseline=--json'],
        ...['--update-baseline', '--retries=1', `--report=${join(step.directory, 'out/a b')}`],
      ],
    ]);
    // No report was written: the numbers are not known, and not said.
    expect(outputs(await step.text('output'))).toEqual({
      report: join(step.directory, 'out/a b'),
      artifact: 'espaws-report-2-of-4',
      verdict: 'pass',
    });
  });

  it.each([
    [0, 'pass'],
    [6, 'fail'],
    [7, 'timeout'],
    [4, 'error'],
    [130, 'error'],
  ])('calls exit code %d %s', async (code, verdict) => {
    const step = await ciStep({ espaws: code });
    expect(await step.run([TEST], NOTHING)).toMatchObject({ exitCode: code });
    expect(outputs(await step.text('output'))).toMatchObject({ verdict });
  });

  it('says nothing of its environment', async () => {
    const step = await ciStep({ espaws: 0, npm: 0 });
    const secret = { ...NOTHING, DEVICE_KEY: 'c2VjcmV0' };
    const ends = [
      await step.run([TEST], secret),
      await step.run([await checkedOut(step.directory)], { ...secret, INPUT_VERSION: '' }),
    ];
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const told = [...ends.flatMap(({ stdout, stderr }) => [stdout, stderr]), await step.text('output')];
    expect(told.join('\n')).not.toContain('c2VjcmV0');
    expect(await step.text('espaws.calls')).not.toContain('c2VjcmV0');
  });

  it('joins the reports of shards', async () => {
    const step = await ciStep({ espaws: 0 });
    const merge = async () => step.run([TEST], { ...NOTHING, INPUT_MERGE: 'shards' });
    await mkdir(join(step.directory, 'shards'));
    const { exitCode, stdout } = await merge();
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^::error::/);
    await mkdir(join(step.directory, 'shards/1 of 2'));
    await mkdir(join(step.directory, 'shards/2 of 2'));
    await merge();
    await writeFile(join(step.directory, 'shards/report.json'), '{}');
    await merge();
    const report = `--report=${join(step.directory, 'espaws-report')}`;
    expect(await step.calls('espaws')).toEqual([
      ['report', 'merge', 'shards/1 of 2/', 'shards/2 of 2/', report],
      ['report', 'merge', 'shards', report],
    ]);
  });
});

/** The action as the engine checks it out, with a set-up that only says that it ran. */
async function checkedOut(directory: string): Promise<string> {
  await cp(join(ROOT, 'ci'), join(directory, 'action/ci'), { recursive: true });
  await mkdir(join(directory, 'action/scripts'));
  await mkdir(join(directory, 'action/dist'));
  const script = '#!/bin/sh\necho "$0 $*" >>"$CALLS/setup"\n';
  await writeFile(join(directory, 'action/scripts/setup'), script, { mode: 0o755 });
  await writeFile(join(directory, 'action/dist/cli.js'), '#!/bin/sh\necho 1.0.0\n', { mode: 0o755 });
  return join(directory, 'action/ci/github/install');
}

describe('ci/github/install', () => {
  it('sets up what is checked out', async () => {
    const step = await ciStep({ npm: 1 });
    const install = await checkedOut(step.directory);
    expect(await step.run([install], { INPUT_VERSION: '' })).toMatchObject({ exitCode: 0, stdout: '1.0.0' });
    expect(await step.text('setup')).toBe(`${join(step.directory, 'action/scripts/setup')} \n`);
    const bin = (await step.text('path')).trimEnd();
    expect(await step.run([join(bin, 'espaws')])).toMatchObject({ stdout: '1.0.0' });
  });

  it('installs a version', async () => {
    const step = await ciStep({ npm: 0, 'xtensa-lx106-elf-gcc': 0 });
    const install = await checkedOut(step.directory);
    await mkdir(join(step.directory, 'espaws/node_modules/.bin'), { recursive: true });
    const program = join(step.directory, 'espaws/node_modules/.bin/espaws');
    await writeFile(program, '#!/bin/sh\necho 0.2.0\n', { mode: 0o755 });
    expect(await step.run([install], { INPUT_VERSION: '0.2.0' })).toMatchObject({ exitCode: 0 });
    const [npm] = await step.calls('npm');
    expect(npm?.slice(-3)).toEqual(['--prefix', join(step.directory, 'espaws'), 'espaws@0.2.0']);
    expect(await step.text('setup')).toBe('');
  });

  it('takes what is installed', async () => {
    const install = async (programs: Readonly<Record<string, number>>) => {
      const step = await ciStep({ ...programs, npm: 1 });
      const PATH = `${step.directory}/bin:/usr/bin:/bin`;
      return step.run([await checkedOut(step.directory)], { INPUT_VERSION: 'installed', PATH });
    };
    expect(await install({ espaws: 0 })).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await install({});
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^::error::/);
  });

  it.each(['--global', '1.0.0 other', 'file:../x', '$(id)'])('installs no "%s"', async (version) => {
    const step = await ciStep({ npm: 0 });
    const install = await checkedOut(step.directory);
    const { exitCode, stdout } = await step.run([install], { INPUT_VERSION: version });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^::error::/);
    expect(await step.calls('npm')).toEqual([]);
  });

  it('takes the packages that scripts/setup takes', async () => {
    const read = async (path: string) => {
      const script = await readFile(join(ROOT, path), 'utf8');
      return [...new Set(script.match(/\b(?:gcc|binutils|picolibc)-xtensa-lx106(?:-elf)?\b/g))].sort();
    };
    const packages = await read('scripts/setup');
    expect(packages).toHaveLength(3);
    expect(await read('ci/install-toolchain')).toEqual(packages);
    expect(await read('ci/gitlab/espaws.gitlab-ci.yml')).toEqual(packages);
  });
});
