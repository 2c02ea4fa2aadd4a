import type { Processes } from '../host.ts';

/** Where an address lies in the source. */
export interface SourceLine {
  /** Demangled; undefined where the ELF has no symbol there. */
  function: string | undefined;
  file: string | undefined;
  line: number | undefined;
}

/** Addresses in one run: a command line has room for some thousands. */
const BATCH = 500;

/** Finds addresses in the source by the toolchain's addr2line; each one is asked for once. */
export class SourceLines {
  readonly #processes: Processes;
  readonly #addr2line: string;
  readonly #elfPath: string;
  readonly #known = new Map<number, readonly SourceLine[]>();

  constructor({
    processes,
    addr2line,
    elfPath,
  }: {
    processes: Processes;
    addr2line: string;
    elfPath: string;
  }) {
    this.#processes = processes;
    this.#addr2line = addr2line;
    this.#elfPath = elfPath;
  }

  /**
   * For each address the function that it lies in, before it the functions that are inlined there; empty where the
   * ELF knows nothing. Throws `build/tool-missing` where addr2line cannot be started.
   */
  async locate(addresses: readonly number[]): Promise<ReadonlyMap<number, readonly SourceLine[]>> {
    const unknown = [...new Set(addresses)].filter((address) => !this.#known.has(address));
    for (let start = 0; start < unknown.length; start += BATCH) {
      await this.#ask(unknown.slice(start, start + BATCH));
    }
    return new Map(addresses.map((address) => [address, this.#known.get(address) ?? []]));
  }

  async #ask(addresses: readonly number[]): Promise<void> {
    const texts = addresses.map((address) => `0x${address.toString(16)}`);
    const options = ['--addresses', '--functions', '--inlines', '--demangle', '--exe', this.#elfPath];
    const { stdout } = await this.#processes.run(this.#addr2line, [...options, ...texts]);
    for (const [address, lines] of parseAddr2line(stdout)) this.#known.set(address, lines);
  }
}

/** Reads what `addr2line -afiC` prints: an address, then a line for the function and one for its place, repeated. */
export function parseAddr2line(output: string): Map<number, SourceLine[]> {
  const found = new Map<number, SourceLine[]>();
  let current: SourceLine[] = [];
  let name: string | undefined;
  for (const text of output.split(/\r?\n/)) {
    if (/^0x[0-9a-f]{8,16}$/.test(text)) {
      current = [];
      name = undefined;
      found.set(Number.parseInt(text, 16), current);
    } else if (name === undefined) {
      name = text === '' ? undefined : text;
    } else {
      const line = sourceLine(name, text);
      if (line !== undefined) current.push(line);
      name = undefined;
    }
  }
  return found;
}

function sourceLine(name: string, place: string): SourceLine | undefined {
  const [, file, line] = /^(.*):(\d+|\?)(?: \(discriminator \d+\))?$/.exec(place) ?? [];
  const found = {
    function: name === '??' ? undefined : name,
    file: file === undefined || file === '??' ? undefined : file,
    line: line === undefined || line === '?' || line === '0' ? undefined : Number(line),
  };
  return found.function === undefined && found.file === undefined ? undefined : found;
}
