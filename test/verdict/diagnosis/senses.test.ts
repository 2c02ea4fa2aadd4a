import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../src/monitor/events.ts';
import { readLoosely } from '../../../src/monitor/senses/read-loosely.ts';
import { diagnose } from '../../../src/verdict/diagnosis/diagnose.ts';
import { firstCause } from '../../support/first-cause.ts';

/** What people write in programs of their own: no library's words, in several languages, by the cause. */
const OWN_WORDS: Readonly<Record<string, readonly string[]>> = {
  'tls.alert.client_certificate.missing': ['broker wants client cert but none configured'],
  'aws.policy': ['sent CONNECT... waiting... nothing. bailing out'],
  'build.tls_disabled': [
    'NodeMCU: tls.createConnection is nil, build w/o TLS module',
    'tasmota: MqttHost 8883 set but binary compiled without USE_MQTT_TLS',
    '[cfg] HTTPS requested, firmware has no ssl support',
  ],
  'cert.file': [
    'SPIFFS.open("/key.pem","r") -> false',
    '[Errno 2] ENOENT: certs/ca.pem',
    'Datei /ca.pem nicht gefunden!!!',
  ],
  'cert.filesystem': ["E (612) storage: SPIFFS partition 'certs' could not be mounted (ESP_FAIL)"],
  'cert.parse': [
    'x509 parse of peer cert: bad ASN1 at byte 311',
    'PEM parse of AmazonRootCA1 failed: no BEGIN line',
    'ca.der loaded but loadCACert() said false',
    'ca failed to parse, missing \\n at line ends??',
  ],
  'cpu.watchdog': [
    'rst cause:4, wdt reset during RSA verify',
    'Soft WDT bit me in client.connect()',
    'E (15310) task_wdt: - IDLE (CPU 0) not fed, tls_task hogging',
  ],
  crash: ['Guru Meditation: LoadProhibited in ssl_read cb'],
  'crash.stack_overflow': [
    'stack smashed in task "mqtt_tls", hwm=0',
    'HWM 44 bytes left!! raise https task stack above 4096',
  ],
  'heap.exhausted': [
    '[HTTPS] not enough heap for TLS: 11896 free, need ~28k - skip',
    'E (48213) uplink: malloc(16717) for tls in buf returned NULL',
    '!!! LOW MEMORY !!! 4312 bytes left, cant open secure socket',
    '[E] new BearSSL::WiFiClientSecure() gave nullptr',
    'zu wenig Speicher für TLS (nur 8 kB frei)',
    'za malo pamieci RAM na SSL: 10240',
    '内存不足, 无法建立SSL连接 (剩余 7.2K)',
  ],
  'http.not_found': ['[HTTP] erro 404 página não encontrada no servidor'],
  'http.redirect': ['got 302 -> https://script.googleusercontent.com/... redirect not followed'],
  'http.server_error': ['influx write ret 500 - internal server err', 'code=503 heroku sleeping, no data'],
  'http.status': ['E (9021) httpd: header longer than 512, rejecting (HTTPD_MAX_REQ_HDR_LEN)'],
  'key.cert_mismatch': ['client key does NOT belong to client cert (pubkey differs)'],
  'mqtt.credentials': [
    'connack 0x04 BAD USER or PASS',
    'BLYNK token missing -> secrets.h not filled in',
    'MQTT: отказ в авторизации, код 5',
  ],
  'mqtt.keep_alive': ['[blynk] link dropped, heartbeat lost', 'keepalive missed x2 -> reconnect'],
  'mqtt.too_large': [
    'ERR mqtt payload 612 B doesnt fit MQTT_MAX_PACKET_SIZE 256, publish dropped',
    'E (51511) telemetry: payload exceeds 128 KB aws limit, dropped & kicked',
    "errore nell'invio mex mqtt: pacchetto troppo grande",
  ],
  'mqtt.topic_denied': ['SUBACK 0x80 for cmnd/# - acl?', 'subscribe("home/+/set") = false'],
  'net.bad_url': [
    'bad url "htps://api.foo.org": unknown scheme',
    'https.begin() returned false, url malformed?',
  ],
  'net.connect.refused': [
    'tcp connect 192.168.1.20:8883 .... REFUSED (is mosquitto running?)',
    '[Errno 111] ECONNREFUSED broker down?',
    'connexion refusée par le broker 192.168.1.12:8883',
    'broker weigert verbinding (poort 8883 dicht)',
  ],
  'net.connect.timeout': [
    'connect() timed out after 5000 ms, host 10.0.0.7 port 443',
    '[E][uplink] SYN sent, no answer in 15s -> firewall on 8883?',
    'tcp: conect timeout!! port blokced??',
    'ntptime.settime() -> OSError: [Errno 110] ETIMEDOUT',
    'connected & sent GET, but >>> Client Timeout !',
    'tempo esgotado ao abrir socket 443',
  ],
  'net.connect.unreachable': [
    'errno 113 (no route to host) when connecting to 172.16.4.2',
    'E (23990) push: connect failed: ENETUNREACH, no default gw',
    'ping to gateway 192.168.0.1: 0/4 replies, host unreachable',
  ],
  'net.dhcp': ['dhcp: no ip after 20 s (0.0.0.0)'],
  'net.dns': [
    '[net] hostByName(api.thingspeak.com) => 0',
    'E (5330) app_main: getaddrinfo rc=202 res=0x0',
    'cant resolve mqtt.lan !!',
    "OSError: -2 on getaddrinfo('io.adafruit.com', 8883)",
    'mDNS query for _mqtt._tcp: nothing found, no broker',
    'DNS1: 0.0.0.0  <-- no dns server from dhcp, static ip forgot it',
    'DNS: Name "broker.fritz.box" konnte nicht aufgeloest werden',
    'no se pudo resolver el host api.midominio.mx',
    '域名解析失败: mqtt.heclouds.com',
  ],
  'net.dns.bad_endpoint': ['mqtt_server is empty, go to 192.168.4.1 and set it'],
  'net.no_socket': ['socket: fd=-1 errno=23 too many open sockets'],
  'net.not_made': [
    '[gsm] +CIPSTART: CONNECT FAIL',
    'WiFiClient.connect(93.184.216.34,443)=0 -> no TCP, not even trying TLS',
  ],
  'net.plain_port': [
    'got "HTTP/1.1 400 Bad Request" instead of ServerHello, port 80?',
    'first byte 0x48 not TLS record - u talking to plain port!',
    'mqtt on 1883 with WiFiClientSecure => handshake garbage, use 8883',
  ],
  'net.sntp': ["Impossible d'obtenir l'heure NTP", 'NTP 同步失败，时间无效'],
  'net.timeout': ['handshake took > 15000ms, kicked out', 'unexpected response: "" (no status line)'],
  'net.wifi': [
    '..............................  NO WIFI after 30s, going to sleep',
    'wifi cred blank, start AP "ESP_Setup"',
    'Keine WLAN-Verbindung, Neustart in 10s...',
    'Echec Connexion WiFi',
    'Geen verbinding met WiFi',
    'Brak polaczenia z WiFi, restart...',
    'Нет подключения к WiFi!',
  ],
  'net.wifi.full': ['assoc refused by AP: too many stations (reason 5)'],
  'ota.incomplete': ['OTA stalled at 63%, recv error, reboot'],
  'ota.not_an_image': ['magic byte 0x3C instead of 0xE9 (thats html..) ota stop'],
  'ota.too_large': ['OTA: bin 611 kB > free sketch space 448 kB', 'Erro OTA: espaço insuficiente na flash'],
  'tls.alert.protocol_version': [
    'server speaks TLS1.3 only, esp8266 core max 1.2 :-(',
    'ssl ver mismatch: theirs 0x0301 mine 0x0303',
    'axTLS only does TLS 1.1, host refused',
  ],
  'tls.ca_missing': [
    'root_ca == NULL => TLS without anchor not allowed, stop',
    'certStore.initCertStore() = 0 certs read, did you upload certs.ar?',
    'certificato CA mancante in /data',
  ],
  'tls.ca_wrong': [
    '[tls] chain verify: issuer "R11" unknown, bundle has only DST Root X3',
    'BLAD TLS: niezaufany certyfikat serwera',
  ],
  'tls.clock_unset': [
    '!! RTC says 1970-01-01 00:00:12, TLS validation impossible',
    'validation date is zero, did you forget X509 setX509Time()?',
    'flags 0x200: BADCERT_FUTURE (clock behind?)',
    '[ZEIT] Uhr nicht gestellt (1.1.1970), Zertifikatsprüfung übersprungen geht nicht',
    'hora no sincronizada, no puedo validar el certificado',
    'klok staat niet goed, certificaat nog niet geldig',
  ],
  'tls.cn_mismatch': [
    'hostname "192.168.1.50" not in SAN list, connect aborted',
    'cert is for *.herokuapp.com NOT api.mydomain.de',
    'ERRORE: nome host diverso dal certificato',
  ],
  'tls.expired': [
    'FEHLER: Zertifikat abgelaufen am 14.03.2023',
    'certificado do servidor vencido, abortando',
  ],
  'tls.fingerprint': ['FP exp 5F:F1:60:31 got 08:3B:71:72 => MITM or new cert', 'huella SHA1 no coincide!'],
  'tls.fingerprint.malformed': ['fp len 32 != 20 (thats sha256, i need sha1)'],
  'tls.handshake_failed': ['TLS NOT OK rc=-1 (tcp was ok)', 'Error al conectar TLS'],
  'tls.in_len_too_small': [
    '[tls] record len 4112 > TLS_IN_BUF 2048, giving up',
    'probeMaxFragmentLength(1024) = 0  => MFLN NOT supported by host, need full 16k',
  ],
  'tls.peer_eof': [
    'server hung up on us right after ClientHello',
    'peer closed conn, 0 bytes of answer',
    'recv=0 -> remote side closed',
    'ws: disconnected code=1006, lost it',
    'client.print() wrote 0 of 348 bytes, socket dead',
    'connessione chiusa dal server dopo ClientHello',
  ],
  'tls.verify_failed': [
    'verifyCertChain failed, disconnecting',
    'br err 62: chain could not be linked to a trust anchor',
  ],
  'tls.verify_policy.hash': ['cert signed with SHA1/MD5 -> not acceptd'],
  'tls.verify_policy.key': ['server key 1024 bit rsa, rejecting (min 2048)'],
};

