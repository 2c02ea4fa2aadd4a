import type { AtPurpose } from '../../monitor/event.ts';
import type { CauseId } from './causes.ts';
import type { LogFacts, Witness } from './log-facts.ts';
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
  200: 'net.wifi.signal',
  201: 'net.wifi.no_ap',
  202: 'net.wifi.password',
  203: 'net.wifi.association',
  204: 'net.wifi.password',
  210: 'net.wifi.security',
  211: 'net.wifi.security',
  212: 'net.wifi.signal',
};
/** Of several reasons the others tell more: these come of each trouble. */
const VAGUE: ReadonlySet<CauseId> = new Set(['net.wifi.auth_expired', 'net.wifi.association']);
/** AUTH_LEAVE, ASSOC_LEAVE: the program left by itself. */
const LEFT: ReadonlySet<number> = new Set([3, 8]);
/** Only a station that was in misses beacons. */
const BEACON_TIMEOUT = 200;
/** ESPEasy: «Connected for 14 m 56 s». */
const LONG_IN = /\bConnected for \d+ (?:m|h|d)\b/;
/** State of the SDK's station behind association. */
const ASSOCIATED = 5;
/** DHCP answers within this, in milliseconds. */
const DHCP_MS = 8000;
const OF_COMMAND: Readonly<Record<Exclude<AtPurpose, 'other'>, readonly [cause: CauseId, weight: number]>> = {
  'tls-connection': ['tls.at_refused', 64],
  'tcp-connection': ['net.connect', 64],
  connection: ['net.not_made', 64],
  'tls-setting': ['modem.no_tls', 70],
  // Names and connections fail behind it.
  network: ['net.modem', 84],
};
/** The answer to a command comes within so many lines. */
const AT_LINES = 12;

/** Wi-Fi and DHCP, as long as no address came. */
export const LINK_RULES: readonly Rule[] = [
  (facts) => {
    const up = upAt(facts);
    const failed = facts.codes.filter(({ code }) => Math.abs(code) > 0x7f).at(-1)?.at ?? 0;
    const weightOf = (at: number, weight: number) => (at < up ? 0 : failed > 0 && failed < at ? 42 : weight);
    const wasIn =
      up > 0 ||
      facts.seen('wifi-disconnected').some(({ event }) => event.reason === BEACON_TIMEOUT) ||
      facts.seen('wifi-disconnected').some(({ line }) => LONG_IN.test(line));
    const found = facts.seen('wifi-state').findLast(({ event }) => event.to === ASSOCIATED)?.at;
    return [
      ...facts.seen('wifi-disconnected').map(({ event: { reason }, ...witness }) => {
        const id = BY_REASON[reason];
        const weight = LEFT.has(reason) ? 42 : id === undefined || VAGUE.has(id) ? 83 : 84;
        // With the right password the station was in before.
        if ((id === 'net.wifi.password' || (id !== undefined && VAGUE.has(id))) && wasIn)
          return finding('net.wifi.link', weightOf(witness.at, weight), witness);
        const isOver = id === 'net.wifi.no_ap' && found !== undefined && found > witness.at;
        return finding(id ?? 'net.wifi', isOver ? 0 : weightOf(witness.at, weight), witness);
      }),
      ...facts.seen('wifi-failed').map((witness) => finding('net.wifi', weightOf(witness.at, 62), witness)),
      ...facts
        .seen('wifi-enterprise-failed')
        .map((witness) => finding('net.wifi.enterprise', weightOf(witness.at, 86), witness)),
    ].filter(({ weight }) => weight > 0);
  },

  (facts) => {
    // A station that is thrown out has another trouble than its address.
    const since = Math.max(upAt(facts), facts.seen('wifi-disconnected').at(-1)?.at ?? 0);
    return facts
      .seen('dhcp')
      .filter(({ event, at }) => event.state === 'failed' && at > since)
      .map((witness) => finding('net.dhcp', 86, witness));
  },

  (facts) => {
    const last = facts.seen('modem').at(-1);
    return last === undefined || last.event.attached ? [] : [finding('net.modem', 76, last)];
  },

  (facts) => facts.seen('module-silent').map((witness) => finding('modem.silent', 66, witness)),

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
      // SIMCom sets TLS first, and then opens.
      const isSet = starts.some(({ event, at }) => event.purpose === 'tls-setting' && at < start.at);
      return [
        finding(
          ...OF_COMMAND[purpose === 'tcp-connection' && isSet ? 'tls-connection' : purpose],
          start,
          answer,
        ),
      ];
    }),

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
    const waited = facts.lastMs - (joined.timeMs ?? Infinity);
    return later !== undefined || waited > DHCP_MS ? [finding('net.dhcp', 72, joined, later)] : [];
  },
];

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
  ];
  return Math.max(0, ...ups.map((list) => list.at(-1)?.at ?? 0));
}
