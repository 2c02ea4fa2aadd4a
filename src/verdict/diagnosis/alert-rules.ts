import { ALERT } from '../../endpoint/alerts.ts';
import type { CauseId } from './causes.ts';
import { CODE, hasPart } from './codes.ts';
import { endedBehindHandshake, lastBegin } from './connection-end.ts';
import { causeOfReason, HANG_UPS, weightOfReason } from './handshake-reasons.ts';
import type { LogFacts, Witness } from './log-facts.ts';
import { finding, type Finding, type Rule } from './rule.ts';

/** Alerts of the server (RFC 8446 6.2, RFC 5246 7.2.2). */
const RECEIVED: Readonly<Record<number, CauseId>> = {
  [ALERT.unexpected_message]: 'tls.alert.malformed',
  [ALERT.bad_record_mac]: 'tls.bad_mac',
  [ALERT.decryption_failed]: 'tls.bad_mac',
  [ALERT.no_certificate]: 'tls.alert.client_certificate.missing',
  [ALERT.bad_certificate]: 'tls.alert.client_certificate',
  [ALERT.unsupported_certificate]: 'tls.alert.client_certificate',
  [ALERT.certificate_revoked]: 'tls.alert.client_certificate.revoked',
  [ALERT.certificate_expired]: 'tls.alert.client_certificate.expired',
  [ALERT.certificate_unknown]: 'tls.alert.client_certificate',
  [ALERT.illegal_parameter]: 'tls.alert.malformed',
  [ALERT.unknown_ca]: 'tls.alert.client_certificate.unknown_ca',
  [ALERT.access_denied]: 'tls.alert.client_certificate',
  [ALERT.decode_error]: 'tls.alert.malformed',
  [ALERT.decrypt_error]: 'key.cert_mismatch',
  [ALERT.protocol_version]: 'tls.alert.protocol_version',
  [ALERT.insufficient_security]: 'build.no_shared_cipher',
  [ALERT.internal_error]: 'tls.alert.internal_error',
  [ALERT.missing_extension]: 'tls.alert.malformed',
  [ALERT.unsupported_extension]: 'tls.alert.malformed',
  [ALERT.unrecognized_name]: 'tls.alert.server_name',
  [ALERT.certificate_required]: 'tls.alert.client_certificate.missing',
  [ALERT.no_application_protocol]: 'tls.alert.alpn',
  [ALERT.unknown_psk_identity]: 'tls.alert.psk_identity',
};

/** Alerts that this side sends: what it found wrong with the server. */
const SENT: Readonly<Record<number, CauseId>> = {
  [ALERT.bad_certificate]: 'tls.verify_failed',
  [ALERT.unsupported_certificate]: 'tls.verify_policy',
  [ALERT.certificate_revoked]: 'tls.revoked',
  [ALERT.certificate_expired]: 'tls.expired',
  [ALERT.certificate_unknown]: 'tls.verify_failed',
  [ALERT.unknown_ca]: 'tls.ca_wrong',
  [ALERT.protocol_version]: 'tls.alert.protocol_version',
};

/** Alerts that have nothing to do with a missing certificate: versions, suites, names, and certificates that came. */
const OF_OTHER: ReadonlySet<number> = new Set<number>([
  ALERT.certificate_revoked,
  ALERT.certificate_expired,
  ALERT.unknown_ca,
  ALERT.decrypt_error,
  ALERT.protocol_version,
  ALERT.insufficient_security,
  ALERT.unrecognized_name,
  ALERT.no_application_protocol,
]);
/** Alerts for a certificate that is missing, or not what the server takes. */
const ABOUT_CERTIFICATE: ReadonlySet<number> = new Set<number>([
  ALERT.handshake_failure,
  ALERT.no_certificate,
  ALERT.bad_certificate,
  ALERT.unsupported_certificate,
  ALERT.certificate_unknown,
  ALERT.access_denied,
  ALERT.certificate_required,
]);

/** Two may be of two causes. */
const MANY_ALERTS = 3;
/** Alerts of who cannot make anything of what came. */
const UNREADABLE: readonly number[] = [
  ALERT.unexpected_message,
  ALERT.bad_record_mac,
  ALERT.record_overflow,
  ALERT.illegal_parameter,
  ALERT.decode_error,
];

