import { isAscii } from 'node:buffer';

/** Longest line kept, in characters: garbage from a wrong baud rate may never contain a line end. */
export const MAX_LINE_LENGTH = 4096;

/**
 * Splits UART bytes into lines, whatever the chunk boundaries: LF, CR LF and lone CR end a line, UTF-8 split across
 * chunks is joined, NUL is dropped (a reset line glitches it), and an over-long line is cut into pieces.
 */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** The decoder may wait for the rest of a character. */
  #isOpen = false;
  #rest = '';
  #afterCarriageReturn = false;

  /** The lines that these bytes complete, without their ends. */
  push(bytes: Uint8Array): string[] {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Most of a log is ASCII, which needs no decoder, unless a character is open.
    if (!this.#isOpen && isAscii(bytes) && !buffer.includes(0)) {
      // Each line by itself: V8 keeps all of a string as long as a piece of it is kept, and copies it where it collects.
      return this.#split(buffer.toString('latin1'), (start, end) => buffer.toString('latin1', start, end));
    }
    this.#isOpen = bytes.length === 0 ? this.#isOpen : bytes.at(-1)! >= 0x80;
    return this.#split(this.#decoder.decode(bytes, { stream: true }).replaceAll('\0', ''));
  }

  /** What has come of a line that has no end yet, when the board has paused: a prompt. */
  flush(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }

  /** What is left when the port ends: the last line, if it has no end. */
  end(): string[] {
    return [...this.#split(this.#decoder.decode()), ...this.flush()];
  }

  #split(text: string, piece: (start: number, end: number) => string = text.slice.bind(text)): string[] {
    if (text === '') return [];
    const lines: string[] = [];
    let start = this.#afterCarriageReturn && text.startsWith('\n') ? 1 : 0;
    this.#afterCarriageReturn = text.endsWith('\r');
    let feed = text.indexOf('\n', start);
    let carriage = text.indexOf('\r');
    while (feed >= 0 || carriage >= 0) {
      const end = carriage < 0 || (feed >= 0 && feed < carriage) ? feed : carriage;
      this.#take(start === end ? '' : piece(start, end), lines);
      lines.push(this.#rest);
      this.#rest = '';
      start = end === carriage && feed === end + 1 ? end + 2 : end + 1;
      if (feed >= 0 && feed < start) feed = text.indexOf('\n', start);
      if (carriage >= 0 && carriage < start) carriage = text.indexOf('\r', start);
    }
    if (start < text.length) this.#take(piece(start, text.length), lines);
    return lines;
  }

  /** Adds to the line, cutting off what is too long. */
  #take(piece: string, lines: string[]): void {
    let line = this.#rest === '' ? piece : this.#rest + piece;
    while (line.length > MAX_LINE_LENGTH) {
      const cut = cutAt(line);
      lines.push(line.slice(0, cut));
      line = line.slice(cut);
    }
    this.#rest = line;
  }
}

/** Not between the halves of a surrogate pair. */
function cutAt(line: string): number {
  const last = line.charCodeAt(MAX_LINE_LENGTH - 1);
  return last >= 0xd800 && last < 0xdc00 ? MAX_LINE_LENGTH - 1 : MAX_LINE_LENGTH;
}
