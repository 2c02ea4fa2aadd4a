import type { Witness } from './log-facts.ts';

/** A frame of Python's and its code, and what was raised there. */
const TRACEBACK_LINES = 2;

/** The frame is the last one before what was raised. */
export function isLastFrame(frame: Witness, raised: Witness): boolean {
  return frame.at < raised.at && raised.at - frame.at <= TRACEBACK_LINES;
}
