import type { SetOptions, UpdateOptions } from './binding.ts';
import { EspawsError } from '../../errors.ts';
import { Answers, NoAnswer } from './answers.ts';
import {
  COM,
  CONTROL,
  decodeBaudRate,
  decodeComPort,
  encodeBaudRate,
  encodeComPort,
  FRAME,
  FROM_SERVER,
  PURGE,
  type ComPortCommand,
} from './com-port.ts';
import { decodeSignature, encodeSignature, tokenResponse, type Signature } from './rfc2217-signature.ts';
import { SocketPortBinding } from './socket-binding.ts';
import {
  DO,
  DONT,
  encodeData,
  TelnetDecoder,
  type NegotiationVerb,
  type TelnetEvent,
} from './telnet-codec.ts';
import { BINARY, COM_PORT, SUPPRESS_GO_AHEAD, TelnetOptions } from './telnet-options.ts';

/** How long a server may take for an answer, in milliseconds. */
const ANSWER_MS = 5000;
/** The same for a change of the lines, which some servers never answer. */
const CONTROL_ANSWER_MS = 1000;

export interface BeginOptions {
  /** For messages. */
  name: string;
  token: string | undefined;
  signal: AbortSignal | undefined;
}

/** The client's end of RFC 2217 as serialport's binding. */
export class Rfc2217Binding extends SocketPortBinding {
  readonly #decoder = new TelnetDecoder();
  readonly #telnet = new TelnetOptions({
    us: [COM_PORT, BINARY, SUPPRESS_GO_AHEAD],
    them: [BINARY, SUPPRESS_GO_AHEAD],
    themIfAsked: [COM_PORT],
  });
  readonly #answers = new Answers();
  #begin: BeginOptions = { name: '', token: undefined, signal: undefined };
  #server: Signature | undefined;
  #answersControl = true;
  #suspended = false;

  /** False where the server says that the lines go nowhere. */
  get hasSignals(): boolean {
    return this.#server?.get('signals') !== 'no';
  }

  /**
   * Agrees on the protocol and the settings of the line. Throws `port/unreachable`, `port/busy`, `port/permission`,
   * or the signal's reason; the connection is closed then.
   */
  async begin(options: BeginOptions): Promise<void> {
    this.#begin = options;
    this.mayPause = false;
    const { signal } = options;
    const abort = () => {
      this.#answers.fail(signal?.reason as Error);
    };
    signal?.addEventListener('abort', abort);
    try {
      signal?.throwIfAborted();
      await this.#negotiate();
    } catch (error) {
      this.socket.destroy();
      if (error instanceof EspawsError || error === signal?.reason) throw error;
      const { message } = error as Error;
      throw this.#unreachable(
        error instanceof NoAnswer ? `its server does not speak RFC 2217 (${message})` : message,
      );
    } finally {
      this.mayPause = true;
      signal?.removeEventListener('abort', abort);
    }
  }

  async #negotiate(): Promise<void> {
    const agreed = this.#answers.next('DO COM-PORT-OPTION', ANSWER_MS);
    await Promise.all([agreed, this.send(Buffer.concat(this.#telnet.requests()))]);
    await this.#send(COM.signature, encodeSignature());
    await Promise.all([
      this.update({ baudRate: this.baudRate }),
      this.#ask(COM.setDataSize, [FRAME.dataSize]),
      this.#ask(COM.setParity, [FRAME.noParity]),
      this.#ask(COM.setStopSize, [FRAME.oneStopBit]),
      // Servers differ in whether they answer this one.
      this.#send(COM.setControl, [CONTROL.noFlowControl]),
    ]);
  }

  override async write(bytes: Buffer): Promise<void> {
    while (this.#suspended) await this.#answers.next('FLOWCONTROL-RESUME');
    await this.send(encodeData(bytes));
  }

  override async update({ baudRate }: UpdateOptions): Promise<void> {
    const taken = decodeBaudRate(await this.#ask(COM.setBaudRate, encodeBaudRate(baudRate)));
    if (taken === undefined) throw new Error('its server gave no rate');
    this.baudRate = taken;
  }

  /** DTR before RTS, in one packet: a server of espaws changes both at once, others nearly so. */
  override async set({ dtr = false, rts = false }: SetOptions): Promise<void> {
    const pair = [dtr ? CONTROL.dtrOn : CONTROL.dtrOff, rts ? CONTROL.rtsOn : CONTROL.rtsOff];
    const answers = this.#answersControl
      ? pair.map((value) => this.#answers.next(controlAnswer(value), CONTROL_ANSWER_MS))
      : [];
    const sent = this.send(Buffer.concat(pair.map((value) => encodeComPort(COM.setControl, [value]))));
    try {
      await Promise.all([sent, ...answers]);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      this.#answersControl = false;
    }
  }

  override async flush(): Promise<void> {
    await this.#ask(COM.purgeData, [PURGE.both]);
    this.incoming.clear();
  }

  protected override received(bytes: Uint8Array): void {
    for (const event of this.#decoder.decode(bytes)) this.#event(event);
  }

  protected override disconnected(): void {
    super.disconnected();
    this.#answers.fail(this.#unreachable('its server closed the connection'));
  }

  #event(event: TelnetEvent): void {
    switch (event.kind) {
      case 'data':
        this.incoming.push(event.bytes);
        return;
      case 'negotiation': {
        const reply = this.#telnet.receive(event.verb, event.option);
        if (reply !== undefined) void this.send(reply).catch(() => undefined);
        if (event.option === COM_PORT) this.#comPort(event.verb);
        return;
      }
      case 'suboption': {
        const command = event.option === COM_PORT ? decodeComPort(event.payload) : undefined;
        if (command !== undefined) this.#command(command);
      }
    }
  }

  #comPort(verb: NegotiationVerb): void {
    if (verb === DO) this.#answers.give('DO COM-PORT-OPTION', new Uint8Array());
    if (verb === DONT) this.#answers.fail(this.#unreachable('its server does not speak RFC 2217'));
  }

  #command({ code, value }: ComPortCommand): void {
    // pyserial's servers suspend and resume without the offset.
    const command = code < FROM_SERVER ? code : code - FROM_SERVER;
    switch (command) {
      case COM.signature:
        this.#signature(decodeSignature(value));
        return;
      case COM.flowControlSuspend:
        this.#suspended = true;
        return;
      case COM.flowControlResume:
        this.#suspended = false;
        this.#answers.give('FLOWCONTROL-RESUME', value);
        return;
      case COM.setControl:
        this.#answers.give(controlAnswer(value[0]), value);
        return;
      default:
        this.#answers.give(answerTo(command), value);
    }
  }

  #signature(signature: Signature | undefined): void {
    if (signature === undefined) return;
    this.#server = signature;
    const challenge = signature.get('challenge');
    const { name, token } = this.#begin;
    const refused = signature.get('refused');
    if (refused === 'busy') {
      this.#answers.fail(
        new EspawsError(`"${name}" is in use by another client.`, {
          code: 'port/busy',
          hint: 'End the other one, and run it again.',
        }),
      );
    } else if (refused !== undefined || (challenge !== undefined && token === undefined)) {
      const problem = token === undefined ? 'asks for a token' : 'refuses the token';
      this.#answers.fail(
        new EspawsError(`The server of "${name}" ${problem}.`, {
          code: 'port/permission',
          hint: 'Give the token that it was started with: rfc2217://TOKEN@HOST:PORT',
        }),
      );
    } else if (challenge !== undefined) {
      const response = tokenResponse(token!, challenge);
      void this.#send(COM.signature, encodeSignature({ response })).catch(() => undefined);
    }
  }

  async #ask(code: number, value: Uint8Array | readonly number[]): Promise<Uint8Array> {
    const [answer] = await Promise.all([
      this.#answers.next(answerTo(code), ANSWER_MS),
      this.#send(code, value),
    ]);
    return answer;
  }

  #send(code: number, value: Uint8Array | readonly number[]): Promise<void> {
    return this.send(encodeComPort(code, value));
  }

  #unreachable(reason: string): EspawsError {
    return new EspawsError(`The port "${this.#begin.name}" cannot be used: ${reason}.`, {
      code: 'port/unreachable',
      hint: 'For a server of plain TCP take socket://HOST:PORT',
    });
  }
}

function answerTo(code: number): string {
  return `answer to COM-PORT-OPTION ${code}`;
}

function controlAnswer(value: number | undefined): string {
  return `answer to SET-CONTROL ${value ?? 'nothing'}`;
}
