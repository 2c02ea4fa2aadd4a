import type { MonitorEvent } from '../../monitor/event.ts';
import { ALERT_RULES } from './alert-rules.ts';
import { APPLICATION_RULES } from './application-rules.ts';
import { BOOT_RULES } from './boot-rules.ts';
import { BUILD_RULES } from './build-rules.ts';
import { CAUSES, type CauseId, type CauseText } from './causes.ts';
import { CHAIN_RULES } from './chain-rules.ts';
import { CODE_RULES } from './code-rules.ts';
import { CODE, hasPart } from './codes.ts';
import { endedBehindHandshake, isIdle } from './connection-end.ts';
import { FRAME_RULES } from './crash-frames.ts';
import { CRASH_RULES } from './crash-rules.ts';
import { lastSuccess, LogFacts, type Witness } from './log-facts.ts';
import { LINK_RULES } from './link-rules.ts';
import { MEMORY_RULES } from './memory-rules.ts';
import { MODEM_RULES } from './modem-rules.ts';
import { MQTT_RULES } from './mqtt-rules.ts';
import { NETWORK_RULES } from './network-rules.ts';
import { REACH_RULES } from './reach-rules.ts';
import { finding, type DiagnosisContext, type Finding, type Rule } from './rule.ts';
import { fromOwnSide } from './server-role.ts';
import { isAddress } from './tls-target.ts';
import { VERIFY_RULES } from './verify-rules.ts';

interface RankedCause extends CauseText {
  id: CauseId;
  /** 0 to 100: 90 and more where the log proves it, below 50 where it is only possible. */
  weight: number;
  /** The lines that speak for it, as they came but for blanks round them. */
  evidence: string[];
}

export interface Diagnosis {
  /** The likeliest first; empty where the log shows neither an error nor a handshake. */
  causes: RankedCause[];
  /** Where several causes remain: the one cheap test that decides between them. */
  decidingTest: string | undefined;
}

const RULES: readonly Rule[] = [
  ...VERIFY_RULES,
  ...CHAIN_RULES,
  ...ALERT_RULES,
  ...MEMORY_RULES,
  ...CODE_RULES,
  ...BUILD_RULES,
  ...NETWORK_RULES,
  ...REACH_RULES,
  ...LINK_RULES,
  ...MODEM_RULES,
  ...MQTT_RULES,
  ...APPLICATION_RULES,
  ...CRASH_RULES,
  ...BOOT_RULES,
  ...FRAME_RULES,
];

/** Causes below this share of the first one's weight are not worth a test. */
const RIVAL_SHARE = 0.6;
/** From here on the log proves the first cause. */
const PROVED_WEIGHT = 90;
const MAX_EVIDENCE = 4;
/** Below this a fault is a guess, and a connection that is up is none. */
const SURE_FAULT = 50;
/** What causes that speak of TLS are where the log has none. */
const WITHOUT_TLS: Partial<Record<CauseId, CauseId>> = {
  'aws.policy': 'mqtt.refused',
  'tls.closed_later': 'net.ended',
  'tls.peer_eof': 'net.ended',
};
const MANY_TRIES = 3;
/** The log may have been cut before the rest of it. */
const UNSURE_FAULT = 45;
/** Below this a cause is a remark, beside which the log may end in the middle of something. */
const FAINT = 35;
/** Clients wait as long for a connection, in milliseconds, and begin anew. */
const SILENT_MS = 10_000;

/** A cause without words of TLS or AWS where the log has none. */
function asSaid(facts: LogFacts, id: CauseId): CauseId {
  if (!facts.subjects.has('tls')) return WITHOUT_TLS[id] ?? id;
  if (id !== 'aws.policy' || facts.subjects.has('aws')) return id;
  return facts.subjects.has('mqtt') ? 'mqtt.refused' : 'tls.closed_later';
}

/** What a log by itself says is wrong, with what else is known. */
export function diagnose(events: Iterable<MonitorEvent>, context: DiagnosisContext = {}): Diagnosis {
  const facts = new LogFacts();
  for (const event of events) facts.add(event);
  return diagnoseFacts(facts, context);
}

/** The same, for facts that were gathered line by line. */
export function diagnoseFacts(facts: LogFacts, context: DiagnosisContext = {}): Diagnosis {
  const known = causesOf(facts, context);
  const all = saysLittle(known[0]) ? facts.withLoose(knownUp(facts, known[0])) : undefined;
  const causes = all === undefined ? known : causesOf(all, context);
  return { causes, decidingTest: decidingTest(causes) };
}

/** Causes that say no more than where it failed: other words of the log may say why. */
const COARSE: ReadonlySet<CauseId> = new Set([
  'info.phase',
  'net.connect',
  'net.ended',
  'net.not_made',
  'tls.call_failed',
  'tls.handshake_failed',
  'tls.peer_eof',
  'tls.verify_failed',
  'tls.ca_wrong.or_other',
  'tls.in_len_too_small.or_other',
  'tls.in_len_too_small.or_setup',
]);
/** From here on the known words are enough. */
const ENOUGH_WEIGHT = 60;

