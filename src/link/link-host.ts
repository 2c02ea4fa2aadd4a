import { type Clock, type Network } from '../host.ts';
import { Demux } from './demux.ts';
import { encodeFrame, type Frame } from './frame.ts';
import {
  answerFrame,
  helloData,
  HOST_CREDIT,
  LINK_VERSION,
  readRequest,
  STATUS,
  timeData,
  type Request,
  type Status,
} from './message.ts';
import { LinkStream } from './stream.ts';

export type LinkEvent =
  | { kind: 'hello'; version: number; credit: number }
  | { kind: 'open'; stream: number; host: string; port: number; status: Status }
  | { kind: 'closed'; stream: number }
  /** A frame came damaged: the device will repeat it. */
  | { kind: 'damaged' }
  /** Nothing came from the device for `idleTimeoutMs`; its connections were closed. */
  | { kind: 'lost' };

export interface LinkHostOptions {
  /** To the device's UART. */
  write: (bytes: Uint8Array) => void;
  network: Network;
  clock: Clock;
  /** What devices that ask are told; default: the clock's time. */
  deviceTime?: Date;
  onEvent?: (event: LinkEvent) => void;
  /** A device that computes is silent: an RSA handshake at 80 MHz takes some 10 s. */
  idleTimeoutMs?: number;
  /** Closes the host. */
  signal?: AbortSignal;
}

/** What runs between one hello and the next. */
interface Session {
  credit: number;
  streams: Map<number, LinkStream>;
  last: { frame: Frame; answer: Uint8Array | undefined };
}

const DEFAULT_IDLE_TIMEOUT_MS = 120_000;

/**
 * The host side of the serial link: carries out what the device asks for, each request once, and answers. The device
 * repeats a request until it has the answer; a repeated one gets the answer that was given before.
 */
export class LinkHost {
  readonly #options: LinkHostOptions;
  readonly #demux = new Demux(HOST_CREDIT);
  #session: Session | undefined;
  #idle = new AbortController();
  #closed = false;

  constructor(options: LinkHostOptions) {
    this.#options = options;
    options.signal?.addEventListener('abort', () => {
      this.close();
    });
    if (options.signal?.aborted === true) this.close();
  }

  /** Takes bytes of the device's UART; returns those of them that are text. */
  receive(bytes: Uint8Array): Uint8Array {
    const text: Uint8Array[] = [];
    for (const item of this.#demux.push(bytes)) {
      if (item.kind === 'text') text.push(item.bytes);
      else if (item.kind === 'damaged') this.#options.onEvent?.({ kind: 'damaged' });
      else if (!this.#closed) this.#receiveFrame(item.frame);
    }
    return Buffer.concat(text);
  }

  /** Closes every connection; nothing is answered any more. */
  close(): void {
    this.#closed = true;
    this.#idle.abort();
    this.#endSession();
  }

  #receiveFrame(frame: Frame): void {
    const request = readRequest(frame);
    const last = this.#session?.last;
    if (last !== undefined && isSameRequest(frame, last.frame)) {
      if (last.answer !== undefined) this.#options.write(last.answer);
      return;
    }
    if (request?.kind === 'hello') {
      this.#startSession(frame, request);
    } else if (last === undefined) {
      this.#options.write(encodeFrame(answerFrame(frame, STATUS.noSession)));
    } else if (frame.sequence === ((last.frame.sequence + 1) & 0xff)) {
      void this.#carryOut(this.#session!, frame, request);
    }
  }

  #startSession(frame: Frame, request: Request & { kind: 'hello' }): void {
    this.#endSession();
    const status = request.version === LINK_VERSION ? STATUS.ok : STATUS.otherVersion;
    const answer = encodeFrame(answerFrame(frame, status, helloData()));
    if (status === STATUS.ok) {
      this.#session = { credit: request.credit, streams: new Map(), last: { frame, answer } };
      this.#watchIdle();
    }
    this.#options.onEvent?.({ kind: 'hello', version: request.version, credit: request.credit });
    this.#options.write(answer);
  }

  async #carryOut(session: Session, frame: Frame, request: Request | undefined): Promise<void> {
    const last: Session['last'] = { frame, answer: undefined };
    session.last = last;
    this.#watchIdle();
    const { status, data } = await this.#answer(session, frame.stream, request);
    last.answer = encodeFrame(answerFrame(frame, status, data));
    if (this.#session === session && session.last === last) this.#options.write(last.answer);
  }

  async #answer(
    session: Session,
    id: number,
    request: Request | undefined,
  ): Promise<{ status: Status; data?: Uint8Array }> {
    if (request === undefined || request.kind === 'hello') return { status: STATUS.badRequest };
    if (request.kind === 'time') {
      const { deviceTime, clock } = this.#options;
      return { status: STATUS.ok, data: timeData(deviceTime ?? clock.now()) };
    }
    if (request.kind === 'open') return { status: await this.#open(session, id, request) };
    const stream = session.streams.get(id);
    if (stream === undefined) return { status: STATUS.noStream };
    if (request.kind === 'write') return { status: stream.write(request.data) };
    if (request.kind === 'read') {
      return stream.read(Math.min(request.maxBytes, session.credit), request.waitMs);
    }
    session.streams.delete(id);
    stream.close();
    this.#options.onEvent?.({ kind: 'closed', stream: id });
    return { status: STATUS.ok };
  }

  async #open(session: Session, id: number, request: Request & { kind: 'open' }): Promise<Status> {
    const { host, port, waitMs } = request;
    let stream = session.streams.get(id);
    if (stream === undefined) {
      stream = new LinkStream(this.#options.network, this.#options.clock, host, port);
      session.streams.set(id, stream);
    }
    const status = await stream.opened(waitMs);
    if (status !== STATUS.pending) {
      this.#options.onEvent?.({ kind: 'open', stream: id, host, port, status });
    }
    if (status !== STATUS.pending && status !== STATUS.ok) session.streams.delete(id);
    return status;
  }

  #endSession(): void {
    for (const stream of this.#session?.streams.values() ?? []) stream.destroy();
    this.#session = undefined;
  }

  #watchIdle(): void {
    this.#idle.abort();
    const idle = new AbortController();
    this.#idle = idle;
    const { clock, idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS, onEvent } = this.#options;
    void clock.sleep(idleTimeoutMs, idle.signal).then(
      () => {
        if (idle.signal.aborted) return;
        this.#endSession();
        onEvent?.({ kind: 'lost' });
      },
      () => undefined,
    );
  }
}

function isSameRequest(a: Frame, b: Frame): boolean {
  return (
    a.sequence === b.sequence &&
    a.type === b.type &&
    a.stream === b.stream &&
    Buffer.compare(a.payload, b.payload) === 0
  );
}
