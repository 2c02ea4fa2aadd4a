import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { BindingPortInterface, OpenOptions, PortStatus, SetOptions, UpdateOptions } from './binding.ts';
import { IncomingBytes } from './incoming-bytes.ts';

/** How long the other end may take to close its side, in milliseconds, before it is left. */
const CLOSE_MS = 1000;

/** A TCP connection as serialport's binding: bytes, and nothing of a UART. What comes over it can be overridden. */
export class SocketPortBinding implements BindingPortInterface {
  /** Until `close`, also when the connection is lost: the stream above it says so only of an open port. */
  isOpen = true;
  readonly openOptions: Required<OpenOptions>;
  protected readonly socket: Socket;
  protected readonly incoming: IncomingBytes;
  protected baudRate: number;
  /** False while answers must be seen that come behind bytes which nobody reads yet. */
  protected mayPause = true;

  constructor(socket: Socket, options: OpenOptions) {
    this.socket = socket;
    this.openOptions = options as Required<OpenOptions>;
    this.baudRate = options.baudRate;
    this.incoming = new IncomingBytes({
      pause: () => {
        if (this.mayPause) socket.pause();
      },
      resume: () => socket.resume(),
    });
    socket.on('data', (bytes: Buffer) => {
      this.received(bytes);
    });
    // serialport takes any error but a cancelled read for a disconnection.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.disconnected();
    });
    socket.once('end', () => {
      this.disconnected();
    });
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.incoming.end(Object.assign(new Error('The port was closed.'), { canceled: true }));
    if (this.socket.destroyed) return;
    const closed = once(this.socket, 'close');
    const timer = setTimeout(() => this.socket.destroy(), CLOSE_MS);
    // Nobody reads any more; a paused socket would never see the other end's FIN.
    this.socket.resume();
    this.socket.end();
    await closed;
    clearTimeout(timer);
  }

  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }> {
    return this.incoming.read(buffer, offset, length);
  }

  write(bytes: Buffer): Promise<void> {
    return this.send(bytes);
  }

  update({ baudRate }: UpdateOptions): Promise<void> {
    this.baudRate = baudRate;
    return Promise.resolve();
  }

  set(options: SetOptions): Promise<void> {
    return Promise.reject(new Error(`A TCP stream has no ${Object.keys(options).join(' and ')}.`));
  }

  get(): Promise<PortStatus> {
    return Promise.reject(new Error('A TCP stream has no modem lines.'));
  }

  getBaudRate(): Promise<{ baudRate: number }> {
    return Promise.resolve({ baudRate: this.baudRate });
  }

  flush(): Promise<void> {
    this.incoming.clear();
    return Promise.resolve();
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  protected received(bytes: Uint8Array): void {
    this.incoming.push(bytes);
  }

  protected disconnected(): void {
    this.incoming.end(new Error('The other end closed the connection.'));
  }

  /** Resolves when the system has taken the bytes. */
  protected send(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.write(bytes, (error) => {
        if (error === undefined || error === null) resolve();
        else reject(error);
      });
    });
  }
}