function saysLittle(first: RankedCause | undefined): boolean {
  return first === undefined || first.weight < ENOUGH_WEIGHT || COARSE.has(first.id);
}

/** Where nothing is wrong by known words, the line from which on other words may speak of something that is. */
function knownUp(facts: LogFacts, first: RankedCause | undefined): number {
  const isUp = first?.id.startsWith('ok') === true || first?.id === 'program.failed_later';
  return isUp ? (lastSuccess(facts)?.at ?? 0) : 0;
}

function causesOf(facts: LogFacts, context: DiagnosisContext): RankedCause[] {
  const up = lastSuccess(facts);
  const all = fromOwnSide(
    facts,
    RULES.flatMap((rule) => [...rule(facts, context)]),
  ).map((cause) => ({ ...cause, id: asSaid(facts, cause.id) }));
  const found = all.filter((cause) => up === undefined || !isOver(facts, cause, up));
  const failed = lastFailed(facts, up?.at ?? 0);
  if (up !== undefined && failed === undefined && found.every(({ weight }) => weight < SURE_FAULT)) {
    const later = failedLater(facts, up);
    found.push(
      later === undefined
        ? finding(facts.subjects.has('tls') ? 'ok' : 'ok.plain', SURE_FAULT, up)
        : finding('program.failed_later', SURE_FAULT, later, up),
    );
  }
  const isFaint = found.every(({ weight }) => weight < FAINT);
  return ranked(isFaint ? [...withoutFault(facts), ...found] : withoutVague(found));
}

/** An error in words that no dialect knows, with which the log ends behind a connection that is up. */
function failedLater(facts: LogFacts, up: Witness): Witness | undefined {
  return facts
    .unreadSince(Math.max(up.at, facts.lineCount - LAST_LINES))
    .find(({ line }) => AN_ERROR.test(line) && !NO_ERROR.test(line));
}

