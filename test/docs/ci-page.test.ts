import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { parseArguments } from '../../src/cli/program.ts';
import { ERRORS } from '../../src/errors.ts';
import { loadBoards } from '../../src/hil/boards-file.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { readTestPlan } from '../../src/test-plan/load.ts';
import { ROOT } from './ci-step.ts';
import { codeBlocks, espawsCommands, headingIds } from './markdown.ts';

const page = await readFile(join(ROOT, 'docs/ci.md'), 'utf8');
const blocks = codeBlocks(page);
const block = (file: string) => blocks.find((one) => one.file === file)!.text;

/** The cases of the plan where these variables are set. */
const planned = (variables: Readonly<Record<string, string>>) =>
  readTestPlan(block('espaws.test.yaml'), '/firmware/espaws.test.yaml', variables).cases;

/** What `--help` says of a command. */
async function helpOf(words: readonly string[]): Promise<string> {
  const parsed = await parseArguments([...words, '--help']);
  if (parsed.kind !== 'said') throw new Error(`espaws ${words.join(' ')} has no help.`);
  return parsed.text;
}

/** The words of a command line that name the command: `espaws flash id`, `espaws test`. */
async function commandOf(words: readonly string[]): Promise<string[]> {
  const [first, second] = words as [string, string | undefined];
  const isNested = second !== undefined && (await helpOf([first])).includes(`espaws ${first} ${second}`);
  return isNested ? [first, second] : [first];
}

describe('the commands of docs/ci.md', () => {
  const commands = [...new Set(espawsCommands(page).map((words) => words.join(' ')))];

  it('are found', () => {
    expect(commands).toContain('ports --probe');
    expect(commands.length).toBeGreaterThan(9);
  });

  it.each(commands)('espaws %s', async (line) => {
    const words = line.split(' ');
    const help = await helpOf(await commandOf(words));
    expect(await helpOf([])).toContain(`espaws ${words[0]!}`);
    for (const flag of words.filter((word) => word.startsWith('--'))) {
      expect(help).toMatch(new RegExp(`^ +${flag} `, 'm'));
    }
    // What it would do is not done: the command line is read, and its values with it.
    if (words.length > 1) expect((await parseArguments(words)).kind).toBe('command');
  });
});

