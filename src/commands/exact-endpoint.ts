import { join } from 'node:path';
import { writeIfChanged } from '../build/generated.ts';
import type { Identity } from '../certificate/facts.ts';
import type { Authority } from '../endpoint/authority.ts';
import { EXACT_NOW, exactAuthority, SEEDS_VERSION } from '../endpoint/exact/exact-authority.ts';
import { createExactStandIn } from '../endpoint/exact/exact-stand-in.ts';
import type { EndpointFacts } from '../endpoint/facts.ts';
import { standInOptions, type FaultName } from '../endpoint/faults.ts';
import { loadAuthority, saveAuthority, standInPaths } from '../endpoint/state-files.ts';
import { EspawsError } from '../errors.ts';
import type { Host, Network } from '../host.ts';
import type { Project } from '../project/load.ts';
import { FRESH_BOARD } from './boot-board.ts';
import { eventText } from './endpoint-log.ts';

/** What firmware is built for where a stand-in serves: without faults, which are what it meets. */
export const STAND_IN = { profile: 'local', host: 'localhost', port: 8883 } as const;

/** What the board of an exact run connects to, in this process: no port of this machine. */
export interface ExactEndpoint {
  network: Network;
  /** What the board is told. */
  deviceTime: Date;
  live: EndpointFacts;
  /** Lines of the stand-in's log, as they come. */
  log: readonly string[];
}

/** `identity`: that of the firmware, whose certificate the stand-in takes for registered. */
export async function openExactEndpoint(
  { network }: Pick<Host, 'network'>,
  authority: Authority,
  { faults = [], identity }: { faults?: readonly FaultName[]; identity: Identity | undefined },
): Promise<ExactEndpoint> {
  const log: string[] = [];
  const standIn = await createExactStandIn(
    {
      registered: (identity?.certificates ?? []).slice(0, 1).map(({ der }) => der),
      onEvent: (event) => {
        const text = eventText(event);
        if (text !== undefined) log.push(text);
      },
    },
    authority,
    standInOptions(faults, EXACT_NOW),
  );
  return {
    network: { ...network, connectTcp: () => Promise.resolve(standIn.connect()) },
    ...{ deviceTime: EXACT_NOW, live: standIn.facts, log },
  };
}

/**
 * The project with the exact stand-in as its endpoint, whose root it trusts, and a build folder of its own: what is built
 * for it must not be taken for the project's firmware. `open` serves it. Throws `usage/invalid` where a run cannot be exact.
 */
export async function exactProject(
  host: Pick<Host, 'files' | 'network'>,
  project: Project,
  wanted: { port?: string; tlsVersion?: string },
): Promise<{ project: Project; open: (identity: Identity) => Promise<ExactEndpoint> }> {
  refuseInexact(project, wanted);
  const { files } = host;
  const buildDirectory = join(project.buildDirectory, `exact-${SEEDS_VERSION}`);
  const paths = standInPaths(buildDirectory);
  const authority = await loadAuthority(files, paths, (state) => exactAuthority('stand-in', state));
  const { certificate } = await authority.root('root', 'rsa-2048');
  await writeIfChanged(files, paths.ca, certificate, 0o644);
  await saveAuthority(files, paths, authority);
  const identity = { ...project.identity, ca: paths.ca };
  return {
    project: { ...project, identity, endpoint: STAND_IN, buildDirectory },
    open: (firmwareIdentity) => openExactEndpoint(host, authority, { identity: firmwareIdentity }),
  };
}

function refuseInexact(
  { tls }: Pick<Project, 'tls'>,
  { port, tlsVersion }: { port?: string; tlsVersion?: string },
): void {
  const because =
    port !== undefined && port !== FRESH_BOARD
      ? `--exact runs on a fresh virtual board, not on "${port}".`
      : (tlsVersion ?? tls.version) === '1.3'
        ? '--exact speaks TLS 1.2, not TLS 1.3.'
        : undefined;
  if (because === undefined) return;
  throw new EspawsError(because, {
    code: 'usage/invalid',
    hint: 'Leave --exact out: the figures then differ a little from run to run.',
  });
}
