import { CODE, hasPart } from './codes.ts';
import {
  endedBehindHandshake,
  isIdle,
  isOfSpoiltSession,
  isRightBefore,
  lastBegin,
  NEAR_LINES,
} from './connection-end.ts';
import { hangUp, isOfHandshake, tooSlow } from './hang-up.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { finding, type Finding, type Rule } from './rule.ts';
import { OFTEN_PLAIN_PORTS, PLAIN_PORTS, PLAIN_SCHEMES, TLS_PORTS } from './tls-target.ts';

/** A wait this long is a time limit that ran out, in milliseconds. */
const SILENCE_MS = 4000;

/** Records and codes: what the network gives, or does not. */
export const NETWORK_RULES: readonly Rule[] = [
  (facts, context) => waitsForServerHello(facts, context),
  (facts) => plainPort(facts),
  (facts) =>
    facts.seen('record-problem').map(({ event, ...witness }) => {
      const id = {
        'too-long': 'tls.in_len_too_small',
        'not-tls': 'net.plain_port',
        'out-of-step': 'tls.out_of_step',
        fragmented: 'tls.mfln_fragmentation',
      } as const;
      // What a mail server says first, read as a record.
      const isToTls = facts.seen('connecting').some((to) => TLS_PORTS.has(to.event.port));
      const isGreeting = event.problem === 'too-long' && facts.subjects.has('mail') && !isToTls;
      // axTLS says so before it makes room: what the update says then has come through TLS.
      const isNotice =
        event.problem === 'too-long' && facts.seen('update-failed').some(({ at }) => at > witness.at);
      return finding(
        isGreeting ? 'net.plain_port' : id[event.problem],
        isNotice ? 54 : event.problem === 'fragmented' ? 95 : 93,
        witness,
        largestRecord(facts),
      );
    }),

  (facts) =>
    ofCode(facts, CODE.sslInvalidRecord, (witness) => [
      OF_ARDUINO.test(witness.line)
        ? finding('tls.out_of_step', 66, witness)
        : finding('tls.in_len_too_small.or_other', 65, witness),
      ...refusedType(facts, witness),
      finding('net.plain_port', facts.subjects.has('mail') || isAtPlainPort(facts) ? 70 : 40, witness),
    ]),
  // FreeRTOS goes on writing to a session that has ended, which mbedTLS then takes for an error of its own.
  ({ codes }) => {
    const written = codes.filter(({ line }) => line.includes('while sending data'));
    return written.length < 2 ? [] : [finding('net.lost', 66, ...written.slice(0, 2))];
  },
  // What the whole buffer cannot hold is bad input (mbedtls_ssl_fetch_input), what only its payload part cannot, an
  // invalid record.
  (facts) =>
    ofCode(facts, CODE.sslBadInput, (witness) =>
      /_read$|fetch_input/.test(witness.call ?? '') || /\besp-tls\S* read error :-/.test(witness.line)
        ? [finding('tls.in_len_too_small', 70, witness)]
        : /handshake$/.test(witness.call ?? '')
          ? [finding('tls.in_len_too_small.or_setup', 66, witness)]
          : [
              finding(
                'tls.misused',
                OF_OPEN_SESSION.test(witness.line) || isBeforeLoss(facts, witness) ? 64 : 52,
                witness,
              ),
            ],
    ),
  (facts) =>
    [CODE.sslCertificateTooLarge, CODE.sslBufferTooSmall].flatMap((code) =>
      ofCode(facts, code, (witness) => [
        finding(OF_DATA.test(witness.line) ? 'tls.write_buffer' : 'tls.out_len_too_small', 82, witness),
      ]),
    ),
  (facts) =>
    ofCode(facts, CODE.sslFeatureUnavailable, (witness) => [
      finding('tls.mfln_fragmentation.or_feature', 60, witness),
    ]),
  (facts) => ofCode(facts, CODE.sslEof, (witness) => hangUp(facts, witness)),
  (facts) =>
    ofCode(facts, CODE.sslPeerClosed, (witness) => {
      const isInCall = isOfHandshake(witness) || isOfClientHandshake(facts, witness);
      const later = isInCall ? undefined : endedBehindHandshake(facts, witness);
      if (later !== undefined) return later;
      // mbedtls_ssl_read, which the program calls for data.
      const read = facts.steps.findLast(({ step, at }) => step === 'read' && at < witness.at);
      // So is what came encrypted, but for the last messages of a handshake.
      const decrypted = facts.steps.findLast(({ at }) => at < witness.at);
      const isEncrypted = decrypted?.step === 'decrypt buf' && isRightBefore(decrypted, witness);
      if ((read !== undefined || isEncrypted) && !isInCall)
        return [
          finding('tls.closed_later', 68, witness, read ?? decrypted),
          finding('aws.policy', 60, witness),
        ];
      const isShaking = facts.steps.length > 0 || isInCall;
      const inHandshake = isShaking && lastSuccess(facts) === undefined;
      if (!inHandshake && !facts.subjects.has('mqtt') && !facts.subjects.has('aws'))
        return [finding('tls.closed_later', 58, witness), finding('tls.peer_eof', 50, witness)];
      return [
        finding('aws.policy', inHandshake ? 45 : 60, witness),
        finding('tls.peer_eof', inHandshake ? 62 : 50, witness),
      ];
    }),
  (facts) =>
    ofCode(facts, CODE.sslTimeout, (witness) => {
      if (isIdle(facts, witness)) return [];
      const broken = /_read$/.test(witness.call ?? '')
        ? endedBehindHandshake(facts, witness)?.find(({ id }) => id === 'ota.incomplete')
        : undefined;
      return [
        finding('net.timeout', 80, witness),
        ...(broken === undefined ? [] : [{ ...broken, weight: 82 }]),
      ];
    }),
  (facts) => ofCode(facts, CODE.netUnknownHost, (witness) => [finding('net.dns', 85, witness)]),
  (facts) => ofCode(facts, CODE.netConnect, (witness) => [finding('net.connect', 80, witness)]),
  (facts) => ofCode(facts, CODE.netSocket, (witness) => [finding('net.no_socket', 70, witness)]),
  (facts) =>
    [CODE.netReset, CODE.netSend, CODE.netReceive].flatMap((code) =>
      ofCode(facts, code, (witness) => {
        // Of the alert that says goodbye to a server which has hung up.
        const isGoodbye = facts.codes.some(
          (other) =>
            hasPart(other.code, CODE.sslPeerClosed) &&
            isRightBefore(other, witness) &&
            lastBegin(facts, witness) < other.at,
        );
        if (isGoodbye && !isOfHandshake(witness)) return [];
        const broken = endedBehindHandshake(facts, witness)?.find(({ id }) => id === 'ota.incomplete');
        if (broken !== undefined) return [{ ...broken, weight: 76 }, finding('net.lost', 60, witness)];
        const silence = code === CODE.netReceive ? silenceBefore(facts, witness) : undefined;
        // Both ways are gone, or no call waits any more.
        const isBroken =
          silence === undefined &&
          (facts.codes.some((other) => hasPart(other.code, CODE.netSend)) || isAtOnceAgain(facts, witness));
        return [
          finding(
            code === CODE.netReset ? 'net.reset' : 'net.lost',
            isOfSpoiltSession(facts, witness) ? 58 : isBroken ? 74 : 70,
            witness,
          ),
          // A socket's time limit; a reset has a code of its own (mbedtls_net_recv).
          ...(code === CODE.netReceive ? [finding('net.timeout', 66, witness)] : []),
          ...(silence === undefined ? [] : [noAnswer(facts, witness, silence)]),
          ...tooSlow(facts, witness, 90),
        ];
      }),
    ),
];

