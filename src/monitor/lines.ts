/** Longest line kept, in characters: garbage from a wrong baud rate may never contain a line end. */
export const MAX_LINE_LENGTH = 4096;

/**
 * Splits UART bytes into lines, whatever the chunk boundaries: LF, CR LF and lone CR end a line, UTF-8 split across
 * chunks is joined, NUL is dropped (a reset line glitches it), and an over-long line is cut into pieces.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8');
  #rest = '';
  #afterCarriageReturn = false;

  /** The lines that these bytes complete, without their ends. */
  push(bytes: Uint8Array): string[] {
    return this.#split(this.#decoder.decode(bytes, { stream: true }));
  }

  /** What is left when the port ends: the last line, if it has no end. */
  end(): string[] {
    const lines = this.#split(this.#decoder.decode());
    if (this.#rest !== '') lines.push(this.#rest);
    this.#rest = '';
    return lines;
  }

  #split(text: string): string[] {
    const lines: string[] = [];
    for (const character of text) {
      if (character === '\n' && this.#afterCarriageReturn) {
        this.#afterCarriageReturn = false;
        continue;
      }
      this.#afterCarriageReturn = character === '\r';
      if (character === '\n' || character === '\r' || this.#rest.length >= MAX_LINE_LENGTH) {
        lines.push(this.#rest);
        this.#rest = '';
        if (character === '\n' || character === '\r') continue;
      }
      if (character !== '\0') this.#rest += character;
    }
    return lines;
  }
}
