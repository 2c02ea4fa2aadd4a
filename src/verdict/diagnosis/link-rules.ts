import { ASSOCIATED } from '../../monitor/dialects/wifi-states.ts';
import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { isRightBefore, rightBefore } from './connection-end.ts';
import { lastSuccess, type LogFacts } from './log-facts.ts';
import { finding, type Rule } from './rule.ts';

/** Reasons of wifi_err_reason_t that tell more than that there is no connection. */
const BY_REASON: Readonly<Record<number, CauseId>> = {
  2: 'net.wifi.auth_expired',
  3: 'net.wifi.left',
  4: 'net.wifi.association',
  5: 'net.wifi.full',
  8: 'net.wifi.left',
  13: 'net.wifi.security',
  14: 'net.wifi.password',
  15: 'net.wifi.password',
  17: 'net.wifi.security',
  18: 'net.wifi.security',
  19: 'net.wifi.security',
  20: 'net.wifi.security',
  21: 'net.wifi.security',
  22: 'net.wifi.security',
  23: 'net.wifi.enterprise',
  24: 'net.wifi.security',
  // Of ESP-MESH (mesh_disconnect_reason_t in esp_mesh.h), whose root does not see its router.
  106: 'net.wifi.no_ap',
  200: 'net.wifi.signal',
  201: 'net.wifi.no_ap',
  202: 'net.wifi.password',
  203: 'net.wifi.association',
  204: 'net.wifi.password',
  // Its beacons' time jumped back: the access point began anew.
  206: 'net.wifi.link',
  210: 'net.wifi.security',
  211: 'net.wifi.security',
  212: 'net.wifi.below_threshold',
};
/** Of several reasons these tell less: they come of each trouble, or of the program's own doing. */
const WEIGHTS: Partial<Record<CauseId, number>> = {
  'net.wifi': 83,
  'net.wifi.auth_expired': 83,
  'net.wifi.association': 83,
  'net.wifi.left': 42,
};
/** A station that was in has none of these troubles, but one with its link. */
const OF_NEWCOMERS: ReadonlySet<CauseId> = new Set([
  'net.wifi.auth_expired',
  'net.wifi.association',
  'net.wifi.password',
]);
/** Only a station that was in misses beacons. */
const BEACON_TIMEOUT = 200;
/** ESPEasy: «Connected for 14 m 56 s». */
const LONG_IN = /\bConnected for \d+ (?:m|h|d)\b/;
/** The SDK asks an access point that is silent, which may answer yet: a step that fails then says more. */
const PROBED = /\bap_probe_send_start\b/;
/** Wi-Fi was stopped under the connection. */
const STOPPED = /\bhmac tx: ifx\d stop, discard\b|\bNAN WiFi stop\b/;
/** A station that joins after this joined before, in milliseconds; a program that holds a dead connection writes soon. */
const LATE_MS = 60_000;
const LOST_LINES = 6;
const LOST_CODES: readonly number[] = [CODE.netReceive, CODE.netSend];
const UNSURE = 44;
/** From here on little more than beacons comes through, in dBm. */
const WEAK_DBM = -86;
/** AUTH_EXPIRE, ASSOC_EXPIRE, BEACON_TIMEOUT, ASSOC_FAIL, CONNECTION_FAIL. */
const OF_LOST_ANSWERS: ReadonlySet<number> = new Set([2, 4, BEACON_TIMEOUT, 203, 205]);
/** DHCP answers within this, in milliseconds. */
const DHCP_MS = 8000;
/** Wi-Fi and DHCP, as long as no address came. */
export const LINK_RULES: readonly Rule[] = [
  (facts) => {
    const up = upAt(facts);
    const failed = facts.codes.filter(({ code }) => Math.abs(code) > 0x7f).at(-1)?.at ?? 0;
    const first = facts.seen('address')[0]?.at ?? Infinity;
    // What threw out a station that came back is worth a remark.
    const weightOf = (at: number, weight: number) =>
      at < up ? (at > first ? UNSURE : 0) : failed > 0 && failed < at ? 42 : weight;
    const wasIn =
      up > 0 ||
      facts.seen('wifi-disconnected').some(({ event }) => event.reason === BEACON_TIMEOUT) ||
      facts.seen('wifi-disconnected').some(({ line }) => LONG_IN.test(line));
    const found = facts.seen('wifi-state').findLast(({ event }) => event.to === ASSOCIATED)?.at;
    // A station that was in, and is told no other reason, was taken out by its own program; at its end that is no fault.
    const hasLeft =
      lastSuccess(facts) === undefined &&
      facts.seen('wifi-state').some(({ event }) => event.from === ASSOCIATED && event.to === 0) &&
      facts.seen('wifi-disconnected').every(isLeave);
    return [
      ...facts.seen('wifi-disconnected').map(({ event: { reason }, ...witness }) => {
        const id = BY_REASON[reason] ?? 'net.wifi';
        const isOnlyAsked =
          PROBED.test(witness.line) &&
          facts.seen('dns-failed').some(({ at }) => at > witness.at) &&
          // What was open is taken down with the link.
          !facts.seen('connection-lost').some(({ event, at }) => event.isAborted === true && at > witness.at);
        const alone =
          id === 'net.wifi.left' && hasLeft ? 70 : STOPPED.test(witness.line) ? 80 : (WEIGHTS[id] ?? 84);
        const weight = weightOf(witness.at, isOnlyAsked ? 64 : alone);
        if (OF_NEWCOMERS.has(id) && wasIn) return finding('net.wifi.link', weight, witness);
        const isOver = id === 'net.wifi.no_ap' && found !== undefined && found > witness.at;
        return finding(id, isOver ? 0 : weight, witness);
      }),
      ...facts.seen('wifi-failed').map((witness) => {
        const next = facts.codes.find((code) => isOfReach(code.code) && isRightBefore(witness, code));
        return finding('net.wifi', next === undefined ? weightOf(witness.at, 62) : 86, witness, next);
      }),
      ...facts.seen('wifi-enterprise-failed').map((witness) => {
        // What could not be parsed is told by the supplicant's TLS before.
        const isTold = rightBefore(facts, 'unreadable', witness) !== undefined;
        return finding('net.wifi.enterprise', isTold ? 57 : weightOf(witness.at, 86), witness);
      }),
    ].filter(({ weight }) => weight > 0);
  },

  (facts) => {
    const up = upAt(facts);
    return facts
      .seen('wifi-security-unfit')
      .filter(({ at }) => at > up)
      .map((witness) => finding('net.wifi.security', 84, witness));
  },

  // All figures of the signal that the log has are bad, and the station does not get in.
  (facts) => {
    const up = upAt(facts);
    const signals = facts.seen('signal');
    const reasons = facts.seen('wifi-disconnected').filter(({ at }) => at > up);
    const failed = reasons.find(({ event }) => OF_LOST_ANSWERS.has(event.reason));
    const isTold = reasons.some(({ event }) => BY_REASON[event.reason] === 'net.wifi.password');
    const isWeak = !isTold && signals.length > 0 && signals.every(({ event }) => event.dbm <= WEAK_DBM);
    return failed === undefined || !isWeak ? [] : [finding('net.wifi.weak', 85, signals.at(-1), failed)];
  },

  // Without its access point, and before the next address, no host can be reached.
  (facts) =>
    facts.seen('wifi-disconnected').flatMap(({ event, ...gone }) => {
      const back = facts.seen('address').find(({ at }) => at > gone.at)?.at ?? Infinity;
      const failed = facts
        .seen('connect-failed')
        .find((one) => one.event.why === 'unreachable' && one.at > gone.at && one.at < back);
      return failed === undefined ? [] : [finding(BY_REASON[event.reason] ?? 'net.wifi', 72, gone, failed)];
    }),

  // The station joins again behind a read or write that failed.
  (facts) => {
    const lost = facts.codes.find(({ code }) => LOST_CODES.includes(-code));
    const joined = facts
      .seen('wifi-connected')
      .find(({ at }) => lost !== undefined && at > lost.at && at - lost.at <= LOST_LINES);
    return joined === undefined ? [] : [finding('net.wifi.link', 72, lost, joined)];
  },

  // The station fell out of its network, for a reason that tells nothing, and a read or write failed right behind.
  (facts) =>
    facts.seen('wifi-state').flatMap(({ event, ...gone }) => {
      if (event.from !== ASSOCIATED || event.to !== 0 || event.isOwn === true) return [];
      if (facts.seen('wifi-disconnected').some(isLeave)) return [];
      const lost = facts.codes.find(
        ({ code, at }) => LOST_CODES.includes(-code) && at > gone.at && at - gone.at <= LOST_LINES,
      );
      return lost === undefined ? [] : [finding('net.wifi.link', 80, gone, lost)];
    }),

  // The station joined anew in the middle of its work, and what was open before does not go on.
  (facts) =>
    facts.seen('wifi-connected').flatMap((joined) => {
      const lost = facts
        .seen('connection-lost')
        .find(({ at }) => at > joined.at && at - joined.at <= LOST_LINES);
      return lost === undefined || (joined.timeMs ?? 0) < LATE_MS
        ? []
        : [finding('net.wifi.link', 64, joined, lost)];
    }),

  (facts) => {
    // A station that is thrown out has another trouble than its address.
    const up = upAt(facts);
    const since = Math.max(up, facts.seen('wifi-disconnected').at(-1)?.at ?? 0);
    return (
      facts
        .seen('dhcp')
        .filter(({ event, at }) => event.state === 'failed' && at > since)
        // AT firmware says so of a station that is not in at all.
        .map((witness) =>
          finding('net.dhcp', since > up && witness.line.endsWith('no ip') ? 70 : 86, witness),
        )
    );
  },

  // The station is at its access point, and the log goes on without an address.
  (facts) => {
    const up = upAt(facts);
    const joined = [
      ...facts.seen('dhcp').filter(({ event }) => event.state === 'started'),
      ...facts.seen('wifi-connected'),
    ]
      .filter(({ at }) => at > up)
      .sort((a, b) => a.at - b.at)
      .at(0);
    if (joined === undefined) return [];
    const later = [
      ...facts.seen('dns-failed'),
      ...facts.seen('connect-failed'),
      ...facts.seen('timed-out'),
    ].find(({ at }) => at > joined.at);
    const waited = facts.clock.lastMs - (joined.timeMs ?? Infinity);
    return later !== undefined || waited > DHCP_MS ? [finding('net.dhcp', 72, joined, later)] : [];
  },
];

/** The station left by itself. */
function isLeave({ event }: { event: { reason: number } }): boolean {
  return BY_REASON[event.reason] === 'net.wifi.left';
}

/** Codes of a host that cannot be reached, or has no address. */
function isOfReach(code: number): boolean {
  return hasPart(code, CODE.netConnect) || hasPart(code, CODE.netUnknownHost);
}

const OF_PEER = [CODE.sslEof, CODE.sslFatalAlert, CODE.sslPeerClosed];

/** The last line that only a station with an address prints; 0 where there is none. */
function upAt(facts: LogFacts): number {
  const addresses = facts.seen('address').filter(({ event }) => event.ip !== '0.0.0.0');
  const refused = facts.seen('handshake-failed').filter(({ event }) => event.reason !== 'unknown');
  const ups = [
    addresses,
    facts.alerts,
    facts.flags,
    refused,
    facts.steps,
    facts.seen('tls-connected'),
    facts.seen('http-status'),
    // What only the other side of a connection brings about.
    facts.codes.filter(({ code }) => OF_PEER.some((part) => hasPart(code, part))),
  ];
  return Math.max(0, ...ups.map((list) => list.at(-1)?.at ?? 0));
}
