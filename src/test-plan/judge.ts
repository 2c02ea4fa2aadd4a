import { bytesText, timeText } from '../report/axis.ts';
import type { CaseOutcome } from '../report/report.ts';
import type { VerdictDocument } from '../verdict/document.ts';
import { hexOf } from '../verdict/explain.ts';
import type { Expectations, PlannedCase } from './case.ts';
import { isExpectedError, type ErrorExpectation } from './error-expectation.ts';
import type { Finding } from './follow.ts';

/** What one attempt at a case showed. */
export interface Observed {
  verdict?: VerdictDocument;
  /** Of the follower. */
  findings?: readonly Finding[];
  /** Why the case could not be carried out to its end: no build, no board. One sentence. */
  problem?: string;
}

export interface CaseJudgement {
  outcome: Exclude<CaseOutcome, 'flaky'>;
  because: string;
  expectations: Finding[];
}

/** Holds what was observed against what the case expects. */
export function judgeCase(
  { expect, skip, blocked }: Pick<PlannedCase, 'expect' | 'skip' | 'blocked'>,
  { verdict, findings = [], problem }: Observed,
): CaseJudgement {
  if (skip !== undefined) return { outcome: 'skipped', because: skip, expectations: [] };
  const unable = blocked ?? problem ?? (verdict === undefined ? 'there is no verdict' : undefined);
  if (unable !== undefined || verdict === undefined) {
    return { outcome: 'error', because: unable ?? 'there is no verdict', expectations: [...findings] };
  }
  const expectations = [...verdictFindings(expect, verdict), ...findings];
  const unmet = expectations.filter(({ met }) => !met);
  if (unmet.length === 0) return { outcome: 'passed', because: passedBecause(expect, verdict), expectations };
  const [first] = unmet;
  const more = unmet.length === 1 ? '' : `; ${unmet.length - 1} more`;
  return {
    outcome: 'failed',
    because: `expected ${first!.text}, found ${first!.found ?? 'nothing'}${more}`,
    expectations,
  };
}

function passedBecause({ verdict }: Expectations, document: VerdictDocument): string {
  return verdict === 'pass' || verdict === 'any'
    ? document.because
    : `${document.verdict}, as expected: ${document.because}`;
}

function verdictFindings(expect: Expectations, document: VerdictDocument): Finding[] {
  const { verdict, handshake, error, verifyFlags, image } = document;
  const flags = [...verifyFlags].sort();
  return [
    ...finding(expect.verdict === 'any' ? undefined : expect.verdict, (wanted) => ({
      text: `verdict ${wanted}`,
      met: verdict === wanted,
      found: verdict === wanted ? verdict : `${verdict}: ${document.because}`,
    })),
    ...finding(expect.error, (wanted) => ({
      text: `error ${errorText(wanted)}`,
      met: isExpectedError(wanted, error),
      found: error === null ? 'no error' : `${error.hex === undefined ? '' : `${error.hex} `}${error.name}`,
    })),
    ...finding(expect.verifyFlags, (wanted) => ({
      text: wanted.length === 0 ? 'no verify flags' : `verify flags ${wanted.join(', ')}`,
      met: flags.join() === wanted.join(),
      found: flags.length === 0 ? 'no verify flags' : flags.join(', '),
    })),
    ...finding(expect.suites, (wanted) => ({
      text: `cipher suite ${wanted.join(' or ')}`,
      met: handshake !== null && wanted.some((suite) => sameSuite(suite, handshake.ciphersuite)),
      found: handshake?.ciphersuite ?? 'no handshake',
    })),
    ...finding(expect.tlsVersion, (wanted) => ({
      text: `TLS ${wanted}`,
      met: handshake?.version.endsWith(wanted) ?? false,
      found: handshake?.version ?? 'no handshake',
    })),
    ...atMost('heap peak', expect.heapPeakBytes, handshake?.heapPeakBytes, bytesText),
    ...atMost('handshake', expect.handshakeMs, handshake?.durationMs, timeText),
    ...atMost('image', expect.imageBytes, image.flashBytes, bytesText),
  ];
}

function finding<Wanted>(wanted: Wanted | undefined, of: (wanted: Wanted) => Finding): Finding[] {
  return wanted === undefined ? [] : [of(wanted)];
}

/** What was not measured is not within its limit. */
function atMost(
  name: string,
  limit: number | undefined,
  value: number | undefined,
  text: (value: number) => string,
): Finding[] {
  return finding(limit, (wanted) => ({
    text: `${name} of at most ${text(wanted)}`,
    met: value !== undefined && value <= wanted,
    found: value === undefined ? 'not measured' : text(value),
  }));
}

function errorText(wanted: ErrorExpectation): string {
  return 'code' in wanted ? hexOf(wanted.code) : wanted.name;
}

function sameSuite(one: string, other: string): boolean {
  return ianaName(one) === ianaName(other);
}

/** mbedTLS prints IANA's names with hyphens, and those of TLS 1.3 as `TLS1-3-…` (library/ssl_ciphersuites.c). */
function ianaName(suite: string): string {
  return suite.replace(/^TLS1-3-/, 'TLS-').replaceAll('-', '_');
}