/** Arduino-ESP32 (ssl_client.cpp): its prebuilt mbedTLS has room for the largest record there is. */
const OF_ARDUINO = /\[ssl_client\.cpp:\d+\] _?handle_error\(\)/;

/** What the program had to send did not go out for it. */
function isBeforeLoss(facts: LogFacts, failed: Witness): boolean {
  return facts.seen('connection-lost').some(({ line, at }) => at === failed.at + 1 && /\bsend\b/.test(line));
}

/** esp-tls and Arduino-ESP32, of calls behind the handshake. */
const OF_OPEN_SESSION = /\b(?:read|write) error\b|\bdata_to_read\(\)/;

/** mbedTLS's ssl_cli.c, and what became of it, hold the client's handshake alone. */
function isOfClientHandshake({ codes }: LogFacts, { code }: LogFacts['codes'][number]): boolean {
  return codes.some((other) => other.code === code && /\bssl_(?:cli|tls1[23]_client)\.c:/.test(other.line));
}

/** ssl_parse_record_header sends an alert for a type that it does not know, and none for a length (mbedTLS 2.4 to 2.16; 2.28 sends none). */
function refusedType({ steps }: LogFacts, witness: Witness): Finding[] {
  const alert = steps.findLast(({ at }) => at < witness.at);
  return alert?.step === 'send alert message' && isRightBefore(alert, witness)
    ? [finding('tls.out_of_step', 72, witness, alert)]
    : [];
}

