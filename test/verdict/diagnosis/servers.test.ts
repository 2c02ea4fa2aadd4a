import { describeCauses, describeHarmless, type LinesByCause } from '../../support/first-cause.ts';

/** One line each of brokers, servers and programs on a computer, by the cause that it tells of the device. */
const LINES: LinesByCause = {
  'aws.policy': ['{"clientId":"plant-7","eventType":"disconnected","disconnectReason":"AUTH_ERROR"}'],
  'build.no_shared_cipher': [
    'TLS server: In state hello at tls_handshake.erl:354 generated SERVER ALERT: Fatal - Insufficient Security - no_suitable_ciphers',
    '2024/05/21 08:27:52 http: TLS handshake error from 10.0.0.7:50170: tls: no cipher suite supported by both client and server',
  ],
  'cert.file': [
    "FileNotFoundError: [Errno 2] No such file or directory: 'client.crt'",
    'OSError: Could not find a suitable TLS CA certificate bundle, invalid path: certs/ca.pem',
    'Error: Problem setting TLS options: File not found.',
  ],
  'http.denied': ['{"message":"Missing Authentication Token","traceId":"e1b6a0a5"}'],
  'http.not_found': [
    '10.0.0.7 - - [21/May/2024 08:41:05] "GET /fw.bin HTTP/1.1" 404 -',
    '2024-05-21 08:50:31 ERROR 404: Not Found.',
  ],
  'http.redirect': ['requests.exceptions.TooManyRedirects: Exceeded 30 redirects.'],
  'http.status': [
    '[info] 1187#1187: *431 client sent too long header line: "Authorization: Bearer" while reading client request headers',
    '[error] 1187#1187: *433 client intended to send too large body: 2097152 bytes',
  ],
  'key.cert_mismatch': ['1718026391: Error: Server certificate/key are inconsistent.'],
  'mqtt.credentials': [
    '[warning] tag: AUTHN, clientid: plant-7, msg: authentication_failure, reason: bad_username_or_password',
    '[warning] <0.466.0>@vmq_mqtt_fsm:check_user:548 can\'t authenticate client {[],<<"plant-7">>} due to error',
    "[error] MQTT login failed for user 'plant': no password provided",
    'clientError plant-7 Error: Not authorized',
    '[31] 2024/05/21 09:11:40 [ERR] 10.0.0.7:50266 - mid:15 - authentication error',
    'Connected with result code 5',
    '{"errorCode":401002,"message":"Invalid certificate."}',
  ],
  'mqtt.keep_alive': [
    '1718026601: Client plant-7 has exceeded timeout, disconnecting.',
    '[info] msg: terminate, clientid: plant-7, reason: {shutdown,keepalive_timeout}',
    'Client ID: plant-7 was disconnected. reason: Client was idle for too long without sending an MQTT control packet.',
    'org.apache.activemq.transport.InactivityIOException: Channel was inactive for too (>90000) long',
    '{"eventType":"disconnected","disconnectReason":"MQTT_KEEP_ALIVE_TIMEOUT"}',
  ],
  'mqtt.taken_over': [
    '1636729393: Client plant-7 already connected, closing old connection.',
    '{"eventType":"disconnected","disconnectReason":"DUPLICATE_CLIENTID"}',
    'Reason: Another client connected with the same clientId',
    '{"resultType":"400027","resultDescription":"ConnectionForcefullyClosedOnNewConnection"}',
    '[info] msg: terminate, clientid: plant-7, reason: {shutdown,takenover}',
  ],
  'mqtt.too_large': ['msg: parse_frame_failed, reason: #{cause => frame_too_large,limit => 1048576}'],
  'mqtt.topic_denied': [
    '[warning] tag: AUTHZ, msg: cannot_publish_to_topic_due_to_not_authorized, topic: home/cmd',
    'All subscription requests were denied.',
    "1718026601: Denied PUBLISH from plant-7 (d0, q0, r0, m0, 'home/cmd', ... (3 bytes))",
  ],
  'net.connect.timeout': [
    '3 3.004117 10.0.0.7 203.0.113.7 TCP 62 [TCP Retransmission] 50212 > 8883 [SYN] Seq=0 Win=5840',
    'kernel: [UFW BLOCK] IN=eth0 SRC=10.0.0.7 DST=10.0.0.2 PROTO=TCP SPT=50270 DPT=8883',
  ],
  'net.dhcp': ['dnsmasq-dhcp[602]: DHCPDISCOVER(br-lan) 5c:cf:7f:aa:bb:cc no address available'],
  'net.dns': [
    'Get "https://ota.example.com/fw.bin": dial tcp: lookup ota.example.com on 10.0.0.1:53: no such host',
    'dnsmasq[602]: reply broker.example.com is NXDOMAIN',
  ],
  'net.plain_port': [
    "10.0.0.7 - - [21/May/2024 08:40:12] code 400, message Bad request version ('À\\x14À')",
    '1630833405: Client <unknown> disconnected due to protocol error.',
    'javax.net.ssl.SSLException: Unsupported or unrecognized SSL message',
  ],
  'net.reset': [
    '14 3.118 10.0.0.2 10.0.0.7 TCP 54 8883 > 50211 [RST, ACK] Seq=1 Ack=1',
    'Flags [R.], seq 0, ack 331',
  ],
  'net.sntp': ["chronyd[411]: Can't synchronise: no selectable sources"],
  'net.tls_port': [
    '[info] 1187#1187: *402 client sent plain HTTP request to HTTPS port while reading client request headers',
    '[ssl:info] [client 10.0.0.7:50124] AH01996: SSL handshake failed: HTTP spoken on HTTPS port; trying to send HTML error page',
    'io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 101300044d515454',
  ],
  'net.wifi.password': ['hostapd: wlan0: STA 5c:cf:7f:aa:bb:cc WPA: EAPOL-Key timeout'],
  'ota.password': ['15:51:40 [ERROR]: No Answer to our Authentication'],
  'tls.alert.client_certificate.expired': [
    '[ssl:info] [client 10.0.0.7:50131] AH02276: Certificate Verification: Error (10): certificate has expired',
  ],
  'tls.alert.client_certificate.missing': [
    'Reason: SSL handshake failed: Empty client certificate chain.',
    "http: TLS handshake error from 10.0.0.7:50170: tls: client didn't provide a certificate",
    '[C14] remote address:10.0.0.7:8883,TLS_error:|268435655:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:TLS_error_end',
  ],
  'tls.alert.client_certificate.revoked': [
    'WARN AMQ222208: SSL handshake failed for client from /10.0.0.7:39532: java.security.cert.CertificateRevokedException',
  ],
  'tls.verify_failed': ['level=WARN msg="" listener=t1 error="remote error: tls: bad certificate"'],
  'tls.alert.client_certificate': [
    '10 1.2 203.0.113.7 → 10.0.0.7 TLSv1.2 61 8883 → 51234 Alert (Level: Fatal, Description: Bad Certificate)',
  ],
  'tls.alert.client_certificate.unknown_ca': [
    'Could not accept connection from tcp://10.0.0.7:50000: javax.net.ssl.SSLHandshakeException: PKIX path building failed',
    'http: TLS handshake error from 10.0.0.7:4242: tls: failed to verify client certificate: x509: certificate signed by unknown authority',
    'client SSL certificate verify error: (20:unable to get local issuer certificate) while reading client request headers',
    'TLS server: In state certify generated SERVER ALERT: Fatal - Unknown CA',
  ],
  'tls.alert.protocol_version': [
    'http: TLS handshake error from 10.0.0.7:50170: tls: client offered only unsupported versions: [303 302 301]',
    'fatal alert was generated and sent to the remote endpoint. The TLS protocol defined fatal alert code is 70.',
    'Get "https://example.com": remote error: tls: protocol version not supported',
  ],
  'tls.alert.server_name': [
    "http: TLS handshake error from 10.0.0.7:50140: no certificate available for '10.0.0.2'",
  ],
  // What the device refuses, by the alert that it sends.
  'tls.ca_wrong': [
    'javax.net.ssl.SSLHandshakeException: Received fatal alert: unknown_ca',
    'TLS server: In state certify received CLIENT ALERT: Fatal - Unknown CA',
    'http: TLS handshake error from 10.0.0.7:50166: remote error: tls: unknown certificate authority',
    'A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 48.',
    'TLSv1.2 73 Alert (Level: Fatal, Description: Unknown CA)',
    'sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
    'AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot',
    'Error: unable to verify the first certificate { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }',
  ],
  'tls.cn_mismatch': [
    'CertificateException: No subject alternative names matching IP address 10.0.0.2 found',
    'The remote certificate is invalid according to the validation procedure: RemoteCertificateNameMismatch',
    "curl: (60) SSL: no alternative certificate subject name matches target host name '10.0.0.2'",
    'x509: certificate relies on legacy Common Name field, use SANs instead',
  ],
  'tls.expired': ['TLS server: In state connection received CLIENT ALERT: Fatal - Certificate Expired'],
  'tls.fingerprint': ['curl: (90) SSL: public key does not match pinned public key!'],
  'tls.peer_eof': ['Error: Client network socket disconnected before secure TLS connection was established'],
  'tls.verify_policy.hash': ['error 68 at 0 depth lookup: CA signature digest algorithm too weak'],
  'net.ended': ['curl: (52) Empty reply from server'],
};

/** The same programs, when nothing is wrong. */
const HARMLESS: readonly string[] = [
  'dnsmasq[12]: reply 20.1.168.192.in-addr.arpa is NXDOMAIN',
  '1718026801: Client plant-7 disconnected.',
  '[info] clientid: plant-7, msg: connected, connack: success, keepalive_timeout: 90s',
  '10.0.0.7 - - [21/May/2024 08:41:05] "GET /fw.bin HTTP/1.1" 200 -',
  'Connected with result code 0',
  '[09:46:11][C][wifi:433]: Reboot timeout: 900s, Fast connect: NO, Hidden: NO',
  'Connection attempt no. 1, timeout 30 s',
];

describeCauses(LINES);
describeHarmless(HARMLESS);
