import { EspawsError, isEspawsError } from '../errors.ts';
import { flashSizeBytes } from '../image/flash-parameters.ts';
import type { Network, Port } from '../host.ts';
import type { Project } from '../project/load.ts';
import { loadProject } from '../project/load.ts';
import { resolvePort } from './auto-port.ts';
import { build, failureReport } from './build.ts';
import { configure } from './configure.ts';
import type { CommandContext } from './result.ts';

/** What `espaws monitor` takes of a project, where there is one. */
export async function projectOf({ host }: CommandContext, directory: string): Promise<Project | undefined> {
  try {
    return await loadProject(host.files, directory);
  } catch (error) {
    if (isEspawsError(error, 'project/missing')) return undefined;
    throw error;
  }
}

/**
 * Opens the port of a `--port`. `virtual:` is an emulated board with the project's firmware, which is built first.
 * Throws what opening and building throw.
 */
export async function openMonitored(
  context: CommandContext,
  { url, baudRate, project, seed }: { url: string; baudRate: number; project: string; seed: number },
): Promise<Port> {
  const { host, signal } = context;
  if (url !== 'virtual:') {
    return host.ports.open(await resolvePort(host, url, signal), { baudRate, signal });
  }
  const configured = await configure(context, { project, allowUntrusted: true });
  const built = await build(context, configured);
  if (!built.ok) {
    throw new EspawsError('The firmware for the emulated board does not build.', {
      code: 'build/failed',
      hint: failureReport(built),
    });
  }
  const size = flashSizeBytes(configured.sdk.flash.parameters.size);
  return host.boards.openVirtual({ flash: built.image!.flash, flashSizeBytes: size, seed });
}

/** The board names the host of the endpoint; the project may say at which address it is. */
export function networkToward(network: Network, endpoint: Project['endpoint'] | undefined): Network {
  const { host, address } = endpoint ?? {};
  if (address === undefined) return network;
  return {
    ...network,
    connectTcp: (wanted, port, signal) =>
      network.connectTcp(wanted === host ? address : wanted, port, signal),
  };
}