describe('the flags of the CI files', () => {
  it.each(['ci/github/test', 'ci/gitlab/espaws.gitlab-ci.yml'])('%s', async (path) => {
    const script = await readFile(join(ROOT, path), 'utf8');
    const help = (await helpOf(['test'])) + (await helpOf(['report', 'merge']));
    const lines = script.split('\n').filter((line) => /option |espaws |set -- |arguments\+?=/.test(line));
    const flags = lines
      .filter((line) => !line.includes('npm install'))
      .flatMap((line) => line.match(/(?<=[\s"(])--[a-z]+(?:-[a-z]+)*/g) ?? []);
    expect(flags.length).toBeGreaterThan(6);
    for (const flag of flags) expect(help).toMatch(new RegExp(`^ +${flag} `, 'm'));
  });
});

describe('the files of docs/ci.md', () => {
  it('are YAML', () => {
    const files = blocks.filter(({ language }) => language === 'yaml');
    expect(files.map(({ file }) => file)).toEqual([
      'boards.yaml',
      'espaws.test.yaml',
      '.github/workflows/firmware.yml',
      '.gitlab-ci.yml',
      'exact.test.yaml',
    ]);
    for (const { text } of files) {
      expect(parseAllDocuments(text).flatMap((document) => ('errors' in document ? document.errors : []))).toEqual([]);
    }
  });

  it('have boards that the plan can run on', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-boards-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, 'boards.yaml'), block('boards.yaml'));
    const boards = await loadBoards(nodeFiles, join(directory, 'boards.yaml'));
    expect(boards.map(({ name }) => name)).toEqual(['nodemcu', 'd1-mini', 'esp-01', 'virtual-1', 'virtual-2']);
    for (const { name, boardTags } of planned({})) {
      const fitting = boards.filter(({ tags }) => boardTags.every((tag) => tags.includes(tag)));
      expect(fitting.length, name).toBeGreaterThan(1);
    }
  });

  it('have a plan that is one', () => {
    const all = planned({ DEVICE_CERTIFICATE: 'pem', DEVICE_KEY: 'pem', AWS_IOT_ENDPOINT: 'host' });
    expect(all).toHaveLength(13);
    expect(all.filter((one) => one.skip !== undefined)).toEqual([]);
    expect(planned({}).filter((one) => one.skip !== undefined).map(({ name }) => name)).toEqual(['production']);
  });

  it('have a plan of exact cases that is one', () => {
    const { cases, limits } = readTestPlan(block('exact.test.yaml'), '/exact.test.yaml', {});
    expect(cases.map(({ exact }) => exact)).toEqual(Array<boolean>(6).fill(true));
    expect(limits.exactInstructions).toEqual({ amount: 0 });
  });

  it('have a workflow that hands the action what it takes', async () => {
    const action = z
      .object({ inputs: z.record(z.string(), z.unknown()) })
      .parse(parse(await readFile(join(ROOT, 'action.yml'), 'utf8')));
    const workflow = workflowSchema.parse(parse(block('.github/workflows/firmware.yml')));
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    const ours = steps.filter(({ uses }) => uses.startsWith('YOUR-ORG/espaws@'));
    expect(ours).toHaveLength(3);
    for (const step of ours) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})));
      // A secret among the inputs would be an argument of a program, which others can read.
      expect(JSON.stringify(step.with)).not.toContain('secrets.');
    }
    // A label alone would let the job run on any machine.
    for (const { needs } of Object.values(workflow.jobs)) {
      expect(Object.keys(workflow.jobs)).toEqual(expect.arrayContaining(needs ?? []));
    }
  });

  it('use the variables and jobs of the GitLab template', async () => {
    const template = parse(await readFile(join(ROOT, 'ci/gitlab/espaws.gitlab-ci.yml'), 'utf8')) as {
      variables: Record<string, unknown>;
    };
    const { variables, include, ...jobs } = parse(block('.gitlab-ci.yml')) as {
      variables: Record<string, string>;
      include: { file: string }[];
    } & Record<string, { variables?: Record<string, string> }>;
    expect(existsSync(join(ROOT, include[0]!.file))).toBe(true);
    expect(Object.keys(template)).toEqual(expect.arrayContaining(Object.keys(jobs)));
    const used = [variables, ...Object.values(jobs).map((job) => job.variables ?? {})].flatMap(Object.keys);
    expect(Object.keys(template.variables)).toEqual(expect.arrayContaining(used));
  });
});

describe('docs/ci.md', () => {
  it('leads to headings, files and pictures that are there', () => {
    const ids = headingIds(page);
    const links = page.matchAll(/(?:\]\(|src=")(?!https:)([^)"]+)[)"]/g);
    const targets = [...links].map(([, target]) => target!);
    expect(targets.length).toBeGreaterThan(14);
    for (const target of targets) {
      if (target.startsWith('#')) expect(ids).toContain(target.slice(1));
      else expect(existsSync(join(ROOT, 'docs', target)), target).toBe(true);
    }
  });

  it('names errors that there are', () => {
    const codes = [...page.matchAll(/`((?:port|flash|plan|monitor)\/[a-z-]+)`/g)].map(([, code]) => code!);
    expect(codes.length).toBeGreaterThan(1);
    for (const code of codes) expect(Object.keys(ERRORS)).toContain(code);
  });
});

/** docs.github.com, «Workflow syntax for GitHub Actions», as far as it is used. */
const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.array(z.enum(['push', 'pull_request'])),
  permissions: z.strictObject({ contents: z.literal('read') }),
  jobs: z.record(
    z.string().regex(/^[a-z_][\w-]*$/),
    z.strictObject({
      'runs-on': z.union([z.string(), z.array(z.string())]),
      needs: z.array(z.string()).optional(),
      if: z.string().optional(),
      'timeout-minutes': z.number().optional(),
      strategy: z
        .strictObject({ 'fail-fast': z.boolean(), matrix: z.record(z.string(), z.array(z.number())) })
        .optional(),
      steps: z.array(
        z.strictObject({
          uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+(?:\.\d+\.\d+)?$/),
          with: z.record(z.string(), z.string()).optional(),
          env: z.record(z.string(), z.string().regex(/^\$\{\{ secrets\.[A-Z_]+ \}\}$/)).optional(),
        }),
      ),
    }),
  ),
});
