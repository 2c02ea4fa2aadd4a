import { DEFAULT_LABELS } from './definitions.ts';
import { expectationsOf } from './expectations.ts';
import type { TestPlan } from './load.ts';
import type { PlannedCase } from './case.ts';
import { DEFAULT_LIMITS } from './regression.ts';
import { plannedSettings } from './settings.ts';

/**
 * What is tested without a plan: the project's own identity must connect to its own endpoint; with a CA that no server
 * has it must not; and a server with a certificate for another host must be refused. That one is the stand-in, whose
 * CA the device then trusts: a live server would refuse an unknown server_name itself.
 */
export function defaultPlan(name: string): TestPlan {
  const common = {
    config: { kind: 'derived' },
    build: { kind: 'project' },
    boardTags: [],
    ...plannedSettings({}),
  } as const;
  const own: PlannedCase = {
    ...common,
    name: 'project',
    labels: DEFAULT_LABELS,
    identity: { kind: 'project', ca: 'own' },
    endpoint: { kind: 'project' },
  };
  const wrongCa: PlannedCase = {
    ...own,
    name: 'wrong CA',
    labels: { ...DEFAULT_LABELS, identity: 'project, wrong CA' },
    identity: { kind: 'project', ca: 'other' },
    expect: expectationsOf({ verdict: 'fail', verifyFlags: ['NOT_TRUSTED'] }),
  };
  const wrongHost: PlannedCase = {
    ...own,
    name: 'wrong host',
    labels: { ...DEFAULT_LABELS, identity: 'project, stand-in CA', endpoint: 'wrong-host' },
    identity: { kind: 'project', ca: 'stand-in' },
    endpoint: { kind: 'stand-in', faults: ['wrong-host'] },
    expect: expectationsOf({ verdict: 'fail', verifyFlags: ['CN_MISMATCH'] }),
  };
  return {
    name,
    file: undefined,
    flakyFails: false,
    limits: DEFAULT_LIMITS,
    cases: [own, wrongCa, wrongHost],
  };
}
