import { NEAR_LINES } from './connection-end.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** TLS failed right before, and the program did not bear it. */
export function isBehindTls({ codes }: LogFacts, { at }: Witness): boolean {
  return codes.some(
    (failed) => Math.abs(failed.code) > 0x7f && failed.at < at && at - failed.at < NEAR_LINES,
  );
}

/** The one that announced itself first. */
export function firstCrash(facts: LogFacts) {
  return [...facts.seen('exception'), ...facts.seen('panic'), ...facts.seen('abort')][0];
}

/** «esp_task_wdt_reset(707): task not found» and the like are notes to a caller (esp_task_wdt.c). */
const NOTE = /^\w+\(\d+\): /;

/** A watchdog that fired, by its own line, the task watchdog's or the boot ROM's. */
export function watchdogLines(facts: LogFacts): Witness[] {
  const resets = facts.seen('boot').filter(({ event }) => event.resetCause === 4);
  const tagged = facts
    .seen('log')
    .filter(({ event }) => event.tag === 'task_wdt' && event.level === 'E' && !NOTE.test(event.text));
  return [...facts.seen('watchdog'), ...tagged, ...resets];
}
