import type { OpenOptions } from './binding.ts';
import type { Port } from '../../port.ts';
import { checkBaudRate } from './baud-rate.ts';
import { connectToPort } from './connect.ts';
import { Rfc2217Binding } from './rfc2217-binding.ts';
import { openStream, StreamPort } from './stream-port.ts';

export interface Rfc2217PortOptions {
  host: string;
  port: number;
  token?: string;
  baudRate: number;
  signal?: AbortSignal;
}

/**
 * Opens a port that a server offers over RFC 2217. Throws `port/unreachable`, `port/busy`, `port/permission`,
 * `port/baud-rate`, or the signal's reason.
 */
export async function openRfc2217Port(name: string, options: Rfc2217PortOptions): Promise<Port> {
  const { token, baudRate, signal } = options;
  let opened: Rfc2217Binding | undefined;
  const stream = await openStream(
    {
      list: () => Promise.resolve([]),
      open: async (settings: OpenOptions) => {
        const socket = await connectToPort(name, options);
        opened = new Rfc2217Binding(socket, settings);
        await opened.begin({ name, token, signal });
        return opened;
      },
    },
    { path: name, baudRate },
  );
  const port = new StreamPort(stream, { name, hasSignals: opened?.hasSignals ?? true, hasBaudRate: true });
  try {
    await checkBaudRate(stream, name, baudRate);
  } catch (error) {
    await port.close();
    throw error;
  }
  return port;
}
