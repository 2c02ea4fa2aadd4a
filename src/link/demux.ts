import { decodeBody, END, ESCAPE, ESCAPED, NEWLINE, OVERHEAD, START, type Frame } from './frame.ts';

export type DemuxItem =
  | { kind: 'text'; bytes: Uint8Array }
  | { kind: 'frame'; frame: Frame }
  /** What was meant to be a frame, but is not one: its sender will repeat it. */
  | { kind: 'damaged' };

type State = 'text' | 'frame' | 'escape' | 'after-frame';

/** Parts the bytes of the UART into text and frames of the serial link, whatever the chunk boundaries. */
export class Demux {
  readonly #body: Uint8Array;
  #length = 0;
  #state: State = 'text';
  #items: DemuxItem[] = [];
  #text: number[] = [];

  /** Payloads beyond `maxPayload` bytes are damage. */
  constructor(maxPayload: number) {
    this.#body = new Uint8Array(maxPayload + OVERHEAD);
  }

  push(bytes: Uint8Array): DemuxItem[] {
    for (const byte of bytes) this.#take(byte);
    this.#endText();
    const items = this.#items;
    this.#items = [];
    return items;
  }

  #take(byte: number): void {
    if (byte === START) {
      if (this.#inFrame()) this.#damaged();
      this.#endText();
      this.#length = 0;
      this.#state = 'frame';
    } else if (this.#inFrame()) {
      this.#takeInFrame(byte);
    } else if (byte !== END) {
      if (!(this.#state === 'after-frame' && byte === NEWLINE)) this.#text.push(byte);
      this.#state = 'text';
    }
  }

  #takeInFrame(byte: number): void {
    if (byte === END || byte === NEWLINE) {
      const frame =
        byte === END && this.#state === 'frame' ? decodeBody(this.#body.slice(0, this.#length)) : undefined;
      if (frame === undefined) this.#damaged();
      else this.#items.push({ kind: 'frame', frame });
      this.#state = byte === END ? 'after-frame' : 'text';
    } else if (this.#state === 'escape') {
      const meant = ESCAPED.get(byte);
      this.#state = 'frame';
      if (meant === undefined) this.#spoil();
      else this.#append(meant);
    } else if (byte === ESCAPE) {
      this.#state = 'escape';
    } else {
      this.#append(byte);
    }
  }

  #append(byte: number): void {
    if (this.#length < this.#body.length) this.#body[this.#length++] = byte;
    else this.#spoil();
  }

  /** The rest of the frame is skipped up to its end, so that it does not turn up as text. */
  #spoil(): void {
    this.#length = 0;
  }

  #damaged(): void {
    this.#items.push({ kind: 'damaged' });
  }

  #inFrame(): boolean {
    return this.#state === 'frame' || this.#state === 'escape';
  }

  #endText(): void {
    if (this.#text.length === 0) return;
    this.#items.push({ kind: 'text', bytes: Uint8Array.from(this.#text) });
    this.#text = [];
  }
}
