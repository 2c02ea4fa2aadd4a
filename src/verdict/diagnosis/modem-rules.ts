import type { AtPurpose } from '../../monitor/event-terms.ts';
import type { CauseId } from './causes.ts';
import type { LogFacts, Witness } from './log-facts.ts';
import { finding, told, type Rule } from './rule.ts';

const OF_COMMAND: Readonly<Record<Exclude<AtPurpose, 'other'>, readonly [cause: CauseId, weight: number]>> = {
  'tls-connection': ['tls.at_refused', 64],
  'tcp-connection': ['net.connect', 64],
  connection: ['net.not_made', 64],
  'tls-setting': ['modem.no_tls', 70],
  'tls-buffer': ['tls.in_len_too_small.at', 66],
  // Names and connections fail behind it.
  network: ['net.modem', 84],
};
/** Of Espressif's AT firmware, which says no more of a broker that refuses. */
const MQTT_COMMAND = /\bAT\+MQTTCONN\b/i;
/** It verifies the server (ESP-AT, NONOS AT 1.7). */
const VERIFYING = /\bAT\+CIPSSLCCONF=(?:\d,)?[23]\b/i;
const MQTT_REQUEST = /\bAT\+MQTT(?:SUB|PUB)\w*=/i;
/** The answer to a command comes within so many lines, and what it brings about within fewer. */
const AT_LINES = 12;
const FEW_LINES = 3;

/** Modems, and modules that make the connections of another chip. */
export const MODEM_RULES: readonly Rule[] = [
  (facts) => {
    const last = facts.seen('modem').at(-1);
    // What has an address since then is in its network.
    const isBack = facts.seen('address').some(({ at }) => at > (last?.at ?? 0));
    return last === undefined || last.event.attached || isBack ? [] : [finding('net.modem', 76, last)];
  },

  told('module-silent', 'modem.silent', 66),

  // ESP-AT: the broker ended the connection in answer to a subscription or a message.
  (facts) =>
    facts.seen('connection-lost').flatMap((lost) => {
      if (!lost.line.startsWith('+MQTTDISCONNECTED')) return [];
      const asked = facts.seen('at-start').findLast(({ at }) => at < lost.at);
      // Unless the station fell out of its network.
      const isOut = facts
        .unreadSince(lost.at - FEW_LINES)
        .some(({ line, at }) => at < lost.at && line === 'WIFI DISCONNECT');
      return asked !== undefined && !isOut && MQTT_REQUEST.test(asked.line) && lost.at - asked.at <= FEW_LINES
        ? [finding('mqtt.closed_on_request', 66, asked, lost)]
        : [];
    }),

  // A modem says no more than ERROR: what it was asked for tells what failed.
  (facts) =>
    facts.seen('at-start').flatMap((start, index, starts) => {
      const { purpose } = start.event;
      if (purpose === 'other') return [];
      const end = Math.min(start.at + AT_LINES, starts[index + 1]?.at ?? Infinity);
      const isConnection = purpose.endsWith('connection');
      // The OK of a connection is of the command alone.
      const answer = facts
        .seen('at-result')
        .find(({ at, event }) => at > start.at && at <= end && !(isConnection && event.result === 'done'));
      if (answer === undefined || isTold(facts, start, answer)) return [];
      const { result } = answer.event;
      if (result === 'not-allowed') return [finding('modem.refused', 66, start, answer)];
      if (result !== 'error' && !(result === 'closed' && isConnection)) return [];
      if (purpose === 'network' && isOpen(facts, start)) return [];
      if (purpose === 'connection' && MQTT_COMMAND.test(start.line))
        return [finding('mqtt.not_made', 64, start, answer)];
      // SIMCom sets TLS first, and then opens.
      const isSet = starts.some(({ event, at }) => event.purpose === 'tls-setting' && at < start.at);
      const isVerifying =
        purpose === 'tls-connection' &&
        starts
          .slice(0, index)
          .some((set, place) => VERIFYING.test(set.line) && !isRefused(facts, set, starts[place + 1]!));
      const cured = purpose === 'tls-connection' ? bufferThatHelped(facts, answer) : undefined;
      return [
        ...(cured === undefined ? [] : [finding('tls.in_len_too_small.at_default', 78, start, cured)]),
        ...(isVerifying ? [finding('tls.at_verification', 66, start, answer)] : []),
        finding(
          ...OF_COMMAND[purpose === 'tcp-connection' && isSet ? 'tls-connection' : purpose],
          start,
          answer,
        ),
      ];
    }),
];

/** A size of the buffer behind a connection that was refused, and a connection behind it that was not. */
function bufferThatHelped(facts: LogFacts, refused: Witness): Witness | undefined {
  const set = facts.seen('at-start').find(({ line, at }) => at > refused.at && SIZE.test(line));
  const again = facts
    .seen('at-start')
    .find(({ event, at }) => set !== undefined && at > set.at && event.purpose === 'tls-connection');
  const isMade =
    again !== undefined &&
    facts
      .seen('at-result')
      .some(({ event, at }) => at > again.at && at <= again.at + AT_LINES && event.result === 'connected');
  return isMade ? set : undefined;
}

const SIZE = /\bAT\+CIPSSLSIZE=\d/;

/** The setting was answered with an error, before the next command. */
function isRefused(facts: LogFacts, set: Witness, next: Witness): boolean {
  return facts
    .seen('at-result')
    .some(({ event, at }) => event.result === 'error' && at > set.at && at < next.at);
}

/** The network was open already, as what follows shows. */
function isOpen(facts: LogFacts, start: Witness): boolean {
  return (
    facts.seen('modem').some(({ event, at }) => event.attached && at > start.at) ||
    facts.seen('at-result').some(({ event, at }) => event.result === 'connected' && at > start.at) ||
    facts.seen('http-status').some(({ at }) => at > start.at)
  );
}

/** A line between the command and its answer says more than ERROR. */
function isTold(facts: LogFacts, start: Witness, answer: Witness): boolean {
  return (['connect-failed', 'dns-failed', 'handshake-failed', 'modem', 'mqtt-refused'] as const).some(
    (kind) => facts.seen(kind).some(({ at }) => at > start.at && at < answer.at),
  );
}
