import type { CauseId } from './causes.ts';
import { endedBehindHandshake, isOfSpoiltSession, isRightBefore, rightBefore } from './connection-end.ts';
import { tooSlow } from './hang-up.ts';
import { lastSuccess } from './log-facts.ts';
import {
  addressBehind,
  ECHO,
  hasClosed,
  hasShakenHands,
  isAfterHandshake,
  isBareRefusal,
  isClosedByPeer,
  isEcho,
  isFixedText,
  isHostName,
  isInBearSslHandshake,
  isInConnect,
  isInHandshake,
  isMasked,
  isOfAzure,
  lacksGateway,
  tlsFailedBefore,
  waitBefore,
  weightOfTimeOut,
} from './reach-facts.ts';
import { finding, type Rule } from './rule.ts';
import { isTcpAlone } from './tls-target.ts';

/** The ESP8266 core's probeMaxFragmentLength in sketches: the server has answered a ClientHello. */
const PROBED = /\bMFLN supported: (?:yes|1)\b/i;

/** Names and connections in words: what was not found, not made, or lost. */
export const REACH_RULES: readonly Rule[] = [
  // The device itself. Tasmota and others name the broker where they say that it is not there.
  (facts) =>
    [
      ...facts
        .seen('connecting')
        .filter(
          ({ event, line }) =>
            /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0)$/.test(event.host) && !OF_PROXY.test(line),
        ),
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
    facts.seen('dns-failed').map(({ event, ...witness }) => {
      if (event.host !== undefined && !isHostName(event.host) && !isMasked(event.host))
        return finding('net.dns.bad_endpoint', 90, witness);
      if (event.host?.endsWith('.local') === true) return finding('net.dns.mdns', 86, witness);
      const address = addressBehind(facts, witness);
      if (address !== undefined) return finding('net.wifi.no_address', 84, witness, address);
      if (lacksGateway(facts)) return finding('net.no_gateway', 84, witness);
      // A handshake needs the address: a name that was not found at first was found later.
      return finding('net.dns', hasShakenHands(facts) ? 45 : 82, witness);
    }),
  (facts) =>
    facts.seen('esp-tls-error').flatMap(({ event, ...witness }) => {
      const known = ESP_TLS[event.code];
      return known === undefined ? [] : [finding(...known, witness)];
    }),
  (facts) =>
    facts
      .seen('connection-reset')
      .flatMap((witness) => [
        finding('net.reset', isOfSpoiltSession(facts, witness) ? 58 : 64, witness),
        ...tooSlow(facts, witness, 85),
      ]),
  (facts) =>
    facts.seen('connect-failed').flatMap(({ event: { why }, ...witness }) => {
      const isBehindTcp = facts.seen('handshake-ended').some((ended) => isRightBefore(witness, ended));
      if (
        why !== 'refused' &&
        why !== 'memory' &&
        (isBehindTcp || isEcho(facts, witness) || isOfAzure(facts, witness))
      )
        return [];
      if (why === 'memory') {
        // Espruino's words for any connection that was not made.
        const isEnd = facts
          .seen('connect-failed')
          .some((one) => one.event.why === 'unreachable' && isRightBefore(one, witness));
        return finding('net.no_socket', isEnd || tlsFailedBefore(facts, witness) ? 59 : 76, witness);
      }
      if (why === 'refused') {
        if (OF_PROXY.test(witness.line)) return finding('net.backend_down', 85, witness);
        return isFixedText(facts, witness)
          ? finding('net.not_made', 55, witness)
          : finding('net.connect.refused', 74, witness);
      }
      if ((why === 'timeout' || why === 'unreachable') && lacksGateway(facts))
        return finding('net.no_gateway', 82, witness);
      if (why === 'unreachable' && /\bfragmentation needed\b/i.test(witness.line))
        return finding('net.mtu', 85, witness);
      if (why === 'timeout') return finding('net.connect.timeout', 68, witness);
      if (why === 'unreachable') return finding('net.connect.unreachable', 68, witness);
      if (why !== 'any-layer') return finding('net.connect', 57, witness);
      // Arduino-ESP32 gives up a handshake without a code when its time is over, and only then.
      if (isInHandshake(facts, witness)) return finding('net.timeout', 56, witness);
      // A program's word for a request that did not come to its end.
      const silence = waitBefore(facts, witness) ?? rightBefore(facts, 'timed-out', witness);
      if (silence !== undefined) return finding('net.timeout', 56, witness, silence);
      // Arduino sets options of a socket that its wrapper of TLS does not have.
      if (
        witness.line.includes('setSocketOption') &&
        rightBefore(facts, 'tls-connected', witness) !== undefined
      )
        return [];
      if (isTcpAlone(facts, witness)) return finding('net.connect', 56, witness);
      const probe = facts.unreadSince(0).find(({ line, at }) => at < witness.at && PROBED.test(line));
      if (probe !== undefined) return finding('tls.handshake_failed', 56, probe, witness);
      return finding('net.not_made', isAfterHandshake(facts, witness) ? ECHO : 55, witness);
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
        return heap === undefined && isBareRefusal(facts, witness)
          ? finding('tls.ca_missing.or_connect', 56, witness)
          : finding('tls.ca_missing', heap === undefined ? 46 : 90, witness, heap);
      }),
  // arduinoWebSockets names its scheme, and then where it came to.
  (facts) => {
    const plain = facts.unreadSince(0).findLast(({ line }) => line.endsWith('[WS-Client] connect ws...'));
    const to = facts
      .seen('connecting')
      .find(({ event, at }) => event.port === 443 && at > (plain?.at ?? Infinity));
    return to === undefined ? [] : [finding('net.tls_port', 80, plain, to)];
  },
  // Where nothing says more, a connection that ended did so in the handshake, or behind it.
  (facts) =>
    facts.seen('connection-lost').flatMap(({ event, ...witness }) => {
      if (event.isAborted === true)
        return [finding(isInConnect(facts, witness) ? 'net.connect.timeout' : 'net.lost', 62, witness)];
      if (isClosedByPeer(witness) && isInBearSslHandshake(facts, witness))
        return [finding('tls.peer_eof', 58, witness)];
      // A server on the device hears it after each answer.
      if (isClosedByPeer(witness) && facts.steps.length === 0) return [];
      const later = endedBehindHandshake(facts, witness);
      if (later?.length === 0) return [];
      if (/'s data invalid protocol/.test(witness.line)) return [finding('tls.read_failed', 51, witness)];
      if (isEcho(facts, witness)) return [finding('tls.peer_eof', ECHO, witness)];
      if (NOT_CONNECTED.test(witness.line) && lastSuccess(facts) === undefined)
        return [finding('net.not_made', 53, witness)];
      // AsyncMqttClient's one word for a connection that did not come to be and for one that the broker closed.
      if (TCP_ALONE.test(witness.line) && lastSuccess(facts) === undefined) {
        const waiting = waitBefore(facts, witness);
        return [finding(waiting === undefined ? 'net.ended' : 'net.connect.timeout', 53, witness, waiting)];
      }
      // In words alone it may be the program's own doing.
      if (later !== undefined) return later.map((cause) => ({ ...cause, weight: cause.weight - 9 }));
      const up = lastSuccess(facts);
      return up === undefined || up.at > witness.at
        ? [
            finding(
              facts.subjects.has('tls')
                ? 'tls.peer_eof'
                : hasClosed(facts, witness)
                  ? 'net.closed'
                  : 'net.ended',
              51,
              witness,
            ),
          ]
        : [finding('aws.policy', 44, witness, up)];
    }),
  (facts) =>
    facts
      .seen('timed-out')
      .map((witness) =>
        witness.line.includes('SSL internals timed out')
          ? finding('net.timeout.or_buffer', 58, witness)
          : finding('net.timeout', weightOfTimeOut(facts, witness), witness),
      ),
];

/** stunnel and nginx go on to the server beside them. */
const OF_PROXY = /\bLOG\d\[\d+\]: s_connect: |\bwhile connecting to upstream\b/;
/** Of a state, not of an end. */
const NOT_CONNECTED = /^\W*not connected\W*$/i;
const TCP_ALONE = /\bTCP[ _]disconnect(?:ed)?\b|\bdisconnected: TCP\b|\bHTTP error: connection lost\b/i;

/**
 * ESP_ERR_ESP_TLS_CANNOT_RESOLVE_HOSTNAME to ..._SE_FAILED, and of ESP-IDF 4.3 and later
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
  0x8007: ['key.secure_element', 70],
  0x8012: ['heap.exhausted', 51],
  0x8015: ['cert.parse', 51],
  0x8016: ['heap.exhausted', 51],
  0x8017: ['heap.exhausted', 51],
  0x8019: ['key.unreadable', 51],
  0x801a: ['tls.handshake_failed', 51],
};
