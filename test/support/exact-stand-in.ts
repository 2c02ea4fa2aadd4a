import { createServer, type AddressInfo, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Authority } from '../../src/endpoint/authority.ts';
import { exactAuthority, EXACT_NOW } from '../../src/endpoint/exact/exact-authority.ts';
import { createExactStandIn, type ExactStandIn } from '../../src/endpoint/exact/exact-stand-in.ts';
import { standInOptions, type FaultName } from '../../src/endpoint/faults.ts';
import type { StandInEvent } from '../../src/endpoint/stand-in-connection.ts';

let authority: Authority | undefined;

/** Its keys are made once for all tests of a file: those of RSA take their time. */
export function testExactAuthority(): Authority {
  authority ??= exactAuthority('stand-in');
  return authority;
}

export async function testExactStandIn(
  faults: readonly FaultName[] = [],
): Promise<{ standIn: ExactStandIn; events: StandInEvent[] }> {
  const events: StandInEvent[] = [];
  const options = standInOptions(faults, EXACT_NOW, { alpn: [] });
  const context = { registered: [], onEvent: (event: StandInEvent) => events.push(event) };
  return { standIn: await createExactStandIn(context, testExactAuthority(), options), events };
}

/** Offers it on a free port, for clients that are no boards. `onWire` changes what the client sends. */
export async function listenExact(
  standIn: ExactStandIn,
  onWire: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const inner = standIn.connect();
    inner.on('data', (bytes: Buffer) => socket.write(bytes));
    inner.on('end', () => socket.end());
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => inner.write(onWire(bytes)));
    socket.on('end', () => inner.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
