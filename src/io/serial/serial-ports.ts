import type { Port, SerialPorts } from '../../port.ts';
import { connectToPort } from './connect.ts';
import { parsePortUrl, shownPortUrl } from './port-url.ts';
import { openRfc2217Port } from './rfc2217-port.ts';
import { SocketPortBinding } from './socket-binding.ts';
import { openStream, StreamPort } from './stream-port.ts';

/** The serial ports of this machine, and those that it reaches over the network. */
export const serialPorts: SerialPorts = {
  async list() {
    // serialport's compiled part is loaded only by those who need a port of this machine.
    const { listNativePorts } = await import('./list-ports.ts');
    return listNativePorts();
  },

  async open(url, options) {
    const target = parsePortUrl(url);
    const name = shownPortUrl(url);
    switch (target.kind) {
      case 'native': {
        const { openNativePort } = await import('./native-port.ts');
        return openNativePort(target.path, options);
      }
      case 'virtual': {
        const { openVirtualPort } = await import('../virtual-port.ts');
        return openVirtualPort(url, options);
      }
      case 'rfc2217':
        return openRfc2217Port(name, { ...target, ...options });
      case 'socket':
        return openSocketPort(name, { ...target, ...options });
    }
  },

  async serve(...args) {
    const { serveRfc2217 } = await import('./rfc2217-server.ts');
    return serveRfc2217(...args);
  },
};

async function openSocketPort(
  name: string,
  options: { host: string; port: number; baudRate: number; signal?: AbortSignal },
): Promise<Port> {
  const socket = await connectToPort(name, options);
  const stream = await openStream(
    {
      list: () => Promise.resolve([]),
      open: (settings) => Promise.resolve(new SocketPortBinding(socket, settings)),
    },
    { path: name, baudRate: options.baudRate },
  );
  return new StreamPort(stream, { name, hasSignals: false, hasBaudRate: false });
}
