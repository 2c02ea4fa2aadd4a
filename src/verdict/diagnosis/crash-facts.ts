import { CODE, hasPart } from './codes.ts';
import { isRightBefore, rightBefore } from './connection-end.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** TLS, or the connection under it, failed right before, and the program did not bear it. */
export function isBehindTls(facts: LogFacts, crash: Witness): boolean {
  return (
    // Who is told goodbye and crashes then has a fault of his own.
    facts.codes.some(
      (failed) =>
        isOfTls(failed.code) && !hasPart(failed.code, CODE.sslPeerClosed) && isRightBefore(failed, crash),
    ) ||
    rightBefore(facts, 'handshake-failed', crash) !== undefined ||
    rightBefore(facts, 'dns-failed', crash) !== undefined ||
    // Any program says so now and then: right before the crash alone it has to do with it.
    facts
      .seen('connect-failed')
      .some(({ at, line }) => OF_ESP_TLS.test(line) && at < crash.at && crash.at - at <= FEW_LINES)
  );
}

/** Low numbers are crypto's, which a program may call by itself, but for those of the socket. */
function isOfTls(code: number): boolean {
  return Math.abs(code) > 0x7f || OF_NETWORK.has(Math.abs(code));
}

const OF_NETWORK: ReadonlySet<number> = new Set([
  CODE.netSocket,
  CODE.netConnect,
  CODE.netReceive,
  CODE.netSend,
  CODE.netReset,
  CODE.netUnknownHost,
]);

const OF_ESP_TLS = /\besp-tls: /;
const FEW_LINES = 6;

/** The one that announced itself first. */
export function firstCrash(facts: LogFacts) {
  return [...facts.seen('exception'), ...facts.seen('panic'), ...facts.seen('abort')][0];
}

/** The core's dump of a crash on the stack that BearSSL alone runs on (core_esp8266_postmortem.cpp). */
export function onBearSslStack(facts: LogFacts): Witness | undefined {
  return facts.steps.find(({ line }) => line.includes('ctx: bearssl'));
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
