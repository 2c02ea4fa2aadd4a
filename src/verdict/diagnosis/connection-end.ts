import type { MonitorEvent } from '../../monitor/event.ts';
import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import type { LogFacts, Witness } from './log-facts.ts';
import { finding, type Finding } from './rule.ts';

/** Behind the handshake, what a connection was at when it ended. */
type Stage = 'tls' | 'mqtt-connect' | 'mqtt-request' | 'mqtt-session' | 'http' | 'download' | 'goodbye';

interface Mark extends Witness {
  stage: Stage;
}

/** A request is answered within this, as a rule, in milliseconds. */
const ANSWER_MS = 30_000;

/** What a step of the program is answered with. */
const OF_STEP = {
  'mqtt-connect': 'mqtt-connect',
  'mqtt-request': 'mqtt-request',
  'mqtt-answer': 'mqtt-session',
  'http-request': 'http',
  download: 'download',
  goodbye: 'goodbye',
} as const;

/** Where the connection stood when the line came that tells of its end. */
function stageBefore(facts: LogFacts, end: Witness): Mark | undefined {
  const begun = lastBegin(facts, end);
  const marks = [
    ...facts.seen('handshake').map((witness): Mark => ({ ...witness, stage: 'tls' })),
    ...facts
      .seen('tls-connected')
      .map(({ event, ...witness }): Mark => ({ ...witness, stage: ofUp(witness.line, event.suite) })),
    // axTLS names each message that it has read; this is the server's last one.
    ...facts.steps
      .filter(({ step, line }) => step === 'parse finished' && line.includes('State:'))
      .map((witness): Mark => ({ ...witness, stage: 'tls' })),
    ...facts
      .seen('mqtt-connack')
      .filter(({ event }) => event.code === 0)
      .map((witness): Mark => ({ ...witness, stage: 'mqtt-session' })),
    ...facts
      .seen('application')
      .map(({ event, ...witness }): Mark => ({ ...witness, stage: OF_STEP[event.what] })),
    ...facts
      .seen('http-status')
      .filter(({ event }) => event.status >= 200 && event.status < 300)
      .map((witness): Mark => ({ ...witness, stage: 'http' })),
    // Only data has type 23, and only behind the handshake; TLS 1.3 hides its own messages in it.
    ...facts
      .seen('record')
      .filter(({ event }) => event.type === 23 && event.bytes > TLS13_FLIGHT)
      .map((witness): Mark => ({ ...witness, stage: 'tls' })),
  ].filter(({ at }) => at > begun && at < end.at);
  const last = marks.sort((a, b) => a.at - b.at).at(-1);
  if (last === undefined) return ofOwnWords(facts, end);
  // Of a download records tell no more than its own lines.
  const download = marks.findLast(({ stage }) => stage === 'download');
  if (download !== undefined && (last.stage === 'tls' || last.stage === 'http')) return download;
  const waited = (end.timeMs ?? 0) - (last.timeMs ?? Infinity);
  if (last.stage === 'mqtt-request' && waited > ANSWER_MS) return { ...last, stage: 'mqtt-session' };
  // A request needs a session; without one the program asks for what it has not got yet.
  if (last.stage === 'tls' && marks.some(({ stage }) => stage === 'mqtt-session'))
    return { ...last, stage: 'mqtt-session' };
  return last;
}

/** Larger than what TLS 1.3's handshake sends in one record, certificates apart. */
const TLS13_FLIGHT = 5000;

function ofUp(line: string, suite: string | undefined): Stage {
  if (suite !== undefined || /\b(?:handshake|suite|TLS|SSL)\b/i.test(line)) return 'tls';
  if (MQTT_BEGUN.test(line)) return 'mqtt-connect';
  return /mqtt|connack|broker|aws|New client connected/i.test(line) ? 'mqtt-session' : 'tls';
}

/** TLS is up, and the broker has not answered yet. */
export const MQTT_BEGUN = /\bCONNECT\b|\bTransport connected\b/;

/** Calls that only a connection which is up makes. */
const BEHIND_HANDSHAKE =
  /\b(?:esp_tls_conn_(?:read|write)|esp_transport_(?:read|write)|data_to_read|send_ssl_data|get_ssl_receive|utils_network_ssl_read|ERROR\.write|Error write data|LWMQTT_NETWORK_FAILED_(?:READ|WRITE)|mqtt_message_receive|transport_read|[Pp]oll read|mqtt_task|esp_https_ota|MQTT_(?:Process|Receive)Loop|receiveSingleIteration|eMQTTClientGotDisconnected|(?:(?:UN)?SUBSCRIBE|PUBLISH) packet to broker)\b|\bConnection dropped, request restart/;

/** Of these, what a program calls that need not speak MQTT. */
const OF_TLS_ALONE = /esp_tls_conn_|esp_transport_|data_to_read|send_ssl_data|get_ssl_receive|ERROR\.write/;

