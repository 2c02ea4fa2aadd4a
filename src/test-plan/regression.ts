import { z } from '../zod.ts';
import type { CaseReport } from '../report/report.ts';
import type { Baseline } from './baseline.ts';
import { caseMetrics, GUARDED, METRIC_NAMES, metricText, type Guarded } from './metrics.ts';
import { sizeBytes } from './quantity.ts';

/** How far a metric may rise over its baseline: a share of it, or an amount of its own unit. */
export type RiseLimit = { percent: number } | { amount: number };
export type RiseLimits = Readonly<Record<Guarded | 'exactInstructions', RiseLimit>>;

/**
 * Room for what differs between two issued certificates: their signatures, and the arithmetic on them. In exact cases
 * nothing does.
 */
export const DEFAULT_LIMITS: RiseLimits = {
  heapPeakBytes: { percent: 1 },
  flashBytes: { percent: 1 },
  instructions: { percent: 1 },
  exactInstructions: { amount: 0 },
};

/** `2%`, `0`, `512`, `1k` */
export function riseLimit() {
  const percent = z
    .string()
    .regex(/^\d+(?:\.\d+)?\s*%$/, 'expected a share or an amount: 2%, 0, 512, 1k')
    .transform((text): RiseLimit => ({ percent: Number.parseFloat(text) }));
  return z.union([sizeBytes().transform((amount): RiseLimit => ({ amount })), percent]);
}

export interface GuardOptions {
  limits: RiseLimits;
  /** Whether the case of this name is an exact one; default: none is. */
  isExact?: (name: string) => boolean;
  /** Of this run in the history: a commit, a date. */
  label: string;
  /** The baseline is being renewed: what rose is accepted. */
  accept?: boolean;
}

/**
 * The cases with their history, and failed where they passed but took more than the baseline allows. A case that the
 * baseline does not know is no regression, nor is a metric that was not measured then or now.
 */
export function guardCases(
  baseline: Baseline | undefined,
  cases: readonly CaseReport[],
  { limits, isExact = () => false, label, accept = false }: GuardOptions,
): CaseReport[] {
  return cases.map((one) => {
    const metrics = caseMetrics(one);
    const earlier =
      baseline !== undefined && Object.hasOwn(baseline.cases, one.name) ? baseline.cases[one.name]! : [];
    const history = [
      ...earlier.map(pointOf),
      ...(Object.keys(metrics).length === 0 ? [] : [{ label, ...metrics }]),
    ];
    const passed = one.outcome === 'passed' || one.outcome === 'flaky';
    const before = earlier.at(-1);
    if (accept || !passed || before === undefined) return { ...one, history };
    const regressions = GUARDED.flatMap((metric) => {
      const [from, to] = [before[metric], metrics[metric]];
      const limit =
        metric === 'instructions' && isExact(one.name) ? limits.exactInstructions : limits[metric];
      if (from === undefined || to === undefined || to <= allowed(from, limit)) return [];
      const rise = `from ${metricText(metric, from)} to ${metricText(metric, to)}`;
      return `${METRIC_NAMES[metric]} rose ${rise}${limitText(metric, limit, to - from)}`;
    });
    if (regressions.length === 0) return { ...one, history };
    return { ...one, history, regressions, outcome: 'failed', because: regressions.join('; ') };
  });
}

function allowed(from: number, limit: RiseLimit): number {
  return 'percent' in limit ? from * (1 + limit.percent / 100) : from + limit.amount;
}

function limitText(metric: Guarded, limit: RiseLimit, rise: number): string {
  if ('percent' in limit) return `, more than ${limit.percent} %`;
  const amount = limit.amount === 0 ? rise : limit.amount;
  return `, ${limit.amount === 0 ? 'by' : 'more than'} ${metricText(metric, amount)}`;
}

/** Without keys whose value is undefined. */
function pointOf(point: Baseline['cases'][string][number]): CaseReport['history'][number] {
  const defined = Object.entries(point).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as unknown as CaseReport['history'][number];
}
