import { checkIdentity } from '../certificate/check.ts';
import { readIdentity } from '../certificate/identity.ts';
import { EXIT, isEspawsError } from '../errors.ts';
import { readTree } from '../mbedtls/tree.ts';
import { loadProject, type Project } from '../project/load.ts';
import { findMbedtls } from '../sdk/mbedtls-source.ts';
import { loadBench } from '../sdk/schema.ts';
import { findToolchain } from '../sdk/toolchain.ts';
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
    await lookAtTree(context, findings, project);
    await lookAtIdentity(context, findings, project);
  }
  signal.throwIfAborted();
  const faults = findings.filter(({ ok }) => !ok);
  return {
    exitCode: faults.length === 0 ? EXIT.success : EXIT.project,
    json: { ok: faults.length === 0, findings },
    text: findings.map(findingText).join('\n'),
  };
}

async function lookAtTree(context: CommandContext, findings: Finding[], project: Project): Promise<void> {
  const { host, progress, signal } = context;
  const tree = await look(findings, 'mbedTLS', async () => {
    const sdk = await loadBench(host.files);
    const source = await findMbedtls(project.mbedtls, { ...host, sdk, progress, signal });
    return readTree(host.files, source.path);
  });
  if (tree !== undefined) done(findings, 'mbedTLS', `${tree.version.text} in ${tree.path}`);
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
