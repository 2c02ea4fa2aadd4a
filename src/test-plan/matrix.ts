import { AXES, type Axis } from './case.ts';
import { DEFAULT_LABELS } from './definitions.ts';
import type { CaseSettings, MatrixFile, TestPlanFile } from './plan.ts';
import { settingsOf } from './settings.ts';

/** Place in the plan's file: keys and indices. */
export type PlanPath = readonly (string | number)[];

/** A case before its names are looked up. */
export interface Labelled {
  name: string;
  labels: Readonly<Record<Axis, string>>;
  /** Settings that rules lie over. */
  under: CaseSettings;
  /** Settings that lie over rules. */
  own: CaseSettings;
  path: PlanPath;
}

type Fail = (path: PlanPath, message: string, hint: string) => never;
type Choice = { [axis in Axis]?: string | undefined };
type Selection = { [axis in Axis]?: string | readonly string[] | undefined };

/** The combinations of every matrix, without those excluded, and those included. */
export function matrixCases(plan: TestPlanFile, fail: Fail): Labelled[] {
  const isList = Array.isArray(plan.matrix);
  return [plan.matrix].flat().flatMap((matrix, index) => {
    const path: PlanPath = isList ? ['matrix', index] : ['matrix'];
    return [...combinations(matrix, path, fail), ...included(matrix, path, fail)];
  });
}

/** True where every axis (and tag) that is named has one of the values. */
export function matches(
  selection: Selection & { tag?: string | readonly string[] | undefined },
  labels: Readonly<Record<Axis, string>>,
  tags: readonly string[],
): boolean {
  const wanted = selection.tag;
  if (wanted !== undefined && ![wanted].flat().some((tag) => tags.includes(tag))) return false;
  return AXES.every(
    (axis) => selection[axis] === undefined || [selection[axis]].flat().includes(labels[axis]),
  );
}

function combinations(matrix: MatrixFile, path: PlanPath, fail: Fail): Labelled[] {
  const axes = AXES.filter((axis) => matrix[axis] !== undefined);
  if (axes.length === 0) return [];
  let choices: Choice[] = [{}];
  for (const axis of axes) {
    choices = choices.flatMap((choice) => matrix[axis]!.map((name) => ({ ...choice, [axis]: name })));
  }
  const all = choices.map((choice) => labelled(choice, { under: settingsOf(matrix), own: {}, path }));
  const excluded = (matrix.exclude ?? []).map((selection, index) => {
    const out = all.filter(({ labels }) => matches(selection, labels, []));
    if (out.length === 0) {
      fail([...path, 'exclude', index], 'This excludes nothing.', 'Mend its names, or take it out.');
    }
    return out;
  });
  const out = new Set(excluded.flat());
  return all.filter((one) => !out.has(one));
}

function included(matrix: MatrixFile, path: PlanPath, fail: Fail): Labelled[] {
  return (matrix.include ?? []).map((entry, index) => {
    const place = [...path, 'include', index];
    if (entry.name === undefined && AXES.every((axis) => entry[axis] === undefined)) {
      fail(
        place,
        'This case has no name and chooses nothing.',
        'Name it, or say for example: endpoint: expired',
      );
    }
    return labelled(entry, { under: settingsOf(matrix), own: settingsOf(entry), path: place });
  });
}

/** Named by what it chooses, in the order of the axes, so that a value added to the matrix renames no other case. */
function labelled(
  choice: Choice & { name?: string | undefined },
  rest: Pick<Labelled, 'under' | 'own' | 'path'>,
): Labelled {
  const chosen = AXES.flatMap((axis) => choice[axis] ?? []);
  return { name: choice.name ?? chosen.join(' / '), labels: labelsOf(choice), ...rest };
}

/** The labels that are chosen, and the defaults of the other axes. */
export function labelsOf(choice: Choice): Record<Axis, string> {
  const entries = AXES.map((axis) => [axis, choice[axis] ?? DEFAULT_LABELS[axis]]);
  return Object.fromEntries(entries) as Record<Axis, string>;
}
