import type { CauseId } from './causes.ts';
import type { LogFacts } from './log-facts.ts';
import type { Finding } from './rule.ts';

/** What a client's cause means where the device is the server: it was the other side that refused. */
const OF_SERVER: Partial<Record<CauseId, CauseId>> = {
  'tls.alert.unknown': 'tls.server.client_left',
  'tls.alert.other': 'tls.server.client_left',
  'tls.peer_eof': 'tls.server.client_left',
  'net.reset': 'tls.server.client_left',
  'tls.handshake_failed': 'tls.server.handshake_failed',
  'tls.closed_later': 'tls.server.client_left',
  'aws.policy': 'tls.server.client_left',
  'net.plain_port': 'tls.server.not_tls',
  'tls.alert.client_certificate': 'tls.server.untrusted',
  'tls.alert.client_certificate.unknown_ca': 'tls.server.untrusted',
  'tls.alert.client_certificate.expired': 'tls.server.untrusted',
};

const OWN_HTTP = /\bhttpd_|\brequest URI\/header too long\b/;

/** The same findings, from the side of the device. */
export function fromOwnSide(facts: LogFacts, found: Finding[]): Finding[] {
  return found.map((one) => {
    // It may be a client of others, too: only its own server's lines are of its own answers.
    if (one.id === 'http.status' && one.evidence.some(({ line }) => OWN_HTTP.test(line)))
      return { ...one, id: 'http.own_limit' };
    return facts.subjects.has('server') ? { ...one, id: OF_SERVER[one.id] ?? one.id } : one;
  });
}
