import { EXACT_NOW } from '../endpoint/exact/exact-authority.ts';
import { notExact } from '../endpoint/exact/exact-stand-in.ts';
import { standInOptions } from '../endpoint/faults.ts';
import type { PlannedCase } from './case.ts';

/** Why a case cannot be exact, and what to do; undefined where it can. */
export function exactProblem({
  identity,
  endpoint,
  config,
  build,
}: Pick<PlannedCase, 'identity' | 'endpoint' | 'config' | 'build'>):
  { because: string; hint: string } | undefined {
  if (endpoint.kind !== 'stand-in') {
    return {
      because: 'what a live server sends differs each time',
      hint: 'Give it the endpoint stand-in, or say `exact: false`.',
    };
  }
  const fault = notExact(standInOptions(endpoint.faults, EXACT_NOW));
  if (fault !== undefined) {
    return { because: `of its stand-in, ${fault}`, hint: 'Take the fault out, or say `exact: false`.' };
  }
  if (config.kind === 'derived' && config.tlsVersion === '1.3') {
    return { because: 'the exact stand-in speaks TLS 1.2', hint: 'Say `exact: false` for TLS 1.3.' };
  }
  if (build.kind === 'sdk') {
    return {
      because: 'the virtual board has no Wi-Fi',
      hint: 'Give it the build bench, or say `exact: false`.',
    };
  }
  if (identity.kind === 'project' && identity.ca === 'own') {
    return {
      because: 'the project trusts a CA that the exact stand-in has not',
      hint: 'Give it an identity { from: project, ca: stand-in }.',
    };
  }
  return undefined;
}
