import type { RomCall } from '../lx106/cpu.ts';
import type { RomName } from './addresses.ts';

export type { RomCall } from '../lx106/cpu.ts';

/**
 * Boot-ROM functions in JavaScript: arguments in a2 to a7, result in a2 (and a3). What each returns is its cost in
 * instructions: an estimate from the work that it does, as the ROM's code is not here to be counted.
 */
export type RomFunctions = Partial<Record<RomName, RomCall>>;

/** Cost of a call that does next to nothing. */
export const SMALL_COST = 10;

/** A function that gives one word. */
export function returning(result: (...parameters: number[]) => number, cost = SMALL_COST): RomCall {
  return ({ a }) => {
    a[2] = result(...a.subarray(2, 8));
    return cost;
  };
}

/** A function without result. */
export function doing(action: (...parameters: number[]) => void, cost = SMALL_COST): RomCall {
  return ({ a }) => {
    action(...a.subarray(2, 8));
    return cost;
  };
}
