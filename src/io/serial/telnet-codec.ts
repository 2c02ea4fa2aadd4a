/** Telnet's bytes after IAC (RFC 854). */
export const IAC = 255;
export const DONT = 254;
export const DO = 253;
export const WONT = 252;
export const WILL = 251;
const SB = 250;
const SE = 240;

/** Longest sub-option taken, in bytes: a serial port's are short, and a peer must not fill the memory. */
const LONGEST_SUBOPTION = 4096;

export type NegotiationVerb = typeof DO | typeof DONT | typeof WILL | typeof WONT;

export type TelnetEvent =
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'negotiation'; verb: NegotiationVerb; option: number }
  | { kind: 'suboption'; option: number; payload: Uint8Array };

/** Data as it is sent: IAC doubled. */
export function encodeData(bytes: Uint8Array): Uint8Array {
  let doubled = 0;
  for (let at = bytes.indexOf(IAC); at >= 0; at = bytes.indexOf(IAC, at + 1)) doubled += 1;
  if (doubled === 0) return bytes;
  const encoded = new Uint8Array(bytes.length + doubled);
  let length = 0;
  for (const byte of bytes) {
    encoded[length++] = byte;
    if (byte === IAC) encoded[length++] = IAC;
  }
  return encoded;
}

export function encodeNegotiation(verb: NegotiationVerb, option: number): Uint8Array {
  return Uint8Array.of(IAC, verb, option);
}

export function encodeSuboption(option: number, payload: Uint8Array): Uint8Array {
  return Uint8Array.of(IAC, SB, option, ...encodeData(payload), IAC, SE);
}

type State =
  | 'data'
  | 'iac'
  | NegotiationVerb
  /** Behind SB: the option's number. */
  | 'sb'
  | 'suboption'
  | 'suboption-iac';

/**
 * Takes a telnet connection apart, however its bytes are cut. Other commands (NOP, AYT, ...) are dropped: none means
 * anything to a serial port. A sub-option that is cut off by another command than SE is dropped with it.
 */
export class TelnetDecoder {
  #state: State = 'data';
  #option = 0;
  #payload: number[] = [];

  decode(bytes: Uint8Array): TelnetEvent[] {
    const events: TelnetEvent[] = [];
    const data = new Uint8Array(bytes.length);
    let dataLength = 0;
    let dataStart = 0;
    const endData = () => {
      if (dataLength > dataStart) {
        events.push({ kind: 'data', bytes: data.subarray(dataStart, dataLength) });
      }
      dataStart = dataLength;
    };
    for (let at = 0; at < bytes.length;) {
      if (this.#state === 'data') {
        const iac = bytes.indexOf(IAC, at);
        const end = iac < 0 ? bytes.length : iac;
        data.set(bytes.subarray(at, end), dataLength);
        dataLength += end - at;
        at = end;
        if (iac >= 0) {
          this.#state = 'iac';
          at += 1;
        }
        continue;
      }
      const byte = bytes[at++]!;
      if (this.#state === 'iac' && byte === IAC) {
        data[dataLength++] = IAC;
        this.#state = 'data';
        continue;
      }
      const event = this.#command(byte);
      if (event === undefined) continue;
      endData();
      events.push(event);
    }
    endData();
    return events;
  }

  #command(byte: number): TelnetEvent | undefined {
    switch (this.#state) {
      case 'data':
      case 'iac':
        this.#state = behindIac(byte);
        return undefined;
      case 'sb':
        this.#option = byte;
        this.#payload = [];
        this.#state = 'suboption';
        return undefined;
      case 'suboption':
        if (byte === IAC) this.#state = 'suboption-iac';
        else this.#collect(byte);
        return undefined;
      case 'suboption-iac':
        return this.#insideSuboption(byte);
      case DO:
      case DONT:
      case WILL:
      case WONT: {
        const verb = this.#state;
        this.#state = 'data';
        return { kind: 'negotiation', verb, option: byte };
      }
    }
  }

  #insideSuboption(byte: number): TelnetEvent | undefined {
    if (byte === IAC) {
      this.#collect(IAC);
      this.#state = 'suboption';
      return undefined;
    }
    this.#state = behindIac(byte);
    if (byte !== SE || this.#payload.length > LONGEST_SUBOPTION) return undefined;
    return { kind: 'suboption', option: this.#option, payload: Uint8Array.from(this.#payload) };
  }

  #collect(byte: number): void {
    if (this.#payload.length <= LONGEST_SUBOPTION) this.#payload.push(byte);
  }
}

function behindIac(byte: number): State {
  if (byte === DO || byte === DONT || byte === WILL || byte === WONT) return byte;
  return byte === SB ? 'sb' : 'data';
}
