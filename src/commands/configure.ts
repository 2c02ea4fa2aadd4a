import { join, resolve } from 'node:path';
import { repairTree } from '../build/sdk/repair-tree.ts';
import { checkIdentity } from '../certificate/check.ts';
import type { Identity } from '../certificate/facts.ts';
import { readIdentity } from '../certificate/identity.ts';
import { endpointFactsFromJson } from '../endpoint/facts-json.ts';
import type { EndpointFacts, TlsVersion } from '../endpoint/facts.ts';
import { endpointFacts } from '../endpoint/profiles.ts';
import { EspawsError } from '../errors.ts';
import type { MacroSet, OptionSet } from '../mbedtls/options.ts';
import { readConfigHeader } from '../mbedtls/read-header.ts';
import { renderHeader, renderOverlay } from '../mbedtls/render.ts';
import { resolveOptions, type Target } from '../mbedtls/resolve.ts';
import { readTreeFiles } from '../mbedtls/tree-files.ts';
import { MbedtlsTree } from '../mbedtls/tree.ts';
import { deriveNeeds } from '../needs/derive.ts';
import type { Need } from '../needs/need.ts';
import { loadProject, type Project } from '../project/load.ts';
import { findMbedtls, type MbedtlsSource } from '../sdk/mbedtls-source.ts';
import { loadBench, type BenchDescription, type CheckoutDescription } from '../sdk/schema.ts';
import { findCheckout, type Checkout } from './checkout.ts';
import type { CommandContext } from './result.ts';

export interface ConfigureOptions {
  /** Folder of espaws.yaml. */
  project: string;
  tlsVersion?: TlsVersion;
  /** Header to build with instead of the derived one. */
  header?: string;
  /** Even where the project names a header. */
  derive?: boolean;
  /** Build the bench with the mbedTLS of this SDK, or of the project's own where it is empty. */
  prove?: string;
  /** Take the facts of the live endpoint instead of the profile's. */
  probe?: boolean;
  /** Derive although no chain of the endpoint verifies: to see what the device then says. */
  allowUntrusted?: boolean;
}

type ProjectOptions = Omit<ConfigureOptions, 'project'>;

/** Everything that is known before a compiler is started. */
export interface Configured {
  project: Project;
  identity: Identity;
  endpoint: EndpointFacts;
  needs: Need[];
  /** What the firmware is built with. */
  sdk: BenchDescription | CheckoutDescription;
  /** Where that is; undefined for the bench. */
  checkout: Checkout | undefined;
  target: Target;
  source: MbedtlsSource;
  tree: MbedtlsTree;
  /** Sources of the tree that are mended where the configuration is derived: texts by absolute path. */
  repaired: ReadonlyMap<string, string>;
  derived: OptionSet;
  /** Text of the header that the firmware is compiled with. */
  headerText: string;
  /** Undefined: the derived configuration; else the user's header, under the target's overlay. */
  givenHeader: string | undefined;
  /** Of `headerText`. */
  macros: MacroSet;
}

/** Identity + endpoint -> needs -> options -> header; and every fault of the input found on the way. */
export async function configure(
  context: CommandContext,
  { project, ...options }: ConfigureOptions,
): Promise<Configured> {
  return configureProject(context, await loadProject(context.host.files, project), options);
}

/** The same for a project that was read, or made. */
export async function configureProject(
  context: CommandContext,
  project: Project,
  options: ProjectOptions,
): Promise<Configured> {
  const { host, signal } = context;
  const identity = await usableIdentity(context, project);
  const endpoint = await endpointOf(context, project, options);
  const needs = deriveNeeds(identity, endpoint, {
    checkDates: project.tls.checkDates,
    allowUntrusted: options.allowUntrusted ?? false,
    ...tlsChoice(project, options),
  });
  const { sdk, checkout, source } = await sdkOf(context, project, options);
  const givenHeader = options.header ?? (options.derive === true ? undefined : project.config?.header);
  const { tree, repaired } = await treeOf(context, source.path, {
    asItIs: givenHeader !== undefined,
    isTold: checkout === undefined,
  });
  const target: Target = { name: sdk.title, ...sdk.mbedtls };
  const derived = resolveOptions(tree, needs, target);
  const headerText =
    givenHeader === undefined
      ? await renderHeader(host.files, derived, tree)
      : await overlaid(context, givenHeader, { tree, target, project });
  const { macros } = tree.evaluate(headerText);
  signal.throwIfAborted();
  return {
    project,
    identity,
    endpoint,
    needs,
    sdk,
    checkout,
    target,
    source,
    tree,
    repaired,
    derived,
    headerText,
    givenHeader,
    macros,
  };
}

