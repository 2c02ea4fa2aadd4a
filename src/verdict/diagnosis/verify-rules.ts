import { ALERT } from '../../endpoint/alerts.ts';
import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { isRightBefore, lastBegin, NEAR_LINES } from './connection-end.ts';
import { lastSuccess, type LogFacts, type Witness } from './log-facts.ts';
import { finding, told, type Finding, type Rule } from './rule.ts';

/** The cause behind each verify flag. */
const BY_FLAG: Readonly<Record<string, CauseId>> = {
  NOT_TRUSTED: 'tls.ca_wrong',
  CN_MISMATCH: 'tls.cn_mismatch',
  FUTURE: 'tls.clock_unset',
  NO_TIME: 'tls.clock_unset',
  EXPIRED: 'tls.expired',
  REVOKED: 'tls.revoked',
  BAD_MD: 'tls.verify_policy.hash',
  BAD_PK: 'tls.verify_policy.key',
  BAD_KEY: 'tls.verify_policy.key',
  KEY_USAGE: 'tls.verify_policy.usage',
  EXT_KEY_USAGE: 'tls.verify_policy.usage',
  NS_CERT_TYPE: 'tls.verify_policy.usage',
  CRL_EXPIRED: 'tls.crl.expired',
  CRL_FUTURE: 'tls.crl.not_yet_valid',
  CRL_NOT_TRUSTED: 'tls.crl.not_trusted',
  CRL_BAD_MD: 'tls.crl.policy',
  CRL_BAD_PK: 'tls.crl.policy',
  CRL_BAD_KEY: 'tls.crl.policy',
  MISSING: 'tls.server_sent_none',
  SKIP_VERIFY: 'tls.verify_skipped',
  OTHER: 'tls.verify_callback',
};

/**
 * Of several flags the name counts first: a server that is another one than was meant has another root, too. A clock
 * that was never set goes before a root that is not trusted for the same reason.
 */
const ORDER = ['CN_MISMATCH', 'FUTURE', 'EXPIRED', 'BAD_MD', 'BAD_KEY', 'NOT_TRUSTED'];

/**
 * The alert that mbedTLS 2.5 to 3.6 sends beside the code tells the flag (ssl_parse_certificate_verify of ssl_tls.c, in
 * 3.6 mbedtls_ssl_verify_certificate): certificate_unknown is for what no other alert is for, a time in the future and
 * a hash.
 */
const BY_SENT_ALERT: Readonly<Record<number, CauseId>> = {
  [ALERT.access_denied]: 'tls.verify_callback',
  [ALERT.bad_certificate]: 'tls.cn_mismatch',
  [ALERT.unsupported_certificate]: 'tls.verify_policy',
  [ALERT.certificate_expired]: 'tls.expired',
  [ALERT.certificate_revoked]: 'tls.revoked',
  [ALERT.unknown_ca]: 'tls.ca_wrong',
};

/** A fingerprint by SHA-1 that a program says it uses. */
const PINNED =
  /\b(?:us(?:e|ing)|expect(?:ed|ing)?|pinned)\b.{0,20}\bfingerprint\b.*\b[\da-f]{2}(?:[ :][\da-f]{2}){19}\b/i;
const PINNED_LINES = 4;

