import type { MqttRefusal } from '../../monitor/event-terms.ts';
import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { isRightBefore, MQTT_BEGUN, NEAR_LINES, rightBefore } from './connection-end.ts';
import type { LogFacts, Witness } from './log-facts.ts';
import { UNNAMED_CLIENT } from './network-rules.ts';
import { finding, type Finding, type Rule } from './rule.ts';
import { PLAIN_PORTS } from './tls-target.ts';

/** Bytes that are no text, as they come or as a terminal shows them. */
const BAD_TOPIC = /topic\W.*(?:[\u0001-\u001f\uFFFD]|<\\?\w>|\u00ff{2})/;

/** A broker that does not allow a request hangs up at it, in milliseconds. */
const AT_ONCE_MS = 1000;

/** A reason of MQTT 5 in a line that says nothing else. */
const BARE_REFUSAL = /: not authorized\.?$/i;

const CLOSED = [CODE.sslEof, CODE.sslPeerClosed];

/** Refusals that say all. */
const BY_WHY = {
  'client-id': ['mqtt.client_id', 80],
  protocol: ['mqtt.protocol', 80],
  unavailable: ['mqtt.unavailable', 80],
  'too-large': ['mqtt.too_large', 82],
  'no-credentials': ['mqtt.credentials_missing', 84],
  'taken-over': ['mqtt.taken_over', 82],
  'token-expired': ['mqtt.token_expired', 84],
  topic: ['mqtt.topic_denied', 80],
  'not-supported': ['mqtt.not_supported', 80],
  'rules-broken': ['mqtt.rules_broken', 80],
  limit: ['mqtt.limit', 80],
  moved: ['mqtt.moved', 80],
} as const satisfies Partial<Record<MqttRefusal, readonly [cause: CauseId, weight: number]>>;

function saysAll(why: MqttRefusal): why is keyof typeof BY_WHY {
  return why in BY_WHY;
}

function failedInTls(facts: LogFacts, end: Witness): boolean {
  return (
    facts.alerts.some((alert) => isRightBefore(alert, end)) ||
    rightBefore(facts, 'handshake-failed', end) !== undefined
  );
}

