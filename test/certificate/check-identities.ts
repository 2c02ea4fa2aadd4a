import { expect } from 'vitest';
import { checkIdentity, requireUsable } from '../../src/certificate/check.ts';
import type { Identity } from '../../src/certificate/facts.ts';
import type { IdentityPaths } from '../../src/certificate/identity.ts';
import { readIdentity } from '../../src/certificate/identity.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { Issued, IssueOptions, Workshop } from '../support/identities.ts';
import { CLIENT_EXTENSIONS, openWorkshop, TEST_NOW } from '../support/identities.ts';

/** What identities are put together from. */
interface Parts {
  root: Issued;
  intermediate: Issued;
  device: Issued;
  rsaDevice: Issued;
  other: Issued;
}

/** The files in which an identity differs from the good one. */
export type Change = (
  parts: Parts,
  workshop: Workshop,
) => Promise<Partial<IdentityPaths>> | Partial<IdentityPaths>;

/** What is wrong, and what is said of it. */
export type FaultyIdentity = readonly [
  title: string,
  code: ErrorCode,
  severity: 'error' | 'warning',
  message: RegExp,
  change: Change,
];

export interface CheckedIdentities {
  parts: Parts;
  /** `device` under `intermediate`, with `root` as its CA bundle, and the change made. */
  identityWith: (change: Change) => Promise<Identity>;
  close: () => Promise<void>;
}

export const joined = (...issued: readonly Issued[]) => issued.map(({ pem }) => pem).join('');

/** A client certificate of its own kind, with its key. */
export async function clientOf(
  workshop: Workshop,
  issuer: Issued,
  options: Partial<IssueOptions>,
): Promise<Partial<IdentityPaths>> {
  const issued = await workshop.issue({ name: 'changed', issuer, extensions: CLIENT_EXTENSIONS, ...options });
  return { certificate: issued.certificate, key: issued.key };
}

export async function openIdentities(): Promise<CheckedIdentities> {
  const workshop = await openWorkshop();
  const root = await workshop.issue({ name: 'root' });
  const intermediate = await workshop.issue({ name: 'intermediate', issuer: root });
  const device = await workshop.issue({
    name: 'device',
    issuer: intermediate,
    extensions: CLIENT_EXTENSIONS,
  });
  const rsaDevice = await workshop.issue({
    name: 'rsa',
    key: 'rsa-2048',
    issuer: root,
    extensions: CLIENT_EXTENSIONS,
  });
  const parts = { root, intermediate, device, rsaDevice, other: await workshop.issue({ name: 'other' }) };
  const good = { certificate: device.certificate, key: device.key, ca: root.certificate };
  return {
    parts,
    identityWith: async (change) => readIdentity(nodeFiles, { ...good, ...(await change(parts, workshop)) }),
    close: () => workshop.close(),
  };
}

/** The check says it, with a hint, and refuses the identity unless it is a warning. */
export async function expectProblem(
  identities: CheckedIdentities,
  code: ErrorCode,
  severity: 'error' | 'warning',
  message: RegExp,
  change: Change,
): Promise<void> {
  const identity = await identities.identityWith(change);
  const problems = checkIdentity(identity, { now: TEST_NOW });
  expect(problems).toContainEqual({
    code,
    severity,
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(/\S/) as string,
  });
  const check = () => {
    requireUsable(identity, { now: TEST_NOW });
  };
  if (severity === 'warning') expect(check).not.toThrow();
  else expect(check).toThrow();
}
