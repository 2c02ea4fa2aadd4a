import type { FaultName } from '../endpoint/faults.ts';
import type { ProfileName, TlsVersion } from '../endpoint/facts.ts';
import type { ErrorExpectation } from './error-expectation.ts';

/** One case of a plan with all that is needed to carry it out: defaults filled in, paths absolute. */
export interface PlannedCase {
  /** Unique in the plan, and the same as long as the plan calls it so. */
  name: string;
  labels: Readonly<Record<Axis, string>>;
  tags: readonly string[];
  /** Why it is not run. */
  skip?: string;
  /** Why it cannot be run: its outcome is `error`. */
  blocked?: string;
  identity: PlannedIdentity;
  endpoint: PlannedEndpoint;
  config: PlannedConfig;
  build: PlannedBuild;
  /** The board must have all of them. */
  boardTags: readonly string[];
  expect: Expectations;
  /** Of one attempt, by the host's clock. */
  timeoutMs: number;
  /** How long to listen after the verdict. */
  soakMs: number;
  retries: number;
  /** Against the exact stand-in, in lock-step: the same instructions in every run. */
  exact: boolean;
}

/** What a matrix varies, in the order of a case's name. */
export const AXES = ['identity', 'endpoint', 'config', 'build', 'board'] as const;
export type Axis = (typeof AXES)[number];

export type PlannedIdentity =
  /** Of espaws.yaml; `ca` in place of the project's own: one that no server has, or the stand-in's. */
  | { kind: 'project'; ca: 'own' | 'other' | 'stand-in' }
  /** Of the stand-in's authority, trusting these roots of it, or a CA that no server has. */
  | { kind: 'issued'; key: 'ec' | 'rsa'; ca: 'rsa' | 'ecdsa' | 'both' | 'other' }
  | { kind: 'files'; certificate: Source; key: Source; ca: Source };

/** A file, or the environment variable that holds its text. */
export type Source = { path: string } | { variable: string };

export type PlannedEndpoint =
  | { kind: 'project' }
  | { kind: 'stand-in'; faults: readonly FaultName[] }
  /** `host` and `address` may hold `${env:NAME}`: `fillIn` of environment.ts puts the values in. */
  | {
      kind: 'live';
      host: string;
      port: number;
      address?: string;
      profile: ProfileName;
      alpn?: readonly string[];
      facts?: string;
    };

export type PlannedConfig =
  | { kind: 'derived'; tlsVersion?: TlsVersion; suites?: readonly string[]; checkDates?: boolean }
  | { kind: 'header'; path: string };

export type PlannedBuild =
  | { kind: 'project' }
  /** Without `mbedtls`: the project's, or the default. */
  | { kind: 'bench'; mbedtls?: { version: string } | { path: string } }
  | { kind: 'sdk'; sdk: 'rtos-sdk' | 'esp-open-rtos'; path?: string }
  /** Nothing is built; addresses are those in the flash. */
  | { kind: 'regions'; regions: readonly { address: number; path: string }[] };

/** What a case must come to; what is absent is not looked at. */
export interface Expectations {
  verdict: 'pass' | 'fail' | 'timeout' | 'lost' | 'any';
  error?: ErrorExpectation;
  /** Exactly these, sorted. */
  verifyFlags?: readonly string[];
  /** IANA names, one of which it must be. */
  suites?: readonly string[];
  tlsVersion?: TlsVersion;
  heapPeakBytes?: number;
  handshakeMs?: number;
  imageBytes?: number;
  /** In this order. */
  log: readonly LogStep[];
  forbid: readonly LogPattern[];
  /** Boots after the first. */
  resets?: { atLeast: number; atMost: number | undefined };
}

export type LogPattern =
  | { kind: 'text'; text: string }
  | { kind: 'regex'; source: string }
  | { kind: 'event'; event: string; where: Readonly<Record<string, string | number | boolean>> };

export interface LogStep {
  pattern: LogPattern;
  /** Since the step before it was met, or since the case began. */
  withinMs?: number;
}
