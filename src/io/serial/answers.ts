interface Waiter {
  resolve: (value: Uint8Array) => void;
  reject: (error: Error) => void;
  /** Ends its time limit. */
  stop?: () => void;
}

/** A silence that was too long. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Who waits for which message of the other end, first come first served. */
export class Answers {
  readonly #waiters = new Map<string, Waiter[]>();
  #failure: Error | undefined;

  /** The next message of that kind; rejects with `NoAnswer` after `timeoutMs`, or with the error of `fail`. */
  next(kind: string, timeoutMs?: number): Promise<Uint8Array> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject };
      this.#waiters.set(kind, [...(this.#waiters.get(kind) ?? []), waiter]);
      if (timeoutMs === undefined) return;
      const timer = setTimeout(() => {
        this.#remove(kind, waiter);
        reject(new NoAnswer(`no ${kind} in ${timeoutMs / 1000} s`));
      }, timeoutMs);
      waiter.stop = () => {
        clearTimeout(timer);
      };
    });
  }

  give(kind: string, value: Uint8Array): void {
    const [first] = this.#waiters.get(kind) ?? [];
    if (first === undefined) return;
    this.#remove(kind, first);
    first.stop?.();
    first.resolve(value);
  }

  /** For everybody who waits or ever will. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject, stop } of [...this.#waiters.values()].flat()) {
      stop?.();
      reject(this.#failure);
    }
    this.#waiters.clear();
  }

  #remove(kind: string, waiter: Waiter): void {
    this.#waiters.set(
      kind,
      (this.#waiters.get(kind) ?? []).filter((other) => other !== waiter),
    );
  }
}