const LAST_LINES = 3;
/** At the level of an error, or with a failure for its last word. */
const AN_ERROR =
  /^(?=.*\b(?:fail\w*|error|unable|cannot|could not|refused|denied)\b)(?:E \(|.{0,30}\[E(?:RROR)?\]|ERROR\b)|(?<!\/)\bfailed[.!]*$/i;
const NO_ERROR =
  /^(?:[IWDV] \(|.{0,30}\[(?:[IWDV]|INFO|WARN\w*|DEBUG)\]|\s*\{)|\b(?:no|0|without) (?:error|fail)|\b(?:error|fail)\w*(?: (?:code|count|rate|reason|is))?\W{0,4}(?:0|0x0+|none|null|false|no|ok|normal|success)\b|\b(?:recovered|handler|callback|setSocketOption)\b/i;

/** «The log does not say which» is not true beside what it does say. */
function withoutVague(found: readonly Finding[]): readonly Finding[] {
  const isTold = found.some(
    ({ id, weight }) => weight >= TOLD_WEIGHT && /^(?:net|tls)\./.test(id) && !COARSE.has(id),
  );
  return isTold
    ? found.filter(
        ({ id, weight }) => id !== 'net.not_made' && !(id === 'net.connect' && weight < SURE_FAULT),
      )
    : found;
}

/** From here on a cause is what the log says, not one of several guesses. */
const TOLD_WEIGHT = 66;

/** The last code that a call of the program gave since that line, other than for a connection that had done its work. */
function lastFailed(facts: LogFacts, since: number): LogFacts['codes'][number] | undefined {
  return facts.codes.findLast((code) => !code.inner && code.at > since && !isGoodbye(facts, code));
}

/** The server hung up when all was said. */
function isGoodbye(facts: LogFacts, witness: LogFacts['codes'][number]): boolean {
  const isEnd = [CODE.sslEof, CODE.sslPeerClosed].some((part) => hasPart(witness.code, part));
  return isEnd && endedBehindHandshake(facts, witness)?.length === 0;
}

/** Causes of a connection that was not there at first: it was tried again, and came. */
const MAY_PASS =
  /^(?:net|tls(?!\.(?:unverified|fingerprint))|aws|mqtt(?!\.(?:closed_again|bad_topic|taken_over|client_leaves|keep_alive))|http|build|key|cert|cpu\.slow)/;

/** True where all that speaks for the cause comes before the connection was up. */
function isOver(facts: LogFacts, { id, evidence }: Finding, up: Witness): boolean {
  return (
    MAY_PASS.test(id) &&
    evidence.every(({ at }) => at < up.at) &&
    // A broker that has refused a CONNECT is there for the next one.
    !(/^(?:mqtt|aws)\./.test(id) && SENDS_CONNECT.test(up.line)) &&
    !(LOSSES.has(id) && evidence.some(({ line }) => OF_OPEN_SESSION.test(line))) &&
    !(OF_ITS_CERTIFICATE.test(id) && evidence.some((witness) => isOfOtherHost(facts, witness, up)))
  );
}

/** What one server's certificate is refused for, another server's does not mend. */
const OF_ITS_CERTIFICATE = /^tls\.(?:ca_|chain_|cn_mismatch|expired$|verify_)/;

/** By the names that the program gave last before each; the one that failed was not asked again. */
function isOfOtherHost(facts: LogFacts, failed: Witness, up: Witness): boolean {
  const named = facts
    .seen('connecting')
    .map(({ event, at }) => ({ host: event.host.toLowerCase(), at }))
    .filter(({ host, at }) => at <= up.at && host.includes('.') && !isAddress(host));
  const first = named.findLast(({ at }) => at <= failed.at)?.host;
  const later = named.filter(({ at }) => at > failed.at);
  return first !== undefined && later.length > 0 && later.every(({ host }) => host !== first);
}

/** esp-mqtt, before the broker has answered. */
const SENDS_CONNECT = /\bSending MQTT CONNECT\b|\bTransport connected\b/;

/** Ends of what was up: a device that connects anew has lost it all the same. */
const LOSSES: ReadonlySet<CauseId> = new Set(['net.lost', 'net.reset']);
/** esp-tls, its transports and Arduino-ESP32, which read so behind the handshake alone. */
const OF_OPEN_SESSION = /\bread error :-|\besp_tls_conn_read error\b|\bdata_to_read\(\)/;

/** No fault that is known: a code without a usual cause, or nothing is wrong as far as the log shows. */
function withoutFault(facts: LogFacts): Finding[] {
  const failed =
    lastFailed(facts, 0) ?? facts.codes.findLast((code) => !isGoodbye(facts, code) && !isIdle(facts, code));
  if (failed !== undefined) return [finding('tls.call_failed', 50, failed)];
  const step = facts.steps.at(-1);
  // Who reads or writes has shaken hands.
  const isBehind = facts.lastCall === 'read' || facts.lastCall === 'write';
  const alert = ownAlert(facts);
  if (alert !== undefined && !isBehind) return [finding('tls.alert.sent', 50, alert)];
  if (step !== undefined) return [finding(isBehind ? 'ok' : 'info.phase', 50, step)];
  if (lastSuccess(facts) !== undefined) return [];
  const tried = triedAgain(facts);
  return tried.length > 0 ? tried : withoutAddress(facts);
}

/** mbedTLS's debug output of an alert that it begins to send, other than its goodbye. */
function ownAlert({ steps }: LogFacts): Witness | undefined {
  return steps.some(({ step }) => step === 'write close notify')
    ? undefined
    : steps.find(({ step }) => step === 'send alert message');
}

/** What the SDK says of a station between its joining and its address. */
const OF_WIFI = /\bwifi\b|^pm open/;
const END_LINES = 8;

/** The SDK says that the station is in its network, and the log ends before it says its address. */
function withoutAddress(facts: LogFacts): Finding[] {
  const joined = facts.seen('wifi-connected').findLast(({ event }) => event.channel !== undefined);
  const hasAddress = facts.seen('address').length > 0 || facts.seen('connecting').length > 0;
  const isEnd =
    joined !== undefined &&
    facts.lineCount - joined.at <= END_LINES &&
    facts.unreadSince(joined.at).every(({ line }) => OF_WIFI.test(line));
  return hasAddress || !isEnd ? [] : [finding('net.dhcp', UNSURE_FAULT, joined)];
}

/** Tried again and again, and not a word of why. */
function triedAgain(facts: LogFacts): Finding[] {
  const tries = facts.seen('connecting');
  const last = tries.at(-1);
  if (last === undefined) return [];
  const silence = facts.clock.pauses.find(
    ({ ms, before }) => ms >= SILENT_MS && before.at < last.at && tries.some(({ at }) => at === before.at),
  );
  if (silence !== undefined) return [finding('net.timeout', SURE_FAULT, silence.before, last)];
  const inARow = tries.filter(({ at }, index) => index === 0 || at - tries[index - 1]!.at === 1);
  return inARow.length >= MANY_TRIES ? [finding('net.not_made', SURE_FAULT, inARow.at(-1))] : [];
}

/** One entry a cause: the heaviest weight, all its evidence. */
function ranked(found: readonly Finding[]): RankedCause[] {
  const byId = new Map<CauseId, RankedCause>();
  for (const { id, weight, evidence } of found) {
    const cause = byId.get(id) ?? { id, weight: 0, evidence: [], ...CAUSES[id] };
    cause.weight = Math.max(cause.weight, weight);
    for (const { line } of evidence) if (!cause.evidence.includes(line)) cause.evidence.push(line);
    byId.set(id, cause);
  }
  // Two that say the same are one for the reader.
  const causes = [...byId.values()]
    .sort((a, b) => b.weight - a.weight)
    .filter(({ cause }, index, all) => all.findIndex((other) => other.cause === cause) === index);
  for (const cause of causes) cause.evidence.splice(MAX_EVIDENCE);
  return causes;
}

function decidingTest([first, second]: readonly RankedCause[]): string | undefined {
  if (first === undefined || second === undefined || first.weight >= PROVED_WEIGHT) return undefined;
  return second.weight >= first.weight * RIVAL_SHARE ? first.test : undefined;
}
