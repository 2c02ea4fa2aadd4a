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
const GUESS_WEIGHT = 50;

/** A third cause is named where it is worth so much of the first. */
const THIRD_SHARE = 0.5;

/** A cause of this weight is there beside the first one. */
const SURE_WEIGHT = 70;

/**
 * `cause` and `fix`, and `also` for what is wrong besides; where the log leaves several causes, `likely` in the place of
 * `cause`, `or` and the `test` that decides; `maybe` for a guess. Empty where the log shows nothing wrong.
 */
export function diagnosisLines({ causes, decidingTest }: Diagnosis): string[] {
  const [first, second] = causes;
  if (first === undefined) return [];
  const isOpen = decidingTest !== undefined && second !== undefined;
  const rivals = !isOpen
    ? []
    : [second, ...causes.slice(2, 3).filter(({ weight }) => weight >= first.weight * THIRD_SHARE)];
  const also = causes.slice(1).filter((cause) => !rivals.includes(cause) && cause.weight >= SURE_WEIGHT);
  return [
    labelled(first.weight < GUESS_WEIGHT ? 'maybe' : isOpen ? 'likely' : 'cause', first.cause),
    labelled('fix', first.fix),
    ...rivals.map(({ cause }) => labelled('or', cause)),
    ...(isOpen ? [labelled('test', decidingTest)] : []),
    ...also.map(({ cause }) => labelled('also', cause)),
    ...first.evidence.map((line) => `      | ${quoted(line)}`),
  ];
}

function labelled(label: string, text: string): string {
  return `      ${`${label}:`.padEnd('likely: '.length)}${text}`;
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
