import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import type { Authority } from '../../src/endpoint/authority.ts';
import { standInOptions, type FaultName } from '../../src/endpoint/faults.ts';
import { issueIdentity, type IdentityRequest, type IssuedIdentity } from '../../src/endpoint/identity.ts';
import type { StandInEvent } from '../../src/endpoint/stand-in-connection.ts';
import type { StandInOptions } from '../../src/endpoint/stand-in-options.ts';
import { startStandIn, type StandIn } from '../../src/endpoint/stand-in.ts';
import { loadAuthority, saveAuthority, standInPaths } from '../../src/endpoint/state-files.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { nodeNetwork } from '../../src/io/network.ts';

const CACHE = standInPaths(join(import.meta.dirname, '../../node_modules/.cache/stand-in'));

let authority: Promise<Authority> | undefined;

/** The tests' certificate authority; its keys are made once and kept, for RSA keys take their time. */
export function testAuthority(): Promise<Authority> {
  authority ??= loadAuthority(nodeFiles, CACHE);
  return authority;
}

afterAll(async () => {
  if (authority !== undefined) await saveAuthority(nodeFiles, CACHE, await authority);
});

/** A stand-in on a free port of the loopback interface that ends with the test. */
export async function startTestStandIn(
  faults: readonly FaultName[] = [],
  overrides: Partial<StandInOptions> = {},
): Promise<{ standIn: StandIn; events: StandInEvent[] }> {
  const events: StandInEvent[] = [];
  const standIn = await startStandIn(
    { servers: nodeNetwork, clock: nodeClock, onEvent: (event) => events.push(event) },
    await testAuthority(),
    standInOptions(faults, new Date(), { port: 0, ...overrides }),
  );
  onTestFinished(() => standIn.close());
  return { standIn, events };
}

/** An identity of the tests' authority. */
export async function testIdentity(request: Partial<IdentityRequest> = {}): Promise<IssuedIdentity> {
  return issueIdentity(await testAuthority(), { key: 'ec-P-256', now: new Date(), ca: 'both', ...request });
}
