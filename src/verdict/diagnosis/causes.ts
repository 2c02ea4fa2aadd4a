/** A cause in words, how it is told from others, and what to do. */
export interface CauseText {
  cause: string;
  /** The one cheap test that confirms or excludes it. */
  test: string;
  fix: string;
}

/** The test of each crash. */
const DECODE = 'Decode the addresses of the dump: espaws monitor does with the program’s ELF.';

/** Of the server's certificate, where no flag tells why. */
const NOT_ACCEPTED: CauseText = {
  cause:
    'The server’s certificate was not accepted, and the log does not say why: as a rule its chain leads to no CA certificate that the device has (the wrong or an old root, or none; a server shows another chain to a client that names no host), else it is for another name, or the device’s clock is not set.',
  test: 'Print mbedtls_ssl_get_verify_result, then: espaws explain -9984 --flags 0x...; and verify the chain here with the same CA file: espaws endpoint probe HOST',
  fix: 'Give the device the root of the endpoint first; then connect by a name that is in the certificate, and set the clock.',
};

/**
 * Every cause that a log can be found to have. Facts: the sources of mbedTLS 2.2 to 3.6, RFC 5246 and 8446, AWS IoT's
 * documentation of its endpoints and policies, and what each fault gives when it is made.
 */
export const CAUSES = {
  ok: {
    cause: 'The TLS connection is up.',
    test: 'Look for the first answer of the application.',
    fix: 'Nothing is to be done.',
  },
  'ok.plain': {
    cause: 'The connection is up; no line of the log speaks of TLS.',
    test: 'Look for the first answer of the application.',
    fix: 'Nothing is to be done; where TLS is meant, check that the program asks for it.',
  },
  'info.phase': {
    cause: 'The log ends in the handshake, without an error: it goes on, or it waits for the other side.',
    test: 'Let it run on: an RSA handshake takes up to 10 s on an ESP8266.',
    fix: 'Give it longer, or log on to the next error.',
  },
  'tls.in_len_too_small': {
    cause:
      'A record of the server is larger than the input buffer (MBEDTLS_SSL_IN_CONTENT_LEN or MBEDTLS_SSL_MAX_CONTENT_LEN).',
    test: 'Compare the buffer with the server’s largest record: espaws endpoint probe HOST',
    fix: 'Raise MBEDTLS_SSL_IN_CONTENT_LEN, up to 16384; in RTOS_SDK 3.x «TLS maximum incoming fragment length»; in Arduino (BearSSL) setBufferSizes(16384, 512); in the NONOS SDK espconn_secure_set_size. axTLS’s is fixed where it was built: take BearSSL or mbedTLS.',
  },
  'tls.in_len_too_small.or_other': {
    cause:
      'A record that came was refused (invalid record): as a rule the server’s is larger than the input buffer (MBEDTLS_SSL_IN_CONTENT_LEN or MBEDTLS_SSL_MAX_CONTENT_LEN), else what came is no record of TLS: the port has none, or bytes were lost or read twice.',
    test: 'Compare the buffer with the server’s largest record: espaws endpoint probe HOST',
    fix: 'Raise MBEDTLS_SSL_IN_CONTENT_LEN, up to 16384; in RTOS_SDK 3.x «TLS maximum incoming fragment length». Where it has that already, check the port, and let one task alone read the connection.',
  },
  'tls.in_len_too_small.or_setup': {
    cause:
      'mbedTLS refused what it was given (bad input data): a record of the server is larger than the whole input buffer (MBEDTLS_SSL_IN_CONTENT_LEN or MBEDTLS_SSL_MAX_CONTENT_LEN), or the program’s set-up of TLS is not whole (no configuration, no functions to send and receive, a connection that is not there).',
    test: 'Look what mbedtls_ssl_config_defaults, mbedtls_ssl_setup and the connection returned: where all is 0, compare the buffer with the server’s largest record: espaws endpoint probe HOST',
    fix: 'Raise MBEDTLS_SSL_IN_CONTENT_LEN, up to 16384; check the calls of the set-up, mbedtls_ssl_set_bio among them, and that TCP is up before the handshake.',
  },
  'tls.in_len_too_small.at_default': {
    cause:
      'The AT firmware’s buffer for TLS, 2048 bytes where nothing else is set, was too small for the server’s records: with a larger one the same connection came.',
    test: 'Compare it with the server’s largest record: espaws endpoint probe HOST',
    fix: 'Send AT+CIPSSLSIZE=4096 behind each start of the module, before it opens a TLS connection.',
  },
  'tls.in_len_too_small.at': {
    cause:
      'The AT firmware does not take that size of the TLS buffer (AT+CIPSSLSIZE takes 2048 to 4096 bytes): it stays as it was, and larger records of a server do not fit.',
    test: 'Ask for it: AT+CIPSSLSIZE?; and compare it with the server’s largest record: espaws endpoint probe HOST',
    fix: 'Set AT+CIPSSLSIZE=4096; for servers with larger records take an AT firmware of release 2, or TLS on the host.',
  },
  'tls.out_len_too_small': {
    cause:
      'A message of the client, its certificate as a rule, does not fit the output buffer (MBEDTLS_SSL_OUT_CONTENT_LEN).',
    test: 'Compare the buffer with the size of the client’s certificate chain in DER.',
    fix: 'Raise MBEDTLS_SSL_OUT_CONTENT_LEN, or send no more than the chain needs.',
  },
  'tls.write_buffer': {
    cause:
      'TLS found a buffer too small when the program sent data; neither heap nor certificates are to blame.',
    test: 'Send a request of a few bytes over a new connection: if that passes, the size of the message decides, else the session was used on after an error.',
    fix: 'Close the connection after every error and begin a new one; write no more at once than MBEDTLS_SSL_OUT_CONTENT_LEN.',
  },
  'tls.mfln_fragmentation': {
    cause:
      'A handshake message came in several records, which mbedTLS before 3.6.3 cannot put together: servers cut it where the client asks for max_fragment_length, some of their own accord.',
    test: 'Run without mbedtls_ssl_conf_max_frag_len: the error goes away, or becomes a record that is too large.',
    fix: 'Do not ask for max_fragment_length, and give MBEDTLS_SSL_IN_CONTENT_LEN the room of the whole message; what is longer than 16384 bytes, a list of CAs as a rule, must be shortened at the server, or read by mbedTLS 3.6.3 and later.',
  },
  'tls.mfln_fragmentation.or_feature': {
    cause:
      'The connection needs a feature that this mbedTLS does not have: as a rule it cannot put a handshake message together that came in several records (before 3.6.3), else something was not built.',
    test: 'Turn on mbedTLS’s debug output: it says which (“handshake fragmentation not supported”).',
    fix: 'Use a newer mbedTLS or SDK; do not ask for max_fragment_length, and give MBEDTLS_SSL_IN_CONTENT_LEN the room of the whole message.',
  },
  'tls.ca_wrong': {
    cause:
      'The server’s chain does not lead to a CA certificate that the device has: the wrong or an old root, or none at all; or the server shows another chain to a client that names no host (SNI).',
    test: 'Verify the chain on this computer with the same CA file: espaws endpoint probe HOST',
    fix: 'Use the root of the endpoint, and put it into the bundle where the device verifies with one; for AWS IoT’s -ats endpoints Amazon Root CA 1 (RSA) or 3 (EC). Connect by the host’s name, with mbedtls_ssl_set_hostname.',
  },
  'tls.ca_wrong.or_other': NOT_ACCEPTED,
  'tls.chain_incomplete': {
    cause:
      'The server sends its own certificate alone, and not the intermediate one that signed it: the chain ends before the root.',
    test: 'Count the certificates that it sends: espaws endpoint probe HOST',
    fix: 'Have the server send the whole chain; until then give the device the intermediate certificate.',
  },
  'tls.chain_not_ca': {
    cause:
      'A certificate of the server’s chain may not sign others (basic constraints: CA=false, or a path length that the chain exceeds): what it signed does not count.',
    test: 'Look at the chain: openssl x509 -in FILE -noout -text',
    fix: 'Have the intermediate certificate issued again as one of a CA.',
  },
  'tls.ca_missing': {
    cause: 'The program verifies the server, but was given no certificate to verify it with.',
    test: 'Look for the call that sets the CA: mbedtls_ssl_conf_ca_chain, cert_pem, crt_bundle_attach, setTrustAnchors, setCACert.',
    fix: 'Give it the root of the endpoint (cert_pem in ESP-IDF, or its bundle by crt_bundle_attach = esp_crt_bundle_attach; setTrustAnchors or setCACert in Arduino); for AWS IoT’s -ats endpoints Amazon Root CA 1 (RSA) or 3 (EC).',
  },
  'tls.ca_missing.or_connect': {
    cause:
      'The connection was not made, and the log does not say why: TCP did not come up in time (host, port, firewall), the handshake took longer than its time limit, or the program gave no CA and did not call setInsecure(), which Arduino-ESP32 refuses from 1.0.5 on without a word.',
    test: 'Call setInsecure() once: if it connects then, it was the CA. And from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Give the client the root of the endpoint (setCACert); else check host, port and firewall.',
  },
  'tls.cn_mismatch': {
    cause: 'The server’s certificate is not for the host name that the program set.',
    test: 'Compare the name given to mbedtls_ssl_set_hostname with the names in the certificate: espaws endpoint probe HOST',
    fix: 'Connect by a name that is in the certificate.',
  },
  'tls.clock_unset': {
    cause:
      'The device’s clock was never set: by it, certificates are not valid yet, and what is signed with the time is refused.',
    test: 'Print time(NULL) before the handshake: a small number is a clock that started with the device.',
    fix: 'Set the clock before the handshake (SNTP; configTime in Arduino), or build without MBEDTLS_HAVE_TIME_DATE.',
  },
  'tls.not_yet_valid': {
    cause: 'The device’s clock is set, and a certificate of the server’s chain is not valid yet by it.',
    test: 'Compare «issued on» with the time: espaws endpoint probe HOST, and time(NULL) on the device.',
    fix: 'Have the certificate issued with the right dates; check the device’s time zone and time server.',
  },
  'tls.expired': {
    cause: 'By the device’s clock a certificate of the server’s chain, or of the CA bundle, has expired.',
    test: 'Compare the certificates’ dates with the time: espaws endpoint probe HOST, and time(NULL) on the device.',
    fix: 'Replace the expired certificate; a CA file may hold an old root.',
  },
  'tls.validity_by_build': {
    cause:
      'A certificate is not valid at the time that the client goes by: SSLClient takes the day on which the program was compiled, or what setVerificationTime told it. The server’s certificate is younger than that, or a root in the program has expired.',
    test: 'Compare the day of the build with the dates of the chain and of the program’s roots: espaws endpoint probe HOST',
    fix: 'Make the trust anchors anew (trust_anchors.h, or the library’s certificate header) and compile again, or tell the client the time: setVerificationTime.',
  },
  'tls.verify_policy': {
    cause: 'A certificate of the server’s chain is refused for what it is: its hash, its key or its usage.',
    test: 'Look at the chain: espaws endpoint probe HOST',
    fix: 'Turn on the hash or curve of the chain (espaws config derives both), or have the certificate replaced.',
  },
  'tls.verify_policy.hash': {
    cause:
      'A certificate of the server’s chain is signed with a hash that the client does not accept: SHA-1 or MD5, or one that is not built.',
    test: 'Look at the signature algorithms of the chain: espaws endpoint probe HOST',
    fix: 'Have the certificate replaced, or turn the hash on (espaws config derives it); SHA-1 only with a profile that allows it.',
  },
  'tls.verify_policy.key': {
    cause:
      'A key of the server’s chain is not accepted: too short (RSA below 2048 bits), or of a kind or curve that the client does not take.',
    test: 'Look at the keys of the chain: espaws endpoint probe HOST',
    fix: 'Have the certificate replaced by one with RSA 2048 or P-256, or allow the curve (espaws config derives it).',
  },
  'tls.verify_policy.usage': {
    cause:
      'A certificate of the server’s chain is not meant for this use: its keyUsage or extendedKeyUsage does not allow it.',
    test: 'Look at the extensions: openssl x509 -in FILE -noout -text',
    fix: 'Have the certificate replaced by one for server authentication, with digitalSignature.',
  },
  'tls.revoked': {
    cause: 'The server’s certificate is on a revocation list.',
    test: 'Look at the certificate’s serial number and the list.',
    fix: 'Have the server’s certificate replaced.',
  },
  'tls.crl.expired': {
    cause: 'The revocation list (CRL) that the client checks with has expired by the device’s clock.',
    test: 'Read the list’s nextUpdate: openssl crl -in FILE -noout -nextupdate',
    fix: 'Give the client the CA’s newest list, and a way to fetch the next; or check without a list.',
  },
  'tls.crl.not_yet_valid': {
    cause:
      'The revocation list (CRL) that the client checks with is from the future by the device’s clock, which was never set as a rule.',
    test: 'Print time(NULL) before the handshake, and compare it with: openssl crl -in FILE -noout -lastupdate',
    fix: 'Set the clock (SNTP) before the handshake.',
  },
  'tls.crl.not_trusted': {
    cause:
      'The revocation list (CRL) that the client checks with is not signed by the CA that the client trusts.',
    test: 'Compare the list’s issuer with the CA: openssl crl -in FILE -noout -issuer',
    fix: 'Give the client the list of the CA that issued the server’s certificate.',
  },
  'tls.crl.policy': {
    cause:
      'The revocation list (CRL) that the client checks with is signed with a hash or a key that the client does not accept, or that is not built.',
    test: 'Look at the list’s signature: openssl crl -in FILE -noout -text',
    fix: 'Build the hash and the key’s algorithm, or have the CA sign its list with SHA-256 and a longer key.',
  },
  'tls.server_sent_none': {
    cause: 'The peer sent no certificate, and there was nothing to verify.',
    test: 'Look at what the server sends: espaws endpoint probe HOST',
    fix: 'Give the server its certificate; or agree on a suite with a certificate, without PSK or anon.',
  },
  'tls.verify_skipped': {
    cause: 'The server was not verified: the program asks for none (MBEDTLS_SSL_VERIFY_NONE).',
    test: 'Look for mbedtls_ssl_conf_authmode, or for skip_cert_common_name_check and setInsecure, in the program.',
    fix: 'Give the client the server’s root CA, and MBEDTLS_SSL_VERIFY_REQUIRED.',
  },
  'tls.verify_callback': {
    cause: 'The program’s own verify callback refused the server’s chain.',
    test: 'Print flags and depth in the callback that mbedtls_ssl_conf_verify was given.',
    fix: 'Mend what the callback asks for (a pinned key or fingerprint, as a rule), or the server’s chain.',
  },
  'tls.verify_failed': NOT_ACCEPTED,
  'tls.bad_mac': {
    cause:
      'A record was damaged, or both sides have other keys: its check (MAC) is wrong, or the server says so (alert bad_record_mac).',
    test: 'Repeat it with the hardware acceleration of AES and SHA turned off, and with another suite.',
    fix: 'Look for a program that writes over TLS’s buffers or uses one connection in two tasks, and for lost bytes on the way.',
  },
  'tls.bad_signature': {
    cause:
      'A signature of the server does not verify: the build lacks the hash that it is made with (SHA-384: MBEDTLS_SHA384_C since mbedTLS 3, MBEDTLS_SHA512_C before), its hash or arithmetic is wrong, the program pins a public key that the server does not have any more, or it was changed on the way.',
    test: 'Look at the hashes that the server signs with (espaws endpoint probe HOST), then repeat it with the hardware acceleration turned off.',
    fix: 'Take the server’s present key where one is pinned; turn on SHA-384 and SHA-512 (espaws config derives them); turn off the acceleration of hashes and big numbers; look for a proxy between device and server.',
  },
  'tls.fingerprint': {
    cause:
      'The server’s certificate has another fingerprint than the program expects: it was renewed, or it is another server.',
    test: 'Compare the fingerprints: espaws endpoint probe HOST',
    fix: 'Give the program the new fingerprint; better, let it verify against the CA, which outlives certificates.',
  },
  'tls.fingerprint.malformed': {
    cause:
      'The fingerprint that the program was given is none: other characters than hexadecimal digits, or too few.',
    test: 'Count the digits: SHA-1 has 40, SHA-256 has 64; blanks or colons between pairs only.',
    fix: 'Give the program the fingerprint of the server’s certificate; better, let it verify against the CA.',
  },
  'tls.not_used': {
    cause:
      'The program has certificates, but its URL or transport is one without TLS (mqtt://, ws://, http://): they are not used.',
    test: 'Look at the scheme of the URL, and at the transport in the client’s configuration.',
    fix: 'Take mqtts://, wss:// or https://, or the transport over SSL, and the port of it.',
  },
  'tls.hostname_unset': {
    cause:
      'The program verifies the server, but never said which name it expects (mbedTLS 3.6.3 and later refuse that).',
    test: 'Look for mbedtls_ssl_set_hostname in the program.',
    fix: 'Call mbedtls_ssl_set_hostname with the endpoint’s name before the handshake.',
  },
  'tls.peer_eof': {
    cause:
      'The server, or the link to it, closed the connection in the handshake, without a fatal alert: as a rule for its port or name, or for a client certificate that is missing, unusable or not accepted.',
    test: 'Look at the last handshake step: after ClientHello it is the port, the server name or a load balancer; after the client’s flight its certificate.',
    fix: 'Check port and server name (SNI); check that the client certificate is active and its policy attached; where it comes and goes, look at the signal.',
  },
  'net.ended': {
    cause:
      'The connection ended or did not come up: the other side closed it, or the network did; the log shows neither who, nor at which step, nor why.',
    test: 'Let the program print the state or code that its library has for the end, and read the server’s log of that second.',
    fix: 'Check host and port, then whether that port wants TLS, and user, password and client id.',
  },
  'net.closed': {
    cause:
      'The other side closed the connection in order (FIN), and the log does not say why: it waited longer than it does for a client, or it does not take what came.',
    test: 'Look at the time between the last request and the end, and at the server’s log.',
    fix: 'Keep the connection alive more often than the server’s limit, or connect again when it has ended; correct the request or login that it does not take.',
  },
  'tls.out_of_step': {
    cause:
      'What came is no TLS record, by its type or its length: bytes were lost or read twice, so that the stream is out of step, or another protocol answers at that port.',
    test: 'Ask the endpoint from this computer: espaws endpoint probe HOST:PORT; if it speaks TLS, it is the device’s reading.',
    fix: 'Check the port; let one task alone read the connection, and read all of a record; a larger buffer does not help.',
  },
  'tls.unexpected_message': {
    cause:
      'What came is not the message that TLS waits for: the other side speaks another protocol or a renegotiation, or two tasks use one connection.',
    test: 'Ask the endpoint from this computer: espaws endpoint probe HOST:PORT',
    fix: 'Check the port; let one task alone read, write and close a connection.',
  },
  'tls.server_hello': {
    cause:
      'The server’s answer (ServerHello) is not acceptable: it chooses a version, suite or extension that was not offered, or is no ServerHello.',
    test: 'Compare what the server chooses with what the build offers: espaws endpoint probe HOST:PORT',
    fix: 'Check the port, then turn on the server’s version and suites: espaws config derives them.',
  },
  'tls.server_certificate.unfit': {
    cause:
      'The server’s certificate does not suit the handshake: its key is on a curve that the build does not offer, its usage is not a server’s, or the message is damaged.',
    test: 'Look at its key and its extensions: espaws endpoint probe HOST; openssl x509 -in FILE -noout -text',
    fix: 'Turn on the curve (espaws config derives it), or have the certificate replaced by one for server authentication.',
  },
  'tls.damaged_message': {
    cause:
      'A handshake message is not as TLS wants it: the other side is at fault, or the bytes were overwritten on the device.',
    test: 'Connect from this computer: espaws endpoint probe HOST; and look at the free heap and stacks of the device.',
    fix: 'Where others can connect, look for a program that writes over TLS’s buffers, or a stack that is too small.',
  },
  'tls.dhe_failed': {
    cause:
      'The Diffie-Hellman exchange failed: the server’s parameters are too short, too long for the build, or damaged.',
    test: 'Look whether the server takes ECDHE, too: espaws endpoint probe HOST',
    fix: 'Do not offer DHE (MBEDTLS_KEY_EXCHANGE_DHE_RSA_ENABLED off): ECDHE is faster by far, and every server of today has it.',
  },
  'tls.no_rng': {
    cause: 'The program gave TLS no random generator.',
    test: 'Look for mbedtls_ssl_conf_rng in the program.',
    fix: 'Call mbedtls_ssl_conf_rng with mbedtls_ctr_drbg_random, after mbedtls_ctr_drbg_seed.',
  },
  'tls.internal_error': {
    cause:
      'mbedTLS came into a state that it does not know (internal error), and says no more: the session was used on after an error or by two tasks, a hardware driver or callback under it failed, or, from version 3 on, the PSA crypto interface was not initialised (TLS 1.3 needs it).',
    test: 'Turn on the debug output at level 3 and read the lines before the code; with mbedTLS 3 turn off TLS 1.3, or look for psa_crypto_init in the program.',
    fix: 'Begin a new session after each error, and let one task use it; with mbedTLS 3 call psa_crypto_init before the handshake, or build without MBEDTLS_SSL_PROTO_TLS1_3.',
  },
  'tls.misused': {
    cause:
      'The program used TLS in a state that it is not meant for: not set up, used on after an error or its end, or by two tasks at once.',
    test: 'Look at the calls before the error: each error of a read, a write or a handshake must end the connection.',
    fix: 'After an error free the session, or reset it (mbedtls_ssl_session_reset), and begin a new one; let one task use it.',
  },
  'tls.not_waited': {
    cause:
      'The handshake was begun on a socket that does not wait (non-blocking), and is not finished yet: the program takes that for a failure.',
    test: 'Do the same with a socket that waits.',
    fix: 'Let the socket wait (settimeout, setblocking(True)) until the handshake is done, or call again until it is; MicroPython: ssl.wrap_socket(…, do_handshake=False) for a socket that does not wait.',
  },
  'tls.unverified': {
    cause:
      'TLS is up, but the server is not verified: its certificate was refused, and the program goes on all the same (MBEDTLS_SSL_VERIFY_OPTIONAL).',
    test: 'Look at the reasons behind «Failed to verify peer certificate».',
    fix: 'Mend those reasons, then let the handshake fail on them: MBEDTLS_SSL_VERIFY_REQUIRED.',
  },
  'tls.handshake_failed': {
    cause:
      'The TLS handshake failed, and the log does not say why: the server ended it (with an alert or without), it did not answer in time, or the client could not go on.',
    test: 'Turn on the debug output of the TLS library, and connect from this computer: espaws endpoint probe HOST',
    fix: 'Check port and server name (SNI), the root that the client verifies with, its own certificate, the free heap and the clock; then read the debug output.',
  },
  'tls.at_refused': {
    cause:
      'The AT firmware could not open the TLS connection, and does not say why: no TCP connection, a handshake that failed, or too little memory.',
    test: 'Open the same host and port with AT+CIPSTART="TCP": if that comes, it is TLS.',
    fix: 'Check host and port; raise the buffer (AT+CIPSSLSIZE=4096), set the name (AT+CIPSSLCSNI) and take an AT firmware with the server’s suites.',
  },
  'tls.read_failed': {
    cause:
      'Reading from a TLS connection that was up failed, and the log does not say why: a record of the server is larger than the input buffer (espconn_secure_set_size), or the server closed the connection.',
    test: 'Ask the server for a short answer: if that comes, it is the size.',
    fix: 'Raise the buffer (espconn_secure_set_size(ESPCONN_CLIENT, 8192)), or have the server answer in smaller pieces; look at what the server does after the request.',
  },
  'tls.closed_later': {
    cause:
      'TLS was up, and the other side ended the connection after the handshake, before the program had its answer.',
    test: 'Look at what was sent last, and send the same from this computer.',
    fix: 'Look at the server’s log for that request; connect again after an idle time.',
  },
  'tls.server_certificate.feature': {
    cause:
      'A certificate of the server has a feature that this mbedTLS does not take: critical policies, or an extension, hash or algorithm that is not built.',
    test: 'Look for «critical» and at the signature algorithm of each certificate: espaws endpoint probe HOST, openssl x509 -noout -text',
    fix: 'Build what is missing (espaws config derives it); for critical extensions set MBEDTLS_X509_ALLOW_UNSUPPORTED_CRITICAL_EXTENSION (up to 2.28), or have the server’s certificate replaced.',
  },
  'tls.server_certificate': {
    cause:
      'A certificate that the server sent cannot be parsed by the client: a form, extension or encoding that this TLS library does not take, or bytes lost on the way.',
    test: 'Look at the chain: espaws endpoint probe HOST, and openssl x509 -noout -text for each certificate.',
    fix: 'Take a newer mbedTLS, or have the server’s certificate replaced.',
  },
  'tls.alert.sent': {
    cause:
      'The device itself ended the handshake with an alert: it could not take the server’s last message.',
    test: 'Look at the message before the alert, and at the code that the handshake returned.',
    fix: 'As the alert says: espaws explain -30592 --alert NUMBER',
  },
  'tls.alert.sent_internal': {
    cause:
      'The device itself ended the handshake (alert internal_error): it failed at the server’s last message for a reason of its own, too little memory as a rule.',
    test: 'Print the free heap before the handshake, and the code that it returned.',
    fix: 'Free memory before the handshake, or make the record buffers smaller; then look at the code.',
  },
  'tls.alert.protocol_version': {
    cause: 'Client and server have no TLS version in common (alert protocol_version).',
    test: 'Compare the versions: espaws endpoint probe HOST',
    fix: 'Turn on MBEDTLS_SSL_PROTO_TLS1_2 (or TLS1_3 with mbedTLS 3.x), or change the server’s security policy.',
  },
  'tls.alert.handshake_failure': {
    cause:
      'The server found nothing in common with this client (alert handshake_failure): no suite, curve or signature algorithm, or no client certificate.',
    test: 'Look at the step before the alert: after ClientHello it is the suites, after the client’s flight its certificate.',
    fix: 'Compare both sides: espaws endpoint probe HOST, and espaws config --explain.',
  },
  'tls.alert.client_certificate': {
    cause:
      'The server refuses the client’s certificate: unknown, not active, expired, or of a kind that it does not take; or it wants one, and got none.',
    test: 'Connect from this computer with the same files: openssl s_client -connect HOST:PORT -cert FILE -key FILE',
    fix: 'Register and activate the certificate at the server; send it with mbedtls_ssl_conf_own_cert.',
  },
  'tls.alert.client_certificate.missing': {
    cause: 'The server wants a client certificate, and the client sent none.',
    test: 'Look for «no certificate to send» in the debug output, and for mbedtls_ssl_conf_own_cert in the program.',
    fix: 'Give the client its certificate and key: mbedtls_ssl_conf_own_cert.',
  },
  'tls.alert.client_certificate.unknown_ca': {
    cause: 'The server does not know the CA that signed the client’s certificate (alert unknown_ca).',
    test: 'Verify the client’s certificate with the CA that the server uses: openssl verify -CAfile CA FILE',
    fix: 'Register the client’s certificate or its CA at the server, or take one that its CA has signed.',
  },
  'tls.alert.client_certificate.expired': {
    cause:
      'By the server’s clock the client’s certificate has expired, or is not valid yet (alert certificate_expired).',
    test: 'Look at its dates: openssl x509 -in FILE -noout -dates',
    fix: 'Give the device a new certificate.',
  },
  'tls.alert.client_certificate.usage': {
    cause:
      'The client’s certificate is not meant for a client: its extendedKeyUsage has no clientAuth, and the server refuses it.',
    test: 'Look at it: openssl x509 -in certificate.pem -noout -ext extendedKeyUsage,keyUsage',
    fix: 'Give the device a certificate with extendedKeyUsage = clientAuth, or without that extension.',
  },
  'tls.alert.client_certificate.revoked': {
    cause: 'The server has revoked the client’s certificate (alert certificate_revoked).',
    test: 'Look at its state at the server; for AWS IoT: aws iot describe-certificate',
    fix: 'Give the device a new certificate.',
  },
  'tls.alert.server_name': {
    cause: 'The server does not serve this host name (alert unrecognized_name).',
    test: 'Probe with and without the name: espaws endpoint probe HOST --servername NAME',
    fix: 'Set the host name of the endpoint (mbedtls_ssl_set_hostname, MBEDTLS_SSL_SERVER_NAME_INDICATION).',
  },
  'tls.alert.psk_identity': {
    cause:
      'The server does not know the identity of the pre-shared key that the client gives (alert unknown_psk_identity).',
    test: 'Compare the identity with the server’s list (mosquitto: psk_file), and try it from here: openssl s_client -psk_identity NAME -psk HEX',
    fix: 'Give the identity that the server has the key under (hint in esp-tls’s psk_hint_key), or add it there.',
  },
  'tls.mfln_answer': {
    cause:
      'The server answers the client’s max_fragment_length with another length than was asked for, which RFC 6066 does not allow; the client breaks off.',
    test: 'Probe with and without it: espaws endpoint probe HOST:PORT',
    fix: 'Do not ask for max_fragment_length (mbedtls_ssl_conf_max_frag_len), and give MBEDTLS_SSL_IN_CONTENT_LEN 16384; or take a newer server.',
  },
  'tls.ticket_as_error': {
    cause:
      'With TLS 1.3 the server sends session tickets behind the handshake; mbedTLS 3 hands one up as -0x7B00 (RECEIVED_NEW_SESSION_TICKET), and the program took it for an error of the read.',
    test: 'Look in the debug output for «NewSessionTicket received» right before.',
    fix: 'Read on at that code, as at WANT_READ; or take a newer esp-tls, or turn MBEDTLS_SSL_PROTO_TLS1_3 or its tickets off.',
  },
  'tls.alert.alpn': {
    cause: 'The server wants another ALPN protocol (alert no_application_protocol).',
    test: 'Probe with the protocol: espaws endpoint probe HOST --alpn NAME',
    fix: 'Offer it: AWS IoT on port 443 wants x-amzn-mqtt-ca, with MBEDTLS_SSL_ALPN on.',
  },
  'tls.alert.internal_error': {
    cause: 'The server had an error of its own (alert internal_error).',
    test: 'Look at the server’s log.',
    fix: 'Mend the server; some give this alert for a client hello that they cannot handle.',
  },
  'tls.alert.malformed': {
    cause:
      'The server could not read, or did not expect, what the client sent (alerts unexpected_message, decode_error, illegal_parameter, unsupported_extension).',
    test: 'Look up the alert: espaws explain -30592 --alert NUMBER; and compare with openssl s_client.',
    fix: 'Take a newer mbedTLS, and turn off the extension that the alert is about.',
  },
  'tls.alert.unknown': {
    cause:
      'The server broke off with a fatal alert, whose number the log does not show: as a rule the client named no host (SNI), or offers no suite or version that the server takes, or the server does not take its certificate (with TLS 1.3 only after the handshake).',
    test: 'Turn on mbedTLS’s debug output at level 2, which prints the alert’s number.',
    fix: 'Connect by the host’s name, and give it to TLS (mbedtls_ssl_set_hostname; server_hostname in MicroPython); then read the alert: each has another cause.',
  },
  'tls.sni_missing': {
    cause:
      'The server serves several names and wants to be told in the handshake which one is meant (SNI); the client named none, or another than it asks for later.',
    test: 'Probe with and without the name: espaws endpoint probe HOST',
    fix: 'Connect by the host’s name, and give it to TLS (mbedtls_ssl_set_hostname; in Arduino connect(HOST, PORT) and not its address).',
  },
  'server.not_started': {
    cause: 'The server could not read its own certificate, key or CA file, and did not start.',
    test: 'Read the file as the server’s user, and restart the server with its log before you.',
    fix: 'Let the server’s user read the file (mosquitto 2 runs as «mosquitto» and may not read Let’s Encrypt’s folders), or correct its path.',
  },
  'tls.not_set_up': {
    cause:
      'TLS could not be set up, before anything was sent: a certificate or key that was given cannot be read, the server is to be verified without a CA, or memory is short.',
    test: 'Turn the verification off (setInsecure), and print the free heap right before.',
    fix: 'Give the CA as a whole PEM text that stays in memory; free heap before the connection, or take smaller buffers.',
  },
  'tls.at_verification': {
    cause:
      'The AT firmware verifies the server, and could not open the TLS connection; it does not say why. As a rule its CA partition holds no certificate that leads to this server, or the time was not set.',
    test: 'Open the same connection with AT+CIPSSLCCONF=0: if that comes, it is the verification.',
    fix: 'Put the server’s root into the partition that the firmware reads (client_ca, or server_ca of the NONOS firmware), and set the time: AT+CIPSNTPCFG.',
  },
  'tls.server.client_left': {
    cause:
      'The device is the server, and the client ended the handshake: browsers do so with a certificate that they do not trust, and with connections that they open for later.',
    test: 'Connect to the device with openssl s_client -connect HOST:PORT, which says what it does not like.',
    fix: 'Give the client the CA of the device’s certificate; a handshake that fails among others that pass is no fault.',
  },
  'tls.server.handshake_failed': {
    cause:
      'The device is the server, and the handshake with a client failed; the log does not say why. As a rule the client ended it: browsers do so with a certificate that they do not trust, and with connections that they open for later.',
    test: 'Connect to the device with openssl s_client -connect HOST:PORT, which says what it does not like; print the free heap at the failure.',
    fix: 'Give the client the CA of the device’s certificate, and the device the heap for as many connections as come at once; a handshake that fails among others that pass is no fault.',
  },
  'tls.server.not_tls': {
    cause:
      'The device is the server, and what the client sent is no ClientHello that it can take: a browser at http:// on the TLS port, or a version that the device does not have.',
    test: 'Connect with openssl s_client -connect HOST:PORT: if that comes, it is the client.',
    fix: 'Use https:// and the TLS port in the client; let both sides have a version in common.',
  },
  'tls.client_left': {
    cause:
      'By the server’s log the client closed the connection in the handshake, without an alert: it gave up (time, memory, a reset), or it does not accept the server’s certificate and does not say so.',
    test: 'Read the device’s own log of the same second: it names the reason.',
    fix: 'Give the device the server’s CA and name, the time, and the heap that a handshake needs.',
  },
  'tls.server.untrusted': {
    cause:
      'The device is the server, and the client does not accept its certificate: self-signed, for another name, expired, or of a CA that it does not know.',
    test: 'Connect to the device with openssl s_client -connect HOST:PORT -CAfile FILE',
    fix: 'Give the client the CA, and the certificate the device’s name; or let the user accept it.',
  },
  'tls.alert.other': {
    cause: 'One side ended the handshake with an alert.',
    test: 'Look up the alert: espaws explain -30592 --alert NUMBER',
    fix: 'As the alert says.',
  },
  'key.cert_mismatch': {
    cause:
      'The private key does not belong to the client certificate, or is damaged: it cannot sign, or the server cannot check what it signed (alert decrypt_error).',
    test: 'Compare the public keys of both files: espaws config checks the pair.',
    fix: 'Use the key that the certificate was made with.',
  },
  'key.sign_failed': {
    cause:
      'The device could not sign with its own private key: the result of the signature fails the library’s own check. The key is damaged or does not fit, or the arithmetic is wrong.',
    test: 'Check the key here (openssl pkey -in FILE -check), and sign with the hardware acceleration of big numbers turned off.',
    fix: 'Write the key anew; turn off the acceleration, and keep other tasks from using it at the same time.',
  },
  'key.no_pss': {
    cause:
      'TLS 1.3 wants RSA-PSS for the client’s signature, and what holds the private key cannot make one (the Digital Signature peripheral, a secure element, a key of an own type).',
    test: 'Turn TLS 1.3 off (CONFIG_MBEDTLS_SSL_PROTO_TLS1_3) and connect again.',
    fix: 'Connect with TLS 1.2, take an EC key, or an ESP-IDF whose Digital Signature driver makes RSA-PSS.',
  },
  'key.unreadable': {
    cause:
      'The private key cannot be read: damaged, of another length or encoding than is asked for, under the header of another kind of key, without its final NUL, or encrypted.',
    test: 'Look at its first line, and check the files here: espaws config',
    fix: 'Give it in the form that the firmware asks for; a PEM file is written anew by openssl pkey -in OLD -out NEW (PKCS#8) or openssl pkey -traditional (its own header).',
  },
  'key.encrypted': {
    cause: 'The private key is encrypted, and the program gives no password, or the build cannot decrypt it.',
    test: 'Look at its first lines («ENCRYPTED», «DEK-Info»).',
    fix: 'Store it unencrypted for the device: openssl pkey -in private.key -out private.pem',
  },
  'key.password': {
    cause: 'The password of the private key is wrong.',
    test: 'Decrypt it here with the same password: openssl pkey -in private.key -noout',
    fix: 'Give the right password, or store the key unencrypted for the device: openssl pkey -in private.key -out private.pem',
  },
  'key.not_a_key': {
    cause:
      'What was given as the private key is something else: a public key, a certificate, or a key in another container.',
    test: 'Look at its first line: it must say «PRIVATE KEY».',
    fix: 'Give the private key that the certificate was made with, in PEM (PKCS#1, PKCS#8 or SEC1).',
  },
  'key.psk_malformed': {
    cause:
      'The pre-shared key that the program gives is none: it takes hexadecimal digits in pairs, and has a limit of length.',
    test: 'Print the key’s length and look at its characters.',
    fix: 'Give the key as an even number of hexadecimal digits, as the broker’s file has it: openssl rand -hex 16 makes one.',
  },
  'key.psk_differs': {
    cause:
      'Client and server have different pre-shared keys (PSK), or another identity than is meant: what one encrypts the other cannot read.',
    test: 'Compare identity and key on both sides, digit by digit.',
    fix: 'Give both sides the same identity and key.',
  },
  'key.unsupported': {
    cause: 'The private key is of a kind that mbedTLS does not know: Ed25519, as a rule.',
    test: 'Look at its kind: openssl pkey -in FILE -noout -text',
    fix: 'Take an identity with RSA or with an EC key on P-256.',
  },
  'key.incomplete': {
    cause:
      'The program was given a client certificate without its key, or a key without its certificate; or a suite with PSK, and no pre-shared key.',
    test: 'Look at what is passed: clientcert_buf and clientkey_buf, mbedtls_ssl_conf_own_cert.',
    fix: 'Give both, or neither; for PSK the key and its identity.',
  },
  'cert.file': {
    cause: 'The file of a certificate or key cannot be opened on the device, or is empty.',
    test: 'List the file system of the device, with the sizes of the files.',
    fix: 'Upload the file system’s image, and check the path; or embed the files in the program.',
  },
  'cert.filesystem': {
    cause:
      'The file system that holds certificates and keys cannot be mounted: it was not written, is damaged, or has another layout.',
    test: 'List the files right behind mounting.',
    fix: 'Write the file system’s image again, with the size and kind (SPIFFS, LittleFS) that the program is built for.',
  },
  'key.secure_element': {
    cause:
      'The secure element (ATECC608 and the like) did not give the certificate or the key: it does not answer, or was not provisioned.',
    test: 'Read its serial number (atcab_read_serial_number): without one it is the bus.',
    fix: 'Check its I2C pins, address and power, wake it before use, and provision it again; the files of the program play no part.',
  },
  'cert.parse': {
    cause:
      'A certificate cannot be parsed: a damaged or cut file, or a PEM text without its line breaks or its final NUL.',
    test: 'Parse it here: openssl x509 -in FILE -noout -text',
    fix: 'Embed the whole file, with \\n behind each line where it is a string of C; pass the length of a PEM text including its NUL.',
  },
  'cert.bundle': {
    cause:
      'The bundle of CA certificates that was given is none: it is not in the form of esp_crt_bundle, or its length is wrong.',
    test: 'Print the length that the program gives, and compare it with the file’s.',
    fix: 'Give the file that gen_crt_bundle.py makes (x509_crt_bundle), whole, and its length in bytes, not that of a pointer.',
  },
  'cert.critical_extension': {
    cause:
      'A certificate cannot be parsed: it has a critical extension that this mbedTLS does not know (name constraints, as a rule), or a damaged one.',
    test: 'Look for «critical» among its extensions: openssl x509 -in FILE -noout -text',
    fix: 'Take a root without it, or an mbedTLS that lets it pass (MBEDTLS_X509_ALLOW_UNSUPPORTED_CRITICAL_EXTENSION up to 2.28).',
  },
  'cert.not_der': {
    cause:
      'What was given as a certificate or key is no ASN.1: a PEM text where the library takes DER alone (axTLS of the Arduino core), or a damaged file.',
    test: 'Read it as DER: openssl x509 -inform DER -in FILE -noout -text',
    fix: 'Convert it: openssl x509 -in FILE -outform DER -out FILE.der; a key with openssl rsa or openssl ec.',
  },
  'tls.axtls_limits': {
    cause:
      'axTLS cannot take what this server sends: a record or a chain of certificates that is larger than its buffer, a certificate or a way to cut the handshake that it does not know; it has RSA key exchange and CBC suites only.',
    test: 'Look at the suites and the chain of the server: espaws endpoint probe HOST',
    fix: 'Use BearSSL (Arduino core 2.5 and later) or mbedTLS in place of axTLS.',
  },
  'tls.call_failed': {
    cause: 'A TLS call failed with a code that has no usual cause.',
    test: 'Look the code up: espaws explain CODE; and read the debug output of mbedTLS before it.',
    fix: 'As the code says.',
  },
  'build.ec_disabled': {
    cause:
      'The build cannot do elliptic curves (MBEDTLS_ECP_C and what belongs to it), and the certificate or key is an EC one.',
    test: 'Look at the key’s first line («BEGIN EC PRIVATE KEY») and for MBEDTLS_ECP_C in the config header: espaws config --check FILE',
    fix: 'Build with the derived configuration (espaws config), or take an RSA identity.',
  },
  'build.ec_disabled.or_key': {
    cause:
      'The private key cannot be parsed: it is damaged, a placeholder, no private key at all, without its final NUL or under the header of another kind of key; or it is an EC key and the build has no elliptic curves (MBEDTLS_ECP_C); or the heap ran out.',
    test: 'Look at the key’s first line («BEGIN EC PRIVATE KEY») and for MBEDTLS_ECP_C in the config header: espaws config --check FILE',
    fix: 'Check key and configuration together (espaws config --check FILE): it says which of them it is.',
  },
  'build.ecdsa_disabled': {
    cause: 'The client’s EC key cannot sign: MBEDTLS_ECDSA_C, with MBEDTLS_ASN1_WRITE_C, is not built.',
    test: 'Look for both in the config header: espaws config --check FILE',
    fix: 'Build with the derived configuration (espaws config), which turns them on for an EC key.',
  },
  'build.curve_disabled': {
    cause: 'A key, or the server’s key exchange, is on a curve that is not built.',
    test: 'Look for the curve: openssl x509 -in FILE -noout -text, and espaws endpoint probe HOST',
    fix: 'Turn on MBEDTLS_ECP_DP_<CURVE>_ENABLED for it: espaws config derives it.',
  },
  'build.signature_algorithm': {
    cause:
      'A certificate, or the server’s key exchange, is signed with an algorithm or hash that is not built, or that the client does not offer.',
    test: 'Look at its signature algorithm: openssl x509 -in FILE -noout -text; and at the header: espaws config --check FILE',
    fix: 'Turn it on: espaws config derives it. In RTOS_SDK 1.5 and 2.x the ECDSA signature OIDs are commented out in oid.c as well.',
  },
  'build.no_shared_cipher': {
    cause: 'Client and server have no cipher suite in common: the build offers none that the server takes.',
    test: 'Compare the suites: espaws endpoint probe HOST, and «client hello, add ciphersuite» in the debug output.',
    fix: 'Turn on the server’s key exchange and ciphers, ECDHE and GCM as a rule: espaws config derives them.',
  },
  'build.weak_suites': {
    cause:
      'The build offers few cipher suites only, and not those that every server of today has: ECDHE with RSA and with ECDSA, with GCM.',
    test: 'Compare the suites: espaws endpoint probe HOST, and «client hello, add ciphersuite» in the debug output.',
    fix: 'Turn on MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED, ..._ECDHE_ECDSA_ENABLED and MBEDTLS_GCM_C: espaws config.',
  },
  'build.tls13': {
    cause:
      'The PSA crypto interface was not initialised: TLS 1.3 needs it, and so does every version of TLS with MBEDTLS_USE_PSA_CRYPTO, or in mbedTLS 4.',
    test: 'Look for psa_crypto_init in the program, before the first handshake.',
    fix: 'Call psa_crypto_init before the handshake; with mbedTLS 3 and without MBEDTLS_USE_PSA_CRYPTO, turning off MBEDTLS_SSL_PROTO_TLS1_3 does, too.',
  },
  'build.tls_disabled': {
    cause: 'The program was built without TLS, and is asked for a connection with it.',
    test: 'Look at the SDK’s configuration: «Enable MQTT over SSL», «Enable https».',
    fix: 'Turn TLS on for that component (menuconfig), and build again.',
  },
  'build.room_for_ca': {
    cause: 'More certificates were given to the TLS library than it has room for by its configuration.',
    test: 'Count the certificates of the bundle or of the chain.',
    fix: 'Give it the roots alone that the endpoint needs, or raise the limit (axTLS: CONFIG_X509_MAX_CA_CERTS; ESP-IDF’s bundle: CONFIG_MBEDTLS_CERTIFICATE_BUNDLE_MAX_CERTS).',
  },
  'build.option_disabled': {
    cause:
      'The program asks TLS for something that was not built: ALPN, PSK, the certificate bundle, a secure element, TLS 1.3 or the server’s side.',
    test: 'Look at the option that the log names.',
    fix: 'Turn it on (menuconfig, or espaws config), and build again.',
  },
  'build.max_mpi': {
    cause:
      'This build cannot take a public key: it is larger than MBEDTLS_MPI_MAX_SIZE, on a curve that is not built, or damaged.',
    test: 'Look at the kinds and sizes of the keys of the chain: espaws endpoint probe HOST',
    fix: 'Raise MBEDTLS_MPI_MAX_SIZE to 512 for RSA-4096; turn on the curve of an EC key.',
  },
  'tls.key_too_large': {
    cause:
      'A key of the server’s chain is larger than this build of the TLS library takes: of BearSSL 4096 bits of RSA, and less where it was cut down to save memory (Tasmota, ESPEasy); of wolfSSL what FP_MAX_BITS or SP_INT_BITS allows.',
    test: 'Look at the kinds and sizes of the keys of the chain: espaws endpoint probe HOST',
    fix: 'Give the server an EC key or an RSA key of 2048 bits; else build the library with larger limits (BearSSL: BR_MAX_RSA_SIZE; wolfSSL: FP_MAX_BITS 8192 or SP_INT_BITS 4096 for RSA-4096).',
  },
  'build.entropy': {
    cause:
      'The random generator has no source of entropy, or program and library were compiled with different headers.',
    test: 'Print sizeof(mbedtls_entropy_context) in the program and in the library.',
    fix: 'Compile both with the same header; turn on MBEDTLS_ENTROPY_HARDWARE_ALT.',
  },
  'heap.exhausted.dma': {
    cause:
      'The internal memory that DMA can reach ran out: the driver of the AES or SHA accelerator needs some for each operation, however much is free in PSRAM.',
    test: 'Print heap_caps_get_free_size(MALLOC_CAP_DMA) and its largest block right before.',
    fix: 'Leave internal memory free: put buffers and task stacks into PSRAM, take fewer sessions at once and smaller record buffers, or turn the accelerator off (MBEDTLS_HARDWARE_AES).',
  },
  'heap.fragmented': {
    cause:
      'There is free heap, but no block of the size or kind that was asked for: it is in pieces, or the free part is memory that this use cannot take (PSRAM for Wi-Fi and its buffers).',
    test: 'Print the largest free block (heap_caps_get_largest_free_block, ESP.getMaxFreeBlockSize) right before, of internal memory.',
    fix: 'Ask for the large buffers early and keep them; make the record buffers smaller; free memory that lies between.',
  },
  'heap.exhausted': {
    cause: 'The heap ran out, or no piece of it is large enough.',
    test: 'Print the free heap before and the least free heap after the handshake (esp_get_minimum_free_heap_size).',
    fix: 'Make the record buffers smaller (MBEDTLS_SSL_IN_CONTENT_LEN, ..._OUT_CONTENT_LEN; in Arduino setBufferSizes, with what probeMaxFragmentLength finds), or free memory before the handshake. Where it is less at each try, end what failed, too, and let no more connections be open at once than the heap bears.',
  },
  'net.dns': {
    cause: 'The host name of the endpoint cannot be resolved.',
    test: 'Resolve it on this computer: nslookup HOST',
    fix: 'Check the endpoint’s name, the DNS server that DHCP gave, and that Wi-Fi is up before the connection.',
  },
  'net.dns.mdns': {
    cause:
      'The name ends in .local: mDNS in the local network answers for it and no DNS server; this firmware’s resolver does not ask by mDNS, or nobody answered.',
    test: 'Connect by the address of the same host: ping NAME on a computer in that network tells it.',
    fix: 'Use the address, or a name that the router’s DNS server knows; else look the name up by mDNS (MDNS.queryHost in Arduino-ESP32, mdns_query_a in ESP-IDF, CONFIG_LWIP_DNS_SUPPORT_MDNS_QUERIES).',
  },
  'net.dns.bad_endpoint': {
    cause:
      'What was given as the host name is none: an ARN, a URL, an empty text, one with a blank, or one that is too long.',
    test: 'Look at the name in the log.',
    fix: 'Take the host name alone, without scheme, path and blanks; that of AWS IoT: aws iot describe-endpoint --endpoint-type iot:Data-ATS',
  },
  'net.localhost': {
    cause:
      'The host is localhost, which on the device is the device itself, or 0.0.0.0, at which a server listens and nobody can connect.',
    test: 'Look at the name in the log.',
    fix: 'Give the address or name of the computer that the server runs on.',
  },
  'net.bad_url': {
    cause:
      'What was given as the URL is none that the client can take: no scheme, one that it does not know, or no path where one must be (that of the server’s root is «/»); or it was given in another field (esp-mqtt: broker.address.hostname takes a name alone).',
    test: 'Print the URL right before it is used.',
    fix: 'Write the URL whole, with its scheme (https://HOST/PATH, mqtts://HOST:8883), where the URL belongs (esp-mqtt: broker.address.uri).',
  },
  'net.plain_port': {
    cause: 'The port does not speak TLS.',
    test: 'Ask it from this computer: espaws endpoint probe HOST:PORT',
    fix: 'Use the TLS port: 8883 for MQTT (1883 is the plain one), 443 for HTTPS, 465 for SMTP and 993 for IMAP (587 and 143 begin without TLS, and go on with it by STARTTLS).',
  },
  'net.plain_port.or_version': {
    cause:
      'What the other side answers begins with no version of TLS that the client takes: the port, or a proxy before it, does not speak TLS, or it speaks one too old or too new.',
    test: 'Ask it from this computer: espaws endpoint probe HOST:PORT',
    fix: 'Use the TLS port of the server, or let it take TLS 1.2.',
  },
  'net.tls_port': {
    cause: 'The device speaks without TLS at a port that has it.',
    test: 'Look at the scheme and the port of the URL in the log.',
    fix: 'Use https:// or mqtts://, or the client with TLS, at this port; or the plain port: 80 for HTTP, 1883 for MQTT.',
  },
  'net.connect': {
    cause: 'There is no TCP connection to the endpoint.',
    test: 'Connect from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Check host, port and firewall.',
  },
  'net.not_made': {
    cause:
      'The connection was not made: the name was not resolved, TCP did not come up, or TLS failed; the log does not say which.',
    test: 'Ask the endpoint from the same network: espaws endpoint probe HOST:PORT; if that passes, turn on the debug output of the TLS library.',
    fix: 'Check host, port and firewall; then that the program gives TLS a CA, a fingerprint or setInsecure(), the clock, and the free heap.',
  },
  'net.connect.refused': {
    cause:
      'The host refuses the TCP connection: nothing listens at that port, or a firewall turns the client away.',
    test: 'Connect from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Start the server, let it listen to the network and not to its own host alone, or correct the address or port.',
  },
  'net.backend_down': {
    cause:
      'The device came through to the proxy that ends TLS for the server (stunnel, nginx); the server behind it does not take the proxy’s connection: nothing listens there.',
    test: 'Connect from the proxy’s own host to the address in the log.',
    fix: 'Start the server behind the proxy, or correct the address that the proxy goes on to.',
  },
  'net.mtu': {
    cause:
      'Packets of the server are larger than a part of the way takes (path MTU): small ones pass, and those with its certificates are dropped.',
    test: 'From the server’s host: ping -M do -s 1400 ADDRESS, with smaller and smaller sizes.',
    fix: 'Let ICMP «fragmentation needed» through to the server, clamp the MSS at the router or tunnel, or give the server a smaller MTU.',
  },
  'net.no_gateway': {
    cause: 'The device has an address and no gateway (0.0.0.0): it reaches hosts of its own network alone.',
    test: 'Look at the address line of the log, and at the call that sets a static address.',
    fix: 'Give the gateway’s address with the static address, or let DHCP give all of it.',
  },
  'net.connect.timeout': {
    cause: 'Nobody answers at the endpoint’s address and port: the TCP connection timed out.',
    test: 'Connect from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Check address, port and firewall; a firewall drops what it forbids.',
  },
  'net.connect.unreachable': {
    cause: 'There is no way to the host: no route, or the network is down.',
    test: 'Look at address, mask and gateway of the device; ping the host from the same network.',
    fix: 'Check Wi-Fi and gateway.',
  },
  'net.reset': {
    cause: 'The server, or something on the way to it, reset the TCP connection.',
    test: 'Connect from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Check host and port, and the server’s log.',
  },
  'net.timeout.or_buffer': {
    cause:
      'Time ran out in the handshake: nothing more came from the server. It or the way to it is silent, or what it sent did not come whole: the receive buffer of an Ethernet chip or modem is smaller than its flight and drops the rest.',
    test: 'Read the available bytes right behind ClientHello: where they stop at 2048, it is the W5500’s default buffer.',
    fix: 'Look whether the server answers others in the same network, and raise the client’s time limit; with an Ethernet chip give the one socket more of its memory (ETHERNET_LARGE_BUFFERS and fewer sockets), in the copy of the library that is really compiled.',
  },
  'program.want_again': {
    cause:
      'TLS asked to be called again (WANT_READ, WANT_WRITE), and the library took that for an error: the socket was not ready, and nothing is wrong with the connection.',
    test: 'Send less at once: with a free socket it passes.',
    fix: 'Update the library (Arduino-ESP32: send_ssl_data repeats the write), or call again with the same data until it has gone.',
  },
  'program.no_network_stack': {
    cause:
      'The program used the network before the TCP/IP stack was started, or after it was stopped (lwIP’s mailbox is invalid).',
    test: DECODE,
    fix: 'Start the network first: WiFi.begin() or mode(), Ethernet.begin(), esp_netif_init(); construct clients behind it.',
  },
  'program.core_lock': {
    cause:
      'The program called lwIP outside of its task without its lock, which ESP-IDF 5 (Arduino-ESP32 3) checks: as a rule a library that was written for older ones (AsyncTCP, ESPAsyncWebServer, ESPAsyncUDP).',
    test: DECODE,
    fix: 'Update that library, or take the core that it was written for; in code of your own put LOCK_TCPIP_CORE() and UNLOCK_TCPIP_CORE() round the call, or use sockets.',
  },
  'program.null_handle': {
    cause:
      'The program used a mutex, semaphore, queue or event group that is not there: not made yet, not made for want of memory, or deleted already (a client that was stopped or destroyed, and is used once more).',
    test: DECODE,
    fix: 'Make it before the task or callback that uses it begins, look whether it was made, and use no client behind its stop or destroy.',
  },
  'program.yield_in_callback': {
    cause:
      'The program called yield() or delay(), or what waits by them as a connection or request does, outside of setup() and loop(): in a callback of the SDK, of a timer, or of an asynchronous library.',
    test: DECODE,
    fix: 'Set a flag in the callback, and do the work in loop(); use the scheduled forms (schedule_function, Ticker::once_scheduled).',
  },
  'program.not_initialised': {
    cause:
      'The program used a part of the SDK before it was initialised: the name of the error says which (NVS, Wi-Fi).',
    test: 'Look at the expression below the error, and at what app_main calls before it.',
    fix: 'Initialise it first: nvs_flash_init() before esp_wifi_init(), that before each other call of esp_wifi, esp_wifi_start() before esp_wifi_connect(); in MicroPython WLAN.active(True) before connect() and scan().',
  },
  'program.espnow_channel': {
    cause:
      'ESP-NOW does not send: the channel that was given for the peer is not the one that the radio is on; a station is on the channel of its access point.',
    test: 'Print the channel of the station (WiFi.channel(), esp_wifi_get_channel) and that of the peer.',
    fix: 'Give 0 for the peer’s channel, which is the current one, and bring both sides to the access point’s channel.',
  },
  'program.wifi_busy': {
    cause:
      'The program asked the station to connect while it was connecting already: by itself, by a reconnection that the SDK does on its own, or by another library.',
    test: 'Print each call that connects (esp_wifi_connect, WiFi.begin, wlan.connect), and when the station is connected or gives up.',
    fix: 'Let one place connect, and again only behind the disconnect event; call disconnect first where an attempt may be under way.',
  },
  'program.wrong_state': {
    cause:
      'The program called a function of the SDK in a state in which it may not be called (ESP_ERR_INVALID_STATE): as a rule what it sets up is there already, or what it needs is not yet.',
    test: 'Look at the expression below the error: whether it runs twice, and what it builds on.',
    fix: 'Call each initialisation once (esp_netif_init, esp_event_loop_create_default, a driver’s install), in its order; where it may be there already, let ESP_ERR_INVALID_STATE pass.',
  },
  'program.bad_argument': {
    cause:
      'The program gave a function of the SDK an argument that it does not take (ESP_ERR_INVALID_ARG, ESP_ERR_WIFI_PASSWORD and the like).',
    test: 'Look at the expression below the error, and print what is given to it.',
    fix: 'Mend the argument: a null pointer, a structure that was not filled, a name or password that is too long, a passphrase of fewer than 8 characters for WPA2, a pin or interface that is not there.',
  },
  'program.positive_result': {
    cause:
      'The program takes a positive result for an error: the call succeeded, and «-0xffffff..» is its result, negated.',
    test: 'Subtract the number from 2^32: it is what the call gave.',
    fix: 'Update the library, or compare the result with 0: only negative values are errors of mbedTLS.',
  },
  'net.lost': {
    cause: 'The connection broke: what the client sent, or waited for, did not come through.',
    test: 'Watch the signal strength, and ping the device meanwhile.',
    fix: 'Check Wi-Fi, router and firewall; connect again after such an error.',
  },
  'net.no_socket': {
    cause:
      'No socket can be made: too many are open (LWIP_MAX_SOCKETS), as a rule because connections are not closed, or there is no memory for one.',
    test: 'Count the connections that are made and closed.',
    fix: 'Close each connection on every path, also after an error; raise LWIP_MAX_SOCKETS.',
  },
  'net.server_socket': {
    cause: 'The device is a server, and cannot listen at its port or take a connection.',
    test: 'Look for another server of the program at that port, and count the open sockets (LWIP_MAX_SOCKETS).',
    fix: 'Close the old socket before a new one is bound; raise LWIP_MAX_SOCKETS.',
  },
  'net.timeout': {
    cause: 'The other side did not answer in time, or the handshake took longer than the client waits.',
    test: 'Look at the time before the error: after ClientHello, and behind the handshake, it is the server or the way to it that is silent; else measure the handshake with a limit of 30 s.',
    fix: 'Check that the server answers (espaws endpoint probe HOST), and the link; raise the time limit, of the handshake 30 s on an ESP8266.',
  },
  'provisioning.failed': {
    cause:
      'The session in which a phone or controller sets the device up failed (provisioning, HomeKit, Matter): another code or proof of possession, other keys, or versions that do not fit. No server on the network is in it.',
    test: 'Try again with the code that the device prints at its start, and read the app’s log of that second.',
    fix: 'Use the device’s own code; bring app and firmware to versions that fit; set the device back and pair it anew.',
  },
  'provisioning.not_started': {
    cause:
      'Provisioning over Bluetooth cannot begin: the Bluetooth controller is in a state in which it cannot be enabled (its memory was released at the start, it is in use already, or there is no memory for it).',
    test: 'Look at the first error of the Bluetooth controller above it, and at what the program does with Bluetooth before.',
    fix: 'Begin provisioning before anything else uses or releases Bluetooth, and build with Bluetooth on; over the soft-AP it needs none.',
  },
  'program.not_built': {
    cause: 'The program was not built: these are errors of the compiler, and nothing ran.',
    test: 'Look at the first error and at the release of the library that it names.',
    fix: 'Write the program for the release of the library or SDK that is installed (in the ESP8266 core from 3.0 on BearSSL’s calls, setTrustAnchors and setClientRSACert, stand for axTLS’s), or install the one that it was written for.',
  },
  'program.failed_later': {
    cause:
      'The connection is up, and a step of the program behind it failed: TLS and network are not to blame as far as the log shows.',
    test: 'Read the line of the error, and what the other side answered before it.',
    fix: 'As that line says; where it speaks of an answer, look at the server’s log or console of that second.',
  },
  'program.raised': {
    cause:
      'The program raised an error of its own (a name, a type, an index): a fault in it, or a library of another version than it was written for. No server and no certificate gives that.',
    test: 'Look at the line that the traceback names last.',
    fix: 'Mend that line, or bring program and library to versions that fit.',
  },
  'program.no_tls_context': {
    cause:
      'The program asks for TLS and gave the library no context for it (ssl_context): nothing was sent, and no certificate was looked at.',
    test: 'Look for ssl_context in the call that makes the client.',
    fix: 'Make a context (ssl.create_default_context() in CircuitPython) and give it to the client as ssl_context.',
  },
  'program.depth': {
    cause: 'The interpreter’s stack for calls is full: functions call each other too deep.',
    test: 'Call the same function from the top of the program, outside callbacks and classes.',
    fix: 'Call less deep, or give the stack more room (CIRCUITPY_PYSTACK_SIZE in CircuitPython’s settings.toml).',
  },
  'modem.no_tls': {
    cause:
      'The modem does not take the command that turns TLS on: its firmware has none, or the service was not started before it.',
    test: 'Ask it for its firmware (AT+CGMR, AT+GMR), and send AT+HTTPINIT or the like first.',
    fix: 'Take a firmware, or a modem, with TLS; keep to the order of commands in its manual.',
  },
  'modem.silent': {
    cause:
      'The module that makes the connections (AT firmware, an ESP32 co-processor) did not answer the program in time: wiring, supply, another firmware than the library needs, or a firmware that hangs in what it was asked for.',
    test: 'Ask the module for its version right after its reset: an answer clears wiring and supply.',
    fix: 'Check wiring, reset line and supply; bring the module’s firmware and the library to versions that fit.',
  },
  'modem.refused': {
    cause:
      'The modem refuses the command itself (operation not allowed): its form is wrong, or another has to come before it. No connection was tried.',
    test: 'Compare the command with the manual of just this modem: AT+...=?',
    fix: 'Correct the command, or its place in the order.',
  },
  'net.modem': {
    cause: 'The cellular modem has no connection to its network: nothing of names, TCP or TLS can work.',
    test: 'Ask it: AT+CPIN?, AT+CSQ, AT+CREG?, AT+CGATT?',
    fix: 'Check SIM, antenna, APN and the supply of the modem, and wait for the network before TLS.',
  },
  'net.sntp': {
    cause: 'The device’s clock was not set: no time server answered.',
    test: 'Ask the time server from the same network: port 123, UDP.',
    fix: 'Check the name of the time server, DNS and the firewall; wait for the time before TLS.',
  },
  'net.dhcp': {
    cause: 'The station is connected to the access point, but gets no IP address (DHCP).',
    test: 'Look at the leases of the DHCP server, or try a static address.',
    fix: 'Check the DHCP server: free addresses, filters for MAC addresses; then distance and supply, which lose packets.',
  },
  'net.wifi': {
    cause: 'The station is not connected to the access point.',
    test: 'Look at the reason of the disconnection.',
    fix: 'Check SSID, password and distance; then look at TLS again.',
  },
  'net.wifi.no_address': {
    cause:
      'When the program connected, the station had no address yet, or none any more: it comes later in the log.',
    test: 'Print the address right before the connection is made.',
    fix: 'Connect when the station has its address (IP_EVENT_STA_GOT_IP, WL_CONNECTED), and anew when it gets one again.',
  },
  'net.wifi.password': {
    cause:
      'The access point refuses the station: the password is wrong, as a rule, or the security mode does not fit.',
    test: 'Join the network with another device by the same SSID and password.',
    fix: 'Correct the password; an ESP8266 knows WPA and WPA2 with a passphrase, and no WPA3.',
  },
  'net.wifi.link': {
    cause:
      'The station was in the network, and does not come back to it: the radio link is weak or disturbed, or the access point drops it.',
    test: 'Print the signal strength (RSSI) and look at the access point’s log; another device at the same place tells the two apart.',
    fix: 'Come nearer, mend the antenna or the supply, take another channel, or restart the access point.',
  },
  'net.wifi.security': {
    cause:
      'The access point’s security settings do not fit the station: WPA3 only, TKIP only, or protected management frames.',
    test: 'Look at the access point’s security mode and ciphers.',
    fix: 'Let the access point offer WPA2 with AES (CCMP), and make protected management frames optional.',
  },
  'net.wifi.full': {
    cause: 'The access point takes no more stations.',
    test: 'Count its stations.',
    fix: 'Raise the access point’s limit, or take another one.',
  },
  'net.wifi.enterprise': {
    cause:
      'WPA2-Enterprise: the station’s EAP method does not come through: certificate, key or user are missing, unreadable or refused, or the supplicant’s own TLS could not be set up (its hashes, or heap).',
    test: 'Print the free heap before it, and look at the calls that set certificate, key and user.',
    fix: 'Give the method what it needs, in PEM with its final NUL, before the station connects.',
  },
  'net.wifi.no_ap': {
    cause: 'The station does not find the access point.',
    test: 'Let it scan: is the SSID in the list?',
    fix: 'Check the SSID, letter by letter, and the distance; an ESP8266 sees networks at 2.4 GHz only.',
  },
  'net.wifi.auth_expired': {
    cause:
      'The access point’s authentication ran out or was not answered (AUTH_EXPIRE): it still holds an old session of the station, the signal is weak, or it asks for something else than the station offers.',
    test: 'Wait half a minute before the next try, and look at the signal (RSSI).',
    fix: 'Try again after a pause; leave the network in order before a restart; come nearer to the access point.',
  },
  'net.wifi.association': {
    cause:
      'The access point is there, and does not take the station in: it refuses the association, or does not answer it (a filter of addresses, no place, a mode or channel that does not fit, a weak signal).',
    test: 'Look at the access point’s own log and its list of stations.',
    fix: 'Check the filter, the number of stations, and mode and channel of the access point.',
  },
  'net.wifi.left': {
    cause: 'The station left the access point by itself: the program, or its restart, ended Wi-Fi.',
    test: 'Look for the call that stops or disconnects Wi-Fi before that line.',
    fix: 'Keep Wi-Fi up as long as connections use it; connect again after it.',
  },
  'net.wifi.weak': {
    cause:
      'The station does not get in, or stay in: the access point comes in so weak (below -85 dBm) that answers are lost. No password is to blame as long as that is so.',
    test: 'Try it next to the access point.',
    fix: 'Come nearer, mend or turn the antenna, keep metal and the supply’s cables away from it, or set up another access point.',
  },
  'net.wifi.below_threshold': {
    cause:
      'The access point is there, and its signal is weaker than the program accepts (threshold of RSSI in the station’s configuration).',
    test: 'Scan, and compare the RSSI of that network with sta.threshold.rssi.',
    fix: 'Come nearer, mend the antenna, or lower the threshold (-127 takes any).',
  },
  'net.wifi.signal': {
    cause: 'The station lost the access point: its beacons stay out.',
    test: 'Print the signal strength (RSSI); below -80 dBm it is too weak.',
    fix: 'Come nearer, mend the antenna or the supply, or take another channel.',
  },
  'aws.policy': {
    cause:
      'TLS is up, but the server does not accept MQTT’s CONNECT: it closes the connection, or gives no answer. For AWS IoT a policy does not allow it, or the certificate is not active; else it is user, password or client id.',
    test: 'Look at the certificate’s policies: aws iot list-attached-policies --target CERTIFICATE-ARN',
    fix: 'Attach a policy that allows iot:Connect for this client id, and activate the certificate.',
  },
  'mqtt.credentials': {
    cause: 'The MQTT broker refuses the client: bad user name or password, or not authorised.',
    test: 'Connect from this computer with the same user name and password.',
    fix: 'Correct user name and password, or the broker’s access list; for AWS IoT the policy of the certificate.',
  },
  'mqtt.client_id': {
    cause: 'The MQTT broker refuses the client id.',
    test: 'Try another client id, of 23 letters and digits at most.',
    fix: 'Take a client id that the broker allows.',
  },
  'mqtt.credentials_missing': {
    cause:
      'The device has no user name, key or token for the broker, or none that it can read: nobody was asked.',
    test: 'Print what the program has stored for it, its length at least.',
    fix: 'Give the device its credentials (again), whole and in the form that the SDK wants.',
  },
  'mqtt.token_expired': {
    cause:
      'The token that the device logs in with (Azure’s SAS) has run out: its time is over, or the device’s clock is wrong.',
    test: 'Compare the token’s expiry (se=, in seconds since 1970) with the device’s clock.',
    fix: 'Make a new token before the old one runs out and connect again with it; set the clock by SNTP before it is made.',
  },
  'mqtt.taken_over': {
    cause: 'The broker ended the connection because another client came with the same client id.',
    test: 'Take another client id: does it stay connected?',
    fix: 'Give each device a client id of its own; close the old connection before a new one is made.',
  },
  'mqtt.topic_denied': {
    cause: 'The broker does not allow the client to subscribe or publish to that topic.',
    test: 'Subscribe or publish to the same topic from this computer, with the same user or certificate.',
    fix: 'Allow the topic in the broker’s access list; for AWS IoT in the policy of the certificate.',
  },
  'mqtt.not_supported': {
    cause:
      'The broker does not take what the client asked for: the form of a topic or payload, QoS, retain, or a kind of subscription that it does not have.',
    test: 'Look at what was sent last, and at what the broker says that it has in its CONNACK (MQTT 5, 3.2.2.3).',
    fix: 'Keep to what the broker has: another topic, a lower QoS, no retain, plain subscriptions.',
  },
  'mqtt.rules_broken': {
    cause:
      'By the broker the client breaks the rules of MQTT: a packet that it cannot read, or one that may not come then.',
    test: 'Look at what was sent last, and send the same with another client of the same version of MQTT.',
    fix: 'Let one task alone send over a connection, keep a packet’s memory until it is sent, and take a newer client library.',
  },
  'mqtt.limit': {
    cause:
      'The client exceeds a limit of the broker: messages, connections or their time, or messages that are not acknowledged yet.',
    test: 'Count messages and connections in a minute, and compare them with the broker’s limits.',
    fix: 'Send and connect less often, wait for acknowledgements, or have the limit raised.',
  },
  'mqtt.moved': {
    cause: 'The broker sends the client to another server (MQTT 5, Use another server or Server moved).',
    test: 'Look at the Server Reference of its CONNACK or DISCONNECT.',
    fix: 'Connect to the server that it names.',
  },
  'mqtt.protocol': {
    cause: 'The MQTT broker does not speak the client’s version of MQTT.',
    test: 'Look at the version that the client sends: 3.1, 3.1.1 or 5.',
    fix: 'Set the version that the broker speaks.',
  },
  'mqtt.unavailable': {
    cause: 'The MQTT broker says that it is not available.',
    test: 'Look at the broker’s log.',
    fix: 'Try again later, or mend the broker.',
  },
  'mqtt.no_answer': {
    cause:
      'The connection is up, but no answer to MQTT’s CONNECT comes in time: the port wants TLS and the client speaks without (8883), the broker or the way to it is silent, or it drops a client that it does not accept (AWS IoT: policy, inactive certificate, client id).',
    test: 'Connect from this computer with the same client id and files.',
    fix: 'Use the client with TLS at a port that has it, or 1883 without; look at the broker’s log; for AWS IoT at the policy of the certificate.',
  },
  'mqtt.closed_again': {
    cause:
      'The broker accepts the client and soon ends the connection, again and again: another client has the same client id, or the policy does not allow what the client does then.',
    test: 'Take another client id: does it stay connected?',
    fix: 'Give each device a client id of its own; for AWS IoT allow iot:Subscribe, iot:Receive and iot:Publish for its topics.',
  },
  'mqtt.closed_on_request': {
    cause:
      'The broker took the client, and ended the connection at its subscription or message, or did not answer it: a policy that does not allow that topic, as a rule.',
    test: 'Subscribe or publish to the same topic from this computer, with the same files.',
    fix: 'Allow the topic: for AWS IoT iot:Subscribe and iot:Receive, or iot:Publish, for it in the policy.',
  },
  'mqtt.ended': {
    cause:
      'The MQTT connection was up, and the other side ended it later: the broker stopped or the way to it went, the keep-alive was missed, another client has the same client id, or the policy does not allow what the client did.',
    test: 'Look at the time before the end: the keep-alive’s one and a half fold is the broker’s limit; then take another client id.',
    fix: 'Connect again when it has ended; call the client’s loop more often than the keep-alive, and give each device its own client id.',
  },
  'mqtt.bad_topic': {
    cause: 'The topic that the program sends is no text: the broker hangs up at such a packet.',
    test: 'Print the topic before it is sent, byte by byte.',
    fix: 'End the text with a NUL, and keep its memory until the packet is sent.',
  },
  'aws.alpn': {
    cause:
      'AWS IoT speaks MQTT at port 443 only to clients that ask for it by ALPN (x-amzn-mqtt-ca); this one did not, and was answered in HTTP.',
    test: 'Probe with the protocol: espaws endpoint probe HOST:443 --alpn x-amzn-mqtt-ca',
    fix: 'Offer x-amzn-mqtt-ca by ALPN (MBEDTLS_SSL_ALPN; alpn_protos in esp-tls), or connect to port 8883.',
  },
  'mqtt.malformed': {
    cause: 'What came from the server is no MQTT: another protocol answers at that port, or bytes were lost.',
    test: 'Connect from this computer with an MQTT client to the same port.',
    fix: 'Check the port, and the server’s version of MQTT; look for two tasks that use one connection.',
  },
  'mqtt.too_large': {
    cause: 'An MQTT message is larger than the client’s buffer.',
    test: 'Compare the size of the message with the buffer: buffer_size of esp-mqtt, MQTT_MAX_PACKET_SIZE of PubSubClient.',
    fix: 'Raise the buffer, or send less in a message.',
  },
  'mqtt.refused': {
    cause:
      'The broker did not take the client: it refused MQTT’s CONNECT, closed the connection at it, or did not answer it, and the log does not say why: user, password, client id, or what the broker allows.',
    test: 'Connect from this computer with the same user, password and client id, and read the broker’s log.',
    fix: 'Correct user, password and client id; where the port wants TLS, use it.',
  },
  'mqtt.not_made': {
    cause:
      'The connection to the broker was not made, and the log does not say at which step: the name, TCP, TLS with its certificates, or MQTT’s CONNECT, which the broker did not take.',
    test: 'Connect from this computer with the same host, certificates, user and client id, and read the broker’s log.',
    fix: 'Check host and port first, then certificates and clock, then client id, user and what the broker allows.',
  },
  'mqtt.websocket_port': {
    cause: 'That port of the broker speaks MQTT over WebSocket, and answers no plain MQTT.',
    test: 'Look at the broker’s list of ports.',
    fix: 'Use the port for MQTT over TLS, 8883, or a client that speaks MQTT over WebSocket (wss://HOST:PORT/mqtt).',
  },
  'mqtt.client_leaves': {
    cause:
      'By the broker’s log the client itself ends each connection with MQTT’s DISCONNECT: its program disconnects in its loop, or connects anew each time.',
    test: 'Look for disconnect() and for a connect() that is called without asking whether there is a connection.',
    fix: 'Connect once, and again only when connected() says no.',
  },
  'mqtt.too_early': {
    cause:
      'The program subscribes or publishes while the MQTT client has no connection: as a rule right behind its start, before it has connected.',
    test: 'Print when MQTT_EVENT_CONNECTED comes, and when the program asks.',
    fix: 'Subscribe and publish in the handler of MQTT_EVENT_CONNECTED, or wait for it.',
  },
  'mqtt.client_vanished': {
    cause:
      'By the broker’s log the client was connected, and its connection ended without MQTT’s DISCONNECT and TLS’s close_notify: the device went to sleep, was reset or lost its network, or its program closed the socket. A device that sends and sleeps does no harm so.',
    test: 'Read the device’s own log of the same second.',
    fix: 'Where it is meant so, nothing; disconnect() before the sleep keeps the will from being sent. Else mend the reset or the network.',
  },
  'mqtt.keep_alive': {
    cause: 'MQTT’s keep-alive was missed: the connection is dead, or the client does not run often enough.',
    test: 'Print the time between two calls of the client’s loop.',
    fix: 'Call the client’s loop more often than the keep-alive; check the network.',
  },
  'http.buffer': {
    cause: 'The HTTP client’s buffer is too small for the request, or for the headers of the answer.',
    test: 'Count the bytes of URL and headers.',
    fix: 'Raise buffer_size_tx for requests and buffer_size for answers (esp_http_client_config_t); for a WebSocket, CONFIG_WS_BUFFER_SIZE.',
  },
  'service.token': {
    cause:
      'The service does not take the token by which it knows the device: mistyped, withdrawn, or of another device or server (Blynk: of its old server). TLS and the network are fine.',
    test: 'Compare it with what the service’s page shows for this device.',
    fix: 'Copy the token anew, and set the server that has issued it.',
  },
  'mail.credentials': {
    cause: 'The mail server refuses user name or password.',
    test: 'Log in from a mail program with the same name and password.',
    fix: 'Correct them; Gmail and others want a password made for the program (app password).',
  },
  'mail.login_wanted': {
    cause:
      'The mail server takes no mail without a login, and the client sent none: it has no user name and password, or knows none of the methods that the server offers (AUTH).',
    test: 'Look for AUTH among what the client sends behind EHLO, and compare its methods with those of the server’s answer.',
    fix: 'Give user name and password to the mail client; where they are given, take another version of its library.',
  },
  'mail.starttls': {
    cause:
      'The mail server does not take STARTTLS: the connection has TLS already (ports 465 and 993), the command came without IMAP’s tag, or the server does not offer it at this port.',
    test: 'From this computer: openssl s_client -connect HOST:587 -starttls smtp (IMAP: HOST:143 -starttls imap)',
    fix: 'Speak TLS from the first byte at 465 and 993, and STARTTLS at 587 and 143; take a newer version of the mail library.',
  },
  'mail.starttls_wanted': {
    cause:
      'The mail server takes no login without TLS: the client has to begin it with STARTTLS at this port, and did not.',
    test: 'From this computer: openssl s_client -connect HOST:587 -starttls smtp',
    fix: 'Take a mail library that has STARTTLS, or a client with TLS from the first byte at port 465 (IMAP: 993).',
  },
  'http.no_websocket': {
    cause:
      'The server did not take the request for a WebSocket: another path, or a server that has none there (one of plain HTTP, of Socket.IO, or of TLS).',
    test: 'Send the same request from this computer, and look at the status of the answer.',
    fix: 'Correct path, port and subprotocol (mqtt) of the WebSocket.',
  },
  'http.not_found': {
    cause: 'The server has nothing at that path (HTTP 404).',
    test: 'Fetch the URL on this computer: curl -v URL',
    fix: 'Correct the path, or put the file there.',
  },
  'http.denied': {
    cause:
      'The server refuses the request (HTTP 401 or 403, or in words): it wants other credentials, or the path is forbidden.',
    test: 'Fetch the URL on this computer with the same headers: curl -v URL',
    fix: 'Send the credentials that the server wants; a signed URL may have expired.',
  },
  'http.redirect': {
    cause: 'The server sends the client elsewhere (HTTP 301 to 308), and the client does not follow.',
    test: 'Fetch the URL on this computer: curl -v URL',
    fix: 'Use the address behind the redirection, or let the client follow it.',
  },
  'http.server_error': {
    cause: 'The server failed to answer the request (HTTP 5xx).',
    test: 'Fetch the URL on this computer: curl -v URL',
    fix: 'Look at the server’s log.',
  },
  'http.own_limit': {
    cause:
      'The device is the server, and refuses a request: with 431 its headers are longer than the server takes, of a browser’s cookies as a rule.',
    test: 'Ask with curl -v, which sends few headers.',
    fix: 'Raise CONFIG_HTTPD_MAX_REQ_HDR_LEN, or clear the cookies for the device’s address.',
  },
  'http.bad_request': {
    cause:
      'The server takes the request for malformed (HTTP 400): a path without its slash, a scheme in the host name, a header or body that is empty or not what it wants; or the service is not set up for it, which the answer’s body says then.',
    test: 'Print the request as it is sent, and send the same with curl -v.',
    fix: 'Correct path, Host header and body; of a service look up in its settings what the answer names.',
  },
  'http.method': {
    cause:
      'The server does not take that method (GET, POST, PUT) at that path (HTTP 405): it is the address of another page or service, or the request was meant for another path.',
    test: 'Send the same request with curl -v, and look at the header Allow of the answer.',
    fix: 'Take the path and port of the service’s interface (API), not of its page, and the method that it wants.',
  },
  'http.too_many': {
    cause: 'The server takes no more requests from this client for now (HTTP 429).',
    test: 'Look at the header Retry-After of the answer, and count the requests.',
    fix: 'Ask less often, and wait as long as the server says.',
  },
  'http.body': {
    cause:
      'The server answered, and the program cannot use the body: it is cut, in chunks, empty, larger than the program’s memory for it, or not the format that is expected.',
    test: 'Print the whole body, its length and the status before it is parsed.',
    fix: 'Read the body whole (getString, or without chunks: useHTTP10), give the parser enough memory, and look at the status first.',
  },
  'http.status': {
    cause: 'The server did not answer the HTTP request with success.',
    test: 'Fetch the URL on this computer: curl -v URL',
    fix: 'As the status says.',
  },
  'ota.not_an_image': {
    cause:
      'What the update brought is no firmware image: a web page, an error message, or an image of another SDK.',
    test: 'Look at its first byte: an image starts with 0xE9, a web page with 0x3C («<»).',
    fix: 'Serve the application’s .bin at that address.',
  },
  'ota.other_chip': {
    cause: 'The image was built for another chip than this one.',
    test: 'Read the chip’s number in its header: 0 is ESP32, 2 S2, 5 C3, 9 S3, 12 C2, 13 C6, 16 H2, 18 P4, 20 C61, 23 C5, 25 H21, 28 H4.',
    fix: 'Build it for this chip (idf.py set-target), and serve that image.',
  },
  'ota.too_old': {
    cause:
      'The new image’s secure version is lower than the one that the device’s fuses or its running program have: it may not go back to it (anti-rollback).',
    test: 'Compare CONFIG_BOOTLOADER_APP_SECURE_VERSION of both builds.',
    fix: 'Raise the secure version of the new build.',
  },
  'ota.unconfirmed': {
    cause:
      'The running program came by an update, and has not said yet that it works: until then no other update may begin.',
    test: 'Look for esp_ota_mark_app_valid_cancel_rollback in the program, and whether it is reached.',
    fix: 'Call it as soon as the program is found to work, before the next update.',
  },
  'ota.damaged': {
    cause: 'The image that came is damaged: its checksum, hash or MD5 is not what it should be.',
    test: 'Compare the file on the server with what was built: espaws image FILE',
    fix: 'Upload the image again; look for lost bytes on the way, and for a supply that drops while flash is written.',
  },
  'ota.signature': {
    cause: 'The image is not signed by the key that the device knows.',
    test: 'Look at the key that the image was signed with.',
    fix: 'Sign the image with the device’s key.',
  },
  'ota.too_large': {
    cause: 'The new image does not fit the room that flash has for it.',
    test: 'Compare the image’s size with the free partition: espaws image FILE',
    fix: 'Make the image smaller, or give it a larger partition or flash layout.',
  },
  'ota.no_partition': {
    cause: 'The partition table has no place for an update.',
    test: 'Look at the partition table in the boot log: there must be ota_0, ota_1 and otadata.',
    fix: 'Take a partition table with two OTA slots, and flash once over serial.',
  },
  'ota.conflict': {
    cause: 'The update would go where the running program is.',
    test: 'Print esp_ota_get_running_partition and the partition that the update was given.',
    fix: 'Take the next slot (esp_ota_get_next_update_partition), and a partition table with two OTA slots.',
  },
  'ota.flash': {
    cause: 'Flash cannot be written or erased.',
    test: 'Write the same image over serial, and verify it.',
    fix: 'Check the supply while flash is written, and the flash mode; a worn chip must be replaced.',
  },
  'ota.flash_size': {
    cause: 'The image was built for another flash size, or flash mode, than the chip has.',
    test: 'Compare: espaws image FILE, and esptool flash_id.',
    fix: 'Build with the size of the chip.',
  },
  'ota.incomplete': {
    cause:
      'The download broke off before the image was whole: the server closed the connection, or the link was lost.',
    test: 'Fetch the file from the same network, and look at the signal strength of the device.',
    fix: 'Try again, from where it broke off if the server can; read faster than the server’s limit, raise the own limit of reading, and look at the server’s log.',
  },
  'ota.no_length': {
    cause: 'The server did not say how long the image is.',
    test: 'Look at the headers: curl -I URL',
    fix: 'Serve the file with Content-Length, without chunked transfer.',
  },
  'ota.password': {
    cause: 'The update’s password is wrong.',
    test: 'Compare both sides.',
    fix: 'Give the uploader the password that the device has.',
  },
  'ota.not_begun': {
    cause:
      'The updater refused to begin: there is no room for the image beside the program (flash size and layout of the build, a large file system), or the chip was last started for a serial upload and has not been reset by hand since.',
    test: 'Print ESP.getFreeSketchSpace() and the real flash size, and Update.printError().',
    fix: 'Reset the board once by hand; else build with the chip’s flash size and a layout that leaves half of the program’s room for updates.',
  },
  'ota.strapping': {
    cause: 'The chip was last started for a serial upload: after it an update would not start.',
    test: 'Look at the boot mode in the ROM’s banner.',
    fix: 'Reset the board once by hand, with GPIO0 high.',
  },
  'ota.failed': {
    cause: 'The update over the air failed.',
    test: 'Read the line before it.',
    fix: 'As that line says.',
  },
  'crypto.accelerator': {
    cause:
      'The chip’s accelerator for AES, SHA or RSA did not come to its end, or could not be set up: its interrupt is not served in time, or none is left.',
    test: 'Turn it off (CONFIG_MBEDTLS_HARDWARE_AES, ..._SHA, ..._MPI): without it the same connection stands.',
    fix: 'Let interrupts of that core on (no long critical section, no long write to flash), free an interrupt for it, put its handler into IRAM, or use an ESP-IDF in which it is mended.',
  },
  'cpu.slow_dhe': {
    cause:
      'The server hung up because the client took too long: a DHE key exchange over a large group takes it half a minute and more.',
    test: 'Look at the suite that the server chooses: espaws endpoint probe HOST',
    fix: 'Turn off MBEDTLS_KEY_EXCHANGE_DHE_RSA_ENABLED, so that ECDHE is taken.',
  },
  'cpu.slow_rsa': {
    cause: 'The server hung up because the client took too long for its RSA signature.',
    test: 'Look at the time between «calc verify» and the next line of the debug output.',
    fix: 'Take an EC identity: an ECDSA signature takes a fraction of the time; else clock the CPU at 160 MHz.',
  },
  'cpu.slow_exchange': {
    cause:
      'The server hung up because the client took too long for its part of the key exchange: the arithmetic of a large curve (P-384, P-521) or DHE group takes it many seconds.',
    test: 'Look at the times behind «write client key exchange» in the debug output, and at the curve before it.',
    fix: 'Offer secp256r1 alone (MBEDTLS_ECP_DP_SECP256R1_ENABLED, the larger curves and DHE off), and clock the CPU at 160 MHz.',
  },
  'cpu.watchdog_crypto': {
    cause: 'The watchdog fired in the handshake’s big-number arithmetic, which takes seconds.',
    test: 'Decode the program counter: it lies in bignum.c, ecp.c or rsa.c.',
    fix: 'Raise the task watchdog’s time, feed it in the handshake, clock the CPU at 160 MHz, or take EC keys.',
  },
  'cpu.interrupt_watchdog': {
    cause:
      'The interrupt watchdog fired: interrupts were held off too long, by a critical section, an interrupt’s own function, or a wait for a lock in one; seldom by arithmetic, which can be interrupted.',
    test: DECODE,
    fix: 'Shorten what runs with interrupts off; let nothing in an interrupt’s function wait, log or use flash; give each socket to one task.',
  },
  'cpu.watchdog': {
    cause:
      'A watchdog fired: a task did not give way in time, in a loop or in the arithmetic of a TLS handshake.',
    test: DECODE,
    fix: 'Give way in long loops (vTaskDelay, yield); for a handshake clock the CPU at 160 MHz and take EC keys. The time of a software watchdog can be raised, the ESP8266’s hardware one’s cannot.',
  },
  'cpu.watchdog_idle': {
    cause:
      'A task kept its core to itself for longer than the task watchdog allows, so that the core’s idle task did not run: the list of running tasks names it.',
    test: DECODE,
    fix: 'Let a task of your own wait in its loop (vTaskDelay; yield alone passes the idle task by). A task of the SDK (wifi, tiT, sys_evt) hangs in what the error right before it says.',
  },
  crash: {
    cause: 'The program crashed.',
    test: DECODE,
    fix: 'Mend the line that the first address leads to.',
  },
  'crash.in_tls': {
    cause:
      'The program crashed in the code of TLS: as a rule a certificate, key or client that it was given is not there (any more: closed or freed, perhaps by another task), or could not be made for want of memory.',
    test: 'Print the free heap right before the connection is begun, and look at the call of your own that the frames lead to.',
    fix: 'Keep certificates, keys and the client alive as long as the connection (global, not local), let one task alone use and close it, look at what each call returned, and free memory before TLS.',
  },
  'crash.flash_access': {
    cause:
      'The program crashed: it read or wrote less than a whole word in flash or instruction RAM, where data marked PROGMEM or ICACHE lies.',
    test: DECODE,
    fix: 'Read such data by words (pgm_read_byte, memcpy_P), or keep them in RAM.',
  },
  'crash.unaligned': {
    cause:
      'The program crashed: it used an address that is not a multiple of the value’s size, of a spoilt or dangling pointer as a rule.',
    test: DECODE,
    fix: 'Mend the line that the first address leads to; look whether what it points to still lives.',
  },
  'crash.illegal_instruction': {
    cause:
      'The program crashed: what it ran into is no instruction: a function that returns nothing where it promises a value, a division by zero, or a spoilt return address.',
    test: DECODE,
    fix: 'Compile with -Wall -Werror=return-type, and look for writes beyond local arrays.',
  },
  'crash.bad_jump': {
    cause:
      'The program crashed: it jumped to an address without code: a callback that was not set or no longer lives, or a return address that was overwritten.',
    test: DECODE,
    fix: 'Look at the callbacks and objects of the first address; look for writes beyond local arrays, and for a stack that is too small.',
  },
  'crash.divide_by_zero': {
    cause: 'The program crashed: it divided by zero.',
    test: DECODE,
    fix: 'Mend the line that the first address leads to.',
  },
  'crash.cache_disabled': {
    cause:
      'The program crashed: an interrupt used code or data in flash while flash was being written, when its cache is off.',
    test: DECODE,
    fix: 'Put the interrupt’s code and data into RAM (IRAM_ATTR, DRAM_ATTR), or keep it off while flash is written.',
  },
  'crash.port_as_address': {
    cause:
      'The program crashed: it used a port number as an address: arguments of the connect call are in the wrong order, or another overload was taken.',
    test: 'Compare the call with the library’s header: host, port, then what else.',
    fix: 'Put the arguments in their order.',
  },
  'crash.wild_pointer': {
    cause:
      'The program crashed: it used an address where no memory is, of a pointer that was spoilt, freed or never set: something wrote over it, or it outlived what it points to.',
    test: DECODE,
    fix: 'Look at the objects of the first address: whether they still live, and who writes beyond an array next to them; where it lies in malloc or free, the heap is spoilt.',
  },
  'crash.bad_pointer': {
    cause:
      'The program crashed: it read or wrote where it may not, through a pointer that is null, spoilt, freed or was never set (a wrong argument of a %s counts); the log does not have the address.',
    test: 'Look at EXCVADDR of the dump (MTVAL of a RISC-V chip): near 0 the pointer is null. Then decode the addresses.',
    fix: 'Mend the line that the first address leads to; where that lies in the ROM or the C library, the one that called it with that pointer.',
  },
  'crash.null_pointer': {
    cause: 'The program crashed: it read or wrote through a null pointer.',
    test: DECODE,
    fix: 'Mend the line that the first address leads to; look whether an allocation before it failed.',
  },
  'crash.abort': {
    cause: 'The program stopped itself: a check of its own failed (assert, abort, ESP_ERROR_CHECK).',
    test: 'Read the condition in the log, and decode the addresses of the dump.',
    fix: 'Mend what the condition says.',
  },
  'crash.heap_corrupted': {
    cause: 'The heap’s own data were overwritten: something wrote beyond its memory, or freed it twice.',
    test: 'Turn on the SDK’s heap poisoning, and look at the block in the log.',
    fix: 'Mend the write that is too long.',
  },
  'cpu.watchdog_flash': {
    cause:
      'The task watchdog fired while flash was erased or written: the other processor’s tasks stand still meanwhile (its ipc task ran), and a whole partition takes seconds.',
    test: 'Look whether it comes right at the beginning of the update, when the partition is erased.',
    fix: 'Erase as the image comes (OTA_WITH_SEQUENTIAL_WRITES; bulk_flash_erase = false), raise the watchdog’s time for the update (esp_task_wdt_reconfigure; before ESP-IDF 5 esp_task_wdt_init), or take the idle task off its list.',
  },
  'cpu.watchdog_blocked': {
    cause:
      'A task waited longer than the task watchdog allows, while the processors were idle: a connection, a request or a delay in it did not come back.',
    test: 'Look for the call that waits in that task: connect(), an HTTP request, a read without a time limit.',
    fix: 'Give the call a shorter time limit than the watchdog’s, or do it in a task of its own; take the task off the watchdog’s list while it waits.',
  },
  'cpu.watchdog_callback': {
    cause:
      'The task of the asynchronous TCP library was blocked longer than the task watchdog allows: a handshake, a request or a wait was done in it, in one of its callbacks.',
    test: 'Look for the connection in the handlers of the web server or MQTT client: onRequest, onMessage, onConnect.',
    fix: 'Set a flag in the callback, and do the work in loop() or in a task of its own; CONFIG_ASYNC_TCP_USE_WDT=0 takes the task off the watchdog’s list.',
  },
  'crash.stack_overflow.bearssl': {
    cause:
      'The stack of BearSSL overflowed: the ESP8266 core runs it on one of its own, which is as large as the core was built with.',
    test: 'Connect to another server: longer chains and larger keys take more of it.',
    fix: 'Update the core, whose later releases give it more; else raise _stackSize in its StackThunk.cpp. The program’s own stack plays no part.',
  },
  'crash.double_exception': {
    cause:
      'The program crashed while a crash was handled (double exception): the stack pointer or what it points to was spoilt, as a rule by a stack that overflowed.',
    test: 'Print uxTaskGetStackHighWaterMark in the tasks that connect; turn on the check of stacks (CONFIG_FREERTOS_CHECK_STACKOVERFLOW_CANARY).',
    fix: 'Give the task more stack: 8 KB with a TLS handshake in it, more with large chains; then measure.',
  },
  'crash.stack_overflow': {
    cause: 'The stack of a task overflowed.',
    test: 'Print uxTaskGetStackHighWaterMark in that task.',
    fix: 'Give the task more stack: 8 KB with a TLS handshake in it, more with large chains; then measure.',
  },
  'boot.image': {
    cause: 'The boot ROM refuses the image in flash: there is none, or it is damaged.',
    test: 'Check the image: espaws image FILE',
    fix: 'Write it (again), with the flash mode and size of the board: espaws flash',
  },
  'boot.partitions': {
    cause: 'The partition table in flash is missing or damaged, or has no program to start.',
    test: 'Read it back: esptool read_flash 0x8000 0xc00',
    fix: 'Write the partition table and the application again, each at its offset.',
  },
  'boot.partitions.beyond_flash': {
    cause: 'The partition table goes beyond the flash size that the image’s header gives.',
    test: 'Compare the size in the image’s header with the chip’s: espaws image FILE, and esptool flash_id.',
    fix: 'Set the chip’s size (menuconfig «Flash size», esptool --flash_size) and write it again; on a chip that is that small, take a table that fits.',
  },
  'boot.psram': {
    cause:
      'The external RAM (PSRAM) does not answer: the module has none, it has another kind than the build was set for (quad, octal), or its clock does not suit it.',
    test: 'Look up the module: R8 in its name is octal, R2 quad, neither means none.',
    fix: 'Set the mode and clock that the module has (SPI RAM config; «PSRAM» of the IDE’s board), or build without PSRAM.',
  },
  'boot.nvs': {
    cause:
      'The partition of settings (NVS) cannot be used: it is full, of another version, damaged, or not in the partition table.',
    test: 'Print the error of nvs_flash_init, and look for «nvs» in the partition table.',
    fix: 'Erase the partition (nvs_flash_erase, or esptool erase_region) and begin it anew; give it 0x4000 bytes or more.',
  },
  'boot.flash_voltage': {
    cause:
      'The ESP32 cannot read its flash because GPIO12 (MTDI) was high when it started (boot:0x33 in the banner): that sets the flash’s supply to 1.8 V. Something is connected to that pin: an SD card, a JTAG adapter, a sensor with a pull-up.',
    test: 'Start the board with nothing at GPIO12: the banner then says boot:0x13.',
    fix: 'Take another pin for it, or burn the voltage into the fuses for good (espefuse.py set_flash_voltage 3.3V).',
  },
  'boot.flash_chip': {
    cause: 'The flash chip cannot be read.',
    test: 'Ask it for its identity: esptool flash_id',
    fix: 'Check the flash mode (dout or dio for many modules), solder joints and supply.',
  },
  'power.collapse': {
    cause:
      'The chip started anew as if it had been switched on, in the middle of what it printed when its radio began: the supply collapsed under the radio’s current; a hand at the reset button looks the same.',
    test: 'Measure 3.3 V while Wi-Fi starts, with an oscilloscope; another supply and a short cable tell soonest.',
    fix: 'Take a supply of 500 mA and more, a short cable, and a capacitor of some 100 µF at the module.',
  },
  'power.brownout': {
    cause: 'The supply voltage fell too low.',
    test: 'Measure 3.3 V while the radio transmits: it takes up to 400 mA for moments.',
    fix: 'Take a stronger supply, shorter wires, and a capacitor at the module.',
  },
  'boot.flash_smaller': {
    cause:
      'The flash chip is smaller than the size that the image was built for, or is taken for smaller: its probe fails, and the start ends there.',
    test: 'Ask the chip for its size: esptool flash_id, and compare: espaws image FILE',
    fix: 'Build and write with the chip’s size (menuconfig «Flash size», esptool --flash_size, the board of the IDE) and a partition table that fits it.',
  },
  'boot.flash_size': {
    cause:
      'The SDK does not find its data at the end of flash: the image was written for another flash size, or esp_init_data_default.bin is missing there.',
    test: 'Compare the size in the image’s header with the chip’s: espaws image FILE, and esptool flash_id.',
    fix: 'Write the image with the size of the chip, and esp_init_data_default.bin to its place for that size.',
  },
  'boot.strapping': {
    cause:
      'The pins do not choose the program in flash: GPIO0 low starts the serial loader (boot mode 1), GPIO15 high the SD card (4 to 7).',
    test: 'Measure GPIO0 and GPIO15 while the board is reset.',
    fix: 'Leave GPIO0 high and GPIO15 low; a terminal that asserts DTR and not RTS holds GPIO0 low.',
  },
  'port.baud': {
    cause: 'The log was read at another baud rate than it was sent at.',
    test: 'Read it at 74880 baud: espaws monitor --baud 74880',
    fix: 'Use the program’s rate; the boot ROM’s banner is at 74880.',
  },
} as const satisfies Record<string, CauseText>;

export type CauseId = keyof typeof CAUSES;
