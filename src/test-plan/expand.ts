import { AXES, type Axis, type PlannedCase } from './case.ts';
import { definitionsOf, type Definitions } from './definitions.ts';
import { variablesOf } from './environment.ts';
import { exactProblem } from './exact.ts';
import { contradictionIn } from './expectations.ts';
import { labelsOf, matches, matrixCases, type Labelled, type PlanPath } from './matrix.ts';
import type { CaseSettings, TestPlanFile } from './plan.ts';
import { overlay, plannedSettings, settingsOf } from './settings.ts';

export interface ExpandOptions {
  absolute: (path: string) => string;
  variables: Readonly<Record<string, string | undefined>>;
  /** Throws an error that says where in the file. */
  fail: (path: PlanPath, message: string, hint: string) => never;
}

/** Every case of a plan, in the plan's order. */
export function expandPlan(plan: TestPlanFile, options: ExpandOptions): PlannedCase[] {
  const { fail } = options;
  const definitions = definitionsOf(plan, options.absolute);
  const labelled = [...matrixCases(plan, fail), ...namedCases(plan)];
  const matched = new Set<number>();
  const cases = labelled.flatMap((one) => {
    checkNames(one, definitions, fail);
    const settings = settingsFor(plan, one, matched);
    const contradiction = contradictionIn(settings.expect);
    if (contradiction !== undefined) {
      fail(
        one.path,
        `"${one.name}" can never pass: ${contradiction}.`,
        'Take one of the two expectations out.',
      );
    }
    const planned = plannedCase(one, settings, definitions, options.variables);
    const problem = planned.exact ? exactProblem(planned) : undefined;
    if (problem !== undefined)
      fail(one.path, `"${one.name}" cannot be exact: ${problem.because}.`, problem.hint);
    return repeated(planned, settings.repeat ?? 1);
  });
  plan.rules.forEach((rule, index) => {
    for (const axis of AXES)
      checkKnown(axis, rule.when[axis], ['rules', index, 'when', axis], definitions, fail);
    if (!matched.has(index)) {
      fail(['rules', index], 'This rule is for no case.', 'Mend its labels, or take it out.');
    }
  });
  checkUnique(labelled, fail);
  return cases;
}

function namedCases({ cases }: TestPlanFile): Labelled[] {
  return cases.map((one, index) => ({
    name: one.name,
    labels: labelsOf(one),
    under: {},
    own: settingsOf(one),
    path: ['cases', index],
  }));
}

function settingsFor(plan: TestPlanFile, one: Labelled, matched: Set<number>): CaseSettings {
  const { tags = [] } = overlay([plan.defaults, one.under, one.own]);
  const rules = plan.rules.filter((rule, index) => {
    if (!matches(rule.when, one.labels, tags)) return false;
    matched.add(index);
    return true;
  });
  return overlay([plan.defaults, one.under, ...rules.map(settingsOf), one.own]);
}

function plannedCase(
  { name, labels }: Labelled,
  settings: CaseSettings,
  definitions: Definitions,
  variables: ExpandOptions['variables'],
): PlannedCase {
  const identity = definitions.identity.get(labels.identity)!;
  const endpoint = definitions.endpoint.get(labels.endpoint)!;
  const absent = (defined: typeof identity | typeof endpoint, names: string[]) =>
    names
      .filter((variable) => (variables[variable] ?? '') === '')
      .map((variable) => ({ variable, ...defined }));
  const ofIdentity = variablesOf({ identity: identity.value, endpoint: { kind: 'project' } });
  const ofEndpoint = variablesOf({ identity: { kind: 'project', ca: 'own' }, endpoint: endpoint.value });
  const missing = [...absent(identity, ofIdentity), ...absent(endpoint, ofEndpoint)];
  const because = (how: 'skip' | 'error') => {
    const names = missing.filter((one) => one.missing === how).map(({ variable }) => variable);
    return names.length === 0 ? undefined : `not set: ${names.join(', ')}`;
  };
  const skip = settings.skip ?? because('skip');
  const blocked = because('error');
  return {
    name,
    labels,
    identity: identity.value,
    endpoint: endpoint.value,
    config: definitions.config.get(labels.config)!,
    build: definitions.build.get(labels.build)!,
    boardTags: definitions.board.get(labels.board)!,
    ...plannedSettings(settings),
    ...(skip === undefined ? {} : { skip }),
    ...(blocked === undefined ? {} : { blocked }),
  };
}

/** `name #1`, `name #2`, …: a repeated case is so many cases, which boards share. */
function repeated(planned: PlannedCase, times: number): PlannedCase[] {
  if (times === 1) return [planned];
  return Array.from({ length: times }, (_, index) => ({ ...planned, name: `${planned.name} #${index + 1}` }));
}

function checkNames({ labels, path }: Labelled, definitions: Definitions, fail: ExpandOptions['fail']): void {
  for (const axis of AXES) checkKnown(axis, labels[axis], [...path, axis], definitions, fail);
}

function checkKnown(
  axis: Axis,
  names: string | readonly string[] | undefined,
  path: PlanPath,
  definitions: Definitions,
  fail: ExpandOptions['fail'],
): void {
  const unknown = [names ?? []].flat().find((name) => !definitions[axis].has(name));
  if (unknown === undefined) return;
  fail(path, `There is no ${axis} "${unknown}".`, `One of: ${[...definitions[axis].keys()].join(', ')}.`);
}

function checkUnique(labelled: readonly Labelled[], fail: ExpandOptions['fail']): void {
  const seen = new Set<string>();
  for (const { name, path } of labelled) {
    if (seen.has(name)) fail(path, `There are two cases "${name}".`, 'Give one of them a name of its own.');
    seen.add(name);
  }
}