/** Verification of the server's chain. */
export const VERIFY_RULES: readonly Rule[] = [
  (facts) =>
    facts.flags.flatMap(({ flag, isSure, ...witness }) => {
      if (flag === 'VALIDITY') return validity(facts, witness);
      const set = flag === 'FUTURE' ? clockSet(facts) : undefined;
      if (set !== undefined) return [finding('tls.not_yet_valid', 93, witness, set)];
      const id = BY_FLAG[flag];
      if (id === undefined) return [];
      const place = ORDER.indexOf(flag);
      return [finding(id, (isSure ? 93 : 70) - (place < 0 ? ORDER.length : place), witness)];
    }),

  // Without the flags' word or a sentence the alert tells which it was; without that, the CA is the usual reason.
  (facts) => {
    const refused = facts.codes.find(({ code }) => hasPart(code, CODE.verifyFailed));
    if (refused === undefined || facts.flags.length > 0) return [];
    const clock = unsetClock(facts);
    const alert = facts.alerts.find(
      ({ direction, description, at }) =>
        direction === 'sent' &&
        description !== ALERT.close_notify &&
        Math.abs(at - refused.at) <= NEAR_LINES &&
        lastBegin(facts, { ...refused, at: Math.max(at, refused.at) }) < Math.min(at, refused.at),
    );
    if (alert?.description === ALERT.certificate_unknown)
      return [
        finding('tls.clock_unset', clockSet(facts) === undefined ? 72 : 50, refused, alert, clock),
        finding('tls.verify_policy.hash', 55, refused, alert),
      ];
    const told = alert === undefined ? undefined : BY_SENT_ALERT[alert.description];
    if (told !== undefined) return [finding(told, 88, refused, alert)];
    return [
      finding('tls.ca_wrong.or_other', 65, refused),
      finding('tls.cn_mismatch', 40, refused),
      finding('tls.clock_unset', clock === undefined ? 35 : 70, refused, clock),
      finding('heap.exhausted', 20, refused),
    ];
  },

  // The program's own callback took what was wrong, and TLS came up.
  (facts) => {
    const up = lastSuccess(facts);
    return facts.letPass === undefined || up === undefined || up.at < facts.letPass.at
      ? []
      : [finding('tls.unverified', 52, up, facts.letPass)];
  },

  // Refused, and then a connection all the same, with nothing begun between.
  (facts) => {
    const refused = facts.flags.at(-1);
    const up = facts
      .seen('tls-connected')
      .find((witness) => refused !== undefined && isRightBefore(refused, witness));
    if (refused === undefined || up === undefined || lastBegin(facts, up) > refused.at) return [];
    const isOptional =
      /cipher ?suite is|mqtt connect success/i.test(up.line) &&
      facts.codes.every(({ at }) => at > up.at || at < refused.at - NEAR_LINES);
    return isOptional ? [finding('tls.unverified', 90, up, refused)] : [];
  },

  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.x509Fatal))
      .map((witness) => finding('tls.verify_failed', 50, witness)),

  told('no-trust-anchor', 'tls.ca_missing', 89),
  ({ codes }) =>
    codes
      .filter(({ code }) => hasPart(code, CODE.sslCaChainRequired))
      // What the library says itself goes before what led to it.
      .map((witness) => finding('tls.ca_missing', 91, witness)),

  // What Google's servers show a client that names no host.
  (facts) =>
    facts
      .seen('peer-certificate')
      .filter(({ line }) => /\bNo SNI provided\b/.test(line))
      .map((witness) => finding('tls.hostname_unset', 98, witness)),

  told('fingerprint-malformed', 'tls.fingerprint.malformed', 95),
  // openssl: the first certificate cannot be verified, for what stands between it and the root was not sent.
  (facts) => {
    const first = facts.flags.find(({ line }) => /\bnum=21:unable to verify the first\b/.test(line));
    return first === undefined ? [] : [finding('tls.chain_incomplete', 92, first)];
  },
  // A program that goes on all the same gets an answer, which says more.
  (facts) => {
    const answered = facts
      .seen('http-status')
      .findLast(({ event }) => event.status === 401 || event.status === 403);
    return facts
      .seen('fingerprint-mismatch')
      .map((witness) =>
        finding('tls.fingerprint', answered !== undefined && answered.at > witness.at ? 64 : 94, witness),
      );
  },
  // Pinned, and then there is no connection and no reason for it: a certificate is renewed every few months.
  (facts) => {
    const up = lastSuccess(facts)?.at ?? 0;
    const pinned = facts.unreadSince(0).find(({ line }) => PINNED.test(line));
    const failed = facts
      .seen('connect-failed')
      .find(
        ({ event, at }) =>
          event.why === 'any-layer' &&
          pinned !== undefined &&
          at > up &&
          at > pinned.at &&
          at - pinned.at <= PINNED_LINES,
      );
    return failed === undefined ? [] : [finding('tls.fingerprint', 56, pinned, failed)];
  },
  // Tasmota up to 6.4 says what it does, and on the next line how it went.
  (facts) => {
    const begun = facts.unreadSince(0).findLast(({ line }) => /\bVerify TLS fingerprint\.{3}$/.test(line));
    if (begun === undefined) return [];
    const failed = facts
      .unreadSince(begun.at)
      .find(({ line, at }) => at === begun.at + 1 && /\bFailed$/.test(line));
    return failed === undefined ? [] : [finding('tls.fingerprint', 90, begun, failed)];
  },
  // A handshake that failed without a reason, by a device that thinks it is 1970.
  (facts) => {
    const clock = unsetClock(facts);
    const failed = [...facts.seen('handshake-failed'), ...facts.seen('handshake-ended')].find(
      (witness) => !('reason' in witness.event) || witness.event.reason === 'unknown',
    );
    const isTold = facts.flags.length > 0 || facts.codes.length > 0 || facts.alerts.length > 0;
    if (clock === undefined || failed === undefined || isTold) return [];
    return [finding('tls.clock_unset', 63, clock, failed)];
  },
  (facts) =>
    facts
      .seen('clock-unset')
      .map((witness) =>
        finding('tls.clock_unset', /\berror: time not configured\b/i.test(witness.line) ? 54 : 30, witness),
      ),
  (facts) => {
    const set = facts.seen('clock-set').at(-1)?.at ?? 0;
    return facts
      .seen('clock-sync-failed')
      .filter(({ at }) => at > set)
      .map((witness) => finding('net.sntp', 52, witness));
  },
];

/** BearSSL has one number for a certificate that is too old and for one that is too young: the clock decides. */
function validity(facts: LogFacts, witness: Witness): Finding[] {
  // Its clock is __DATE__ (time_macros.h), unless it is told another.
  if (witness.line.includes('(SSLClient)')) return [finding('tls.validity_by_build', 88, witness)];
  const unset = unsetClock(facts);
  const set = clockSet(facts);
  if (set !== undefined) {
    return [finding('tls.expired', 92, witness, set), finding('tls.clock_unset', 40, witness)];
  }
  return [
    // An ESP8266 starts in 1970, and every certificate is too young for it.
    finding('tls.clock_unset', unset === undefined ? 71 : 93, witness, unset),
    finding('tls.expired', 66, witness),
  ];
}

/** That the clock was set, unless it was found unset later. */
function clockSet(facts: LogFacts): Witness | undefined {
  const set = facts.seen('clock-set').at(-1);
  const unset = facts.seen('clock-unset').at(-1)?.at ?? 0;
  return set !== undefined && set.at > unset ? set : undefined;
}

/** That the clock was not set, unless it was set later. */
function unsetClock(facts: LogFacts): Witness | undefined {
  const set = facts.seen('clock-set').at(-1)?.at ?? 0;
  return [...facts.seen('clock-unset'), ...facts.seen('clock-sync-failed')].find(({ at }) => at > set);
}
