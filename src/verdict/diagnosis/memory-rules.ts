import { isAllocation } from './codes.ts';
import { finding, type Rule } from './rule.ts';

/** A handshake needs some 20 KB more: below this the next allocation of a buffer fails. */
const LITTLE_HEAP_BYTES = 8192;

/** A heap that ran out, which shows as many other errors. */
export const MEMORY_RULES: readonly Rule[] = [
  ({ codes }) =>
    codes.filter(({ code }) => isAllocation(code)).map((witness) => finding('heap.exhausted', 96, witness)),

  (facts) => facts.seen('allocation-failed').map((witness) => finding('heap.exhausted', 94, witness)),

  (facts) =>
    facts
      .seen('free-heap')
      .filter(({ event }) => event.bytes < LITTLE_HEAP_BYTES)
      .map((witness) => finding('heap.exhausted', facts.codes.length > 0 ? 75 : 45, witness)),
];
