import { isAllocation } from './codes.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { badAddress, nullAccess, PROHIBITED } from './null-access.ts';
import { goesToTls } from './tls-target.ts';
import { finding, type Rule } from './rule.ts';

/** A handshake needs some 20 KB more: below this the next allocation of a buffer fails. */
const LITTLE_HEAP_BYTES = 8192;
/** No program does its work with so little. */
const ALL_BUT_OUT_BYTES = 2048;
/** Less than a handshake takes: a failure that says nothing of itself is most likely its own. */
const SHORT_HEAP_BYTES = 16_384;

/** A figure from before some other allocation tells no more than this. */
const SPARE_BYTES = 8192;
const BESIDE_LINES = 2;

/** What the buffers and the arithmetic of a handshake take at its peak, at least, with records of 16 KB. */
const HANDSHAKE_HEAP_BYTES = 32_768;

/** A heap that ran out, which shows as many other errors. */
export const MEMORY_RULES: readonly Rule[] = [
  ({ codes }) =>
    codes.filter(({ code }) => isAllocation(code)).map((witness) => finding('heap.exhausted', 96, witness)),

  (facts) =>
    facts.seen('allocation-failed').map(({ event, ...witness }) => {
      // The accelerators' drivers of the ESP32's kin (esp_aes.c, esp_sha.c, esp_aes_gcm.c) want what DMA can reach.
      if (/\besp-(?:aes|sha)\S*: /.test(witness.line)) return finding('heap.exhausted.dma', 95, witness);
      const free = freeBeside(facts, witness);
      return event.bytes !== undefined && free !== undefined && free > event.bytes + SPARE_BYTES
        ? finding('heap.fragmented', 95, witness)
        : finding('heap.exhausted', 94, witness);
    }),

  // A null pointer that an allocation gave, and nobody looked at.
  (facts) => {
    const accesses = facts.seen('exception').filter(({ event }) => PROHIBITED.has(event.cause));
    return accesses.flatMap((access) => {
      const { registers } = access.event;
      // Of axTLS, in a handshake that it shows, no more may be left than the crash itself.
      const isShaking = facts.steps.length > 0;
      const isNull =
        nullAccess(facts, access, registers) !== undefined ||
        (isShaking && badAddress(facts, access, registers) === undefined);
      // Behind a handshake its buffers are paid for.
      const isBefore = lastSuccess(facts) === undefined;
      const needed =
        isNull && isBefore && (isShaking || goesToTls(facts)) ? HANDSHAKE_HEAP_BYTES : LITTLE_HEAP_BYTES;
      const little = facts.seen('free-heap').findLast(({ event }) => event.bytes < needed);
      return little === undefined ? [] : [finding('heap.exhausted', 87, little, access)];
    });
  },

  // axTLS lets its buffer grow for the record, and does not look whether it did.
  (facts) =>
    facts.seen('exception').flatMap((access) => {
      const grown = facts
        .seen('record-problem')
        .findLast(({ line, at }) => line.includes('need_bytes') && at < access.at);
      const isNull = nullAccess(facts, access, access.event.registers) !== undefined;
      return grown === undefined || !isNull ? [] : [finding('heap.exhausted', 94, grown, access)];
    }),

  (facts) => {
    const failed = facts.seen('handshake-failed').find(({ event }) => event.reason === 'unknown');
    const short = facts
      .seen('free-heap')
      .findLast(({ event, at }) => event.bytes < SHORT_HEAP_BYTES && at < (failed?.at ?? 0));
    return short === undefined || facts.codes.length > 0
      ? []
      : [finding('heap.exhausted', 56, short, failed)];
  },

  // Who prints the whole heap looks for memory: no block of it holds what a handshake takes.
  (facts) =>
    facts
      .seen('free-heap')
      .filter(({ event, line }) => line.includes('largest_free_block') && event.bytes < HANDSHAKE_HEAP_BYTES)
      .map((witness) => finding('heap.exhausted', lastSuccess(facts) === undefined ? 50 : 40, witness)),

  (facts) =>
    facts
      .seen('free-heap')
      .filter(({ event }) => event.bytes < LITTLE_HEAP_BYTES)
      .map((witness) =>
        finding(
          'heap.exhausted',
          facts.codes.length > 0
            ? 75
            : hasFailed(facts)
              ? 62
              : witness.event.bytes < ALL_BUT_OUT_BYTES
                ? 52
                : 45,
          witness,
        ),
      ),
];

/** The free heap at the allocation that failed: its own line has it, or the largest block is told beside it. */
function freeBeside(facts: LogFacts, { at, line }: Witness): number | undefined {
  const own = /\bfail, heap: ?(\d+)/.exec(line)?.[1];
  if (own !== undefined) return Number(own);
  const near = facts.seen('free-heap').filter((free) => Math.abs(free.at - at) <= BESIDE_LINES);
  const isMeasured = near.some((free) => /\blargest\b|\bmax\w* ?(?:free )?block/i.test(free.line));
  return isMeasured ? Math.max(...near.map(({ event }) => event.bytes)) : undefined;
}

/** In words, without a code. */
function hasFailed(facts: LogFacts): boolean {
  return (['handshake-failed', 'connect-failed', 'connection-lost', 'timed-out'] as const).some(
    (kind) => facts.seen(kind).length > 0,
  );
}
