import { bytesText } from '../report/axis.ts';
import type { CaseReport, MetricPoint } from '../report/report.ts';

/** What a rise of is a regression; times depend on the machine. */
export const GUARDED = ['heapPeakBytes', 'flashBytes', 'instructions'] as const;
export type Guarded = (typeof GUARDED)[number];

export const METRIC_NAMES: Readonly<Record<Guarded, string>> = {
  heapPeakBytes: 'heap peak',
  flashBytes: 'flash',
  instructions: 'instructions',
};

/** What a case took, as far as it was measured. */
export function caseMetrics({ verdict }: Pick<CaseReport, 'verdict'>): Omit<MetricPoint, 'label'> {
  const { handshake, image } = verdict ?? { handshake: null, image: undefined };
  const all = {
    heapPeakBytes: handshake?.heapPeakBytes,
    // Of a program that espaws did not build, nothing is known.
    flashBytes: image === undefined || image.flashBytes === 0 ? undefined : image.flashBytes,
    instructions: handshake?.instructions,
    durationMs: handshake?.durationMs,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export function metricText(metric: Guarded, value: number): string {
  return metric === 'instructions' ? value.toLocaleString('en-US') : bytesText(value);
}
