import { join } from 'node:path';
import { checkIdentity } from '../certificate/check.ts';
import { readIdentity } from '../certificate/identity.ts';
import { EXIT, isEspawsError } from '../errors.ts';
import { readTree } from '../mbedtls/tree.ts';
import { loadProject, type Project } from '../project/load.ts';
import { findMbedtls } from '../sdk/mbedtls-source.ts';
import { loadBench } from '../sdk/schema.ts';
import { findToolchain, type Toolchain } from '../sdk/toolchain.ts';
import { missingTools } from '../build/sdk/rtos-sdk-3-check.ts';
import { missingParts } from '../sdk/check-sdk.ts';
import { findCheckout, optionsOf } from './checkout.ts';
import type { CommandContext, CommandResult } from './result.ts';

interface Finding {
  what: string;
  ok: boolean;
  text: string;
  hint?: string;
}

/** `espaws doctor`: what is there, what is missing, and the command that mends it. */
export async function doctorCommand(
  context: CommandContext,
  options: { project: string },
): Promise<CommandResult> {
  const { host, signal } = context;
  const findings: Finding[] = [{ what: 'node', ok: true, text: process.version }];
  const toolchain = await look(findings, 'toolchain', () =>
    findToolchain(host.processes, host.files, host.environment, signal),
  );
  if (toolchain !== undefined) {
    done(findings, 'toolchain', `${toolchain.identity}, from ${toolchain.origin}, with ${toolchain.libc}`);
  }
  const project = await look(findings, 'project', () => loadProject(host.files, options.project));
  if (project !== undefined) {
    done(findings, 'project', project.file);
    await lookAtSdk(context, findings, { project, toolchain });
    await lookAtIdentity(context, findings, project);
  }
  await lookAtPorts(context, findings, project);
  await lookAtTools(context, findings);
  signal.throwIfAborted();
  const faults = findings.filter(({ ok }) => !ok);
  return {
    exitCode: faults.length === 0 ? EXIT.success : EXIT.project,
    json: { ok: faults.length === 0, findings },
    text: findings.map(findingText).join('\n'),
  };
}

/** The SDK's checkout and what it lacks, and the mbedTLS that is configured. */
async function lookAtSdk(
  context: CommandContext,
  findings: Finding[],
  { project, toolchain }: { project: Project; toolchain: Toolchain | undefined },
): Promise<void> {
  const { host, progress, signal } = context;
  if (project.sdk.kind !== 'bench') {
    const settings = project.sdk;
    const sdk = await look(findings, 'SDK', () => findCheckout(host, project, settings));
    if (sdk === undefined) return;
    done(findings, 'SDK', `${sdk.description.title}, ${sdk.version}, in ${sdk.path} (${sdk.origin})`);
    const missing = await missingParts({ ...host, signal }, sdk, toolchain);
    if (sdk.description.mechanism === 'rtos-sdk-3') {
      const request = { sdk, options: optionsOf(settings), projectDirectory: project.directory };
      missing.push(...(await missingTools(request, host)));
    }
    for (const { text, hint } of missing) {
      findings.push({ what: 'SDK', ok: false, text, hint });
    }
    await lookAtTree(findings, () => readTree(host.files, join(sdk.path, sdk.description.tree)));
    return;
  }
  await lookAtTree(findings, async () => {
    const sdk = await loadBench(host.files);
    const source = await findMbedtls(project.mbedtls, { ...host, sdk, progress, signal });
    return readTree(host.files, source.path);
  });
}

async function lookAtTree(findings: Finding[], read: () => ReturnType<typeof readTree>): Promise<void> {
  const tree = await look(findings, 'mbedTLS', read);
  if (tree !== undefined) done(findings, 'mbedTLS', `${tree.version.text} in ${tree.path}`);
}

/** The boards that are there, and the project's port: whether it can be opened. */
async function lookAtPorts(
  { host, signal }: CommandContext,
  findings: Finding[],
  project: Project | undefined,
): Promise<void> {
  const boards = (await look(findings, 'port', () => host.ports.list()))?.filter(
    ({ bridge }) => bridge !== undefined,
  );
  if (boards !== undefined) {
    const names = boards.map(({ path }) => path).join(', ');
    done(findings, 'port', names === '' ? 'no board is connected; virtual: is the emulated one' : names);
  }
  const wanted = project?.port;
  if (wanted === undefined || wanted === 'auto' || wanted.startsWith('virtual:')) return;
  await look(findings, 'port', async () => {
    const port = await host.ports.open(wanted, { baudRate: PROBE_BAUD_RATE, signal });
    await port.close();
    done(findings, 'port', `${wanted} can be opened`);
  });
}

/** Every adapter can do it. */
const PROBE_BAUD_RATE = 115_200;

/** What makes builds faster, or is needed by some SDKs. */
async function lookAtTools({ host }: CommandContext, findings: Finding[]): Promise<void> {
  const there: string[] = [];
  for (const name of ['make', 'cmake', 'ninja', 'git', 'ccache', 'sccache', 'distcc']) {
    if ((await host.processes.find(name)) !== undefined) there.push(name);
  }
  done(findings, 'tools', there.join(', '));
}

async function lookAtIdentity(
  { host }: CommandContext,
  findings: Finding[],
  project: Project,
): Promise<void> {
  const identity = await look(findings, 'identity', () => readIdentity(host.files, project.identity));
  if (identity === undefined) return;
  const problems = checkIdentity(identity, { now: host.clock.now() });
  for (const { message, hint, severity } of problems) {
    findings.push({ what: 'identity', ok: severity !== 'error', text: message, hint });
  }
  if (problems.length === 0) done(findings, 'identity', identity.certificates[0]?.subject ?? '');
}

/** Runs a look; a fault of the input becomes a finding, a bug stays an error. */
async function look<T>(findings: Finding[], what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isEspawsError(error) || error.code === 'interrupted') throw error;
    const { message, hint } = error;
    findings.push({ what, ok: false, text: message, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }
}

function done(findings: Finding[], what: string, text: string): void {
  findings.push({ what, ok: true, text });
}

function findingText({ what, ok, text, hint }: Finding): string {
  const line = `${ok ? 'ok     ' : 'MISSING'}  ${what.padEnd(10)} ${text}`;
  return hint === undefined ? line : `${line}\n                    ${hint}`;
}
