import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import type { PlannedCase } from './case.ts';
import { expandPlan } from './expand.ts';
import type { RiseLimits } from './regression.ts';
import { TEST_PLAN_FILE, testPlanSchema, type TestPlanFile } from './plan.ts';

/** A test plan with its cases. */
export interface TestPlan {
  name: string;
  /** Undefined: the default plan, which is in no file. */
  file: string | undefined;
  /** Whether a flaky case fails the run. */
  flakyFails: boolean;
  limits: RiseLimits;
  /** `ADDRESS[:PORT]` for boards with Wi-Fi; may hold `${env:NAME}`. */
  advertise?: string;
  cases: readonly PlannedCase[];
}

/**
 * Reads a test plan; `path` is the file, or the folder of `espaws.test.yaml`. Throws `plan/missing`, or `plan/invalid`
 * with the line in the file.
 */
export async function loadTestPlan(
  files: FileReader,
  path: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<TestPlan> {
  const place = resolve(path);
  const found = await files.stat(place);
  const file = found?.kind === 'directory' ? join(place, TEST_PLAN_FILE) : place;
  if ((await files.stat(file)) === undefined) {
    throw new EspawsError(`There is no test plan "${file}".`, {
      code: 'plan/missing',
      hint: 'Name the file, or leave it out: the project’s own identity and endpoint are tested then.',
    });
  }
  return readTestPlan(await files.readText(file), file, variables);
}

/** The plan in a text; `file` is its absolute path, for messages and for the paths in it. */
export function readTestPlan(
  text: string,
  file: string,
  variables: Readonly<Record<string, string | undefined>>,
): TestPlan {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (path: readonly PropertyKey[], message: string, hint: string): never => {
    throw new EspawsError(`${file}:${placeOf(document, lines, path)}: ${message}`, {
      code: 'plan/invalid',
      hint,
    });
  };
  const plan = validated(document, lines, file, fail);
  const directory = dirname(file);
  const cases = expandPlan(plan, {
    absolute: (path) => (isAbsolute(path) ? path : join(directory, path)),
    variables,
    fail,
  });
  if (cases.length === 0) {
    fail([], 'The plan has no cases.', 'Give it a matrix, or cases with names.');
  }
  const { heapPeak, flash, instructions, exactInstructions } = plan.baseline;
  return {
    name: plan.name ?? basename(directory),
    file,
    flakyFails: plan.flaky === 'fail',
    limits: { heapPeakBytes: heapPeak, flashBytes: flash, instructions, exactInstructions },
    ...(plan.advertise === undefined ? {} : { advertise: plan.advertise }),
    cases,
  };
}

type Fail = (path: readonly PropertyKey[], message: string, hint: string) => never;

function validated(document: Document, lines: LineCounter, file: string, fail: Fail): TestPlanFile {
  const syntaxError = document.errors[0] as
    ((typeof document.errors)[number] & { pos: [number, number] }) | undefined;
  if (syntaxError !== undefined) {
    const { line, col } = lines.linePos(syntaxError.pos[0]);
    throw new EspawsError(`${file}:${line}:${col}: ${syntaxError.message.split('\n', 1)[0]!}`, {
      code: 'plan/invalid',
      hint: 'Mend the YAML there.',
      cause: syntaxError,
    });
  }
  const input = valueOf(document, fail);
  const result = testPlanSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!, input);
  const key = issue.path.join('.');
  return fail(placeable(issue), `${key === '' ? '' : `${key}: `}${messageOf(issue)}`, hintFor(issue));
}

/** Fails for an alias of nothing, and for aliases that grow without measure. */
function valueOf(document: Document, fail: Fail): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    return fail([], error instanceof Error ? error.message : String(error), 'Mend the YAML alias.');
  }
}

type Issue = z.core.$ZodIssue;

/** Of a union, what is wrong with the alternative that was read furthest: most likely the one that was meant. */
function deepest(issue: Issue, input: unknown): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const found = issue.errors
    .filter((issues) => issues.length > 0)
    .map((issues) => deepest({ ...issues[0]!, path: [...issue.path, ...issues[0]!.path] }, input))
    .filter(({ code, path }) => code !== 'invalid_type' || path.length > issue.path.length)
    .sort((a, b) => rank(b, input) - rank(a, input))[0];
  return found ?? issue;
}

/** Further in is better; at the same depth, a wrong value says more than a key that is too much or not there. */
function rank({ path, code }: Issue, input: unknown): number {
  const isAbsent =
    path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
      input,
    ) === undefined;
  return path.length * 10 + (isAbsent ? 0 : code === 'unrecognized_keys' ? 1 : 2);
}

function messageOf(issue: Issue): string {
  if (issue.code === 'invalid_value') return 'not a value that is known there.';
  return issue.code === 'invalid_key' ? issue.issues[0]!.message : issue.message;
}

/** An unknown key is at its own place, not at that of the object around it. */
function placeable(issue: Issue): readonly PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]!] : issue.path;
}

function hintFor(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'The keys known there are in the plan’s JSON Schema.';
  if (issue.code === 'invalid_value') return `One of: ${issue.values.map(String).join(', ')}.`;
  return `Mend it in ${TEST_PLAN_FILE}.`;
}

/** `line:column` of the innermost node on the path that is in the file. */
function placeOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range != null) {
      const { line, col } = lines.linePos(node.range[0]);
      return `${line}:${col}`;
    }
  }
  return '1:1';
}
