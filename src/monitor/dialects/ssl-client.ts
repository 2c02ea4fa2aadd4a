import { ALERT } from '../../endpoint/alerts.ts';
import type { Rule } from '../rule.ts';
import { inferredAlert } from './alert.ts';
import { BROKEN, failed, LOST, NO_MEMORY, NO_TCP, rulesOf, TIMED_OUT, type Words } from './details.ts';

/** TLS over any of Arduino's clients: SSLClient (SSLClient.cpp), and what is made from it. */
const SENTENCES: readonly Words[] = [
  [
    'did not send a certificate',
    /\bClient did not send a certificate upon request, or the (?:client )?certificate could not be validated\b/,
    inferredAlert(ALERT.bad_certificate),
  ],
  // Of the client below TLS (SSLClient.h: «probably not an issue with SSL»).
  [
    'm_client',
    /\b(?:Error (?:reading bytes from|writing to) m_client|Socket was unexpectedly interrupted\. m_client error)\b/,
    BROKEN,
  ],
  [['ssl_client_write', 'ssl_client_wrtie'], /\bSSL_CLIENT_(?:WRITE_FAIL|(?:WRITE|WRTIE)_ERROR)\b/, BROKEN],
  [
    ['ssl_client_connect', 'connect using m_client'],
    /\bSSL_CLIENT_CONNECT_FAIL\b|\bFailed to connect using m_client\b/,
    NO_TCP,
  ],
  ['ssl_br_connect', /\bSSL_BR_CONNECT_FAIL\b/, failed('unknown')],
  ['ssl_out_of_mem', /\bSSL_OUT_OF_MEMORY\b/, NO_MEMORY],
  // In its write(), which comes behind the handshake.
  ['(write): ', /\(write\): Failed while waiting for the engine to enter BR_SSL_SENDAPP\b/, BROKEN],
  ['error.write', /\bERROR\.write\b.*\bBR_SSL_SENDAPP\b/, LOST],
  ['on a closed ssl', /\bCannot operate on a closed SSL connection\b/, LOST],
  ['the ssl engine closed', /\bTerminating because the ssl engine closed\b/, { kind: 'handshake-ended' }],
  // What m_print_br_error says behind it tells more.
  ['the ssl layer', /\bFailed to initlalize the SSL layer\b(?!.*\bm_print_br_error\b)/, failed('unknown')],
  ['br_ssl_sendapp', /\bFailed while waiting for the engine to enter BR_SSL_SENDAPP\b/, failed('unknown')],
  ['ssl internals timed', /\bSSL internals timed out\b/, TIMED_OUT],
  // ESP_SSLClient (ssl_client.cpp): the overhead of a record, taken for an error.
  [
    'record_expansion',
    /\bmbedtls_ssl_get_record_expansion returned -0xffffff[\da-f]{2}\b/,
    { kind: 'no-error', result: 'positive' },
  ],
  // Arduino-ESP32 (ssl_client.cpp): MBEDTLS_ERR_SSL_WANT_READ, ..._WANT_WRITE.
  ['(-26', /\b_?handle_error\(\): .*\(-26(?:752|880)\)/, { kind: 'no-error', result: 'again' }],
];

export const SSL_CLIENT_RULES: readonly Rule[] = rulesOf(SENTENCES);
