import { EXIT, isEspawsError } from '../errors.ts';
import type { ChipFacts, OpenLoader, PortInfo } from '../port.ts';
import { lastUsedPort } from './auto-port.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { table } from './table.ts';

interface ListedPort extends PortInfo {
  isLastUsed: boolean;
  /** With a probe: what the chip says, or why it says nothing. */
  chip?: ChipFacts;
  problem?: string;
}

/** The boot ROM's loader finds the rate by itself; every bridge can do this one. */
const PROBE_BAUD_RATE = 115_200;

/** `espaws ports`: the serial ports of this machine; with `probe`, each board is reset and asked for its chip. */
export async function portsCommand(
  context: CommandContext,
  { probe }: { probe?: OpenLoader } = {},
): Promise<CommandResult> {
  const { host } = context;
  const found = await host.ports.list();
  const last = await lastUsedPort(host, found);
  const ports: ListedPort[] = [];
  for (const info of found) {
    const chip = probe === undefined ? {} : await probed(context, info, probe);
    ports.push({ ...info, isLastUsed: info === last, ...chip });
  }
  return { exitCode: EXIT.success, json: { ports }, text: textOf(ports) };
}

async function probed(
  { host, signal }: CommandContext,
  { path, bridge }: PortInfo,
  openLoader: OpenLoader,
): Promise<{ chip?: ChipFacts; problem?: string }> {
  // A console or a modem is not to be reset.
  if (bridge === undefined) return { problem: 'not asked: no board is known by these ids' };
  try {
    const port = await host.ports.open(path, { baudRate: PROBE_BAUD_RATE, signal });
    const loader = openLoader(port, signal);
    try {
      const chip = await loader.connect({ before: 'default-reset', baudRates: [PROBE_BAUD_RATE], signal });
      await loader.hardReset();
      return { chip };
    } finally {
      await loader.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isEspawsError(error)) throw error;
    return { problem: error.message };
  }
}

function textOf(ports: readonly ListedPort[]): string {
  if (ports.length === 0)
    return 'No serial ports. Connect a board, or take the emulated one: --port virtual:';
  return table(
    ports.map(
      ({ path, bridge, manufacturer, vendorId, productId, serialNumber, chip, problem, isLastUsed }) => [
        path,
        bridge ?? manufacturer ?? '-',
        vendorId === undefined ? '-' : `${vendorId}:${productId ?? '????'}`,
        serialNumber ?? '-',
        ...(chip === undefined && problem === undefined ? [] : [problem ?? `${chip!.name} ${chip!.mac}`]),
        isLastUsed ? 'last used' : '',
      ],
    ),
  );
}
