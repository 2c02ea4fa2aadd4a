import { EXIT } from '../errors.ts';
import { quoted } from '../monitor/line-text.ts';
import type { Diagnosis } from '../verdict/diagnosis/diagnose.ts';
import type { Observation } from '../verdict/judge.ts';

/** Why listening to a board ended. */
export type MonitorEnd =
  | { because: 'verdict'; observation: Observation }
  | { because: 'expected-text' | 'failing-text'; line: string }
  /** `closed`: nobody reads stdout any more. `quit`: by the key. */
  | { because: 'timeout' | 'lost' | 'interrupted' | 'closed' | 'quit' };

export function exitCodeOfEnd(end: MonitorEnd): number {
  switch (end.because) {
    case 'verdict':
      return end.observation.verdict === 'pass' ? EXIT.success : EXIT.verdictFail;
    case 'expected-text':
    case 'closed':
    case 'quit':
      return EXIT.success;
    case 'failing-text':
      return EXIT.verdictFail;
    case 'timeout':
    case 'lost':
      return EXIT.verdictTimeout;
    case 'interrupted':
      return EXIT.interrupted;
  }
}

/** For a person: the end, and what the log shows to be wrong. */
export function endText(end: MonitorEnd, diagnosis: Diagnosis): string {
  return [headline(end), ...(isGood(end) ? [] : diagnosisLines(diagnosis))]
    .filter((line) => line !== '')
    .join('\n');
}

/** Causes below this weight are guesses. */
const SHOWN_WEIGHT = 50;

/** A cause of this weight is there beside the first one. */
const SURE_WEIGHT = 70;

/**
 * `cause` and `fix`; `also` for what is wrong besides, or `or` and `test` where one cause excludes the other. Empty
 * where the log shows nothing wrong.
 */
export function diagnosisLines({ causes, decidingTest }: Diagnosis): string[] {
  const [first, second, ...others] = causes;
  if (first === undefined || first.weight < SHOWN_WEIGHT) return [];
  const isOpen = decidingTest !== undefined && second !== undefined;
  const also = (isOpen ? others : [second, ...others]).filter(
    (cause) => cause !== undefined && cause.weight >= SURE_WEIGHT,
  );
  return [
    `      cause: ${first.cause}`,
    `      fix:   ${first.fix}`,
    ...(isOpen ? [`      or:    ${second.cause}`, `      test:  ${decidingTest}`] : []),
    ...also.map((cause) => `      also:  ${cause!.cause}`),
    ...first.evidence.map((line) => `      | ${quoted(line)}`),
  ];
}

function isGood(end: MonitorEnd): boolean {
  return exitCodeOfEnd(end) === EXIT.success;
}

function headline(end: MonitorEnd): string {
  switch (end.because) {
    case 'verdict':
      return end.observation.verdict.toUpperCase();
    case 'failing-text':
      return `FAIL  ${end.line}`;
    case 'timeout':
      return 'TIMEOUT  nothing ended it in time';
    case 'lost':
      return 'LOST  the port went away';
    case 'expected-text':
    case 'interrupted':
    case 'closed':
    case 'quit':
      return '';
  }
}