/** The SDK that builds, and the mbedTLS that is configured. */
async function sdkOf(
  context: CommandContext,
  project: Project,
  { prove }: ProjectOptions,
): Promise<Pick<Configured, 'sdk' | 'checkout' | 'source'>> {
  const { host, progress, signal } = context;
  const named = prove === undefined || prove === '' ? undefined : resolve(prove);
  const checkout =
    project.sdk.kind === 'bench' || named !== undefined
      ? undefined
      : await findCheckout(host, project, project.sdk);
  if (checkout !== undefined && prove === undefined) {
    const source = { path: join(checkout.path, checkout.description.tree), origin: checkout.origin };
    return { sdk: checkout.description, checkout, source };
  }
  const bench = await loadBench(host.files);
  const proved =
    named ?? (checkout === undefined ? undefined : join(checkout.path, checkout.description.tree));
  if (proved === undefined && prove !== undefined) {
    throw new EspawsError('The project has no SDK whose mbedTLS could be proved.', {
      code: 'usage/invalid',
      hint: 'Name a folder: espaws run --prove DIR, or an SDK in espaws.yaml: sdk: { kind: rtos-sdk, path: ... }',
    });
  }
  const wanted = proved === undefined ? project.mbedtls : { path: proved };
  const source = await findMbedtls(wanted, { ...host, sdk: bench, progress, signal });
  return { sdk: bench, checkout: undefined, source };
}

/**
 * With a header of the user's the tree is taken as it is: what the device does today is the question then. The build with
 * an SDK tells itself what it mends.
 */
async function treeOf(
  { host, progress }: CommandContext,
  path: string,
  { asItIs, isTold }: { asItIs: boolean; isTold: boolean },
) {
  const files = await readTreeFiles(host.files, path);
  if (asItIs) return { tree: new MbedtlsTree(files), repaired: new Map<string, string>() };
  const mended = repairTree(files);
  if (isTold) for (const text of mended.notes) progress({ kind: 'note', text });
  return { tree: new MbedtlsTree(mended.files), repaired: mended.repaired };
}

async function usableIdentity({ host, progress }: CommandContext, project: Project): Promise<Identity> {
  const identity = await readIdentity(host.files, project.identity);
  for (const problem of checkIdentity(identity, { now: host.clock.now() })) {
    const { code, message, hint, severity } = problem;
    if (severity === 'error') throw new EspawsError(message, { code, hint });
    progress({ kind: 'warning', text: message, hint });
  }
  return identity;
}

async function endpointOf(
  { host, signal }: CommandContext,
  { endpoint }: Project,
  { probe: live }: ProjectOptions,
): Promise<EndpointFacts> {
  const { host: name, port, profile, address, facts: path, alpn } = endpoint;
  if (live === true) {
    const { probe } = await import('../endpoint/probe.ts');
    return probe(host.network, host.clock, { host: address ?? name, port, servername: name, signal });
  }
  const facts =
    path === undefined
      ? endpointFacts({ profile, host: name, port })
      : endpointFactsFromJson(await readJson(host.files, path), path);
  return { ...facts, host: name, port, ...(alpn === undefined ? {} : { alpn }) };
}

async function readJson(files: CommandContext['host']['files'], path: string): Promise<unknown> {
  try {
    return JSON.parse(await files.readText(path));
  } catch (cause) {
    throw new EspawsError(`The endpoint facts in "${path}" cannot be read.`, {
      code: 'project/invalid',
      hint: `Write them with: espaws endpoint probe HOST --out ${path}`,
      cause,
    });
  }
}

function tlsChoice({ tls }: Project, { tlsVersion }: ProjectOptions) {
  const version = tlsVersion ?? tls.version;
  return {
    ...(version === undefined ? {} : { tlsVersion: version }),
    ...(tls.suites === undefined ? {} : { suites: tls.suites }),
  };
}

async function overlaid(
  { host }: CommandContext,
  path: string,
  { tree, target, project }: { tree: MbedtlsTree; target: Target; project: Project },
): Promise<string> {
  return renderOverlay(host.files, await readConfigHeader(host.files, path), tree, target, project.tls);
}
