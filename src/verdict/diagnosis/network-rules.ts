import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { endedBehindHandshake, lastBegin, NEAR_LINES } from './connection-end.ts';
import { hangUp, isOfHandshake, slowSignature } from './hang-up.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { finding, type Finding, type Rule } from './rule.ts';

/** A wait this long is a time limit that ran out, in milliseconds. */
const SILENCE_MS = 4000;

/** Records, connections and names: what the network gives, or does not. */
export const NETWORK_RULES: readonly Rule[] = [
  (facts, context) => waitsForServerHello(facts, context),
  (facts) => plainPort(facts),
  // PubSubClient's number for no connection, in a line that names where to; where TLS was begun, it says more.
  (facts) =>
    facts
      .seen('connecting')
      .filter(({ line }) => /\brc -?2\b/.test(line))
      .map((witness) => finding('net.connect', 50, witness)),
  (facts) =>
    facts.seen('record-problem').map(({ event, ...witness }) => {
      const id = {
        'too-long': 'tls.in_len_too_small',
        'not-tls': 'net.plain_port',
        fragmented: 'tls.mfln_fragmentation',
      } as const;
      return finding(
        id[event.problem],
        event.problem === 'fragmented' ? 95 : 93,
        witness,
        largestRecord(facts),
      );
    }),

  (facts) =>
    ofCode(facts, CODE.sslInvalidRecord, (witness) => [
      finding('tls.in_len_too_small', 65, witness),
      finding('net.plain_port', facts.speaksMail ? 70 : 40, witness),
    ]),
  // What the whole buffer cannot hold is bad input (mbedtls_ssl_fetch_input), what only its payload part cannot, an
  // invalid record.
  (facts) =>
    ofCode(facts, CODE.sslBadInput, (witness) =>
      /handshake$|_read$|fetch_input/.test(witness.call ?? '')
        ? [finding('tls.in_len_too_small', 70, witness)]
        : [],
    ),
  (facts) =>
    [CODE.sslCertificateTooLarge, CODE.sslBufferTooSmall].flatMap((code) =>
      ofCode(facts, code, (witness) => [
        finding(OF_DATA.test(witness.line) ? 'tls.write_buffer' : 'tls.out_len_too_small', 82, witness),
      ]),
    ),
  (facts) =>
    ofCode(facts, CODE.sslFeatureUnavailable, (witness) => [finding('tls.mfln_fragmentation', 60, witness)]),
  (facts) => ofCode(facts, CODE.sslEof, (witness) => hangUp(facts, witness)),
  (facts) =>
    ofCode(facts, CODE.sslPeerClosed, (witness) => {
      const isInCall = isOfHandshake(witness);
      const later = isInCall ? undefined : endedBehindHandshake(facts, witness);
      if (later !== undefined) return later;
      const isShaking = facts.steps.length > 0 || isInCall;
      const inHandshake = isShaking && lastSuccess(facts) === undefined;
      return [
        finding('aws.policy', inHandshake ? 45 : 60, witness),
        finding('tls.peer_eof', inHandshake ? 62 : 50, witness),
      ];
    }),
  (facts) => ofCode(facts, CODE.sslTimeout, (witness) => [finding('net.timeout', 80, witness)]),
  (facts) => ofCode(facts, CODE.netUnknownHost, (witness) => [finding('net.dns', 85, witness)]),
  (facts) => ofCode(facts, CODE.netConnect, (witness) => [finding('net.connect', 80, witness)]),
  (facts) => ofCode(facts, CODE.netSocket, (witness) => [finding('net.no_socket', 70, witness)]),
  (facts) =>
    [CODE.netReset, CODE.netSend, CODE.netReceive].flatMap((code) =>
      ofCode(facts, code, (witness) => {
        const broken = endedBehindHandshake(facts, witness)?.find(({ id }) => id === 'ota.incomplete');
        if (broken !== undefined) return [{ ...broken, weight: 76 }, finding('net.lost', 60, witness)];
        const slow = slowSignature(facts);
        const silence = code === CODE.netReceive ? silenceBefore(facts, witness) : undefined;
        return [
          finding(code === CODE.netReset ? 'net.reset' : 'net.lost', 70, witness),
          // A socket's time limit; a reset has a code of its own (mbedtls_net_recv).
          ...(code === CODE.netReceive
            ? [finding('net.timeout', /_read$/.test(witness.call ?? '') ? 72 : 66, witness)]
            : []),
          ...(silence === undefined ? [] : [noAnswer(facts, witness, silence)]),
          ...(slow === undefined ? [] : [finding('cpu.slow_rsa', 90, witness, slow)]),
        ];
      }),
    ),

  (facts) =>
    facts.seen('dns-failed').map(({ event, ...witness }) =>
      event.host !== undefined && !isHostName(event.host)
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
        finding('net.reset', 60, witness),
        ...(slow === undefined ? [] : [finding('cpu.slow_rsa', 85, witness, slow)]),
      ];
    }),
  (facts) =>
    facts.seen('connect-failed').map(({ event: { why }, ...witness }) => {
      const isBehindTcp = facts
        .seen('handshake-ended')
        .some(({ at }) => at > witness.at && at - witness.at <= NEAR_LINES);
      if (
        why !== 'refused' &&
        why !== 'memory' &&
        (isBehindTcp || isEcho(facts, witness) || isOfAzure(facts, witness))
      )
        return finding('net.connect', ECHO, witness);
      if (why === 'memory') return finding('net.no_socket', 76, witness);
      if (why === 'refused') {
        return isFixedText(facts, witness)
          ? finding('net.not_made', 55, witness)
          : finding('net.connect.refused', 74, witness);
      }
      if (why === 'timeout') return finding('net.connect.timeout', 68, witness);
      if (why === 'unreachable') return finding('net.connect.unreachable', 68, witness);
      return why === 'any-layer'
        ? finding('net.not_made', isAfterHandshake(facts, witness) ? ECHO : 55, witness)
        : finding('net.connect', 57, witness);
    }),
  // Where nothing says more, a connection that ended did so in the handshake, or behind it.
  (facts) =>
    facts.seen('connection-lost').flatMap(({ event, ...witness }) => {
      if (event.isAborted === true) return [finding('net.lost', 62, witness)];
      const later = endedBehindHandshake(facts, witness);
      if (later?.length === 0) return [];
      if (isEcho(facts, witness)) return [finding('tls.peer_eof', ECHO, witness)];
      // An MQTT client's word for a connection that did not come to be.
      if (TCP_ALONE.test(witness.line) && lastSuccess(facts) === undefined)
        return [finding('net.connect', 53, witness)];
      // In words alone it may be the program's own doing.
      if (later !== undefined) return later.map((cause) => ({ ...cause, weight: cause.weight - 9 }));
      const up = lastSuccess(facts);
      return up === undefined || up.at > witness.at
        ? [finding('tls.peer_eof', 51, witness)]
        : [finding('aws.policy', 44, witness, up)];
    }),
  (facts) =>
    facts
      .seen('timed-out')
      .map((witness) => finding('net.timeout', isEcho(facts, witness) ? ECHO : 54, witness)),
];

