import { describe, expect, it } from 'vitest';
import { firstCause } from '../../support/first-cause.ts';

/** Errors of BearSSL (bearssl_ssl.h, bearssl_x509.h), by number and by the text that tools print for them. */
const BEARSSL: readonly (readonly [number: number, text: string, cause: string])[] = [
  [3, 'Incoming protocol or record version is unsupported.', 'net.plain_port'],
  [4, 'Incoming record version does not match the expected version.', 'tls.alert.protocol_version'],
  [5, 'Incoming record length is invalid.', 'net.plain_port'],
  [6, 'Incoming record is too large to be processed, or buffer is too small', 'tls.in_len_too_small'],
  [7, 'Decryption found an invalid padding, or the record MAC is not correct.', 'tls.bad_mac'],
  [8, 'No initial entropy was provided, and none can be obtained from the OS.', 'build.entropy'],
  [9, 'Incoming record type is unknown.', 'net.plain_port'],
  [10, 'Incoming record or message has wrong type with regards to the state.', 'tls.unexpected_message'],
  [12, 'ChangeCipherSpec message from the peer has invalid contents.', 'tls.damaged_message'],
  [13, 'Alert message from the peer has invalid contents (odd length).', 'tls.damaged_message'],
  [14, 'Incoming handshake message decoding failed.', 'tls.damaged_message'],
  [15, 'ServerHello contains a session ID which is larger than 32 bytes.', 'tls.server_hello'],
  [16, 'Server wants to use a cipher suite that we did not claim to support.', 'build.no_shared_cipher'],
  [17, 'Server wants to use a compression that we did not claim to support.', 'tls.server_hello'],
  [18, "Server's max fragment length does not match client's.", 'tls.in_len_too_small'],
  [19, 'Secure renegotiation failed.', 'tls.server_hello'],
  [20, 'Server sent an extension type that we did not announce', 'tls.server_hello'],
  [22, 'Invalid ServerHelloDone from the server (length is not 0).', 'tls.damaged_message'],
  [23, "Internal limit exceeded (e.g. server's public key is too large).", 'build.max_mpi'],
  [24, 'Finished message from peer does not match the expected value.', 'tls.bad_mac'],
  [26, 'Unsupported or invalid algorithm (ECDHE curve, signature algorithm)', 'build.curve_disabled'],
  [27, 'Invalid signature in ServerKeyExchange or CertificateVerify message.', 'tls.bad_signature'],
  [28, "Peer's public key does not have the proper type", 'tls.verify_policy'],
  [31, 'I/O error or premature close on transport stream.', 'tls.peer_eof'],
  [34, 'Truncated certificate or other ASN.1 object.', 'tls.server_certificate'],
  [35, 'Empty certificate chain (no certificate at all).', 'tls.server_certificate'],
  [38, 'Decoding error: unsupported tag value.', 'tls.server_certificate'],
  [40, 'Decoding error: extraneous element.', 'tls.server_certificate'],
  [48, 'Invalid date/time representation.', 'tls.server_certificate'],
  [50, 'Key or signature size exceeds internal limits.', 'build.max_mpi'],
  [52, 'Signature is invalid.', 'tls.ca_wrong'],
  [53, 'Validation time is unknown.', 'tls.clock_unset'],
  [54, 'Certificate is expired or not yet valid.', 'tls.clock_unset'],
  [55, 'Issuer/Subject DN mismatch in the chain.', 'tls.ca_wrong'],
  [56, 'Expected server name was not found in the chain.', 'tls.cn_mismatch'],
  [57, 'Unknown critical extension in certificate.', 'tls.verify_policy'],
  [58, 'Not a CA, or path length constraint violation.', 'tls.chain_not_ca'],
  [59, 'Key Usage extension prohibits intended usage.', 'tls.verify_policy.usage'],
  [60, 'Public key found in certificate is too small.', 'tls.verify_policy.key'],
  [62, 'Chain could not be linked to a trust anchor.', 'tls.ca_wrong'],
];

/** Numbers and names of libraries above TLS. */
const OTHERS: readonly (readonly [line: string, cause: string])[] = [
  // Texts that Arduino prints for alerts, whose numbers BearSSL has for its own errors.
  ['SSL received fatal alert - Incoming record or message has wrong type', 'tls.alert.malformed'],
  ['SSL received fatal alert - Decoding error: expected constructed element', 'tls.alert.client_certificate'],
  // esp_tls_errors.h and esp_http_client.h.
  ['E (5) app: failed: ESP_ERR_ESP_TLS_UNSUPPORTED_PROTOCOL_FAMILY', 'net.connect'],
  ['E (5) app: failed: ESP_ERR_MBEDTLS_SSL_SETUP_FAILED', 'heap.exhausted'],
  ['E (5) app: failed: ESP_ERR_MBEDTLS_CTR_DRBG_SEED_FAILED', 'build.entropy'],
  ['E (5) app: failed: ESP_ERR_MBEDTLS_PK_PARSE_KEY_FAILED', 'key.unreadable'],
  ['E (5) app: failed: ESP_ERR_MBEDTLS_SSL_HANDSHAKE_FAILED', 'tls.handshake_failed'],
  ['E (5) app: failed: ESP_ERR_HTTP_MAX_REDIRECT', 'http.redirect'],
  ['E (5) mqtt: Last error code reported from esp-tls: 0x8017', 'heap.exhausted'],
  ['E (5) mqtt: Last error code reported from esp-tls: 0x801a', 'tls.handshake_failed'],
  // coreMQTT, with TLS up.
  ['MQTT connection failed with status = MQTTRecvFailed.', 'aws.policy'],
  ['MQTT connection failed with status = MQTTNoDataAvailable.', 'aws.policy'],
  // axTLS's ssl.h.
  ['ssl connect failed: -261', 'tls.axtls_limits'],
  ['SSL error -266', 'build.no_shared_cipher'],
  ['tls rc=-517', 'tls.expired'],
  ['sslConnect returned -257', 'tls.in_len_too_small'],
  // wifi_err_reason_t.
  ['I (5) wifi: station disconnected, reason:5', 'net.wifi.full'],
  ['I (5) wifi: station disconnected, reason:13', 'net.wifi.security'],
  ['I (5) wifi: station disconnected, reason:23', 'net.wifi.enterprise'],
  ['I (5) wifi: station disconnected, reason:210', 'net.wifi.security'],
];

describe('errors of libraries', () => {
  it.each(BEARSSL)('BearSSL %i, %s: %s', (number, text, cause) => {
    expect(firstCause([`BSSL:Couldn't connect. Error = '${text}'`])).toBe(cause);
    expect(firstCause([`getLastSSLError: ${text}`])).toBe(cause);
    expect(firstCause([`lastSSLError: ${number}`])).toBe(cause);
    expect(firstCause([`TLS connection error: ${number}`])).toBe(cause);
  });

  it.each(OTHERS)('%s: %s', (line, cause) => {
    expect(firstCause([line])).toBe(cause);
  });
});
