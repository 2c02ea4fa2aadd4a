import { isEspawsError } from '../errors.ts';
import type { Network } from '../host.ts';
import type { Project } from '../project/load.ts';
import type { CommandContext } from './result.ts';

/** What `espaws monitor` takes of a project, where there is one. */
export async function projectOf({ host }: CommandContext, directory: string): Promise<Project | undefined> {
  const { loadProject } = await import('../project/load.ts');
  try {
    return await loadProject(host.files, directory);
  } catch (error) {
    if (isEspawsError(error, 'project/missing')) return undefined;
    throw error;
  }
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
