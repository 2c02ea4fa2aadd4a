import { EspawsError } from '../errors.ts';
import type { Project } from '../project/load.ts';
import type { PlannedCase } from '../test-plan/case.ts';

/** Programs of SDKs want Wi-Fi; the bench reaches the network through its UART and the host. */
export function needsRadio({ build }: Pick<PlannedCase, 'build'>, { sdk }: Pick<Project, 'sdk'>): boolean {
  return build.kind === 'sdk' || (build.kind === 'project' && sdk.kind !== 'bench');
}

/** An address that means whoever asks: a board with Wi-Fi would look for the server in itself. */
export function isLoopback(address: string): boolean {
  return /^(?:127\.|0\.|localhost$|\[?::1?\]?$)/i.test(address);
}

/** Why a program that connects by itself finds no server; undefined where it may. */
export function unreachableFor({ host, address }: Project['endpoint']): string | undefined {
  const target = address ?? host;
  return isLoopback(target)
    ? `A board with Wi-Fi that connects to "${target}" looks for the server in itself.`
    : undefined;
}

export const REACHABLE_HINT =
  'Name this machine as the board sees it: endpoint: { address: 192.168.1.10 } in espaws.yaml, and serve there.';

/** Throws `project/invalid` where a program that connects by itself would find no server. */
export function refuseUnreachable(endpoint: Project['endpoint']): void {
  const problem = unreachableFor(endpoint);
  if (problem !== undefined)
    throw new EspawsError(problem, { code: 'project/invalid', hint: REACHABLE_HINT });
}
