import { isAllocation } from './codes.ts';
import type { LogFacts } from './log-facts.ts';
import { finding, type Rule } from './rule.ts';

/** A handshake needs some 20 KB more: below this the next allocation of a buffer fails. */
const LITTLE_HEAP_BYTES = 8192;
/** Less than a handshake takes: a failure that says nothing of itself is most likely its own. */
const SHORT_HEAP_BYTES = 16_384;

/** LoadProhibited and StoreProhibited. */
const PROHIBITED: ReadonlySet<number> = new Set([28, 29]);

/** A heap that ran out, which shows as many other errors. */
export const MEMORY_RULES: readonly Rule[] = [
  ({ codes }) =>
    codes.filter(({ code }) => isAllocation(code)).map((witness) => finding('heap.exhausted', 96, witness)),

  (facts) => facts.seen('allocation-failed').map((witness) => finding('heap.exhausted', 94, witness)),

  // A null pointer that an allocation gave, and nobody looked at.
  (facts) => {
    const little = facts.seen('free-heap').filter(({ event }) => event.bytes < LITTLE_HEAP_BYTES);
    const access = facts.seen('exception').filter(({ event }) => PROHIBITED.has(event.cause));
    return little.length === 0
      ? []
      : access.map((witness) => finding('heap.exhausted', 87, little.at(-1), witness));
  },

  (facts) => {
    const failed = facts.seen('handshake-failed').find(({ event }) => event.reason === 'unknown');
    const short = facts
      .seen('free-heap')
      .findLast(({ event, at }) => event.bytes < SHORT_HEAP_BYTES && at < (failed?.at ?? 0));
    return short === undefined || facts.codes.length > 0
      ? []
      : [finding('heap.exhausted', 56, short, failed)];
  },

  (facts) =>
    facts
      .seen('free-heap')
      .filter(({ event }) => event.bytes < LITTLE_HEAP_BYTES)
      .map((witness) =>
        finding('heap.exhausted', facts.codes.length > 0 ? 75 : hasFailed(facts) ? 62 : 45, witness),
      ),
];

/** In words, without a code. */
function hasFailed(facts: LogFacts): boolean {
  return facts.seen('handshake-failed').length > 0 || facts.seen('connect-failed').length > 0;
}
