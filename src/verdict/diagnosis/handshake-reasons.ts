import type { CauseId } from './causes.ts';

/** Errors of axTLS in its words (monitor/dialects/axtls.ts), and BearSSL's (bearssl.ts). */
const BY_REASON: Readonly<Record<string, CauseId>> = {
  'close notify': 'tls.peer_eof',
  'connection dead': 'tls.peer_eof',
  'connection lost': 'tls.peer_eof',
  'invalid handshake': 'tls.axtls_limits',
  'invalid protocol message': 'tls.axtls_limits',
  'unsupported extension': 'tls.axtls_limits',
  'invalid session': 'tls.axtls_limits',
  'finished message invalid': 'tls.axtls_limits',
  'client renegotiation not supported': 'tls.axtls_limits',
  'not supported': 'tls.axtls_limits',
  'invalid version': 'tls.alert.protocol_version',
  'foreign version': 'net.plain_port.or_version',
  'invalid certificate hash algorithm': 'tls.verify_policy',
  'bad certificate': 'tls.verify_failed',
  'invalid key': 'key.unreadable',
  'invalid private key': 'key.unreadable',
  'no certificate defined': 'key.unreadable',
  'certificate cannot be parsed': 'cert.parse',
  'invalid mac': 'tls.bad_mac',
  'bad signature': 'tls.bad_signature',
  'no entropy': 'build.entropy',
  accelerator: 'crypto.accelerator',
  'key too large': 'tls.key_too_large',
  'unsupported algorithm': 'build.curve_disabled',
  'unsupported signature algorithm': 'build.signature_algorithm',
  'unsupported certificate': 'tls.verify_policy',
  misused: 'tls.misused',
  'not set up': 'tls.not_set_up',
  'no server name': 'tls.sni_missing',
  'other fragment length': 'tls.mfln_answer',
  'not finished': 'tls.not_waited',
  'unexpected message type': 'tls.unexpected_message',
  'damaged message': 'tls.damaged_message',
  'unacceptable server hello': 'tls.server_hello',
  'server certificate cannot be parsed': 'tls.server_certificate',
  'not a CA': 'tls.chain_not_ca',
  'client left': 'tls.client_left',
  'client certificate usage': 'tls.alert.client_certificate.usage',
};

/** Ends by the other side, which may come behind the handshake, too. */
export const HANG_UPS: ReadonlySet<string> = new Set(['close notify', 'connection dead', 'connection lost']);

/** Of reasons that the code beside them, of a record or a message that was refused, or the server's status does not tell. */
const WEIGHTS: Readonly<Record<string, number>> = {
  accelerator: 71,
  'foreign version': 71,
  'invalid version': 71,
  'unsupported algorithm': 71,
  'unsupported signature algorithm': 71,
  'unacceptable server hello': 71,
  'no server name': 82,
  'other fragment length': 82,
  'client certificate usage': 93,
};

/** What a reason says; one that no table has is a call that failed. */
export function causeOfReason(reason: string): CauseId {
  return Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason]! : 'tls.call_failed';
}

export function weightOfReason(reason: string, id: CauseId): number {
  if (Object.hasOwn(WEIGHTS, reason)) return WEIGHTS[reason]!;
  // A hang-up says less than what follows from it in words, anything else more.
  return id === 'tls.peer_eof' || id === 'tls.call_failed' ? 52 : 57;
}
