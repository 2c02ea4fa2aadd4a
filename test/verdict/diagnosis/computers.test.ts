import {
  describeLogs,
  describeCauses,
  type LinesByCause,
  type LogsWithCause,
} from '../../support/first-cause.ts';

/** Programs on a computer beside the device: the same words of OpenSSL tell of the other side in a client's and in a server's log. */
const LINES: LinesByCause = {
  'tls.alert.handshake_failure': [
    'curl: (35) error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure',
    'Error: write EPROTO 140:error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:rec_layer_s3.c:1544:SSL alert number 40',
    'Cannot connect to host 10.0.0.7:443 ssl:default [[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure (_ssl.c:997)]',
  ],
  'tls.alert.internal_error': [
    'error:14077438:SSL routines:SSL23_GET_SERVER_HELLO:tlsv1 alert internal error:s23_clnt.c:802:',
  ],
  'tls.verify_failed': ['OpenSSL Error: error:14094412', 'OpenSSL Error: error:0A000412'],
  'tls.alert.protocol_version': [
    'ssl.SSLError: [SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1056)',
    'error:1408F10B:SSL routines:SSL3_GET_RECORD:wrong version number',
  ],
  'net.tls_port': ['ssl.SSLError: [SSL: HTTP_REQUEST] http request (_ssl.c:841)'],
  'net.plain_port': [
    'ssl.SSLError: [SSL: UNKNOWN_PROTOCOL] unknown protocol (_ssl.c:841)',
    "[tcp] parse error '{cant_parse_connect_fixed_header,<<22,3,1,0,183,1>>}",
  ],
  'tls.client_left': [
    'Client connection from 10.0.0.7 failed: error:0A000126:SSL routines::unexpected eof while reading',
    'OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading',
    'Client <unknown> closed its connection.',
    'peer closed connection in SSL handshake while SSL handshaking, client: 10.0.0.7, server: 0.0.0.0:443',
  ],
  'tls.alert.client_certificate.missing': [
    'SSL: certify: ssl_connection.erl:484:Fatal error: handshake failure',
  ],
  'build.signature_algorithm': [
    'SSL_do_handshake() failed (SSL: error:0A000076:SSL routines::no suitable signature algorithm) while SSL handshaking',
  ],
  'build.no_shared_cipher': ['SSL: hello: tls_handshake.erl:192:Fatal error: insufficient security'],
  // The device is what the browser speaks to.
  'tls.server.untrusted': ['NET::ERR_CERT_AUTHORITY_INVALID', 'SEC_ERROR_UNKNOWN_ISSUER'],
  'tls.server.handshake_failed': [
    '[HTTPS:E] SSL_accept failed. Aborting handshake. FID=55',
    'HTTPSServer->debug: [ERR] SSL_accept failed. Aborting handshake.',
  ],
  'tls.server.not_tls': ['mbedtls_ssl_handshake() returned -30976 (-0x7900)'],
  'heap.exhausted': ['[HTTPS:E] SSL_new failed. Aborting handshake. FID=54'],
};

describeCauses(LINES);

const LOGS: LogsWithCause = [
  ['tls.server.client_left', ["server's data invalid protocol", 'Reason:[-0x7880]']],
  [
    'http.own_limit',
    [
      'I (5) esp_https_server: performing session handshake',
      'W (9) httpd_txrx: httpd_resp_send_err: 431 Request Header Fields Too Large',
    ],
  ],
];

describeLogs('the device is the server', LOGS);
