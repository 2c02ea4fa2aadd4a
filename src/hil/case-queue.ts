import type { PlannedCase } from '../test-plan/case.ts';

/** The cases that are still to be run, handed out to boards. One that is being run may come back. */
export class CaseQueue {
  readonly #waiting: PlannedCase[];
  readonly #running = new Set<PlannedCase>();
  #wakers: (() => void)[] = [];
  #isStopped = false;

  constructor(cases: readonly PlannedCase[]) {
    this.#waiting = [...cases];
  }

  /**
   * One of the cases that fit. Waits while there is none, but one that fits is being run elsewhere and may come back;
   * undefined when there will be no more.
   */
  async take(
    fits: (one: PlannedCase) => boolean,
    choose: (fitting: readonly PlannedCase[]) => PlannedCase | undefined,
  ): Promise<PlannedCase | undefined> {
    for (;;) {
      if (this.#isStopped) return undefined;
      const one = choose(this.#waiting.filter(fits));
      if (one !== undefined) {
        this.#waiting.splice(this.#waiting.indexOf(one), 1);
        this.#running.add(one);
        return one;
      }
      if (![...this.#running].some(fits)) return undefined;
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }

  /** In front: it was begun already. Called before `done`. */
  putBack(one: PlannedCase): void {
    this.#waiting.unshift(one);
  }

  done(one: PlannedCase): void {
    this.#running.delete(one);
    this.#wake();
  }

  /** Nothing more is handed out. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  /** What nobody has taken. */
  rest(): readonly PlannedCase[] {
    return this.#waiting;
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