/** TLS has failed right before, in words that give no reason, or by the broker's log: then it was TLS that was not made. */
function isAfterHandshake(facts: LogFacts, witness: Witness): boolean {
  const { at } = witness;
  return facts
    .seen('handshake-failed')
    .some(
      (failed) =>
        /\bclient <unknown>/i.test(failed.line) ||
        (failed.at < at && at - failed.at <= NEAR_LINES && lastBegin(facts, witness) < failed.at),
    );
}

/** Arduino's HTTPClient says «connection refused» of every connection that was not made, and its code for that is -1. */
function isFixedText(facts: LogFacts, { at, line }: Witness): boolean {
  if (/errno|\b1[01]\d\b|ECONN/i.test(line)) return false;
  return facts
    .seen('connect-failed')
    .some(
      ({ event, at: other, line: before }) =>
        event.why === 'any-layer' && /(?<![\w.-])-1\b/.test(before) && Math.abs(at - other) <= NEAR_LINES,
    );
}

/** Calls that send what the program gives, behind the handshake. */
const OF_DATA = /\bsend_ssl_data\b|\b(?:ssl|tls)_write\b/;

/** Azure's SDK says so of TCP and TLS together, behind the layer that failed. */
function isOfAzure(facts: LogFacts, { at, line }: Witness): boolean {
  return (
    line.includes('failure connecting to address') &&
    facts.seen('handshake-failed').some((failed) => failed.at < at && at - failed.at <= NEAR_LINES)
  );
}

