import { join } from 'node:path';
import { EspawsError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { PortInfo } from '../port.ts';
import { cacheDirectory } from '../sdk/cache.ts';

type Needs = Pick<Host, 'ports' | 'prompt' | 'files' | 'environment'>;

/**
 * The port that a `--port` means: for `auto` the board that is connected, of several the one used last, else the one
 * that the person at the terminal picks; anything else as it is. A port of this machine is remembered as the one used
 * last. Throws `port/ambiguous`, or the signal's reason.
 */
export async function resolvePort(host: Needs, url: string, signal?: AbortSignal): Promise<string> {
  // No look at the machine for what is not on it.
  if (/^[a-z\d]{2,}:/i.test(url)) return url;
  const found = await host.ports.list();
  const chosen =
    url === 'auto'
      ? await choose(host, found.filter(isBoard), signal)
      : found.find(({ path }) => path === url);
  if (chosen === undefined) return url;
  await remember(host, chosen);
  return chosen.path;
}

/** The port of `found` that was used last; undefined where it is not among them. */
export async function lastUsedPort(
  { files, environment }: Pick<Host, 'files' | 'environment'>,
  found: readonly PortInfo[],
): Promise<PortInfo | undefined> {
  const text = await files.readText(memoryPath(environment)).catch(() => '{}');
  const last = parsed(text);
  // A path goes to whatever is plugged in first; a serial number stays with the board.
  return found.find((port) =>
    last.serialNumber === undefined
      ? port.path === last.path && isSameKind(port, last)
      : isSameBoard(port, last),
  );
}

async function choose(
  host: Needs,
  boards: readonly PortInfo[],
  signal: AbortSignal | undefined,
): Promise<PortInfo> {
  const [first] = boards;
  if (first === undefined) {
    throw new EspawsError('No board was found.', {
      code: 'port/ambiguous',
      hint: 'Connect one, or name its port with --port; espaws ports lists all. virtual: is the emulated board.',
    });
  }
  if (boards.length === 1) return first;
  const last = await lastUsedPort(host, boards);
  if (last !== undefined) return last;
  if (host.prompt.canAsk) return askFor(host, boards, signal);
  throw new EspawsError(`${boards.length} boards were found: ${boards.map(boardText).join(', ')}.`, {
    code: 'port/ambiguous',
    hint: `Name one, for example: --port ${first.path}`,
    details: { ports: boards },
  });
}

async function askFor(
  host: Needs,
  boards: readonly PortInfo[],
  signal: AbortSignal | undefined,
): Promise<PortInfo> {
  const lines = boards.map((board, index) => `  ${index + 1}  ${boardText(board)}`);
  for (;;) {
    const answer = await host.prompt.ask(`${lines.join('\n')}\nWhich board? [1] `, signal);
    const board = boards[answer.trim() === '' ? 0 : Number(answer) - 1];
    if (board !== undefined) return board;
  }
}

function isBoard({ bridge }: PortInfo): boolean {
  return bridge !== undefined;
}

function boardText({ path, bridge, serialNumber }: PortInfo): string {
  const details = [bridge, serialNumber].filter((text) => text !== undefined);
  return details.length === 0 ? path : `${path} (${details.join(', ')})`;
}

async function remember({ files, environment }: Needs, port: PortInfo): Promise<void> {
  const { path, vendorId, productId, serialNumber } = port;
  const text = JSON.stringify({ path, vendorId, productId, serialNumber });
  // Only a convenience: a cache that cannot be written stops nothing.
  await files.write(memoryPath(environment), `${text}\n`).catch(() => undefined);
}

function memoryPath(environment: Host['environment']): string {
  return join(cacheDirectory(environment), 'last-port.json');
}

function parsed(text: string): Partial<PortInfo> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isSameKind(port: PortInfo, last: Partial<PortInfo>): boolean {
  return port.vendorId === last.vendorId && port.productId === last.productId;
}

function isSameBoard(port: PortInfo, last: Partial<PortInfo>): boolean {
  return port.serialNumber === last.serialNumber && isSameKind(port, last);
}
