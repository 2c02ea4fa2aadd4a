import { DO, DONT, WILL, WONT, encodeNegotiation, type NegotiationVerb } from './telnet-codec.ts';

/** RFC 856, RFC 858, RFC 2217. */
export const BINARY = 0;
export const SUPPRESS_GO_AHEAD = 3;
export const COM_PORT = 44;

export interface TelnetOptionsWanted {
  /** Options that this end asks to use itself (WILL), and to see used (DO). */
  us: readonly number[];
  them: readonly number[];
  /** Options that it agrees to when the other end begins. */
  usIfAsked?: readonly number[];
  themIfAsked?: readonly number[];
}

type Side = 'us' | 'them';
type State = 'no' | 'asked' | 'yes';

/**
 * Which telnet options are in use. Only a change of state is answered, so that two ends never answer each other for
 * ever (RFC 854, RFC 1143).
 */
export class TelnetOptions {
  readonly #wanted: TelnetOptionsWanted;
  readonly #states = new Map<string, State>();

  constructor(wanted: TelnetOptionsWanted) {
    this.#wanted = wanted;
  }

  /** The requests to begin with. */
  requests(): Uint8Array[] {
    const { us, them } = this.#wanted;
    return [
      ...us.map((option) => this.#ask('us', WILL, option)),
      ...them.map((option) => this.#ask('them', DO, option)),
    ];
  }

  /** The answer to what the other end says; undefined where there is none to give. */
  receive(verb: NegotiationVerb, option: number): Uint8Array | undefined {
    switch (verb) {
      case DO:
        return this.#agree('us', option, { yes: WILL, no: WONT });
      case WILL:
        return this.#agree('them', option, { yes: DO, no: DONT });
      case DONT:
        return this.#refused('us', option, WONT);
      case WONT:
        return this.#refused('them', option, DONT);
    }
  }

  isOn(side: Side, option: number): boolean {
    return this.#state(side, option) === 'yes';
  }

  #ask(side: Side, verb: NegotiationVerb, option: number): Uint8Array {
    this.#states.set(key(side, option), 'asked');
    return encodeNegotiation(verb, option);
  }

  #agree(
    side: Side,
    option: number,
    verbs: { yes: NegotiationVerb; no: NegotiationVerb },
  ): Uint8Array | undefined {
    const state = this.#state(side, option);
    if (state === 'no' && !this.#agrees(side, option)) return encodeNegotiation(verbs.no, option);
    this.#states.set(key(side, option), 'yes');
    return state === 'no' ? encodeNegotiation(verbs.yes, option) : undefined;
  }

  #refused(side: Side, option: number, confirm: NegotiationVerb): Uint8Array | undefined {
    const state = this.#state(side, option);
    this.#states.set(key(side, option), 'no');
    return state === 'yes' ? encodeNegotiation(confirm, option) : undefined;
  }

  #agrees(side: Side, option: number): boolean {
    const { us, them, usIfAsked = [], themIfAsked = [] } = this.#wanted;
    return side === 'us'
      ? us.includes(option) || usIfAsked.includes(option)
      : them.includes(option) || themIfAsked.includes(option);
  }

  #state(side: Side, option: number): State {
    return this.#states.get(key(side, option)) ?? 'no';
  }
}

function key(side: Side, option: number): string {
  return `${side} ${option}`;
}