/** What a broker refuses or ends, and a client's own doing. */
export const MQTT_RULES: readonly Rule[] = [
  (facts) =>
    facts.seen('mqtt-refused').flatMap(({ event: { why }, ...witness }) => {
      // mosquitto has it for a TLS connection that failed, too.
      if (why === 'rules-broken' && failedInTls(facts, witness)) return [];
      if (saysAll(why)) {
        const [cause, weight] = BY_WHY[why];
        return [finding(cause, weight, witness)];
      }
      switch (why) {
        case 'credentials': {
          // MQTT 5 has one «not authorized» for CONNECT and for what comes later.
          const asked = BARE_REFUSAL.test(witness.line) ? requestBefore(facts, witness) : undefined;
          if (asked !== undefined) return [finding('mqtt.topic_denied', 80, witness, asked)];
          return [finding('mqtt.credentials', 80, witness), finding('aws.policy', 70, witness)];
        }
        case 'malformed':
          return [...withoutAlpn(facts, witness), finding('mqtt.malformed', 82, witness)];
        case 'keep-alive':
          // ESPEasy has one word for both.
          if (rightBefore(facts, 'connect-failed', witness) !== undefined)
            return [finding('mqtt.no_answer', 60, witness)];
          return [finding('mqtt.keep_alive', isAgain(facts) ? 78 : 60, witness)];
        // No answer may have other reasons than a refusal; a connection that ended, many.
        case 'no-answer': {
          const port = facts.seen('connecting').findLast(isWebSocketPort);
          if (port !== undefined) return [finding('mqtt.websocket_port', 82, port, witness)];
          const request = requestBefore(facts, witness);
          if (request !== undefined) return [finding('mqtt.closed_on_request', 64, witness, request)];
          return silent(facts, witness)
            ? [finding('mqtt.no_answer', 60, witness), finding('aws.policy', 50, witness)]
            : [finding('aws.policy', 60, witness), finding('mqtt.no_answer', 50, witness)];
        }
        case 'request-unanswered':
          return [finding('mqtt.closed_on_request', 62, witness), finding('mqtt.ended', 40, witness)];
        case 'unknown':
          return [finding('aws.policy', 60, witness)];
        case 'closed': {
          const before = facts.seen('application').findLast(({ at }) => at < witness.at);
          const isAtConnect = before?.event.what === 'mqtt-connect' && witness.at - before.at < NEAR_LINES;
          const weight = isAtConnect ? 62 : NOT_CONNECTED.test(witness.line) ? 56 : 40;
          return [finding('aws.policy', weight, witness, isAtConnect ? before : undefined)];
        }
      }
    }),
  // esp-mqtt, of a subscription or message: where it says why there is no connection, that weighs more.
  (facts) =>
    facts
      .seen('connection-lost')
      .filter(({ line }) => line.endsWith('mqtt_client: Client has not connected'))
      .map((witness) => finding('mqtt.too_early', 54, witness)),
  (facts) =>
    facts
      .seen('mqtt-connack')
      .filter(({ event }) => event.code !== 0)
      .map((witness) => finding('aws.policy', 85, witness)),

  // esp_mqtt for NONOS says how much came; a CONNACK has four bytes.
  (facts) => {
    const sent = facts.seen('application').findLast(({ line }) => /\bSending, ?type: ?1,/.test(line));
    if (sent === undefined) return [];
    const answer = facts
      .unreadSince(sent.at)
      .find(({ line, at }) => at <= sent.at + 2 && /\bTCP: data received (?!4 )\d+ bytes/.test(line));
    return answer === undefined ? [] : [finding('mqtt.malformed', 68, sent, answer)];
  },

  // A topic of bytes that are no letters, and the end behind it.
  (facts) => {
    const request = facts
      .seen('application')
      .find(({ event, line }) => event.what === 'mqtt-request' && BAD_TOPIC.test(line));
    const ended = [...facts.seen('connection-lost'), ...facts.seen('mqtt-refused')].find(
      ({ at }) => request !== undefined && at > request.at && at - request.at < NEAR_LINES,
    );
    return request === undefined || ended === undefined
      ? []
      : [finding('mqtt.bad_topic', 78, request, ended)];
  },

  // Accepted and closed, twice and more.
  (facts) => {
    const accepted = facts
      .seen('tls-connected')
      .filter(({ line }) => /mqtt|connack|broker/i.test(line) && !MQTT_BEGUN.test(line));
    const ended = [
      ...facts.codes.filter(({ code }) => CLOSED.some((part) => hasPart(code, part))),
      ...facts.seen('mqtt-refused').filter(({ event }) => event.why === 'closed'),
      ...facts.seen('connection-lost'),
    ];
    const rounds = accepted.filter(({ at }, index) =>
      ended.some((end) => end.at > at && end.at < (accepted[index + 1]?.at ?? Infinity)),
    );
    if (rounds.length < 2) return [];
    // Each time right behind a request: that is not another client's doing.
    const atRequest = rounds.every(({ at }) => {
      const end = ended.find((one) => one.at > at);
      const steps = facts.seen('application').filter((step) => step.at > at && step.at < (end?.at ?? 0));
      const waited = (end?.timeMs ?? 0) - (steps.at(-1)?.timeMs ?? 0);
      return steps.at(-1)?.event.what === 'mqtt-request' && waited < AT_ONCE_MS;
    });
    return [
      finding('mqtt.closed_again', atRequest ? 60 : 76, ...rounds.slice(0, 2), ended.at(-1)),
      ...(atRequest ? [finding('mqtt.closed_on_request', 77, ...rounds.slice(0, 2), ended.at(-1))] : []),
    ];
  },

  // Connected, asked for something, and connecting again right behind it: nothing says that the broker hung up.
  (facts) => {
    const request = facts.seen('application').findLast(({ event }) => event.what === 'mqtt-request');
    const up = facts.seen('tls-connected').findLast(({ at }) => request !== undefined && at < request.at);
    if (request === undefined || up === undefined || request.at - up.at > NEAR_LINES) return [];
    const again = facts
      .unreadSince(request.at)
      .find(({ line, at }) => at - request.at <= 2 && ANOTHER_TRY.test(line));
    return again === undefined ? [] : [finding('mqtt.closed_on_request', 64, request, again)];
  },

  // At a port without TLS the broker did not take the client.
  (facts) => {
    const plain = facts.seen('connecting').find(({ event }) => PLAIN_PORTS.has(event.port));
    const dropped = facts.seen('handshake-failed').find(({ line }) => UNNAMED_CLIENT.test(line));
    return plain === undefined || dropped === undefined || facts.alerts.length > 0
      ? []
      : [finding('mqtt.refused', 58, dropped, plain)];
  },

  // By the broker's log the client came and went of its own accord.
  (facts) => {
    const left = facts.seen('application').flatMap(({ line, at, timeMs }) => {
      const id = /\bClient (\S+) disconnected\.$/.exec(line)?.[1];
      return id === undefined ? [] : [{ id, line, at, timeMs }];
    });
    const again = left.filter(({ id }) => left.filter((other) => other.id === id).length > 1);
    return again.length === 0 ? [] : [finding('mqtt.client_leaves', 62, ...again)];
  },

  // Connected, connected and connected again, without a word between of why.
  (facts) => {
    const up = facts.seen('tls-connected').filter(({ line }) => REPEATED.test(line));
    const restarts = [...facts.seen('boot'), ...facts.seen('exception'), ...facts.seen('address')];
    const rounds = up.filter((one, index) => index > 0 && isUnbroken(up[index - 1]!, one, restarts));
    return rounds.length === 0 ? [] : [finding('mqtt.closed_again', 54, ...rounds)];
  },
];

