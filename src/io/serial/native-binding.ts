import { SerialPort } from 'serialport';
import type { BindingInterface } from './binding.ts';

const systemBinding: BindingInterface = SerialPort.binding;

/** serialport's binding for this system, with both of reading and writing going on while the other waits. */
export const nativeBinding: BindingInterface = {
  list: () => SerialPort.list(),
  async open(options) {
    const port = await systemBinding.open(options);
    if (hasPoller(port)) pollBoth(port.poller);
    return port;
  },
};

/** Of libuv. */
const READABLE = 1;
const WRITABLE = 2;

/** What serialport waits with on Unix. */
interface Poller {
  poll: (events?: number) => void;
  listenerCount: (event: 'readable' | 'writable') => number;
}

/**
 * Told to wait for one of reading and writing, the poller forgets that it waits for the other: `uv_poll_start` replaces
 * what it was given before (@serialport/bindings-cpp 13.0.0, src/poller.cpp). A write that must wait for a peer which
 * itself waits to be read would then wait for ever.
 */
function pollBoth(poller: Poller): void {
  const poll = poller.poll.bind(poller);
  poller.poll = (events = 0) => {
    const reading = poller.listenerCount('readable') > 0 ? READABLE : 0;
    const writing = poller.listenerCount('writable') > 0 ? WRITABLE : 0;
    poll(events | reading | writing);
  };
}

function hasPoller(port: object): port is { poller: Poller } {
  return 'poller' in port;
}
