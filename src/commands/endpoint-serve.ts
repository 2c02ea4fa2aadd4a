import { resolve } from 'node:path';
import { endpointFactsToJson } from '../endpoint/facts-json.ts';
import { FAULTS, standInOptions, type FaultName } from '../endpoint/faults.ts';
import { issueIdentity, type IdentityRequest } from '../endpoint/identity.ts';
import type { KeyAlgorithm } from '../endpoint/key-pairs.ts';
import type { StandInEvent } from '../endpoint/stand-in-connection.ts';
import type { StandInOptions } from '../endpoint/stand-in-options.ts';
import { startStandIn, type StandIn } from '../endpoint/stand-in.ts';
import {
  hasIdentity,
  loadAuthority,
  saveAuthority,
  standInPaths,
  writeIdentity,
  type StandInPaths,
} from '../endpoint/state-files.ts';
import { EXIT, EspawsError } from '../errors.ts';
import { eventText } from './endpoint-log.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface ServeOptions {
  /** Folder of `certs/` and of the stand-in's state. */
  directory: string;
  /** Makes an identity with such a key, or takes the one that it made before. */
  issue?: 'ec' | 'rsa' | KeyAlgorithm;
  /** PKCS#10 file to certify instead: no key is made. */
  csr?: string;
  container?: NonNullable<IdentityRequest['container']>;
  ca?: NonNullable<IdentityRequest['ca']>;
  /** Overwrites files that are not the stand-in's own, and issues anew. */
  force: boolean;
  faults: readonly string[];
  /** 0: a free one. */
  port: number;
  address?: string;
  /** The first is the main name. Default: `localhost`, `127.0.0.1`. */
  hosts?: readonly string[];
  alpn?: readonly string[];
  prefersChain?: 'rsa' | 'ecdsa';
  /** Written, as JSON, when connections are accepted; removed at the end. */
  readyFile?: string;
}

/** What a caller needs to use a stand-in; the content of the ready file. */
export interface StandInReady {
  host: string;
  address: string;
  port: number;
  /** Absolute paths. `facts` is for `endpoint.facts` of espaws.yaml. */
  certificate: string;
  key: string;
  ca: string;
  facts: string;
  faults: readonly string[];
}

/** `espaws endpoint serve`: serves until the signal is aborted, then resolves. */
export async function serveCommand(context: CommandContext, options: ServeOptions): Promise<CommandResult> {
  const { host, progress, signal } = context;
  const { files } = host;
  const settings = standInOptions(faultNames(options.faults), host.clock.now(), overridesOf(options));
  const paths = standInPaths(resolve(options.directory));
  const authority = await loadAuthority(files, paths);
  await provideIdentity(context, options, paths, authority);
  signal.throwIfAborted();

  const counts = { connections: 0, handshakes: 0, failures: 0 };
  const onEvent = (event: StandInEvent) => {
    count(counts, event);
    const text = eventText(event);
    if (text !== undefined) progress({ kind: 'note', text });
  };
  const standIn = await startStandIn(
    { servers: host.network, clock: host.clock, onEvent },
    authority,
    settings,
  );
  try {
    await saveAuthority(files, paths, authority);
    await files.write(paths.facts, `${JSON.stringify(endpointFactsToJson(standIn.facts), undefined, 2)}\n`);
    const ready = readyOf(standIn, paths, options.faults);
    await announce(context, options, ready);
    await aborted(signal);
    return resultOf(ready, counts);
  } finally {
    await standIn.close();
    if (options.readyFile !== undefined) await files.remove(options.readyFile);
  }
}

function faultNames(names: readonly string[]): FaultName[] {
  return names.map((name) => {
    if (Object.hasOwn(FAULTS, name)) return name as FaultName;
    throw new EspawsError(`There is no fault "${name}".`, {
      code: 'usage/invalid',
      hint: `The faults are: ${Object.keys(FAULTS).join(', ')}.`,
    });
  });
}

function overridesOf({ port, address, hosts, alpn, prefersChain }: ServeOptions): Partial<StandInOptions> {
  return {
    port,
    ...(address === undefined ? {} : { address }),
    ...(hosts === undefined || hosts.length === 0 ? {} : { hosts }),
    ...(alpn === undefined ? {} : { alpn }),
    ...(prefersChain === undefined ? {} : { prefersChain }),
  };
}

type AuthorityOf = Awaited<ReturnType<typeof loadAuthority>>;

async function provideIdentity(
  { host: { files, clock }, progress }: CommandContext,
  { issue, csr, container, ca, force }: ServeOptions,
  paths: StandInPaths,
  authority: AuthorityOf,
): Promise<void> {
  if (issue === undefined && csr === undefined) return;
  const key = keyAlgorithm(issue ?? 'ec');
  const isPlain = csr === undefined && container === undefined && ca === undefined;
  if (isPlain && !force && (await hasIdentity(files, paths, authority, key))) {
    progress({ kind: 'note', text: `identity of an earlier start: ${paths.certificate}` });
    return;
  }
  const identity = await issueIdentity(authority, {
    key,
    now: clock.now(),
    ...(container === undefined ? {} : { container }),
    ...(ca === undefined ? {} : { ca }),
    ...(csr === undefined ? {} : { signingRequest: { path: csr, text: await readRequest(files, csr) } }),
  });
  // An identity whose CA is not kept would be a stranger's at the next start.
  await saveAuthority(files, paths, authority);
  await writeIdentity(files, paths, authority, identity, { force });
  progress({ kind: 'note', text: `issued ${paths.certificate}, signed by an RSA CA as AWS IoT does` });
}

function keyAlgorithm(issue: NonNullable<ServeOptions['issue']>): KeyAlgorithm {
  return issue === 'ec' ? 'ec-P-256' : issue === 'rsa' ? 'rsa-2048' : issue;
}

async function readRequest(files: CommandContext['host']['files'], path: string): Promise<string> {
  try {
    return await files.readText(path);
  } catch (cause) {
    throw new EspawsError(`The certificate signing request "${path}" cannot be read.`, {
      code: 'certificate/missing',
      hint: `Make one with: openssl req -new -key private.pem.key -subj /CN=device -out ${path}`,
      cause,
    });
  }
}

function readyOf(
  { host, address, port }: StandIn,
  paths: StandInPaths,
  faults: readonly string[],
): StandInReady {
  const { certificate, key, ca, facts } = paths;
  return { host, address, port, certificate, key, ca, facts, faults };
}

async function announce(
  { host, progress }: CommandContext,
  { readyFile }: ServeOptions,
  ready: StandInReady,
): Promise<void> {
  if (readyFile !== undefined) await host.files.write(readyFile, `${JSON.stringify(ready, undefined, 2)}\n`);
  const faults = ready.faults.length === 0 ? '' : ` with ${ready.faults.join(', ')}`;
  progress({ kind: 'note', text: `serving ${ready.host}:${ready.port}${faults}; Ctrl-C ends it` });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}

interface Counts {
  connections: number;
  handshakes: number;
  failures: number;
}

function count(counts: Counts, { kind }: StandInEvent): void {
  if (kind === 'client-hello') counts.connections += 1;
  if (kind === 'handshake') counts.handshakes += 1;
  if (kind === 'handshake-failed' || kind === 'refused') counts.failures += 1;
}

function resultOf(ready: StandInReady, counts: Counts): CommandResult {
  return {
    exitCode: EXIT.interrupted,
    json: { ...ready, ...counts },
    text: `${counts.connections} connections, ${counts.handshakes} handshakes, ${counts.failures} failed or refused`,
  };
}