const TCP_ALONE = /\bTCP disconnected\b/i;

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
function isEcho(facts: LogFacts, { at }: Witness): boolean {
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
  const begun = facts.seen('connecting').findLast((connecting) => connecting.at < at)?.at ?? 0;
  return failures.some((failed) => failed.at < at && at - failed.at <= NEAR_LINES && failed.at > begun);
}

/** axTLS prints the state that it waits in, and no more when its time of 5 s is over. */
const waitsForServerHello: Rule = (facts) => {
  const { codes, steps } = facts;
  const last = steps.at(-1);
  const isTold = codes.length > 0 || facts.seen('handshake-failed').some(({ at }) => at > (last?.at ?? 0));
  return last?.step === 'sending Client Hello' && !isTold ? [finding('net.timeout', 55, last)] : [];
};

/** Of HTTP and MQTT without TLS (IANA). */
const PLAIN_PORTS: ReadonlySet<number> = new Set([80, 1883]);
const PLAIN_SCHEMES: ReadonlySet<string | undefined> = new Set(['http', 'mqtt', 'ws']);
/** Aliyun's MQTT speaks TLS at 1883, too. */
const TLS_AT_PLAIN_PORT = /\.aliyuncs\.com$/;

/** TLS was begun at a port that has none, and did not come to an end. */
function plainPort(facts: LogFacts): Finding[] {
  const connecting = facts
    .seen('connecting')
    .find(
      ({ event: { scheme, host, port } }) =>
        PLAIN_SCHEMES.has(scheme) || (PLAIN_PORTS.has(port) && !TLS_AT_PLAIN_PORT.test(host)),
    );
  const isUp = lastSuccess(facts) !== undefined;
  if (connecting === undefined || isUp) return [];
  const failed =
    facts.codes.find(({ code }) =>
      [CODE.sslEof, CODE.sslInvalidRecord, CODE.netReset].some((part) => hasPart(code, part)),
    ) ??
    facts.seen('handshake-failed')[0] ??
    facts.steps[0];
  return failed === undefined ? [] : [finding('net.plain_port', 72, connecting, failed)];
}

function ofCode(
  facts: LogFacts,
  part: number,
  read: (witness: LogFacts['codes'][number]) => Finding[],
): Finding[] {
  const low = part <= 0x7f;
  return facts.codes
    .filter(({ code }) => (low ? Math.abs(code) === part : hasPart(code, part)))
    .flatMap(read);
}

/** A line that says no more than that TLS failed may mean the name. */
function hasShakenHands(facts: LogFacts): boolean {
  return (
    facts.seen('handshake-ended').length > 0 ||
    facts.seen('handshake-failed').some(({ event }) => event.reason !== 'unknown')
  );
}

/** TLS is up, and the time went by in MQTT; or it is not. */
function noAnswer(facts: LogFacts, witness: Witness, silence: Witness): Finding {
  const up = lastSuccess(facts);
  const isMqtt = up !== undefined && up.at < witness.at && !/CONNECTED/.test(up.line);
  return finding(isMqtt ? 'mqtt.no_answer' : 'net.timeout', 78, witness, silence);
}

/** A wait that ended in this error: the time limit of a socket. */
function silenceBefore({ pauses }: LogFacts, { at }: Witness): Witness | undefined {
  return pauses.find(({ ms, after }) => ms >= SILENCE_MS && after.at <= at && at - after.at <= NEAR_LINES)
    ?.before;
}

/** The largest message that the log shows, which the buffer must hold. */
function largestRecord(facts: LogFacts): Witness | undefined {
  const all = [...facts.seen('record'), ...facts.seen('handshake-message')];
  return all.sort((a, b) => b.event.bytes - a.event.bytes)[0];
}

function isHostName(host: string): boolean {
  return /^[\w-]+(?:\.[\w-]+)*\.?$/.test(host);
}