/** Nothing is wrong, in words that failures have, too. */
const HARMLESS: readonly string[] = [
  '[MQTT] connected, errors: 0',
  'E-count=0 W-count=0 uptime 86400s no reconnects',
  'TLS handshake OK in 1380 ms, verify result: no error',
  'tests run: 12, failed: 0',
  'http timeout set to 15000 ms',
  'no update available (HTTP 304), running latest',
  'mqtt.state()=0',
  'last error: none',
  'OTA: no new firmware, 1.4.2 == 1.4.2',
  'errno=0 (Success)',
  'I (10234) mqtt_mgr: publish ok, retries 0, failed: 0, dropped: 0',
  '[NTP] sync ok, offset -12ms, not adjusting',
  'cert not expired, 61 days left',
  'fingerprint matches, no change since last boot',
  'wifi lost: 0 times, reset reason: Power on',
  'keepalive 60s, socket timeout 15s, clean session no',
  'I (412) nvs_cfg: no legacy settings to migrate',
  'heap ok: 31240 free, no leak detected',
  'DNS cache: no entry for host, querying... 93.184.216.34 OK',
  'error log cleared',
  'CONNACK rc=0 session present: no',
  'SUBACK qos=0 granted, not retained',
  'no message for 30s, sending PINGREQ... PINGRESP ok',
  '[cfg] error reporting to cloud: disabled',
  'wrote 512 bytes, crc errors 0, timeouts 0',
  '1701440000: Client esp-kitchen disconnected.',
  'HTTP 204 No Content',
  'brownout: no, wdt: no, crash: no',
  'timeout timer armed (5000)',
  'self-test: ca ok, key ok, cert ok, 0 failed',
  'sleep 300s - no data to send',
  'if connect fails i will retry 5 times',
  'keine Fehler seit dem Start',
  '0 erreur(s), envoi terminé',
  'sin errores, HTTP 200',
  'нет ошибок, соединение установлено',
  '错误数: 0 连接正常',
  'err=ESP_OK',
  'no client cert needed, server auth only -> connected',
  'stack hwm 2216, no overflow risk',
  'TLSv1 client has no certificate',
  '[12:00:01][C][wifi:318]:   DNS2: 0.0.0.0',
  'No factory image, trying OTA 0',
  'subscribe to $aws/things/plant/shadow/update/rejected',
  'internal.c: ssl != NULL; no callback, verifyFail = 1',
  'boot: image header(2048k) larger than the size of the binary',
];

