import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ciStep, ROOT } from './ci-step.ts';

const job = z.strictObject({
  extends: z.string().optional(),
  stage: z.enum(['test', '.post']).optional(),
  image: z.string().optional(),
  parallel: z.int().min(1).max(200).optional(),
  needs: z.array(z.strictObject({ job: z.string(), artifacts: z.boolean() })).optional(),
  when: z.enum(['on_success', 'on_failure', 'always']).optional(),
  interruptible: z.boolean().optional(),
  before_script: z.array(z.string()).optional(),
  script: z.array(z.string()).optional(),
  artifacts: z
    .strictObject({
      when: z.literal('always'),
      expire_in: z.string(),
      expose_as: z
        .string()
        .regex(/^[\w -]+$/)
        .optional(),
      paths: z.array(z.string()),
      reports: z.strictObject({ junit: z.string() }).optional(),
    })
    .optional(),
});

/** Of the jobs here: docs.gitlab.com, «CI/CD YAML syntax reference». */
const templateSchema = z
  .object({
    variables: z.record(
      z.string().regex(/^ESPAWS_[A-Z]+$/),
      z.strictObject({ value: z.string(), description: z.string() }),
    ),
  })
  .catchall(job);

const text = await readFile(join(ROOT, 'ci/gitlab/espaws.gitlab-ci.yml'), 'utf8');
const { variables, ...jobs } = templateSchema.parse(parse(text));
const defaults = Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
const { espaws: tests, 'espaws-report': report, '.espaws': common } = jobs as Record<
  string,
  z.infer<typeof job>
>;

/** As a runner does it: `before_script` and `script` in one shell that ends at the first failure. */
const scriptOf = (...parts: (readonly string[] | undefined)[]) => ['set -e', ...parts.flat()].join('\n');

describe('ci/gitlab/espaws.gitlab-ci.yml', () => {
  it('builds its jobs upon those that are there', () => {
    expect(Object.keys(jobs)).toEqual(['.espaws', 'espaws', 'espaws-report']);
    expect([tests?.extends, report?.extends]).toEqual(['.espaws', '.espaws']);
    expect(report?.needs).toEqual([{ job: 'espaws', artifacts: true }]);
  });

  it('reads the variables that it has, and no others', () => {
    const read = [...text.matchAll(/\$\{?(ESPAWS_[A-Z]+)/g)].map(([, name]) => name);
    expect([...new Set(read)].sort()).toEqual(Object.keys(variables).sort());
  });

  const shard = { ...defaults, CI_NODE_INDEX: '3', CI_NODE_TOTAL: '4' };

  it.each([
    ['nothing', {}, ['test', '--project', '.', '--shard', '1/1', '--report', 'espaws-report/shard-1']],
    ['a shard', shard, ['test', '--project', '.', '--shard', '3/4', '--report', 'espaws-report/shard-3']],
    [
      'all there is',
      {
        ...shard,
        ESPAWS_PLAN: 'a plan.yaml',
        ESPAWS_PROJECT: 'firm ware',
        ESPAWS_BOARDS: '$(touch boards)',
        ESPAWS_FILTER: '"; touch filter; "',
        ESPAWS_BASELINE: '--json',
        ESPAWS_RETRIES: '2',
      },
      [
        ...['test', 'a plan.yaml', '--project', 'firm ware', '--shard', '3/4', '--boards=$(touch boards)'],
        ...['--filter="; touch filter; "', '--baseline=--json', '--retries=2'],
        ...['--report', 'espaws-report/shard-3'],
      ],
    ],
  ])('runs the tests with %s', async (_, env, call) => {
    const step = await ciStep({ espaws: 0, 'xtensa-lx106-elf-gcc': 0, npm: 0, 'apt-get': 0 });
    const script = scriptOf(common?.before_script, tests?.script);
    expect(await step.run(['sh', '-c', script], { ...defaults, ...env })).toMatchObject({ exitCode: 0 });
    expect(await step.calls('espaws')).toEqual([call]);
    expect([await step.calls('npm'), await step.calls('apt-get')]).toEqual([[], []]);
    // What GitLab shows in the merge request is in the folder that is kept.
    expect(tests?.artifacts?.reports?.junit).toBe('espaws-report/shard-*/junit.xml');
    expect(tests?.artifacts?.paths).toEqual(['espaws-report/']);
  });

  it('fails when a case does', async () => {
    const step = await ciStep({ espaws: 6, 'xtensa-lx106-elf-gcc': 0 });
    const script = scriptOf(tests?.script);
    expect(await step.run(['sh', '-c', script], defaults)).toMatchObject({ exitCode: 6 });
  });

  it('installs espaws where it is not', async () => {
    const step = await ciStep({ npm: 0 });
    const script = scriptOf(common?.before_script);
    await step.run(['/bin/sh', '-c', script], { ...defaults, PATH: `${step.directory}/bin` });
    const [npm] = await step.calls('npm');
    expect(npm).toEqual(['install', '--global', '--no-audit', '--no-fund', 'espaws@latest']);
  });

  it('joins the reports of the shards', async () => {
    const step = await ciStep({ espaws: 0 });
    const script = scriptOf(['mkdir -p espaws-report/shard-1 espaws-report/shard-2'], report?.script);
    expect(await step.run(['sh', '-c', script], defaults)).toMatchObject({ exitCode: 0 });
    const shards = ['espaws-report/shard-1/', 'espaws-report/shard-2/'];
    expect(await step.calls('espaws')).toEqual([
      ['report', 'merge', ...shards, '--report', 'espaws-report/all'],
    ]);
    expect(report?.artifacts?.paths).toEqual(['espaws-report/all/']);
  });
});
