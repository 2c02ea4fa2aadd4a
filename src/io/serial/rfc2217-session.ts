import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Port, PortServerEvent } from '../../port.ts';
import {
  COM,
  CONTROL,
  decodeBaudRate,
  decodeComPort,
  encodeBaudRate,
  encodeComPort,
  FRAME,
  FROM_SERVER,
  type ComPortCommand,
} from './com-port.ts';
import { PairedLineChanges, ReplayedResets, type LineChange, type LineChanges } from './line-changes.ts';
import {
  decodeSignature,
  encodeSignature,
  isTokenResponse,
  newChallenge,
  type Signature,
} from './rfc2217-signature.ts';
import { encodeData, TelnetDecoder, type TelnetEvent } from './telnet-codec.ts';
import { BINARY, COM_PORT, SUPPRESS_GO_AHEAD, TelnetOptions } from './telnet-options.ts';

/** How long a client may take to prove the token, in milliseconds. */
const TOKEN_MS = 5000;
/** How long a client that was refused may take to leave, in milliseconds. */
const REFUSED_MS = 1000;
/** What a port has until the client says otherwise. */
const DEFAULT_BAUD_RATE = 115_200;

export interface SessionOptions {
  peer: string;
  token: string | undefined;
  /** Takes the port for this client; else says who has it. */
  claim: () => Promise<string | undefined>;
  /** Gives it back. */
  leave: () => void;
  onEvent: (event: PortServerEvent) => void;
}

/**
 * One client of an RFC 2217 server. What it sends is done in the order in which it came, bytes and settings alike, so
 * that a byte goes out at the rate that was set before it.
 */
