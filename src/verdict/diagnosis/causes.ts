/** A cause in words, how it is told from others, and what to do. */
export interface CauseText {
  cause: string;
  /** The one cheap test that confirms or excludes it. */
  test: string;
  fix: string;
}

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
  'info.phase': {
    cause: 'The log ends in the handshake, without an error.',
    test: 'Let it run on: an RSA handshake takes up to 10 s on an ESP8266.',
    fix: 'Give it longer, or log on to the next error.',
  },
  'tls.in_len_too_small': {
    cause:
      'A record of the server is larger than the input buffer (MBEDTLS_SSL_IN_CONTENT_LEN or MBEDTLS_SSL_MAX_CONTENT_LEN).',
    test: 'Compare the buffer with the server’s largest record: espaws endpoint probe HOST',
    fix: 'Raise MBEDTLS_SSL_IN_CONTENT_LEN, up to 16384; in RTOS_SDK 3.x «TLS maximum incoming fragment length».',
  },
  'tls.out_len_too_small': {
    cause:
      'A message of the client, its certificate as a rule, does not fit the output buffer (MBEDTLS_SSL_OUT_CONTENT_LEN).',
    test: 'Compare the buffer with the size of the client’s certificate chain in DER.',
    fix: 'Raise MBEDTLS_SSL_OUT_CONTENT_LEN, or send no more than the chain needs.',
  },
  'tls.mfln_fragmentation': {
    cause:
      'A handshake message came in several records, which mbedTLS before 3.6.3 cannot put together: the server honours the client’s max_fragment_length.',
    test: 'Run without mbedtls_ssl_conf_max_frag_len: the error goes away, or becomes a record that is too large.',
    fix: 'Do not ask for max_fragment_length, and give MBEDTLS_SSL_IN_CONTENT_LEN the room of the whole message.',
  },
  'tls.ca_wrong': {
    cause: 'The server’s chain does not lead to a certificate of the CA bundle: the wrong or an old root.',
    test: 'Verify the chain on this computer with the same CA file: espaws endpoint probe HOST',
    fix: 'Use the root of the endpoint; for AWS IoT’s -ats endpoints Amazon Root CA 1 (RSA) or 3 (EC).',
  },
  'tls.ca_missing': {
    cause: 'The program verifies the server, but was given no certificate to verify it with.',
    test: 'Look for the call that sets the CA: mbedtls_ssl_conf_ca_chain, cert_pem, setTrustAnchors.',
    fix: 'Give it the root of the endpoint; for AWS IoT’s -ats endpoints Amazon Root CA 1 (RSA) or 3 (EC).',
  },
  'tls.cn_mismatch': {
    cause: 'The server’s certificate is not for the host name that the program set.',
    test: 'Compare the name given to mbedtls_ssl_set_hostname with the names in the certificate: espaws endpoint probe HOST',
    fix: 'Connect by a name that is in the certificate.',
  },
  'tls.clock_unset': {
    cause: 'The device’s clock was never set: by it, certificates are not valid yet.',
    test: 'Print time(NULL) before the handshake: a small number is a clock that started with the device.',
    fix: 'Set the clock (SNTP) before the handshake, or build without MBEDTLS_HAVE_TIME_DATE.',
  },
  'tls.expired': {
    cause: 'By the device’s clock a certificate of the server’s chain, or of the CA bundle, has expired.',
    test: 'Compare the certificates’ dates with the time: espaws endpoint probe HOST, and time(NULL) on the device.',
    fix: 'Replace the expired certificate; a CA file may hold an old root.',
  },
  'tls.verify_policy': {
    cause: 'A certificate of the server’s chain is refused for what it is: its hash, its key or its usage.',
    test: 'Look at the chain: espaws endpoint probe HOST',
    fix: 'Turn on the hash or curve of the chain (espaws config derives both), or have the certificate replaced.',
  },
  'tls.verify_failed': {
    cause: 'The server’s chain was not accepted, and the log does not say why.',
    test: 'Print mbedtls_ssl_get_verify_result, then: espaws explain -9984 --flags 0x...',
    fix: 'Check the CA bundle first, then the host name, then the clock.',
  },
  'tls.peer_eof': {
    cause: 'The server closed the connection in the handshake, without an alert.',
    test: 'Look at the last handshake step: after ClientHello it is the port, the server name or a load balancer; after the client’s flight its certificate.',
    fix: 'Check port and server name (SNI); check that the client certificate is active and its policy attached.',
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
      'The server refuses the client’s certificate: unknown, not active, expired, or of a kind that it does not take.',
    test: 'Connect from this computer with the same files: openssl s_client -connect HOST:PORT -cert FILE -key FILE',
    fix: 'Register and activate the certificate at the server; send it with mbedtls_ssl_conf_own_cert.',
  },
  'tls.alert.server_name': {
    cause: 'The server does not serve this host name (alert unrecognized_name).',
    test: 'Probe with and without the name: espaws endpoint probe HOST --servername NAME',
    fix: 'Set the host name of the endpoint (mbedtls_ssl_set_hostname, MBEDTLS_SSL_SERVER_NAME_INDICATION).',
  },
  'tls.alert.alpn': {
    cause: 'The server wants another ALPN protocol (alert no_application_protocol).',
    test: 'Probe with the protocol: espaws endpoint probe HOST --alpn NAME',
    fix: 'Offer it: AWS IoT on port 443 wants x-amzn-mqtt-ca, with MBEDTLS_SSL_ALPN on.',
  },
  'tls.alert.unknown': {
    cause: 'The server ended the handshake with a fatal alert, whose number the log does not show.',
    test: 'Turn on mbedTLS’s debug output at level 2, which prints the alert’s number.',
    fix: 'Read the alert first: each has another cause.',
  },
  'tls.alert.other': {
    cause: 'One side ended the handshake with an alert.',
    test: 'Look up the alert: espaws explain -30592 --alert NUMBER',
    fix: 'As the alert says.',
  },
  'key.cert_mismatch': {
    cause:
      'The private key does not belong to the client certificate: the server could not check the signature (alert decrypt_error).',
    test: 'Compare the public keys of both files: espaws config checks the pair.',
    fix: 'Use the key that the certificate was made with.',
  },
  'key.unreadable': {
    cause: 'The private key cannot be read: encrypted, damaged, or in a container that is not built.',
    test: 'Look at its first line, and check the files here: espaws config',
    fix: 'Write it anew for the device: openssl pkey -in OLD -out NEW',
  },
  'cert.parse': {
    cause:
      'A certificate cannot be parsed: a damaged or cut file, or a PEM text given without its final NUL.',
    test: 'Parse it here: openssl x509 -in FILE -noout -text',
    fix: 'Embed the whole file; pass the length of a PEM text including its NUL.',
  },
  'tls.axtls_limits': {
    cause:
      'axTLS cannot follow this server: it knows RSA key exchange and CBC suites only, and not every certificate.',
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
  'build.curve_disabled': {
    cause: 'A key, or the server’s key exchange, is on a curve that is not built.',
    test: 'Look for the curve: openssl x509 -in FILE -noout -text, and espaws endpoint probe HOST',
    fix: 'Turn on MBEDTLS_ECP_DP_<CURVE>_ENABLED for it: espaws config derives it.',
  },
  'build.signature_algorithm': {
    cause: 'A certificate is signed with an algorithm or hash that is not built.',
    test: 'Look at its signature algorithm: openssl x509 -in FILE -noout -text; and at the header: espaws config --check FILE',
    fix: 'Turn it on: espaws config derives it. In RTOS_SDK 1.5 and 2.x the ECDSA signature OIDs are commented out in oid.c as well.',
  },
  'build.no_shared_cipher': {
    cause: 'Client and server have no cipher suite in common: the build offers none that the server takes.',
    test: 'Compare the suites: espaws endpoint probe HOST, and «client hello, add ciphersuite» in the debug output.',
    fix: 'Turn on the server’s key exchange and ciphers, ECDHE and GCM as a rule: espaws config derives them.',
  },
  'build.weak_suites': {
    cause: 'The build offers few and old cipher suites only: no ECDHE, no GCM.',
    test: 'Compare the suites: espaws endpoint probe HOST, and «client hello, add ciphersuite» in the debug output.',
    fix: 'Turn on MBEDTLS_KEY_EXCHANGE_ECDHE_RSA_ENABLED, ..._ECDHE_ECDSA_ENABLED and MBEDTLS_GCM_C: espaws config.',
  },
  'build.tls13': {
    cause: 'TLS 1.3 is on, but the PSA crypto interface that it needs was not initialised.',
    test: 'Run with TLS 1.2 only: the error goes away.',
    fix: 'Call psa_crypto_init before the handshake, or turn off MBEDTLS_SSL_PROTO_TLS1_3.',
  },
  'build.max_mpi': {
    cause: 'A public key is larger than MBEDTLS_MPI_MAX_SIZE.',
    test: 'Look at the sizes of the RSA keys of the chain: espaws endpoint probe HOST',
    fix: 'Raise MBEDTLS_MPI_MAX_SIZE to 512 for RSA-4096.',
  },
  'build.entropy': {
    cause:
      'The random generator has no source of entropy, or program and library were compiled with different headers.',
    test: 'Print sizeof(mbedtls_entropy_context) in the program and in the library.',
    fix: 'Compile both with the same header; turn on MBEDTLS_ENTROPY_HARDWARE_ALT.',
  },
  'heap.exhausted': {
    cause: 'The heap ran out.',
    test: 'Print the free heap before and the least free heap after the handshake (esp_get_minimum_free_heap_size).',
    fix: 'Make the record buffers smaller (MBEDTLS_SSL_IN_CONTENT_LEN, ..._OUT_CONTENT_LEN), or free memory before the handshake.',
  },
  'net.dns': {
    cause: 'The host name of the endpoint cannot be resolved.',
    test: 'Resolve it on this computer: nslookup HOST',
    fix: 'Check the endpoint’s name, the DNS server that DHCP gave, and that Wi-Fi is up before the connection.',
  },
  'net.dns.bad_endpoint': {
    cause: 'What was given as the host name is none: an ARN, a URL, or an empty text.',
    test: 'Look at the name in the log.',
    fix: 'Take the endpoint’s host name alone: aws iot describe-endpoint --endpoint-type iot:Data-ATS',
  },
  'net.plain_port': {
    cause: 'The port does not speak TLS.',
    test: 'Ask it from this computer: espaws endpoint probe HOST:PORT',
    fix: 'Use the TLS port: 8883 for MQTT (1883 is the plain one), 443 for HTTPS.',
  },
  'net.connect': {
    cause: 'There is no TCP connection to the endpoint.',
    test: 'Connect from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Check host, port and firewall.',
  },
  'net.reset': {
    cause: 'The server, or something on the way to it, reset the TCP connection.',
    test: 'Connect from the same network: espaws endpoint probe HOST:PORT',
    fix: 'Check host and port, and the server’s log.',
  },
  'net.timeout': {
    cause: 'The handshake took longer than the client waits.',
    test: 'Measure the handshake with a limit of 30 s.',
    fix: 'Raise the time limit of the handshake.',
  },
  'net.wifi': {
    cause: 'The station is not connected to the access point.',
    test: 'Look at the reason of the disconnection.',
    fix: 'Check SSID, password and distance; then look at TLS again.',
  },
  'aws.policy': {
    cause:
      'TLS is up, but the server closes the connection at MQTT’s CONNECT: for AWS IoT a policy that does not allow it, or a certificate that is not active.',
    test: 'Look at the certificate’s policies: aws iot list-attached-policies --target CERTIFICATE-ARN',
    fix: 'Attach a policy that allows iot:Connect for this client id, and activate the certificate.',
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
  'cpu.watchdog_crypto': {
    cause: 'The watchdog fired in the handshake’s big-number arithmetic, which takes seconds.',
    test: 'Decode the program counter: it lies in bignum.c, ecp.c or rsa.c.',
    fix: 'Raise the task watchdog’s time, feed it in the handshake, clock the CPU at 160 MHz, or take EC keys.',
  },
  'cpu.watchdog': {
    cause: 'A watchdog reset the chip: a task did not give way in time.',
    test: 'Decode the addresses of the dump: espaws monitor does with the program’s ELF.',
    fix: 'Give way in long loops (vTaskDelay, yield), or raise the watchdog’s time.',
  },
  crash: {
    cause: 'The program crashed.',
    test: 'Decode the addresses of the dump: espaws monitor does with the program’s ELF.',
    fix: 'Mend the line that the first address leads to.',
  },
  'crash.stack_overflow': {
    cause: 'The stack of a task overflowed.',
    test: 'Print uxTaskGetStackHighWaterMark in that task.',
    fix: 'Give the task more stack: a TLS handshake takes 4 to 8 KB.',
  },
  'boot.image': {
    cause: 'The boot ROM refuses the image in flash: there is none, or it is damaged.',
    test: 'Check the image: espaws image FILE',
    fix: 'Write it (again), with the flash mode and size of the board: espaws flash',
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
