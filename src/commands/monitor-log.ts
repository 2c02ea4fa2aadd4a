import type { FileWriter } from '../host.ts';

/** Adds to a file in the background, in order; what cannot be written is told once. */
export class MonitorLog {
  readonly #files: FileWriter;
  readonly #path: string;
  readonly #failed: (error: Error) => void;
  #pending: (string | Uint8Array)[] = [];
  #writing: Promise<void> | undefined;
  #broken = false;
  /** False: what comes is not written, until it is true again. */
  isOn = true;

  constructor(files: FileWriter, path: string, failed: (error: Error) => void) {
    this.#files = files;
    this.#path = path;
    this.#failed = failed;
  }

  write(data: string | Uint8Array): void {
    if (!this.isOn || this.#broken) return;
    // A copy: the port may use its buffer again.
    this.#pending.push(typeof data === 'string' ? data : data.slice());
    this.#writing ??= this.#flush();
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #flush(): Promise<void> {
    try {
      while (this.#pending.length > 0) {
        const parts = this.#pending;
        this.#pending = [];
        await this.#files.append(this.#path, Buffer.concat(parts.map((part) => Buffer.from(part))));
      }
    } catch (error) {
      this.#broken = true;
      this.#pending = [];
      this.#failed(error as Error);
    } finally {
      this.#writing = undefined;
    }
  }
}