/** Alerts, and what the server says without one. */
export const ALERT_RULES: readonly Rule[] = [
  (facts) =>
    facts.alerts.flatMap(({ direction, description, ...witness }) => {
      if (direction === 'sent' || description === ALERT.close_notify) return [];
      if (description === ALERT.handshake_failure) return handshakeFailure(facts, witness);
      // What a server's log says of the device's certificate beside it is coarser.
      const weight = description === ALERT.unknown_ca ? 91 : 90;
      return [finding(RECEIVED[description] ?? 'tls.alert.other', weight, witness)];
    }),

  // Another alert at each try is no finding of the server: it cannot read what it gets.
  (facts) => {
    const received = facts.alerts.filter(
      ({ direction, description }) => direction === 'received' && description !== ALERT.close_notify,
    );
    const kinds = new Set(received.map(({ description }) => description));
    return kinds.size >= MANY_ALERTS &&
      !facts.subjects.has('server') &&
      UNREADABLE.some((alert) => kinds.has(alert))
      ? [finding('tls.damaged_message', 92, ...received.slice(0, MANY_ALERTS))]
      : [];
  },

  (facts) => {
    const refused = facts.codes.find(({ code }) => hasPart(code, CODE.sslFatalAlert));
    if (refused === undefined || facts.alerts.some(({ direction }) => direction === 'received')) return [];
    return [
      finding('tls.alert.unknown', 60, refused),
      finding('tls.alert.client_certificate', hasSentFlight(facts) ? 70 : 30, refused),
    ];
  },

  (facts) =>
    facts.seen('handshake-failed').flatMap(({ event: { reason }, ...witness }) => {
      if (reason === 'key mismatch') return [finding('key.cert_mismatch', 93, witness)];
      // BearSSL numbers a fatal alert of the server beyond its own errors, for which Arduino has no text.
      if (reason.startsWith('Unknown error') || reason === 'fatal alert')
        return [finding('tls.alert.unknown', 58, witness)];
      if (reason === 'Timeout') return [finding('net.timeout', 60, witness)];
      if (reason === 'unknown') return [finding('tls.handshake_failed', 50, witness)];
      const later = HANG_UPS.has(reason) ? endedBehindHandshake(facts, witness) : undefined;
      if (later !== undefined) return later;
      const id = causeOfReason(reason);
      return [
        ...(reason === 'client left' ? vanished(facts, witness) : []),
        finding(id, weightOfReason(reason, id), witness),
        ...(reason === 'invalid protocol message' ? [finding('net.plain_port', 45, witness)] : []),
      ];
    }),

  // Its caller knows no reason; a record of seven bytes was an alert.
  (facts) =>
    facts.seen('handshake-ended').map((witness) => {
      const alert = facts.seen('record').find(({ event, at }) => event.type === 21 && at < witness.at);
      return alert === undefined
        ? finding('tls.handshake_failed', 54, witness)
        : finding('tls.alert.unknown', 57, witness, alert);
    }),

  // The debug output ends at the header of an alert, before its number.
  (facts) => {
    const last = facts.seen('record').at(-1);
    const isEnd = last !== undefined && facts.lineCount - last.at < 3 && facts.codes.length === 0;
    return isEnd && IS_ALERT_HEADER.test(last.line) && facts.alerts.length === 0
      ? [finding('tls.alert.unknown', 62, last)]
      : [];
  },

  // What this side sends is told better by the code that made it send.
  (facts) =>
    facts.alerts
      .filter(({ direction, description }) => direction === 'sent' && description !== ALERT.close_notify)
      .map(({ description, ...witness }) => {
        const message = facts.seen('handshake-message').findLast(({ at }) => at < witness.at);
        const id = SENT[description];
        if (id !== undefined) return finding(id, 57, witness, message);
        const isOwn = description === ALERT.internal_error;
        return finding(
          isOwn ? 'tls.alert.sent_internal' : 'tls.alert.sent',
          isOwn ? 56 : 51,
          witness,
          message,
        );
      }),

  // The server asked, and got nothing: whatever it said then.
  (facts) => {
    const none = noOwnCertificate(facts);
    const refused =
      facts.alerts.find(
        ({ direction, description }) =>
          direction === 'received' && description !== ALERT.close_notify && !OF_OTHER.has(description),
      ) ??
      facts.codes.find(({ code }) => [CODE.sslFatalAlert, CODE.sslEof].some((part) => hasPart(code, part)));
    const isOther = facts.alerts.some(({ description }) => OF_OTHER.has(description));
    return none === undefined || refused === undefined || refused.at < none.at || isOther
      ? []
      : [finding('tls.alert.client_certificate.missing', 94, none, refused)];
  },

  // The program says that it has none: then an alert about a certificate is about that.
  (facts) => {
    const none = facts.seen('client-certificate').find(({ event }) => event.state === 'not-configured');
    const alert = aboutCertificate(facts);
    if (none === undefined || alert === undefined) return [];
    // A handshake_failure that answers ClientHello is about suites.
    const weight = alert.description === ALERT.handshake_failure ? 91 : 94;
    return [finding('tls.alert.client_certificate.missing', weight, none, alert)];
  },
];

