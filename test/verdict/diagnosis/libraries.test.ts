import { describe, expect, it } from 'vitest';
import { firstCause } from '../../support/first-cause.ts';

/** Errors of BearSSL (bearssl_ssl.h, bearssl_x509.h), by number and by the text that tools print for them. */
const BEARSSL: readonly (readonly [number: number, text: string, cause: string])[] = [
  [3, 'Incoming protocol or record version is unsupported.', 'net.plain_port.or_version'],
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
  [23, "Internal limit exceeded (e.g. server's public key is too large).", 'tls.key_too_large'],
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
  [50, 'Key or signature size exceeds internal limits.', 'tls.key_too_large'],
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

/** Errors of wolfSSL (error-ssl.h, wolfcrypt/error-crypt.h): number, the start of its text where it has one of its own, cause. */
const WOLFSSL: readonly (readonly [number: number, text: string | undefined, cause: string])[] = [
  [-101, undefined, 'build.entropy'],
  [-102, undefined, 'build.entropy'],
  [-105, undefined, 'build.entropy'],
  [-125, undefined, 'heap.exhausted'],
  [-140, 'ASN parsing error, invalid input', 'cert.parse'],
  [-141, 'ASN version error', 'cert.parse'],
  [-142, undefined, 'cert.parse'],
  [-143, undefined, 'key.unreadable'],
  [-144, undefined, 'cert.parse'],
  [-145, undefined, 'cert.parse'],
  [-146, undefined, 'cert.parse'],
  [-147, undefined, 'cert.parse'],
  [-148, 'ASN oid error, unknown sum id', 'build.curve_disabled'],
  [-149, undefined, 'cert.parse'],
  [-150, 'ASN date error, current date before', 'tls.clock_unset'],
  [-151, 'ASN date error, current date after', 'tls.expired'],
  [-152, 'ASN signature error, mismatched oid', 'cert.parse'],
  [-153, 'ASN time error', 'cert.parse'],
  [-154, 'ASN input error', 'cert.parse'],
  [-155, 'ASN sig error, confirm failure', 'tls.ca_wrong'],
  [-156, 'ASN sig error, unsupported hash', 'build.signature_algorithm'],
  [-157, 'ASN sig error, unsupported key', 'build.signature_algorithm'],
  [-160, 'ASN unsupported critical ext', 'tls.verify_policy'],
  [-161, undefined, 'cert.parse'],
  [-162, 'ASN no PEM Header', 'cert.parse'],
  [-171, undefined, 'key.unreadable'],
  [-172, undefined, 'build.ec_disabled'],
  [-173, undefined, 'tls.misused'],
  [-174, undefined, 'build.curve_disabled'],
  [-180, undefined, 'tls.bad_mac'],
  [-181, undefined, 'tls.bad_mac'],
  [-188, 'ASN no signer', 'tls.ca_wrong'],
  [-189, 'ASN CRL sig error', 'tls.crl.not_trusted'],
  [-190, 'ASN CRL no signer', 'tls.crl.not_trusted'],
  [-199, undefined, 'build.entropy'],
  [-213, undefined, 'tls.bad_mac'],
  [-216, undefined, 'key.unreadable'],
  [-229, undefined, 'tls.bad_signature'],
  [-231, undefined, 'build.curve_disabled'],
  [-232, undefined, 'build.curve_disabled'],
  [-237, undefined, 'tls.chain_not_ca'],
  [-238, undefined, 'tls.chain_not_ca'],
  [-275, 'ASN self-signed certificate', 'tls.ca_wrong'],
  [-303, undefined, 'heap.exhausted'],
  [-304, 'verify problem on finished', 'tls.bad_mac'],
  [-305, 'verify mac problem', 'tls.bad_mac'],
  [-306, 'parse error on header', 'tls.damaged_message'],
  [-307, 'weird handshake type', 'tls.unexpected_message'],
  [-308, 'error state on socket', 'tls.peer_eof'],
  [-311, 'unknown type in record hdr', 'net.plain_port'],
  [-312, 'error during decryption', 'tls.bad_mac'],
  [-313, 'received alert fatal error', 'tls.alert.unknown'],
  [-313, 'revcd alert fatal error', 'tls.alert.unknown'],
  [-317, 'need the private key', 'key.incomplete'],
  [-322, 'peer subject name mismatch', 'tls.cn_mismatch'],
  [-325, 'peer ip address mismatch', 'tls.cn_mismatch'],
  [-326, 'record layer version error', 'tls.alert.protocol_version'],
  [-328, 'malformed buffer input', 'tls.damaged_message'],
  [-329, 'verify problem on certificate', 'tls.ca_wrong'],
  [-330, 'verify problem based on signature', 'tls.bad_signature'],
  [-341, 'record layer length error', 'net.plain_port'],
  [-342, undefined, 'tls.server_certificate'],
  [-343, 'peer sent close notify', 'tls.peer_eof'],
  [-345, "peer didn't send cert", 'tls.server_sent_none'],
  [-350, 'Bad ECC Curve Type', 'build.ec_disabled'],
  [-351, 'Bad ECC Curve or unsupported', 'build.ec_disabled'],
  [-352, 'Bad ECC Peer Key', 'build.ec_disabled'],
  [-357, 'Not a CA by basic constraint', 'tls.chain_not_ca'],
  [-360, 'OCSP Cert revoked', 'tls.revoked'],
  [-361, 'CRL Cert revoked', 'tls.revoked'],
  [-373, 'Out of order message', 'tls.unexpected_message'],
  [-383, undefined, 'tls.verify_policy.usage'],
  [-385, undefined, 'tls.verify_policy.usage'],
  [-386, undefined, 'tls.verify_policy.usage'],
  [-394, undefined, 'tls.unexpected_message'],
  [-395, undefined, 'tls.unexpected_message'],
  [-397, 'Peer closed underlying transport', 'tls.peer_eof'],
  [-401, 'DH key too small', 'tls.verify_policy.key'],
  [-404, 'Handshake message too large', 'tls.in_len_too_small'],
  [-409, 'RSA key too small', 'tls.verify_policy.key'],
  [-410, 'ECC key size too small', 'tls.verify_policy.key'],
  [-416, undefined, 'tls.damaged_message'],
  [-450, undefined, 'tls.alert.protocol_version'],
  [-500, 'unsupported cipher suite', 'build.no_shared_cipher'],
  [-501, "can't match cipher suite", 'build.no_shared_cipher'],
  [-506, undefined, 'tls.verify_policy'],
];

/** Names and texts of mbedTLS (error.h), as programs and MicroPython print them. */
const MBEDTLS: readonly (readonly [line: string, cause: string])[] = [
  ["OSError: (-17168, 'MBEDTLS_ERR_RSA_PRIVATE_FAILED+MBEDTLS_ERR_MPI_ALLOC_FAILED')", 'heap.exhausted'],
  [
    "OSError: (-17168, 'RSA - The private key operation failed : BIGNUM - Memory allocation failed')",
    'heap.exhausted',
  ],
  ["OSError: (-80, 'MBEDTLS_ERR_NET_CONN_RESET')", 'net.reset'],
  ['OSError: [Errno -80] MBEDTLS_ERR_NET_CONN_RESET', 'net.reset'],
  ['tls connect error: MBEDTLS_ERR_SSL_BAD_HS_PROTOCOL_VERSION', 'tls.alert.protocol_version'],
  ['tls connect error: MBEDTLS_ERR_X509_INVALID_DATE', 'tls.server_certificate'],
  // Version 2 has these numbers for something else.
  ["OSError: (-30720, 'MBEDTLS_ERR_SSL_UNRECOGNIZED_NAME')", 'tls.alert.server_name'],
  ['tls connect error: MBEDTLS_ERR_SSL_NO_APPLICATION_PROTOCOL', 'tls.alert.alpn'],
  ['tls connect error: MBEDTLS_ERR_SSL_DECODE_ERROR', 'tls.damaged_message'],
  // What the sentence says counts, not the name of its file.
  ['mbedtls: ssl_tls12_client.c:1234 bad server version', 'tls.alert.protocol_version'],
  ['mbedtls: ssl_tls13_client.c:1234 No supported version found.', 'tls.alert.protocol_version'],
  ['mbedtls: ssl_tls13_server.c:1234 TLS 1.2 not supported.', 'tls.alert.protocol_version'],
  ['mbedtls: ssl_tls12_client.c:1234 ECC group 23 not suported', 'build.curve_disabled'],
  ['mbedtls: ssl_tls12_server.c:1234 no matching curve for ECDHE', 'build.curve_disabled'],
  [
    'mbedtls: ssl_tls12_client.c:1234 server key exchange message must not be skipped',
    'tls.unexpected_message',
  ],
  ['[E][ssl_client.cpp:61] start_ssl_client(): ERROR opening socket', 'net.no_socket'],
  // Steps of the handshake, without a file: no return codes of MQTT.
  ['mbedTLS: |2| 0x5592cfdfc6e8: client state: 5', 'info.phase'],
  ['00> 0x2203d6bc: client state: 2', 'info.phase'],
  // Hexadecimal letters without 0x, and a number alone that is a module's code.
  ['E/mbedtls: handshake fail -7f00', 'heap.exhausted'],
  ['ret=-9984', 'tls.ca_wrong.or_other'],
  // A line that speaks of the handshake tells whose code it is.
  ['[TLS] handshake error -30848', 'tls.peer_eof'],
  ['[TLS] handshake error -17152', 'key.cert_mismatch'],
];

/** Bits of the verify result (x509.h), the sentence that `mbedtls_x509_crt_verify_info` has for it, cause. */
const VERIFY_FLAGS: readonly (readonly [flag: number, sentence: string, cause: string])[] = [
  [0x01, 'The certificate validity has expired', 'tls.expired'],
  [0x02, 'The certificate has been revoked (is on a CRL)', 'tls.revoked'],
  [0x04, 'The certificate Common Name (CN) does not match with the expected CN', 'tls.cn_mismatch'],
  [0x08, 'The certificate is not correctly signed by the trusted CA', 'tls.ca_wrong'],
  [0x10, 'The CRL is not correctly signed by the trusted CA', 'tls.crl.not_trusted'],
  [0x20, 'The CRL is expired', 'tls.crl.expired'],
  [0x40, 'Certificate was missing', 'tls.server_sent_none'],
  [0x80, 'Certificate verification was skipped', 'tls.verify_skipped'],
  [0x100, 'Other reason (can be used by verify callback)', 'tls.verify_callback'],
  [0x200, 'The certificate validity starts in the future', 'tls.clock_unset'],
  [0x400, 'The CRL is from the future', 'tls.crl.not_yet_valid'],
  [0x800, 'Usage does not match the keyUsage extension', 'tls.verify_policy.usage'],
  [0x1000, 'Usage does not match the extendedKeyUsage extension', 'tls.verify_policy.usage'],
  [0x2000, 'Usage does not match the nsCertType extension', 'tls.verify_policy.usage'],
  [0x4000, 'The certificate is signed with an unacceptable hash.', 'tls.verify_policy.hash'],
  [
    0x8000,
    'The certificate is signed with an unacceptable PK alg (eg RSA vs ECDSA).',
    'tls.verify_policy.key',
  ],
  [
    0x10000,
    'The certificate is signed with an unacceptable key (eg bad curve, RSA too short).',
    'tls.verify_policy.key',
  ],
  [0x20000, 'The CRL is signed with an unacceptable hash.', 'tls.crl.policy'],
  [0x40000, 'The CRL is signed with an unacceptable PK alg (eg RSA vs ECDSA).', 'tls.crl.policy'],
  [0x80000, 'The CRL is signed with an unacceptable key (eg bad curve, RSA too short).', 'tls.crl.policy'],
];

/** Numbers and names of libraries above TLS. */
const OTHERS: readonly (readonly [line: string, cause: string])[] = [
  [
    'E (4210) esp_https_ota: No option for server verification is enabled in esp_http_client config.',
    'tls.ca_missing',
  ],
  ['E (1320) mqtt_client: No scheme found', 'net.bad_url'],
  ['E (1320) HTTP_CLIENT: Error parse url example.com/fw.bin', 'net.bad_url'],
  ['E (6412) transport_ws: Sec-WebSocket-Accept not found', 'http.no_websocket'],
  [
    'E (42011) websocket_client: Error, no PONG received for more than 120 seconds after PING',
    'mqtt.keep_alive',
  ],
  [
    'E (40122) transport_base: poll_read select error 113, errno = Software caused connection abort, fd = 54',
    'net.lost',
  ],
  ['E (31102) esp_https_server: esp_tls_create_server_session failed', 'tls.server.handshake_failed'],
  ['W (8120) mbedtls: ssl_cli.c:1870 bad server hello message', 'tls.server_hello'],
  ['mqtt error: LWMQTT_BAD_USERNAME_OR_PASSWORD', 'mqtt.credentials'],
  ['mqtt error: LWMQTT_FAILED_SUBSCRIPTION', 'mqtt.topic_denied'],
  ['mqtt error: LWMQTT_BUFFER_TOO_SHORT', 'mqtt.too_large'],
  ['mqtt error: LWMQTT_PONG_TIMEOUT', 'mqtt.keep_alive'],
  ['\u2716 MQTT disconnected, reason: 7', 'tls.fingerprint'],
  ['[5412] Invalid auth token', 'service.token'],
  ['[98213] Heartbeat timeout: 61233, 50123, 50110', 'mqtt.keep_alive'],
  [
    '[TB] Attempted to send (1532) bytes, but the internal send buffer size (256) was too small',
    'mqtt.too_large',
  ],
  ['Token error: code: 403, message: API key not valid.', 'http.denied'],
  ['{"ok":false,"error_code":401,"description":"Unauthorized"}', 'http.denied'],
  ['< S: 535-5.7.8 Username and Password not accepted.', 'mail.credentials'],
  ['[WS-Client][handleHeader]  - cCode: 404', 'http.not_found'],
  ["ImportError: no module named 'ussl'", 'build.tls_disabled'],
  ["ConnectionError: ('No such ssid', b'attic')", 'net.wifi.no_ap'],
  ['+CWJAP:2', 'net.wifi.password'],
  ['+CWJAP:3', 'net.wifi.no_ap'],
  ['+CDNSGIP: 0,8', 'net.dns'],
  ['+HTTPACTION: 0,603,0', 'net.dns'],
  ['+HTTPACTION: 0,404,12', 'http.not_found'],
  ['ERROR: webclient_perform failed with -111 (ECONNREFUSED)', 'net.connect.refused'],
  ['[E][SPIFFS.cpp:89] begin(): Mounting SPIFFS failed! Error: -1', 'cert.filesystem'],
  ['Failed to mount file system', 'cert.filesystem'],
  ['LOG3[12]: SSL_accept: error:1408F10B:SSL routines:ssl3_get_record:wrong version number', 'net.tls_port'],
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
  ['MQTT connection failed with status = MQTTRecvFailed.', 'mqtt.refused'],
  ['MQTT connection failed with status = MQTTNoDataAvailable.', 'mqtt.refused'],
  // axTLS's ssl.h.
  ['ssl connect failed: -261', 'tls.axtls_limits'],
  ['SSL error -266', 'build.no_shared_cipher'],
  ['tls rc=-517', 'tls.expired'],
  ['sslConnect returned -257', 'tls.in_len_too_small'],
  // Mongoose 7 (src/tls_builtin.c).
  ['1 cert is no longer valid: after=240101000000Z (1704067200), now=1735689600', 'tls.expired'],
  ['1 cert is not yet valid: before=240101000000Z (1704067200), now=1', 'tls.clock_unset'],
  ['2 failed to verify hostname', 'tls.cn_mismatch'],
  ['2 failed to verify CA', 'tls.ca_wrong'],
  ['2 failed to verify RSA certificate (certverify)', 'tls.bad_signature'],
  ['2 TLS is not enabled', 'build.tls_disabled'],
  ['2 tls oom', 'heap.exhausted'],
  // axTLS, and the fingerprint of Arduino's WiFiClientSecure.
  ['Error: maximum number of CA certs added (10)', 'build.room_for_ca'],
  ['Error: This is not a valid ASN.1 file', 'cert.not_der'],
  ['Error: Invalid X509 ASN.1 file (X509 not ok)', 'cert.not_der'],
  ['Error: Certificate or key not loaded', 'key.incomplete'],
  ['pos:0 len:62 invalid hex sequence: ', 'tls.fingerprint.malformed'],
  // Tasmota.
  ['TLSKey: Certificate must be 32 bytes: 1191', 'key.unreadable'],
  // ESP8266 core of Arduino, and ESPHome.
  [
    'No certs found. Did you run certs-from-mozilla.py and upload the LittleFS directory before running?',
    'tls.ca_missing',
  ],
  ['BSSL:insecure_end_chain: No cert seen', 'tls.server_sent_none'],
  ["BSSL:_connectSSL: Can't install x509 validator", 'heap.exhausted'],
  ['FATAL ERROR: BSSL stack smashing detected', 'crash.stack_overflow.bearssl'],
  ['[HTTP-Client][handleHeaderResponse] Remote host is not an HTTP Server!', 'net.tls_port'],
  ['[W][mqtt:180]: MQTT Disconnected: Not Enough Space.', 'heap.exhausted'],
  // NodeMCU.
  ['MQTT_CONNECT timeout.', 'mqtt.no_answer'],
  ['socket_dns_found failure', 'net.dns'],
  ['MQTT: msg too long: total=5000, deliver=1024', 'mqtt.too_large'],
  // A broker's log: what its OpenSSL says of the device.
  [
    '1503753981: OpenSSL Error: error:140760FC:SSL routines:SSL23_GET_CLIENT_HELLO:unknown protocol',
    'net.tls_port',
  ],
  [
    'OpenSSL Error: error:14094410:SSL routines:SSL3_READ_BYTES:sslv3 alert handshake failure',
    'tls.alert.sent',
  ],
  // esp_http_client, esp-tls and esp-mqtt.
  [
    'W (5) MQTT_CLIENT: SSL related configs set, but the transport protocol is a non-SSL scheme, transport = 0',
    'tls.not_used',
  ],
  ['E (5) HTTP_CLIENT: Error, reach max_redirection_count count=10', 'http.redirect'],
  ['E (5) HTTP_CLIENT: Cannot malloc http receive buffer', 'heap.exhausted'],
  [
    'E (5) esp-tls-mbedtls: mbedtls_x509_crt_parse was partly successful. No. of failed certificates: 1',
    'cert.parse',
  ],
  ['E (5) mqtt_client: Certificate bundle is not enabled for mbedTLS in menuconfig', 'build.option_disabled'],
  // esp_crt_bundle.c, with its tag in the line.
  ['esp-x509-crt-bundle: Failed to verify certificate', 'tls.ca_wrong'],
  [
    'esp-x509-crt-bundle: PSA signature verification failed with error 0xffffff6b (-149)',
    'tls.bad_signature',
  ],
  [
    'realtime: WebSocket error: tls_stack_err=12288 tls_cert_flags=0x00000000 sock_errno=119',
    'tls.verify_failed',
  ],
  // MicroPython's errno without a name; mosquitto.
  ['OSError: 118', 'net.connect.unreachable'],
  ['1547703060: Invalid protocol "" in CONNECT from 127.0.0.1.', 'mqtt.protocol'],
  // AsyncMqttClient; sketches; Tasmota's own check of the key.
  ['[onMqttDisconnect] Disconnected from MQTT: 5', 'mqtt.credentials'],
  ['[onMqttDisconnect] Disconnected from MQTT: 7', 'tls.fingerprint'],
  ['not loaded', 'cert.parse'],
  ["Couldn't connect. Error = 1", 'tls.fingerprint'],
  ['ssl->need_bytes=20527 violates spec', 'net.plain_port'],
  ['[E][ssl_lib_client.cpp: 168] start_ssl_client () : Failed to connect to the server!', 'net.connect'],
  ['SSL3_ALERT_HANDSHAKE_FAILURE', 'tls.alert.handshake_failure'],
  ['connect() errno=104, no handshake made', 'net.connect.refused'],
  // AWS IoT's log, and what it is asked for.
  [
    '{"status":"Failure","eventType":"Connect","reason":"AUTHORIZATION_FAILURE","details":"Authorization Failure"}',
    'aws.policy',
  ],
  [
    'E (6128) subpub: Error(-23) connecting to https://abc-ats.iot.us-east-1.amazonaws.com:8883',
    'net.dns.bad_endpoint',
  ],
  ['E (6128) subpub: Error(-23) connecting to abc-ats.iot.us-east-1.amazonaws.com:8883,', 'net.dns'],
  // ESPEasy, SSLClient, esp_mqtt, Sming.
  ['MQTT : No TLS root CA', 'tls.ca_missing'],
  ['LoadCertificate error', 'cert.file'],
  ['MQTT : Stored TLS fingerprint too small', 'tls.fingerprint.malformed'],
  ['MQTT : Connection lost, state: Connect bad credentials', 'mqtt.credentials'],
  [
    'Client did not send a certificate upon request, or the certificate could not be validated.',
    'tls.alert.client_certificate',
  ],
  ['TCP: Do not support SSL', 'build.tls_disabled'],
  ['DNS: Found, but got no ip, try to reconnect', 'net.dns'],
  ['E (13163) HTTP_HEADER: Buffer length is small to fit all the headers', 'http.buffer'],
  ['HTTP_CLIENT: Out of buffer', 'http.buffer'],
  [
    '(SSLClient)(SSL_ERROR)(m_start_ssl): Failed to initlalize the SSL layer (m_print_br_error): Chain could not be linked to a trust anchor. See',
    'tls.ca_wrong',
  ],
  ['Disconnected from MQTT reason=-13', 'net.ended'],
  ['Connection Not Accepted: 0x5: Not Authorized', 'mqtt.credentials'],
  ['530 5.7.0 Must issue a STARTTLS command first. x7sm11440831pfa.98 - gsmtp', 'mail.starttls_wanted'],
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

  it.each(WOLFSSL)('wolfSSL %i, %s: %s', (number, text, cause) => {
    expect(firstCause([`wolfSSL_connect failed: error ${number}`])).toBe(cause);
    expect(firstCause([`wolfSSL error occurred, error = ${number} line:9071 file:src/internal.c`])).toBe(
      cause,
    );
    if (text !== undefined) expect(firstCause([`tls: ${text} error`])).toBe(cause);
  });

  it('takes wolfSSL’s «call again» for a time that ran out, and any other of its errors for a failed handshake', () => {
    expect(firstCause(['wolfSSL_connect failed: error -323'])).toBe('net.timeout');
    expect(firstCause(['wolfSSL_connect failed: error -344'])).toBe('tls.handshake_failed');
    expect(firstCause(['E (3452) esp-tls-wolfssl: wolfSSL_connect returned -0x1'])).toBe(
      'tls.handshake_failed',
    );
  });

  it.each(MBEDTLS)('%s: %s', (line, cause) => {
    expect(firstCause([line])).toBe(cause);
  });

  it.each(VERIFY_FLAGS)('verify flag %i, %s: %s', (flag, sentence, cause) => {
    const code = 'mbedtls_ssl_handshake returned -0x2700';
    expect(firstCause([code, `verify flags 0x${flag.toString(16)}`])).toBe(cause);
    expect(firstCause([code, `W (5) esp-tls: verification info:   ! ${sentence}`])).toBe(cause);
    expect(firstCause([sentence])).toBe(cause);
  });

  it.each(OTHERS)('%s: %s', (line, cause) => {
    expect(firstCause([line])).toBe(cause);
  });
});
