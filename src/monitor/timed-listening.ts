import { listen, type HeardLine, type ListenOptions } from './listen.ts';

/** Lines of a board, waited for no longer than one wants to. */
export class TimedListening {
  readonly #options: ListenOptions;
  readonly #signal: AbortSignal;
  readonly #lines: AsyncGenerator<HeardLine[], void, undefined>;
  #next: Promise<IteratorResult<HeardLine[], void>> | undefined;

  constructor(options: ListenOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#lines = listen(options);
  }

  /**
   * What comes next within so many milliseconds; `lost` where the port has ended. What does not come in time is there
   * to be waited for again. Throws the signal's reason.
   */
  async next(durationMs: number): Promise<readonly HeardLine[] | 'timeout' | 'lost'> {
    const next = (this.#next ??= this.#lines.next());
    // Waited for in vain, it may fail when nobody listens any more.
    next.catch(() => undefined);
    const heard = await this.#orTimeout(next, Math.max(1, Math.ceil(durationMs)));
    if (heard === 'timeout') return heard;
    this.#next = undefined;
    return heard.done === true ? 'lost' : heard.value;
  }

  /** Not waited for: the reading ends with the port. */
  stop(): void {
    void this.#lines.return().catch(() => undefined);
  }

  async #orTimeout<T>(value: Promise<T>, durationMs: number): Promise<T | 'timeout'> {
    const done = new AbortController();
    const signal = AbortSignal.any([this.#signal, done.signal]);
    const timeout = this.#options.clock.sleep(durationMs, signal).then(
      () => 'timeout' as const,
      (): 'timeout' => {
        this.#signal.throwIfAborted();
        return 'timeout';
      },
    );
    timeout.catch(() => undefined);
    try {
      return await Promise.race([value, timeout]);
    } finally {
      done.abort();
    }
  }
}
