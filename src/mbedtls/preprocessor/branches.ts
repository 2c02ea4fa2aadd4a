/** The conditional groups that are open at one line of a file. */
export class Branches {
  /** Of each group: is its present branch taken, and was one taken before? */
  readonly #open: { active: boolean; taken: boolean }[] = [];
  /** Open groups whose present branch is not taken. */
  #skipping = 0;

  /** Are the lines here kept? */
  get active(): boolean {
    return this.#skipping === 0;
  }

  get depth(): number {
    return this.#open.length;
  }

  /** `#if`. The condition is only asked where it matters: others need not even be well-formed. */
  open(holds: () => boolean): void {
    const active = this.active && holds();
    this.#open.push({ active, taken: active });
    if (!active) this.#skipping += 1;
  }

  /** `#elif`, or `#else` with a condition that holds. False where no group is open. */
  next(holds: () => boolean): boolean {
    const group = this.#open.at(-1);
    if (group === undefined) return false;
    const outer = this.#skipping - (group.active ? 0 : 1);
    group.active = outer === 0 && !group.taken && holds();
    group.taken ||= group.active;
    this.#skipping = outer + (group.active ? 0 : 1);
    return true;
  }

  /** `#endif`. False where no group is open. */
  close(): boolean {
    const group = this.#open.pop();
    if (group?.active === false) this.#skipping -= 1;
    return group !== undefined;
  }
}