export class Rfc2217Session {
  readonly peer: string;
  /** Resolves when the client has left and the port is free. */
  readonly left: Promise<void>;
  #hasLeft: () => void = () => undefined;
  readonly #port: Port;
  readonly #stream: Duplex;
  readonly #options: SessionOptions;
  readonly #decoder = new TelnetDecoder();
  readonly #telnet = new TelnetOptions({
    us: [BINARY, SUPPRESS_GO_AHEAD],
    them: [COM_PORT, BINARY, SUPPRESS_GO_AHEAD],
    usIfAsked: [COM_PORT],
  });
  readonly #challenge: string | undefined;
  #state: 'proving' | 'served' | 'refused' = 'proving';
  #lines: LineChanges = new ReplayedResets();
  #signals = { dtr: false, rts: false };
  #baudRate = DEFAULT_BAUD_RATE;
  #isSuspended = false;
  #wake: (() => void) | undefined;

  constructor(port: Port, stream: Duplex, options: SessionOptions) {
    this.#port = port;
    this.#stream = stream;
    this.#options = options;
    this.peer = options.peer;
    this.left = new Promise((resolve) => {
      this.#hasLeft = resolve;
    });
    this.#challenge = options.token === undefined ? undefined : newChallenge();
  }

  /** Until the client has left. Never rejects: a port that fails ends the connection. */
  async run(): Promise<void> {
    const { onEvent, leave } = this.#options;
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => this.#wake?.());
    this.#stream.on('drain', () => this.#wake?.());
    const timer = setTimeout(() => {
      if (this.#state === 'proving') this.#refuse('token', 'it proved no token in time');
    }, TOKEN_MS);
    try {
      if (this.#challenge === undefined) await this.#begin();
      else this.#answer(COM.signature, encodeSignature({ challenge: this.#challenge }));
      for await (const bytes of this.#stream as AsyncIterable<Uint8Array>) {
        for (const event of this.#decoder.decode(bytes)) await this.#event(event);
      }
    } catch {
      // The connection was reset, or the port is gone; both end the session.
    }
    clearTimeout(timer);
    this.#stream.destroy();
    if (this.#state !== 'served') return;
    await this.#release();
    leave();
    this.#hasLeft();
    onEvent({ kind: 'disconnected', peer: this.peer });
  }

  /** Bytes of the port, for the client. Resolves when it can take more, or has left. */
  async send(bytes: Uint8Array): Promise<void> {
    if (this.#state !== 'served') return;
    await this.#until(() => !this.#isSuspended);
    if (this.#stream.destroyed || this.#stream.write(encodeData(bytes))) return;
    await this.#until(() => !this.#stream.writableNeedDrain);
  }

  /** Asks anew whenever something has changed; the client's leaving ends it. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!this.#stream.destroyed && !isSo()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #begin(): Promise<void> {
    const holder = await this.#options.claim();
    if (holder !== undefined) {
      this.#refuse('busy', `${holder} uses the port`);
      return;
    }
    this.#state = 'served';
    this.#options.onEvent({ kind: 'connected', peer: this.peer });
    this.#stream.write(Buffer.concat(this.#telnet.requests()));
  }

  #refuse(word: string, because: string): void {
    this.#state = 'refused';
    this.#options.onEvent({ kind: 'refused', peer: this.peer, because });
    this.#stream.end(encodeComPort(COM.signature + FROM_SERVER, encodeSignature({ refused: word })));
    setTimeout(() => this.#stream.destroy(), REFUSED_MS).unref();
  }

  async #event(event: TelnetEvent): Promise<void> {
    if (this.#state === 'refused') return;
    if (event.kind === 'suboption') {
      const command = event.option === COM_PORT ? decodeComPort(event.payload) : undefined;
      if (command === undefined) return;
      if (this.#state === 'served') await this.#command(command);
      else await this.#prove(command);
      return;
    }
    if (this.#state !== 'served') return;
    if (event.kind === 'data') {
      await this.#port.write(event.bytes);
      return;
    }
    const reply = this.#telnet.receive(event.verb, event.option);
    if (reply !== undefined) this.#stream.write(reply);
  }

  async #prove({ code, value }: ComPortCommand): Promise<void> {
    const response = code === COM.signature ? decodeSignature(value)?.get('response') : undefined;
    if (response === undefined) return;
    if (isTokenResponse(this.#options.token!, this.#challenge!, response)) await this.#begin();
    else this.#refuse('token', 'its token is wrong');
  }

  async #command({ code, value }: ComPortCommand): Promise<void> {
    switch (code) {
      case COM.signature:
        this.#signature(decodeSignature(value));
        return;
      case COM.setBaudRate:
        await this.#setBaudRate(decodeBaudRate(value));
        this.#answer(code, encodeBaudRate(this.#baudRate));
        return;
      // The frame is fixed; the answer says what it is (RFC 2217: «the actual value»).
      case COM.setDataSize:
        this.#answer(code, [FRAME.dataSize]);
        return;
      case COM.setParity:
        this.#answer(code, [FRAME.noParity]);
        return;
      case COM.setStopSize:
        this.#answer(code, [FRAME.oneStopBit]);
        return;
      case COM.setControl:
        await this.#control(value[0] ?? CONTROL.requestFlow);
        return;
      case COM.flowControlSuspend:
        this.#isSuspended = true;
        return;
      case COM.flowControlResume:
        this.#isSuspended = false;
        this.#wake?.();
        return;
      // Nothing is held back here that could be purged; the answer tells the client where old bytes end.
      case COM.setLineStateMask:
      case COM.setModemStateMask:
      case COM.purgeData:
        this.#answer(code, value);
    }
  }

  #signature(client: Signature | undefined): void {
    if (client !== undefined) this.#lines = new PairedLineChanges();
    this.#answer(COM.signature, encodeSignature(this.#port.hasSignals ? {} : { signals: 'no' }));
  }

  async #setBaudRate(baudRate: number | undefined): Promise<void> {
    // 0 asks for the present one.
    if (baudRate === undefined || baudRate === 0) return;
    const done = await this.#port.setBaudRate(baudRate).then(
      () => true,
      () => false,
    );
    if (done) this.#baudRate = baudRate;
    this.#options.onEvent({ kind: 'baud-rate', peer: this.peer, baudRate, done });
  }

  async #control(control: number): Promise<void> {
    const answers: Readonly<Record<number, number>> = {
      [CONTROL.requestBreak]: CONTROL.breakOff,
      [CONTROL.breakOn]: CONTROL.breakOff,
      [CONTROL.breakOff]: CONTROL.breakOff,
      [CONTROL.requestDtr]: this.#signals.dtr ? CONTROL.dtrOn : CONTROL.dtrOff,
      [CONTROL.requestRts]: this.#signals.rts ? CONTROL.rtsOn : CONTROL.rtsOff,
    };
    const isLine = [CONTROL.dtrOn, CONTROL.dtrOff, CONTROL.rtsOn, CONTROL.rtsOff].some(
      (value) => value === control,
    );
    if (isLine) {
      await this.#change(this.#lines.receive(control));
      this.#answer(COM.setControl, [control]);
    } else {
      const noFlowControl =
        control >= CONTROL.requestInboundFlow ? CONTROL.noInboundFlowControl : CONTROL.noFlowControl;
      this.#answer(COM.setControl, [answers[control] ?? noFlowControl]);
    }
  }

  async #change({ steps, reset }: LineChange): Promise<void> {
    for (const { signals, holdMs } of steps) {
      await this.#port.setSignals(signals);
      this.#signals = { ...this.#signals, ...signals };
      if (holdMs > 0) await sleep(holdMs);
    }
    if (reset !== undefined) this.#options.onEvent({ kind: 'reset', peer: this.peer, to: reset });
  }

  /** A client that leaves in the middle of a reset must not leave the chip in it. */
  async #release(): Promise<void> {
    if (!this.#signals.dtr && !this.#signals.rts) return;
    await this.#port.setSignals({ dtr: false, rts: false }).catch(() => undefined);
  }

  #answer(code: number, value: Uint8Array | readonly number[]): void {
    this.#stream.write(encodeComPort(code + FROM_SERVER, value));
  }
}