/** Without encryption an alert is two bytes (RFC 8446 6). */
const IS_ALERT_HEADER = /\b15 03 0[0-4] 00 02(?: {3}|$)/;

function aboutCertificate({ alerts }: LogFacts): LogFacts['alerts'][number] | undefined {
  return alerts.find(
    ({ direction, description }) => direction === 'received' && ABOUT_CERTIFICATE.has(description),
  );
}

/** That the server asked for a certificate, and the client has none. */
function noOwnCertificate(facts: LogFacts): Witness | undefined {
  const states = facts.seen('client-certificate');
  const none = states.find(({ event }) => event.state === 'none-to-send');
  if (none !== undefined) return none;
  const asked = states.find(({ event }) => event.state === 'requested');
  if (asked === undefined) {
    // The log may begin behind the request, and the alert says that there was one.
    const alert = aboutCertificate(facts);
    const isAsked = alert !== undefined && states.every(({ event }) => event.state !== 'not-requested');
    return isAsked ? facts.steps.find(({ step }) => step === 'skip write certificate verify') : undefined;
  }
  return facts.steps.find(({ step, at }) => at > asked.at && /^skip write certificate/.test(step));
}

/**
 * The answer to ClientHello is read in ssl_cli.c (ssl_tls12_client.c in 3.x), the answer to the client's own flight in
 * ssl_tls.c. Without that trace it stays open which of the two the server refuses.
 */
function handshakeFailure(facts: LogFacts, witness: Witness): Finding[] {
  const readIn = (file: RegExp) =>
    facts.codes.find(
      ({ inner, line, call }) => inner && call === 'mbedtls_ssl_read_record' && file.test(line),
    );
  const hello = readIn(/ssl_(?:cli|tls12_client|tls13_client)\.c/);
  const flight = readIn(/ssl_tls\.c/);
  if (hasSentFlight(facts) || flight !== undefined) {
    return [finding('tls.alert.client_certificate', 91, witness, flight)];
  }
  if (hello !== undefined || facts.seen('no-shared-suite').length > 0) {
    return [
      finding('build.no_shared_cipher', 92, witness, hello),
      finding('tls.alert.handshake_failure', 80, witness),
    ];
  }
  return [
    finding('tls.alert.handshake_failure', 90, witness),
    finding('build.no_shared_cipher', 68, witness),
  ];
}

/** The client's own flight is out: its key exchange, its certificate, its Finished. */
function hasSentFlight({ steps }: LogFacts): boolean {
  return steps.some(({ step }) =>
    /write (?:certificate verify|finished|client key exchange|change cipher)|^(?:certificate verify|client (?:change cipher spec|finished)|server (?:change cipher spec|finished)|flush buffers)$/.test(
      step,
    ),
  );
}

/** By mosquitto's log the client had been accepted on that connection. */
function vanished(facts: LogFacts, end: Witness): Finding[] {
  const accepted = facts
    .seen('tls-connected')
    .findLast(({ line, at }) => NAMED_CLIENT.test(line) && at < end.at);
  return accepted !== undefined && accepted.at > lastBegin(facts, end)
    ? [finding('mqtt.client_vanished', 62, accepted, end)]
    : [];
}

const NAMED_CLIENT = /\bNew client connected from\b/;
