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
): Pick<PlannedCase, 'expect' | 'timeoutMs' | 'soakMs' | 'retries' | 'tags' | 'skip'> {
  const { expect, timeout, soak, retries, tags, skip } = settings;
  return {
    expect: expectationsOf(expect),
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    soakMs: soak ?? 0,
    retries: retries ?? 0,
    tags: tags ?? [],
    ...(skip === undefined ? {} : { skip }),
  };
}

/** The settings among other keys of a part of the plan. */
export function settingsOf(part: CaseSettings): CaseSettings {
  const { expect, timeout, soak, repeat, retries, tags, skip } = part;
  const all = { expect, timeout, soak, repeat, retries, tags, skip };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