function ofOwnWords(facts: LogFacts, end: Witness): Mark | undefined {
  if (!BEHIND_HANDSHAKE.test(end.line)) return undefined;
  const refused = facts
    .seen('mqtt-refused')
    .some(({ event, at }) => event.why !== 'closed' && Math.abs(at - end.at) < NEAR_LINES);
  if (OF_TLS_ALONE.test(end.line) && !facts.subjects.has('mqtt')) return { ...end, stage: 'tls' };
  return {
    ...end,
    stage: refused || isAtConnect(facts, end) ? 'mqtt-connect' : 'mqtt-session',
  };
}

/** esp-mqtt names the function that read, and then who had called it. */
function isAtConnect(facts: LogFacts, { at, line }: Witness): boolean {
  return (
    /esp_mqtt_connect|LWMQTT/.test(line) ||
    facts
      .seen('mqtt-refused')
      .some((caller) => caller.at === at + 1 && caller.line.includes('esp_mqtt_connect'))
  );
}

/** What belongs together: an error is told by each function that it goes through. */
export const NEAR_LINES = 12;

/** The first one is so near before the second that they belong together. */
export function isRightBefore(first: Witness, second: Witness): boolean {
  return first.at < second.at && second.at - first.at <= NEAR_LINES;
}

/** A line of that kind right before it. */
export function rightBefore(
  facts: LogFacts,
  kind: MonitorEvent['kind'],
  witness: Witness,
): Witness | undefined {
  return facts.seen(kind).find((one) => isRightBefore(one, witness));
}

/** The device itself had spoilt the session, which the other side then ended. */
export function isOfSpoiltSession({ codes }: LogFacts, witness: Witness): boolean {
  return codes.some((other) => hasPart(other.code, CODE.sslInternal) && isRightBefore(other, witness));
}

/** The line where the connection of that time was begun; 0 where none is shown. */
export function lastBegin(facts: LogFacts, { at }: Witness): number {
  const begins: readonly Witness[] = [
    ...facts.seen('connecting'),
    ...facts.steps.filter(({ step }) =>
      /^(?:handshake|client handshake|client hello|hello request)$/.test(step),
    ),
    // A frame of Python's.
    ...facts.unreadSince(0).filter(({ line }) => line.endsWith(', in wrap_socket')),
  ];
  return Math.max(0, ...begins.filter((begin) => begin.at < at).map((begin) => begin.at));
}

/**
 * mbedTLS gave the code to mbedtls_ssl_read, which the program calls for data: by the calls that its debug output shows,
 * or where the log begins in one, by the first that it shows.
 */
export function isInRead({ firstCall }: LogFacts, { inner, within }: LogFacts['codes'][number]): boolean {
  return inner && (within ?? firstCall) === 'read';
}

/** A program that asks for data every so often gets this code as long as none is there. */
export function isIdle(facts: LogFacts, witness: LogFacts['codes'][number]): boolean {
  return hasPart(witness.code, CODE.sslTimeout) && isInRead(facts, witness);
}

/** The causes of an end at each stage behind the handshake; undefined in the handshake, and where it is not known. */
export function endedBehindHandshake(facts: LogFacts, end: Witness): Finding[] | undefined {
  const mark = stageBefore(facts, end);
  if (mark === undefined) return undefined;
  if (mark.stage === 'tls' && hasAnswer(facts, end)) return [];
  const of = (id: CauseId, weight: number) => finding(id, weight, end, mark);
  switch (mark.stage) {
    case 'mqtt-connect':
      return [of('aws.policy', 70), of('tls.closed_later', 45)];
    case 'mqtt-request':
      return [of('mqtt.closed_on_request', 72), of('mqtt.ended', 50)];
    case 'mqtt-session':
      return [of('mqtt.ended', 66), of('aws.policy', 50)];
    case 'download':
      return isOver(facts, end) ? [] : [of('ota.incomplete', 72), of('net.lost', 45)];
    case 'http':
      // A server that has answered may hang up, unless the program says that it wanted more.
      return facts.seen('http-status').some(({ at }) => at < end.at) && !WANTS_MORE.test(end.line)
        ? []
        : [of('tls.closed_later', 66)];
    case 'goodbye':
      return [];
    case 'tls':
      return facts.subjects.has('mqtt')
        ? [of('aws.policy', 70), of('tls.closed_later', 50)]
        : [of('tls.closed_later', 68), of('aws.policy', 60)];
  }
}

/** The program says how much it read before the end, as mbedTLS's examples do. */
function hasAnswer(facts: LogFacts, { at, line }: Witness): boolean {
  return (
    READ_SOME.test(line) ||
    facts
      .seen('connection-lost')
      .some((lost) => lost.at > at && lost.at - at < NEAR_LINES && READ_SOME.test(lost.line))
  );
}

const READ_SOME = /\bclosed\b.*\b[1-9]\d* bytes read\b/;

const WANTS_MORE = /\bbody\b|incomplete|partial|NetworkError/i;

/** A download that was whole. */
function isOver(facts: LogFacts, { at }: Witness): boolean {
  return facts
    .seen('application')
    .some(({ event, line, at: of }) => event.what === 'download' && of < at && isWhole(line));
}

function isWhole(line: string): boolean {
  const [, part, whole] = /\b(\d{3,})(?: bytes)? ?(?:of|\/) ?(\d{3,})\b/.exec(line) ?? [];
  return part !== undefined && part === whole;
}
