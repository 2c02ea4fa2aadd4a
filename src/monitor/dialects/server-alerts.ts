import { ALERT, type AlertName } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { alert, alertNamed, inferredAlert } from './alert.ts';
import { failed, PLAIN_TO_TLS } from './details.ts';

/** crypto/tls's texts of alerts that are not the name with blanks for its underscores. */
const GO_ALERTS: Readonly<Record<string, AlertName>> = {
  'unknown certificate authority': 'unknown_ca',
  'unknown certificate': 'certificate_unknown',
  'expired certificate': 'certificate_expired',
  'revoked certificate': 'certificate_revoked',
  'error decoding message': 'decode_error',
  'error decrypting message': 'decrypt_error',
  'protocol version not supported': 'protocol_version',
  'insufficient security level': 'insufficient_security',
};

/** What a client sends of the certificate that it was shown. */
const OF_CLIENT: ReadonlySet<number> = new Set([
  ALERT.bad_certificate,
  ALERT.unsupported_certificate,
  ALERT.certificate_revoked,
  ALERT.certificate_expired,
  ALERT.certificate_unknown,
  ALERT.unknown_ca,
]);

/** X509_V_ERR_... of a server that verifies its client (openssl/x509_vfy.h), and the alert that it sends for it. */
const CLIENT_VERIFY: Readonly<Record<number, number>> = {
  10: ALERT.certificate_expired,
  18: ALERT.unknown_ca,
  19: ALERT.unknown_ca,
  20: ALERT.unknown_ca,
  21: ALERT.unknown_ca,
  23: ALERT.certificate_revoked,
};

/** Alerts, and what is refused of a client's certificate, in logs of servers: there an alert that is received is the device's. */
export const SERVER_ALERT_RULES: readonly Rule[] = [
  {
    // Erlang's ssl (RabbitMQ, EMQX, VerneMQ).
    mark: [' alert: fatal', 'alert: warning'],
    pattern:
      /\b(received CLIENT|generated SERVER|received SERVER|generated CLIENT) ALERT: (?:Fatal|Warning) - ([A-Za-z ]+\w)/,
    read: ([who, name]) =>
      /insufficient security/i.test(name!) && /SERVER$/.test(who!)
        ? { kind: 'no-shared-suite' }
        : alertNamed(/CLIENT$/.test(who!) ? 'sent' : 'received', name!),
  },
  {
    // Older ones: «{tls_alert,"certificate unknown"}».
    mark: 'tls_alert,"',
    pattern: /\btls_alert, ?"([a-z ]+)"/,
    read: ([name]) => ofEitherSide(name!),
  },
  {
    mark: 'remote error: tls: ',
    pattern: /^(.*)\bremote error: tls: ([\w ]+)/,
    read: ([before, text]) => {
      const name = (GO_ALERTS[text!.trim()] ?? text!).replaceAll('_', ' ');
      if (/\bhandshake error from\b/.test(before!)) return alertNamed('sent', name);
      return /\bdial\b|\b(?:Get|Post|Put) "/.test(before!)
        ? alertNamed('received', name)
        : ofEitherSide(name);
    },
  },
  {
    // JSSE.
    mark: 'received fatal alert: ',
    pattern: /\bReceived fatal alert: ([a-z_]+)/,
    read: ([name]) => ofEitherSide(name!.replaceAll('_', ' ')),
  },
  {
    // Go, of the device's certificate.
    mark: ['incompatible key usage'],
    pattern: /\bverify client certificate\b.*\bincompatible key usage\b/,
    read: () => failed('client certificate usage'),
  },
  {
    // Java's and Go's servers, of the device's certificate, or of what is no TLS.
    mark: ['path building', 'certification path', 'unknown authority', 'unrecognized ssl'],
    pattern:
      /\b(?:accept connection|handshake error from|client certificate|clientError)\b.*\b(?:(path building|certification path|unknown authority)|unrecognized SSL message)\b/,
    read: ([untrusted]) => (untrusted === undefined ? { ...PLAIN_TO_TLS } : inferredAlert(ALERT.unknown_ca)),
  },
  {
    // Windows' Schannel.
    mark: 'fatal alert code is',
    pattern: /\balert was (received|generated)\b.*\bfatal alert code is (\d+)/,
    read: ([what, code]) => alert(what === 'received' ? 'sent' : 'received', Number(code)),
  },
  {
    // tshark and Wireshark.
    mark: ['alert (level', 'description: '],
    pattern:
      /^(.*)\bAlert \(Level: Fatal, Description: ([A-Za-z ]+)\)|^\s*Description: ([A-Z][A-Za-z ]+) \(\d{1,3}\)$/,
    read: ([ports, first, second]) => {
      const [from, to] =
        /(\d+) → (\d+)/
          .exec(ports ?? '')
          ?.slice(1)
          .map(Number) ?? [];
      // The lower port is the server's.
      return from === undefined || to === undefined
        ? ofEitherSide(first ?? second!)
        : alertNamed(from < to ? 'received' : 'sent', first!);
    },
  },
  {
    mark: 'certificate verif',
    pattern:
      /\bclient SSL certificate verify error: \((\d+):|\bAH02276: Certificate Verification: Error \((\d+)\)/,
    read: ([nginx, apache]) =>
      alert('received', CLIENT_VERIFY[Number(nginx ?? apache)] ?? ALERT.bad_certificate),
  },
];

/** Where the line does not say whose alert it was: what is said of a certificate is a client's, as a rule. */
export function ofEitherSide(text: string): MonitorDetail | undefined {
  const found = alertNamed('received', text);
  return found?.kind === 'alert' && OF_CLIENT.has(found.description)
    ? { ...found, direction: 'sent' }
    : found;
}
