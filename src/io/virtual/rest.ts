/** Waits that something else can end. */
export class Rest {
  #wake: (() => void) | undefined;

  /** Ends the wait that there is. */
  end(): void {
    this.#wake?.();
  }

  /** True where the time has passed, false where it was ended; without a time it is only ended. */
  async take(durationMs: number | undefined): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const timedOut = await new Promise<boolean>((resolve) => {
      this.#wake = () => {
        resolve(false);
      };
      if (durationMs !== undefined) timer = setTimeout(resolve, durationMs, true);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    return timedOut;
  }
}