/** Calls that send what the program gives, behind the handshake. */
const OF_DATA = /\bsend_ssl_data\b|\b(?:ssl|tls)_write\b/;

/** axTLS prints the state that it waits in, and no more when its time of 5 s is over. */
const waitsForServerHello: Rule = (facts) => {
  const { codes, steps } = facts;
  const last = steps.at(-1);
  const isTold = codes.length > 0 || facts.seen('handshake-failed').some(({ at }) => at > (last?.at ?? 0));
  return last?.step === 'sending Client Hello' && !isTold ? [finding('net.timeout', 55, last)] : [];
};

/** The first answer in the handshake was no record, at a port where TLS is seldom spoken. */
function isAtPlainPort(facts: LogFacts): boolean {
  return facts.seen('connecting').some(({ event }) => OFTEN_PLAIN_PORTS.has(event.port));
}

/** Aliyun's MQTT speaks TLS at 1883, too. */
const TLS_AT_PLAIN_PORT = /\.aliyuncs\.com$/;

/** mosquitto, of a client that it had not taken: before CONNECT, or by refusing it. */
export const UNNAMED_CLIENT = /\bclient (?:<unknown>|\(null\))/i;

/** TLS was begun at a port that has none, and did not come to an end. */
function plainPort(facts: LogFacts): Finding[] {
  const connecting = facts
    .seen('connecting')
    .find(
      ({ event: { scheme, host, port } }) =>
        (PLAIN_SCHEMES.has(scheme) && !TLS_PORTS.has(port)) ||
        (PLAIN_PORTS.has(port) && !TLS_AT_PLAIN_PORT.test(host)),
    );
  // An alert is TLS.
  if (lastSuccess(facts) !== undefined || facts.alerts.length > 0) return [];
  const toPlain = facts.seen('handshake-failed').find(({ line }) => /:1883\b/.test(line));
  if (toPlain !== undefined) return [finding('net.plain_port', 72, toPlain)];
  if (connecting === undefined) return [];
  const failed =
    facts.codes.find(({ code }) =>
      [CODE.sslEof, CODE.sslInvalidRecord, CODE.netReset].some((part) => hasPart(code, part)),
    ) ??
    facts.seen('handshake-failed').find(({ line }) => !UNNAMED_CLIENT.test(line)) ??
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

/** TLS is up, and the time went by in MQTT; or it is not. */
function noAnswer(facts: LogFacts, witness: Witness, silence: Witness): Finding {
  const up = lastSuccess(facts);
  const isMqtt = up !== undefined && up.at < witness.at && !/CONNECTED/.test(up.line);
  return finding(isMqtt ? 'mqtt.no_answer' : 'net.timeout', 78, witness, silence);
}

/** The same code came right before: a read that runs into its time limit takes that long. */
function isAtOnceAgain({ codes }: LogFacts, { code, at, timeMs }: LogFacts['codes'][number]): boolean {
  const before = codes.findLast((other) => other.code === code && other.at < at);
  return timeMs !== undefined && before?.timeMs !== undefined && timeMs - before.timeMs < AT_ONCE_MS;
}

const AT_ONCE_MS = 200;

/** A wait that ended in this error: the time limit of a socket. */
function silenceBefore({ clock }: LogFacts, { at }: Witness): Witness | undefined {
  return clock.pauses.find(
    ({ ms, after }) => ms >= SILENCE_MS && after.at <= at && at - after.at <= NEAR_LINES,
  )?.before;
}

/** The largest message that the log shows, which the buffer must hold. */
function largestRecord(facts: LogFacts): Witness | undefined {
  const all = [...facts.seen('record'), ...facts.seen('handshake-message')];
  return all.sort((a, b) => b.event.bytes - a.event.bytes)[0];
}
