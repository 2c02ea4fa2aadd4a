import type { Clock, Network } from '../host.ts';
import type { Port } from '../port.ts';
import { LinkHost } from '../link/link-host.ts';
import type { BootRate } from './boot-rate.ts';
import { parseLine } from './events.ts';
import type { MonitorEvent } from './event.ts';
import { LineSplitter } from './lines.ts';
import { isMisreadBanner, ROM_BAUD_RATE } from './misread.ts';
import { messagesIn } from './shared-lines.ts';

/** One line of the board, or one of the messages that share it, when it came, and what it says. */
export interface HeardLine {
  /** By the host's clock. */
  at: Date;
  /** With its colours. */
  raw: string;
  event: MonitorEvent;
}

export interface ListenOptions {
  port: Port;
  /** By which the board's connections are made. */
  network: Network;
  clock: Clock;
  /** What a board that asks is told; default: the clock's time. */
  deviceTime?: Date;
  /** At which the port reads; undefined: bytes come right at any rate. */
  baudRate?: number;
  /** Follows the rate of a board that is being reset. */
  bootRate?: BootRate;
  /** Every byte as it came, before anything is made of it. */
  onBytes?: (bytes: Uint8Array) => void;
}

/** A board that says nothing for so long, in milliseconds, is taken to be gone from the serial link. */
const LINK_IDLE_MS = 600_000;
/** A line without an end is shown when nothing has followed for so long, in milliseconds: a prompt, a crash. */
const UNFINISHED_MS = 1000;
const NOTHING = new Uint8Array();

/**
 * Lines of a board as they come, until its port ends; the serial link is served meanwhile. When the board pauses, a
 * line that has no end yet comes, too, or none at all. The port stays open.
 */
export async function* listen(options: ListenOptions): AsyncGenerator<HeardLine[], void, undefined> {
  const { port, network, clock, deviceTime, baudRate, bootRate, onBytes } = options;
  const recent = new RecentBytes();
  const splitter = new LineSplitter();
  const link = new LinkHost({
    write: (bytes) => {
      // A port that is gone ends the reading below, which says so.
      port.write(bytes).catch(() => undefined);
    },
    network,
    clock,
    ...(deviceTime === undefined ? {} : { deviceTime }),
    idleTimeoutMs: LINK_IDLE_MS,
  });
  const heard = (lines: readonly string[]): HeardLine[] => {
    const at = clock.now();
    return lines.flatMap(messagesIn).map((raw) => {
      const event = parseLine(raw);
      if (event.kind === 'garbage' && baudRate !== undefined && isMisreadBanner(recent.bytes, baudRate)) {
        event.sentBaudRate = ROM_BAUD_RATE;
        recent.clear();
      }
      return { at, raw, event };
    });
  };
  try {
    for await (const bytes of withPauses(port.read(), clock)) {
      if (bytes === undefined) {
        const kept = splitter.push(link.receive(bootRate?.flush() ?? NOTHING));
        yield heard([...kept, ...splitter.flush()]);
        continue;
      }
      onBytes?.(bytes);
      recent.add(bytes);
      const readable = (await bootRate?.receive(bytes)) ?? bytes;
      const lines = splitter.push(link.receive(readable));
      if (lines.length > 0) yield heard(lines);
    }
    const rest = splitter.end();
    if (rest.length > 0) yield heard(rest);
  } finally {
    link.close();
  }
}

/** The newest bytes as they came, for what the text no longer shows. */
class RecentBytes {
  static readonly #MAX = 1024;
  bytes: Uint8Array = new Uint8Array();

  add(bytes: Uint8Array): void {
    const max = RecentBytes.#MAX;
    this.bytes = bytes.length >= max ? bytes.slice(-max) : Buffer.concat([this.bytes, bytes]).subarray(-max);
  }

  clear(): void {
    this.bytes = new Uint8Array();
  }
}

/** The chunks, and undefined once after each pause of `UNFINISHED_MS`. */
async function* withPauses(
  chunks: AsyncIterable<Uint8Array>,
  clock: Clock,
): AsyncGenerator<Uint8Array | undefined, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const end = new AbortController();
  const sleep = (ms: number) => clock.sleep(ms, end.signal).catch(() => undefined);
  let askedAt = clock.monotonicMs();
  // One timer for many chunks: a board at 2 Mbaud sends fifty in a second.
  let asleep = sleep(UNFINISHED_MS);
  try {
    let next = iterator.next();
    for (;;) {
      const first = await Promise.race([next, asleep]);
      if (first === undefined) {
        // It may have ended while a chunk was worked on: the pause begins where the next one is asked for.
        const restMs = askedAt + UNFINISHED_MS - clock.monotonicMs();
        if (restMs > 0) {
          asleep = sleep(restMs);
          continue;
        }
        yield undefined;
      }
      const result = await next;
      if (result.done === true) return;
      yield result.value;
      next = iterator.next();
      askedAt = clock.monotonicMs();
    }
  } finally {
    end.abort();
    await iterator.return?.();
  }
}
