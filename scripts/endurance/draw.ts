import { createHash } from 'node:crypto';

/** Numbers below what is asked for, the same for the same seed and run. */
export function draw(seed: number, run: number): (below: number) => number {
  let count = 0;
  return (below) => createHash('sha256').update(`${seed} ${run} ${count++}`).digest().readUInt32LE(0) % below;
}