describe.each(Object.entries(OWN_WORDS))('%s', (cause, lines) => {
  it.each(lines)('%s', (line) => {
    expect(firstCause([line])).toBe(cause);
  });
});

describe('no cause', () => {
  it.each(HARMLESS)('%s', (line) => {
    expect(readLoosely(line)).toBeUndefined();
    expect([undefined, 'ok']).toContain(firstCause([line]));
  });
});

describe('words that no dialect knows', () => {
  it('say nothing where others say why', () => {
    expect(
      firstCause(['FEHLER: Zertifikat abgelaufen am 14.03.2023', 'mbedtls_ssl_handshake returned -0x7f00']),
    ).toBe('heap.exhausted');
  });

  it('say more than that the handshake failed', () => {
    const causes = diagnose(
      ['FEHLER: Zertifikat abgelaufen am 14.03.2023', 'TLS handshake failed'].map(parseLine),
    ).causes;
    expect(causes[0]).toMatchObject({
      id: 'tls.expired',
      evidence: ['FEHLER: Zertifikat abgelaufen am 14.03.2023'],
    });
  });

  it('do not count for a connection that came up behind them', () => {
    const lines = ['cant resolve mqtt.lan !!', 'TLS connected, MQTT connected'];
    expect(firstCause(lines)).toBe('ok');
    expect(firstCause(lines.toReversed())).toBe('net.dns');
  });
});
