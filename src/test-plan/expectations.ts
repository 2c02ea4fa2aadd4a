import type { Expectations, LogPattern, LogStep } from './case.ts';
import type { ExpectFile, PatternFile, StepFile } from './expect-schema.ts';

/** What the plan says of a case, with defaults: a case that expects no error must pass. */
export function expectationsOf(expect: ExpectFile = {}): Expectations {
  const { error, verifyFlags, ciphersuite, tlsVersion, heapPeak, handshakeTime, imageSize, resets } = expect;
  return {
    verdict: expect.verdict ?? (expectsFailure(expect) ? 'fail' : 'pass'),
    ...(error === undefined ? {} : { error }),
    ...(verifyFlags === undefined ? {} : { verifyFlags: [...new Set(verifyFlags)].sort() }),
    ...(ciphersuite === undefined ? {} : { suites: [ciphersuite].flat() }),
    ...(tlsVersion === undefined ? {} : { tlsVersion }),
    ...(heapPeak === undefined ? {} : { heapPeakBytes: heapPeak }),
    ...(handshakeTime === undefined ? {} : { handshakeMs: handshakeTime }),
    ...(imageSize === undefined ? {} : { imageBytes: imageSize }),
    log: (expect.log ?? []).map(stepOf),
    forbid: (expect.forbid ?? []).map(patternOf),
    ...(resets === undefined ? {} : { resets: rangeOf(resets) }),
  };
}

/** True where what is expected comes with a verdict of `fail` alone. */
function expectsFailure({ error, verifyFlags = [] }: ExpectFile): boolean {
  return error !== undefined || verifyFlags.length > 0;
}

/** Why these expectations can never all be met; undefined where they can. */
export function contradictionIn(expect: ExpectFile = {}): string | undefined {
  const { verdict, resets } = expect;
  if (verdict === 'pass' && expectsFailure(expect)) {
    return 'a verdict of "pass" has neither an error nor verify flags';
  }
  if (typeof resets === 'object' && (resets.atLeast ?? 0) > (resets.atMost ?? Infinity)) {
    return `there are no resets of at least ${resets.atLeast ?? 0} and at most ${resets.atMost ?? 0}`;
  }
  return undefined;
}

function stepOf(step: StepFile): LogStep {
  const withinMs = typeof step === 'string' ? undefined : step.within;
  return { pattern: patternOf(step), ...(withinMs === undefined ? {} : { withinMs }) };
}

function patternOf(pattern: PatternFile | StepFile): LogPattern {
  if (typeof pattern === 'string') return { kind: 'text', text: pattern };
  if ('text' in pattern) return { kind: 'text', text: pattern.text };
  if ('regex' in pattern) return { kind: 'regex', source: pattern.regex };
  return { kind: 'event', event: pattern.event, where: pattern.where ?? {} };
}

function rangeOf(resets: NonNullable<ExpectFile['resets']>): NonNullable<Expectations['resets']> {
  if (typeof resets === 'number') return { atLeast: resets, atMost: resets };
  return { atLeast: resets.atLeast ?? 0, atMost: resets.atMost };
}
