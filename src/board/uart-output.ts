/** Collects what a UART sends and hands it on in pieces of one rate each. */
export class UartOutput {
  readonly #onBytes: (bytes: Uint8Array, baudRate: number) => void;
  #bytes: number[] = [];
  #baudRate = 0;

  constructor(onBytes: (bytes: Uint8Array, baudRate: number) => void) {
    this.#onBytes = onBytes;
  }

  put(byte: number, baudRate: number): void {
    if (baudRate !== this.#baudRate) this.flush();
    this.#baudRate = baudRate;
    this.#bytes.push(byte);
  }

  say(text: string, baudRate: number): void {
    for (const character of text) this.put(character.charCodeAt(0), baudRate);
  }

  flush(): void {
    if (this.#bytes.length === 0) return;
    const bytes = Uint8Array.from(this.#bytes);
    this.#bytes = [];
    this.#onBytes(bytes, this.#baudRate);
  }
}
