import type { CertificateProblem, CheckOptions } from './problem.ts';
import type { Identity } from './facts.ts';
import { EspawsError } from '../errors.ts';
import { caProblems } from './check-ca.ts';
import { clientProblems } from './check-client.ts';
import { keyProblems } from './check-key.ts';

/**
 * Everything about an identity that would fail on the device or at the server, worst first as each file is gone
 * through: the key, the client's chain, the CA bundle. Empty: nothing found.
 */
export function checkIdentity(identity: Identity, options: CheckOptions = {}): CertificateProblem[] {
  return [...keyProblems(identity), ...clientProblems(identity, options), ...caProblems(identity, options)];
}

/** Throws the first problem that is an error. */
export function requireUsable(identity: Identity, options: CheckOptions = {}): void {
  const problem = checkIdentity(identity, options).find(({ severity }) => severity === 'error');
  if (problem === undefined) return;
  throw new EspawsError(problem.message, { code: problem.code, hint: problem.hint });
}
