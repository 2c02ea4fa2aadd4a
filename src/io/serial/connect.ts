import { Socket } from 'node:net';
import { EspawsError } from '../../errors.ts';
import { connectTcp } from '../tcp.ts';

/** How long a connection may take, in milliseconds. */
const CONNECT_MS = 10_000;
/** After this silence the system asks whether the other end is still there, in milliseconds. */
const KEEP_ALIVE_MS = 10_000;

/** A TCP connection to a remote port. Throws `port/unreachable`, or the signal's reason. */
export async function connectToPort(
  name: string,
  { host, port, signal }: { host: string; port: number; signal?: AbortSignal },
): Promise<Socket> {
  signal?.throwIfAborted();
  // A signal of its own: one that is aborted after the connection is made would still end it.
  const connecting = new AbortController();
  const stop = () => {
    connecting.abort(signal?.reason);
  };
  signal?.addEventListener('abort', stop);
  const timer = setTimeout(stop, CONNECT_MS);
  try {
    return keptAlive(await connectTcp(host, port, connecting.signal));
  } catch (error) {
    signal?.throwIfAborted();
    const reason = connecting.signal.aborted
      ? `no answer in ${CONNECT_MS / 1000} s`
      : (error as Error).message;
    throw new EspawsError(`The port "${name}" cannot be reached: ${reason}.`, {
      code: 'port/unreachable',
      hint: `Is its server running, and is ${host}:${port} its address?`,
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** A peer that vanished without a word ends the connection within some minutes, not never. */
export function keptAlive<S>(stream: S): S {
  if (stream instanceof Socket) stream.setKeepAlive(true, KEEP_ALIVE_MS);
  return stream;
}
