import { FAULTS, type FaultName } from '../endpoint/faults.ts';
import type { Axis, PlannedBuild, PlannedConfig, PlannedEndpoint, PlannedIdentity } from './case.ts';
import { sourceOf } from './environment.ts';
import type { TestPlanFile } from './plan.ts';

/** A value of an axis; `missing`: what becomes of the case where a variable is not set. */
interface Defined<Value> {
  value: Value;
  missing: 'skip' | 'error';
}

/** What the names of a plan stand for. */
export interface Definitions {
  identity: ReadonlyMap<string, Defined<PlannedIdentity>>;
  endpoint: ReadonlyMap<string, Defined<PlannedEndpoint>>;
  config: ReadonlyMap<string, PlannedConfig>;
  build: ReadonlyMap<string, PlannedBuild>;
  board: ReadonlyMap<string, readonly string[]>;
}

/** What a case takes where it names nothing. */
export const DEFAULT_LABELS: Readonly<Record<Axis, string>> = {
  identity: 'project',
  endpoint: 'project',
  config: 'derived',
  build: 'project',
  board: 'any',
};

/** Names that need no definition; every fault of the stand-in is an endpoint. A plan may define them anew. */
const BUILT_IN = {
  identities: { project: 'project', ec: { issue: 'ec' }, rsa: { issue: 'rsa' } },
  endpoints: {
    project: 'project',
    'stand-in': 'stand-in',
    ...Object.fromEntries(Object.keys(FAULTS).map((name) => [name, { faults: [name as FaultName] }])),
  },
  configs: { derived: 'derived', 'tls1.2': { tlsVersion: '1.2' }, 'tls1.3': { tlsVersion: '1.3' } },
  builds: { project: 'project', bench: 'bench' },
  boards: { any: { tags: [] }, virtual: { tags: ['virtual'] } },
} as const;

/** What the names of a plan stand for, paths made absolute. */
export function definitionsOf(plan: TestPlanFile, absolute: (path: string) => string): Definitions {
  const { identities, endpoints, configs, builds, boards } = plan;
  const missingOf = (value: object | string) =>
    (typeof value === 'object' && 'missing' in value
      ? (value.missing as 'skip' | 'error' | undefined)
      : undefined) ?? plan.missing;
  const withMissing =
    <File extends object | string, Value>(of: (file: File) => Value) =>
    (file: File): Defined<Value> => ({ value: of(file), missing: missingOf(file) });
  return {
    identity: mapOf(
      { ...BUILT_IN.identities, ...identities },
      withMissing((file: IdentityFile) => identityOf(file, absolute)),
    ),
    endpoint: mapOf(
      { ...BUILT_IN.endpoints, ...endpoints },
      withMissing((file: EndpointFile) => endpointOf(file, absolute)),
    ),
    config: mapOf({ ...BUILT_IN.configs, ...configs }, (file: ConfigFile) => configOf(file, absolute)),
    build: mapOf({ ...BUILT_IN.builds, ...builds }, (file: BuildFile) => buildOf(file, absolute)),
    board: mapOf({ ...BUILT_IN.boards, ...boards }, ({ tags }: { tags: readonly string[] }) => tags),
  };
}

type IdentityFile = TestPlanFile['identities'][string];
type EndpointFile = TestPlanFile['endpoints'][string];
type ConfigFile = TestPlanFile['configs'][string];
type BuildFile = TestPlanFile['builds'][string];
type Absolute = (path: string) => string;

function mapOf<File, Value>(
  files: Readonly<Record<string, File>>,
  of: (file: File) => Value,
): ReadonlyMap<string, Value> {
  return new Map(Object.entries(files).map(([name, file]) => [name, of(file)]));
}

function identityOf(file: IdentityFile, absolute: Absolute): PlannedIdentity {
  if (file === 'project') return { kind: 'project', ca: 'own' };
  if ('from' in file) return { kind: 'project', ca: file.ca };
  if ('issue' in file) {
    return { kind: 'issued', key: file.issue, ca: file.ca ?? (file.issue === 'ec' ? 'both' : 'rsa') };
  }
  return {
    kind: 'files',
    certificate: sourceOf(file.certificate, absolute),
    key: sourceOf(file.key, absolute),
    ca: sourceOf(file.ca, absolute),
  };
}

function endpointOf(file: EndpointFile, absolute: Absolute): PlannedEndpoint {
  if (file === 'project') return { kind: 'project' };
  if (file === 'stand-in') return { kind: 'stand-in', faults: [] };
  if ('faults' in file) return { kind: 'stand-in', faults: file.faults };
  const { host, port, address, profile, alpn, facts } = file;
  return {
    ...{ kind: 'live', host, port, profile },
    ...(address === undefined ? {} : { address }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(facts === undefined ? {} : { facts: absolute(facts) }),
  };
}

function configOf(file: ConfigFile, absolute: Absolute): PlannedConfig {
  if (file === 'derived') return { kind: 'derived' };
  if ('header' in file) return { kind: 'header', path: absolute(file.header) };
  const { tlsVersion, suites, checkDates } = file;
  return {
    kind: 'derived',
    ...(tlsVersion === undefined ? {} : { tlsVersion }),
    ...(suites === undefined ? {} : { suites }),
    ...(checkDates === undefined ? {} : { checkDates }),
  };
}

function buildOf(file: BuildFile, absolute: Absolute): PlannedBuild {
  if (file === 'project') return { kind: 'project' };
  if (file === 'bench') return { kind: 'bench' };
  if ('mbedtls' in file) {
    const { mbedtls } = file;
    return { kind: 'bench', mbedtls: 'path' in mbedtls ? { path: absolute(mbedtls.path) } : mbedtls };
  }
  if ('sdk' in file) {
    const { kind, path } = file.sdk;
    return { kind: 'sdk', sdk: kind, ...(path === undefined ? {} : { path: absolute(path) }) };
  }
  return {
    kind: 'regions',
    regions: file.regions.map(({ address, file: path }) => ({ address, path: absolute(path) })),
  };
}
