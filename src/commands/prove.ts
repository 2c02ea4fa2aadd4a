import type { Network } from '../host.ts';
import { EspawsError } from '../errors.ts';
import type { Project } from '../project/load.ts';
import { flashSizeBytes, type FLASH_SIZES } from '../image/flash-parameters.ts';
import { observe } from '../verdict/observe.ts';
import type { Observation } from '../verdict/judge.ts';
import type { CommandContext } from './result.ts';

export interface ProveOptions {
  port: string;
  /** Flash contents from address 0. */
  flash: Uint8Array;
  flashSize: keyof typeof FLASH_SIZES;
  seed: number;
  timeoutMs: number;
  endpoint: Project['endpoint'];
}

export interface Proof {
  observation: Observation;
  lines: string[];
  /** Of the virtual board. */
  instructions: number | undefined;
  durationMs: number;
}

/** Boots the firmware and listens until there is a verdict; the port is closed whatever happens. */
export async function prove(context: CommandContext, options: ProveOptions): Promise<Proof> {
  const { host, progress, signal } = context;
  const { flash, flashSize, seed, timeoutMs } = options;
  requireVirtual(options.port);
  progress({ kind: 'stage-start', stage: 'handshake', text: 'booting the virtual ESP8266' });
  const startMs = host.clock.monotonicMs();
  const port = host.boards.openVirtual({ flash, flashSizeBytes: flashSizeBytes(flashSize), seed });
  try {
    const network = toward(host.network, options.endpoint);
    const seen = await observe({ port, network, clock: host.clock, progress, signal, timeoutMs });
    const { lines, ...observation } = seen;
    const durationMs = host.clock.monotonicMs() - startMs;
    return { observation, lines, instructions: port.instructions, durationMs };
  } finally {
    await port.close();
  }
}

function requireVirtual(port: string): void {
  if (port === 'virtual:') return;
  throw new EspawsError(`The port "${port}" is not known.`, {
    code: 'port/unknown',
    hint: 'Use virtual: (the emulated ESP8266).',
  });
}

/** The board names the host; the project may say at which address it is. */
function toward(network: Network, { host, address }: Project['endpoint']): Network {
  if (address === undefined) return network;
  return {
    ...network,
    connectTcp: (wanted, port, signal) =>
      network.connectTcp(wanted === host ? address : wanted, port, signal),
  };
}
