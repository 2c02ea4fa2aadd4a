import { decodeBody, END, ESCAPE, ESCAPED, lengthOf, NEWLINE, OVERHEAD, START, type Frame } from './frame.ts';

export type DemuxItem =
  | { kind: 'text'; bytes: Uint8Array }
  | { kind: 'frame'; frame: Frame }
  /** What was meant to be a frame, but is not one: its sender will repeat it. */
  | { kind: 'damaged' };

type State = 'text' | 'frame' | 'escape' | 'spoilt' | 'after-frame';

/** Requests have types below; a letter has not. */
const MAX_TYPE = 0x1f;
/** So many letters in front of the end are text behind garbage, and no frame that was damaged. */
const MIN_TEXT = 8;

/**
 * Parts the bytes of the UART into text and frames of the serial link, whatever the chunk boundaries. A delimiter in
 * garbage hides nothing: what cannot be a frame is text, at the latest with the newline behind it.
 */
export class Demux {
  readonly #maxPayload: number;
  readonly #body: Uint8Array;
  #length = 0;
  /** Of the frame that is open, as they came. */
  #raw: number[] = [];
  #state: State = 'text';
  #items: DemuxItem[] = [];

  /** Payloads beyond `maxPayload` bytes are damage. */
  constructor(maxPayload: number) {
    this.#maxPayload = maxPayload;
    this.#body = new Uint8Array(maxPayload + OVERHEAD);
  }

  push(bytes: Uint8Array): DemuxItem[] {
    let at = 0;
    while (at < bytes.length) {
      if (this.#inFrame()) this.#takeInFrame(bytes[at++]!);
      else at = this.#takeText(bytes, at);
    }
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Up to the next frame; returns where to go on. */
  #takeText(bytes: Uint8Array, from: number): number {
    let at = from;
    if (this.#state === 'after-frame') {
      while (bytes[at] === END) at += 1;
      if (at === bytes.length) return at;
      if (bytes[at] === NEWLINE) at += 1;
      this.#state = 'text';
    }
    const start = bytes.indexOf(START, at);
    this.#addText(bytes.subarray(at, start < 0 ? bytes.length : start));
    if (start < 0) return bytes.length;
    this.#begin();
    return start + 1;
  }

  #addText(bytes: Uint8Array): void {
    const text = bytes.includes(END) ? bytes.filter((byte) => byte !== END) : bytes;
    if (text.length > 0) this.#items.push({ kind: 'text', bytes: text });
  }

  #begin(): void {
    this.#length = 0;
    this.#raw = [];
    this.#state = 'frame';
  }

  #takeInFrame(byte: number): void {
    if (byte === START) {
      this.#damaged();
      this.#begin();
      return;
    }
    if (byte === END || byte === NEWLINE) {
      this.#end(byte);
      return;
    }
    this.#raw.push(byte);
    if (this.#state === 'escape') {
      const meant = ESCAPED.get(byte);
      this.#state = meant === undefined ? 'spoilt' : 'frame';
      if (meant !== undefined) this.#append(meant);
    } else if (byte === ESCAPE && this.#state === 'frame') {
      this.#state = 'escape';
    } else {
      this.#append(byte);
    }
    if (!this.#canBeFrame()) {
      this.#damaged();
      this.#state = 'text';
    }
  }

  #end(byte: typeof END | typeof NEWLINE): void {
    const isWhole = byte === END && this.#state === 'frame';
    const frame = isWhole ? decodeBody(this.#body.slice(0, this.#length)) : undefined;
    if (frame !== undefined) this.#items.push({ kind: 'frame', frame });
    else if (this.#damaged() && byte === NEWLINE) this.#addText(Uint8Array.of(NEWLINE));
    this.#state = byte === END ? 'after-frame' : 'text';
  }

  #append(byte: number): void {
    if (this.#length < this.#body.length) this.#body[this.#length] = byte;
    this.#length += 1;
  }

  /** By what has come of its type and length; no longer than that says. */
  #canBeFrame(): boolean {
    if (this.#length > 0 && this.#body[0]! > MAX_TYPE) return false;
    const promised = lengthOf(this.#body.subarray(0, Math.min(this.#length, this.#body.length)));
    if (promised === undefined) return true;
    return promised <= this.#maxPayload && this.#length <= promised + OVERHEAD;
  }

  /** True where what came is shown as text. */
  #damaged(): boolean {
    this.#items.push({ kind: 'damaged' });
    const isText = !this.#canBeFrame() || endsInText(this.#raw);
    if (isText) this.#addText(Uint8Array.from(this.#raw));
    this.#raw = [];
    return isText;
  }

  #inFrame(): boolean {
    return this.#state === 'frame' || this.#state === 'escape' || this.#state === 'spoilt';
  }
}

function endsInText(raw: readonly number[]): boolean {
  const tail = raw.slice(-MIN_TEXT);
  return tail.length === MIN_TEXT && tail.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0d);
}
