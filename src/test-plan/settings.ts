import { expectationsOf } from './expectations.ts';
import type { PlannedCase } from './case.ts';
import type { CaseSettings } from './plan.ts';

/** Of one attempt, in milliseconds, where the plan says nothing: a build and an RSA handshake at the chip's pace fit. */
const DEFAULT_TIMEOUT_MS = 120_000;

/** One over the other, the last wins: each expectation by itself, tags together. */
export function overlay(settings: readonly CaseSettings[]): CaseSettings {
  return settings.reduce(
    (under, over) => ({
      ...under,
      ...over,
      expect: { ...under.expect, ...over.expect },
      tags: [...new Set([...(under.tags ?? []), ...(over.tags ?? [])])],
    }),
    {},
  );
}

/** Settings as a planned case has them. */
export function plannedSettings(
  settings: CaseSettings,
): Pick<PlannedCase, 'expect' | 'timeoutMs' | 'soakMs' | 'retries' | 'exact' | 'tags' | 'skip'> {
  const { expect, timeout, soak, retries, exact, tags, skip } = settings;
  return {
    expect: expectationsOf(expect),
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    soakMs: soak ?? 0,
    retries: retries ?? 0,
    exact: exact ?? false,
    tags: tags ?? [],
    ...(skip === undefined ? {} : { skip }),
  };
}

/** The settings among other keys of a part of the plan. */
export function settingsOf(part: CaseSettings): CaseSettings {
  const { expect, timeout, soak, repeat, retries, exact, tags, skip } = part;
  const all = { expect, timeout, soak, repeat, retries, exact, tags, skip };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