/** MQTT over WebSocket alone, by the brokers' own documents: HiveMQ's at 8000 and 8884, EMQX's at 8083 and 8084. */
function isWebSocketPort({ event: { host, port } }: { event: { host: string; port: number } }): boolean {
  return (
    (/\bhivemq\b/i.test(host) && (port === 8000 || port === 8884)) ||
    (/\bemqx/i.test(host) && (port === 8083 || port === 8084))
  );
}

/** Tasmota. */
const ANOTHER_TRY = /\bMQT: Attempting connection\b/;

/** PubSubClient's connect() and its state: -1 is neither of TCP nor of an answer that did not come (MQTT_DISCONNECTED). */
const NOT_CONNECTED =
  /^Connecting to \w+\.{3}-1$|\bfail(?:ed)?\b\W{0,3}(?:with )?(?:state|status|rc)\b\D{0,8}-1(?!\d)/i;

/** The keep-alive was missed twice and more: then it is the reason of what is closed again and again. */
function isAgain(facts: LogFacts): boolean {
  return facts.seen('mqtt-refused').filter(({ event }) => event.why === 'keep-alive').length > 1;
}

/** PubSubClient's example, which asks whether it is connected before it says so. */
const REPEATED = /\bMQTT connection\b.*\bconnected$|\bMQT: Connected$/;

function isUnbroken(first: Witness, second: Witness, restarts: readonly Witness[]): boolean {
  return !restarts.some(({ at }) => at > first.at && at < second.at);
}

/** Time ran out, and nobody hung up; AWS IoT is silent, too, where a policy does not allow what was asked. */
function silent({ subjects }: LogFacts, { line }: Witness): boolean {
  if (/\baws_iot\w*\b.*-28\b/.test(line)) return true;
  return !subjects.has('aws') && /-4\b|\bstatus ?: ?257\b|time-?d? ?out|timeout|\bread_len: 0\b/i.test(line);
}

/** What the program asked of a broker that had accepted it, right before the connection was lost. */
function requestBefore(facts: LogFacts, lost: Witness): Witness | undefined {
  const up = facts.seen('tls-connected').findLast(({ at }) => at < lost.at);
  const request = facts
    .seen('application')
    .findLast(({ event, at }) => event.what === 'mqtt-request' && at < lost.at);
  return up !== undefined && request !== undefined && request.at > up.at && lost.at - request.at <= 2
    ? request
    : undefined;
}

/** At port 443 AWS IoT takes a client that names no protocol (ALPN) for one of HTTP, and answers so. */
function withoutAlpn(facts: LogFacts, answer: Witness): Finding[] {
  const to = facts
    .seen('connecting')
    .find(({ event }) => event.port === 443 && event.host.includes('.amazonaws.'));
  return to === undefined ? [] : [finding('aws.alpn', 84, to, answer)];
}
