import type { CauseId } from './causes.ts';
import {
  endedBehindHandshake,
  isOfSpoiltSession,
  isRightBefore,
  lastBegin,
  NEAR_LINES,
} from './connection-end.ts';
import { slowSignature } from './hang-up.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { finding, type Rule } from './rule.ts';
import { isTcpAlone } from './tls-target.ts';
import { isLastFrame } from './traceback.ts';

/** Names and connections in words: what was not found, not made, or lost. */
export const REACH_RULES: readonly Rule[] = [
  // The device itself. Tasmota and others name the broker where they say that it is not there.
  (facts) =>
    [
      ...facts
        .seen('connecting')
        .filter(({ event }) => /^(?:localhost|127\.\d+\.\d+\.\d+)$/.test(event.host)),
      ...facts
        .seen('connect-failed')
        .filter(({ line }) => /\b(?:to|at) (?:localhost|127\.\d+\.\d+\.\d+):\d/.test(line)),
    ].map((witness) => finding('net.localhost', 78, witness)),
  // PubSubClient's number for no connection, in a line that names where to; where TLS was begun, it says more.
  (facts) =>
    facts
      .seen('connecting')
      .filter(({ line }) => /\brc -?2\b/.test(line))
      .map((witness) => finding('net.connect', 50, witness)),
  (facts) =>
    facts.seen('dns-failed').map(({ event, ...witness }) =>
      event.host !== undefined && !isHostName(event.host) && !isMasked(event.host)
        ? finding('net.dns.bad_endpoint', 90, witness)
        : // A handshake needs the address: a name that was not found at first was found later.
          finding('net.dns', hasShakenHands(facts) ? 45 : 82, witness),
    ),
  (facts) =>
    facts.seen('esp-tls-error').flatMap(({ event, ...witness }) => {
      const known = ESP_TLS[event.code];
      return known === undefined ? [] : [finding(...known, witness)];
    }),
  (facts) =>
    facts.seen('connection-reset').flatMap((witness) => {
      const slow = slowSignature(facts);
      return [
        finding('net.reset', isOfSpoiltSession(facts, witness) ? 58 : 64, witness),
        ...(slow === undefined ? [] : [finding('cpu.slow_rsa', 85, witness, slow)]),
      ];
    }),
  (facts) =>
    facts.seen('connect-failed').map(({ event: { why }, ...witness }) => {
      const isBehindTcp = facts.seen('handshake-ended').some((ended) => isRightBefore(witness, ended));
      if (
        why !== 'refused' &&
        why !== 'memory' &&
        (isBehindTcp || isEcho(facts, witness) || isOfAzure(facts, witness))
      )
        return finding('net.connect', ECHO, witness);
      if (why === 'memory') {
        // Espruino's words for any connection that was not made.
        const isEnd = facts
          .seen('connect-failed')
          .some((one) => one.event.why === 'unreachable' && isRightBefore(one, witness));
        return finding('net.no_socket', isEnd || tlsFailedBefore(facts, witness) ? 59 : 76, witness);
      }
      if (why === 'refused') {
        return isFixedText(facts, witness)
          ? finding('net.not_made', 55, witness)
          : finding('net.connect.refused', 74, witness);
      }
      if (why === 'timeout') return finding('net.connect.timeout', 68, witness);
      if (why === 'unreachable') return finding('net.connect.unreachable', 68, witness);
      // Arduino-ESP32 gives up a handshake without a code when its time is over, and only then.
      if (why === 'any-layer' && isInHandshake(facts, witness)) return finding('net.timeout', 56, witness);
      const waiting = why === 'any-layer' ? waitBefore(facts, witness) : undefined;
      if (waiting !== undefined) return finding('net.timeout', 56, witness, waiting);
      if (why === 'any-layer' && isTcpAlone(facts, witness)) return finding('net.connect', 56, witness);
      return why === 'any-layer'
        ? finding('net.not_made', isAfterHandshake(facts, witness) ? ECHO : 55, witness)
        : finding('net.connect', 57, witness);
    }),
  // Arduino-ESP32 asks what to verify the server with before it opens a socket, and says nothing of it (ssl_client.cpp).
  (facts) =>
    facts
      .seen('connect-failed')
      .filter(({ line }) => line.includes('start_ssl_client: -1'))
      .map((witness) => {
        const heap = facts
          .seen('free-heap')
          .find(({ at, line }) => at === witness.at - 1 && line.includes('before TLS'));
        const isBare =
          facts.codes.length === 0 &&
          facts.steps.length === 0 &&
          !isFollowing(facts, witness) &&
          !isInHandshake(facts, witness);
        return finding('tls.ca_missing', heap !== undefined ? 90 : isBare ? 54 : 46, witness, heap);
      }),
  // Where nothing says more, a connection that ended did so in the handshake, or behind it.
  (facts) =>
    facts.seen('connection-lost').flatMap(({ event, ...witness }) => {
      if (event.isAborted === true)
        return [finding(isInConnect(facts, witness) ? 'net.connect.timeout' : 'net.lost', 62, witness)];
      // A server on the device hears it after each answer.
      if (witness.line === ':rcl' && facts.steps.length === 0) return [];
      if (/'s data invalid protocol/.test(witness.line)) return [finding('tls.read_failed', 51, witness)];
      const later = endedBehindHandshake(facts, witness);
      if (later?.length === 0) return [];
      if (isEcho(facts, witness)) return [finding('tls.peer_eof', ECHO, witness)];
      if (NOT_CONNECTED.test(witness.line) && lastSuccess(facts) === undefined)
        return [finding('net.not_made', 53, witness)];
      // AsyncMqttClient's one word for a connection that did not come to be and for one that the broker closed.
      if (TCP_ALONE.test(witness.line) && lastSuccess(facts) === undefined)
        return [finding('net.ended', 53, witness)];
      // In words alone it may be the program's own doing.
      if (later !== undefined) return later.map((cause) => ({ ...cause, weight: cause.weight - 9 }));
      const up = lastSuccess(facts);
      return up === undefined || up.at > witness.at
        ? [finding(facts.subjects.has('tls') ? 'tls.peer_eof' : 'net.ended', 51, witness)]
        : [finding('aws.policy', 44, witness, up)];
    }),
  (facts) =>
    facts
      .seen('timed-out')
      .map((witness) =>
        witness.line.includes('SSL internals timed out')
          ? finding('net.socket_buffer', 58, witness)
          : finding('net.timeout', weightOfTimeOut(facts, witness), witness),
      ),
];

/** The other ways to -1 say of what: a name, a socket, or a TCP connection that was not made (ssl_client.cpp). */
function isFollowing(facts: LogFacts, witness: Witness): boolean {
  // At the verbose level more lines come where a socket is opened.
  if (facts.seen('free-heap').some(({ line }) => line.includes('heap before TLS'))) return true;
  return (
    [
      'dns-failed',
      'connect-failed',
      'connection-reset',
      'connection-lost',
      'timed-out',
      'wifi-disconnected',
    ] as const
  )
    .flatMap((kind): readonly Witness[] => facts.seen(kind))
    .some(({ at, line }) => at < witness.at && !line.includes('start_ssl_client: -1'));
}

function weightOfTimeOut(facts: LogFacts, witness: Witness): number {
  if (isEcho(facts, witness) || isOfEveryError(facts, witness)) return ECHO;
  // esp-mqtt's write, of which others tell as of any end.
  if (witness.line.includes('written len = 0')) return 66;
  return isOfBoth(facts, witness) ? 69 : 54;
}

/** Arduino-ESP32's limit for a handshake (ssl_client.cpp); that of TCP is shorter. */
const HANDSHAKE_LIMIT_MS = 120_000;

/** mbedTLS's handshake was begun for it right before, or took all of its time. */
function isInHandshake(facts: LogFacts, witness: Witness): boolean {
  return (
    witness.line.includes('start_ssl_client') &&
    (facts.steps.some((step) => step.step === 'handshake' && isRightBefore(step, witness)) ||
      facts.clock.pauses.some(
        ({ ms, after }) => after.at === witness.at && Math.abs(ms - HANDSHAKE_LIMIT_MS) < 5000,
      ))
  );
}

/** What is refused is so at once, and a name is sought for some seconds: nobody answered. */
const LONG_WAIT_MS = 18_000;

/** The line of the try, where the log stood still from there to its failure. */
function waitBefore({ clock }: LogFacts, { at }: Witness): Witness | undefined {
  return clock.pauses.find(
    ({ ms, before, after }) => ms >= LONG_WAIT_MS && after.at === at && before.at === at - 1,
  )?.before;
}

/** esp_tls_conn_new_sync: of TCP and handshake together, where no line tells that it was TCP. */
function isOfBoth(facts: LogFacts, { line }: Witness): boolean {
  const ofTcp = facts.seen('connect-failed').some((failed) => /\bselect\(\) time/.test(failed.line));
  return /\bin specified timeout\b/.test(line) && !ofTcp;
}

/** TLS has failed before: a program that does not close the socket then has none left at last. */
function tlsFailedBefore(facts: LogFacts, { at }: Witness): boolean {
  const up = lastSuccess(facts)?.at ?? 0;
  return facts.codes.some((code) => code.at > up && code.at < at && Math.abs(code.code) > 0x7f);
}

/** NodeMCU's http says «Connection timeout» behind each of its errors (http_error_callback, http_timeout_callback). */
function isOfEveryError(facts: LogFacts, witness: Witness): boolean {
  return (
    witness.line.includes('HTTP client: Connection timeout') &&
    facts.seen('handshake-failed').some((failed) => isRightBefore(failed, witness))
  );
}

/** TLS has failed right before, in words that give no reason, or by the broker's log: then it was TLS that was not made. */
function isAfterHandshake(facts: LogFacts, witness: Witness): boolean {
  return facts
    .seen('handshake-failed')
    .some(
      (failed) =>
        /\bclient (?:<unknown>|\(null\)|connection from)/i.test(failed.line) ||
        (isRightBefore(failed, witness) && lastBegin(facts, witness) < failed.at),
    );
}

/** Arduino's HTTPClient says «connection refused» of every connection that was not made, and its code for that is -1. Below it lwIP said otherwise. */
function isFixedText(facts: LogFacts, { at, line }: Witness): boolean {
  if (/errno|\b1[01]\d\b|ECONN/i.test(line)) return false;
  return facts
    .seen('connect-failed')
    .some(
      ({ event: { why }, at: other, line: before }) =>
        Math.abs(at - other) <= NEAR_LINES &&
        ((why === 'any-layer' && /(?<![\w.-])-1\b/.test(before)) ||
          ((why === 'timeout' || why === 'unreachable') && /\berrno\b/.test(before))),
    );
}

/** Azure's SDK says so of TCP and TLS together, behind the layer that failed. */
function isOfAzure(facts: LogFacts, witness: Witness): boolean {
  return (
    witness.line.includes('failure connecting to address') &&
    facts.seen('handshake-failed').some((failed) => isRightBefore(failed, witness))
  );
}

/** Python raised it in a connect(), where there is nothing yet that could break: lwIP gave up. */
function isInConnect(facts: LogFacts, witness: Witness): boolean {
  return facts
    .seen('application')
    .some((step) => step.event.what === 'mqtt-connect' && isLastFrame(step, witness));
}

/** Of a state, not of an end. */
const NOT_CONNECTED = /^\W*not connected\W*$/i;
const TCP_ALONE = /\bTCP[ _]disconnect(?:ed)?\b|\bdisconnected: TCP\b|\bHTTP error: connection lost\b/i;

/**
 * ESP_ERR_ESP_TLS_CANNOT_RESOLVE_HOSTNAME to ..._CONNECTION_TIMEOUT, and of ESP-IDF 4.3 and later
 * ESP_ERR_MBEDTLS_SSL_SET_HOSTNAME_FAILED to ..._SSL_HANDSHAKE_FAILED (esp_tls_errors.h), whose own code stands beside
 * them as a rule. Three of those calls fail for want of memory alone.
 */
const ESP_TLS: Readonly<Record<number, readonly [cause: CauseId, weight: number]>> = {
  0x8001: ['net.dns', 80],
  0x8002: ['net.no_socket', 70],
  0x8003: ['net.connect', 60],
  0x8004: ['net.connect', 60],
  0x8005: ['net.connect', 60],
  0x8006: ['net.connect.timeout', 62],
  0x8012: ['heap.exhausted', 51],
  0x8015: ['cert.parse', 51],
  0x8016: ['heap.exhausted', 51],
  0x8017: ['heap.exhausted', 51],
  0x8019: ['key.unreadable', 51],
  0x801a: ['tls.handshake_failed', 51],
};

/** What the program says of a connection whose TLS has failed. */
const ECHO = 43;

/** True where TLS told of its failure right before, and no new connection was begun since. */
function isEcho(facts: LogFacts, witness: Witness): boolean {
  const failures: readonly Witness[] = [
    ...facts.codes.filter(({ code }) => Math.abs(code) > 0x7f),
    ...facts.alerts,
    ...facts.flags,
    ...facts.seen('record-problem'),
    ...facts.seen('handshake-failed').filter(({ event }) => event.reason !== 'unknown'),
    ...facts.seen('handshake-ended'),
    ...facts.seen('unreadable'),
    ...facts.seen('empty-file'),
  ];
  const begun = facts.seen('connecting').findLast((connecting) => connecting.at < witness.at)?.at ?? 0;
  return failures.some((failed) => isRightBefore(failed, witness) && failed.at > begun);
}

/** A line that says no more than that TLS failed may mean the name. */
function hasShakenHands(facts: LogFacts): boolean {
  return (
    facts.seen('handshake-ended').length > 0 ||
    facts.seen('handshake-failed').some(({ event }) => event.reason !== 'unknown')
  );
}

/** What a post has in the place of the name: «<redacted>.example.org», «[HostName].example.org». */
function isMasked(host: string): boolean {
  return /^(?:<[^<>]*>|\[[^[\]]*\]|\*{2,}|x{3,})(?:\.[\w-]+)*$/i.test(host);
}

function isHostName(host: string): boolean {
  // A blank before it is one that the poster left, as a rule: of a name that was taken out.
  return /^ ?[\w-]+(?:\.[\w-]+)*\.?$/.test(host);
}
