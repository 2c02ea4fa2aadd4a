import type { MonitorEvent } from '../../monitor/event.ts';
import { MarkIndex, type Marks } from '../../monitor/mark-index.ts';

/**
 * What a log may speak of: TLS, MQTT (by name or port), AWS, Azure, e-mail, whose servers speak without TLS first at
 * most of their ports, or the device as the server of the connections that the log tells of.
 */
export type Subject = 'tls' | 'mqtt' | 'aws' | 'azure' | 'mail' | 'server';

/** Each pattern with its marks, of which a line that fits holds one. */
const WORDS: readonly { subject: Subject; mark: Marks; pattern: RegExp }[] = [
  {
    // By its name, its ports, or what only it has.
    subject: 'tls',
    mark: [
      ...['tls', 'ssl', 'https', 'wss:', 'mqtts', 'handshak', 'hs', 'cert', 'ca file', 'root ca', 'rootca'],
      ...['disconnectreason', 'fingerprint', 'polic', 'coremqtt', 'corehttp', 'lwmqtt', 'unexpected eof'],
      ...['client hello', 'clienthello', 'server hello', 'serverhello', 'authorization_failure'],
      ...['8883', '443', 'aws', 'oserror: (-2'],
    ],
    pattern:
      /tls|ssl|https|wss:|(?<!c)mqtts|handshak|\bhs\b|cert|\bca file|root ?ca|disconnectreason|fingerprint|polic|coremqtt|corehttp|lwmqtt|client ?hello|server ?hello|authorization_failure|unexpected eof|\b8883\b|\b443\b|\baws|\bOSError: \(-2[567]\d\b/i,
  },
  {
    subject: 'mqtt',
    mark: ['mqtt', 'pubsubclient', 'lasterror', 'mosquitto', 'new client connected', '8883', 'aws_iot'],
    pattern: /mqtt|pubsubclient|\blasterror\b|mosquitto|\bNew client connected\b|\b8883\b|\baws_iot/i,
  },
  {
    subject: 'aws',
    mark: ['aws', 'iot_tls_', 'core_mqtt', 'coremqtt', 'authorization_failure', 'polic', 'disconnectreason'],
    pattern:
      /\.amazonaws\.|\baws(?:_?iot(?:_[a-z_]+)?)?\b|\biot_tls_|\bcore_?MQTT\b|\bAUTHORIZATION_FAILURE\b|\b(?:iot|thing|by|attach\w*) polic(?:y|ies)\b|\bpolic(?:y|ies) (?:is |not )?(?:attached|allows?|denies)\b|"disconnectReason":/i,
  },
  { subject: 'azure', mark: ['azure', 'iothub', 'iot hub'], pattern: /azure|\biot ?hub/i },
  {
    subject: 'mail',
    mark: ['mail', 'smtp', 'performing the ssl/tls handshake'],
    pattern: /\b(?:e-?|u)mail\b|\bsmtp|\bsendE?mail\b|\bINFO: performing the SSL\/TLS handshake\b/i,
  },
  {
    // mbedTLS's files, steps and examples of a server, esp_https_server, and what servers say when they start.
    subject: 'server',
    mark: [
      'ssl_srv.c',
      'ssl_tls12_server.c',
      'ssl_tls13_server.c',
      'esp_https_server',
      'httpsserver->',
      '[https:',
      "server's data",
      'server handshake failed',
      'ssl_accept',
      'secureaccept',
      'https server',
      'waiting for accept',
      'waiting for a remote connection',
      'server state: ',
      'esp_tls_server_session_create',
      'mbedtls_ssl_is_server',
      'err_cert_',
      'err_ssl_',
      'sec_error_',
      'mozilla_pkix_',
    ],
    pattern:
      /\bssl_(?:srv|tls1[23]_server)\.c\b|\besp_https_server\b|\bHTTPSServer->|\[HTTPS:[EWID]\]|\bserver's data\b|\bserver handshake failed\b|\bSSL_accept\b|\bSslNative::SecureAccept\b|\bHTTPS server (?:started|listening)|\bwaiting for accept\b|\bWaiting for a remote connection\b|\b0x[\da-f]{6,16}: server state: |\bserver state: MBEDTLS_SSL_|\besp_tls_server_session_create\b|\bMBEDTLS_SSL_IS_SERVER\b|\bERR_(?:CERT|SSL)_|\bSEC_ERROR_|\bMOZILLA_PKIX_/,
  },
];
const INDEX = new MarkIndex(WORDS.map(({ mark }) => mark));

/** mbedTLS's files of a server, as its debug output begins with them. */
const SERVER_FILE = /\bssl_(?:srv|tls1[23]_server)\.c:/;

/** Lines that only TLS has. */
const OF_TLS: ReadonlySet<MonitorEvent['kind']> = new Set([
  'call',
  'code',
  'inner-call',
  'alert',
  'verify-flags',
  'verify-reason',
  'handshake',
  'handshake-step',
  'handshake-message',
  'offered-suite',
  'record',
  'dump',
  'esp-tls-error',
  'no-trust-anchor',
  'fingerprint-mismatch',
] as const);

/** With their source file, lines of mbedTLS's own debug output: no word of what is on top of it is in them. */
const OF_DEBUG: ReadonlySet<MonitorEvent['kind']> = new Set([
  'handshake-step',
  'handshake-message',
  'inner-call',
  'record',
  'dump',
  'offered-suite',
] as const);

/** What the lines of a log have named. */
export class LogSubjects {
  readonly #named = new Set<Subject>();

  has(subject: Subject): boolean {
    return this.#named.has(subject);
  }

  add({ kind, line }: MonitorEvent): void {
    if (OF_TLS.has(kind)) this.#named.add('tls');
    const file = OF_DEBUG.has(kind) ? line.indexOf('.c:') : -1;
    if (file >= 0) {
      // Of «_srv» and «_server»: most of such logs are a client's.
      const last = line.charCodeAt(file - 1);
      if ((last === 0x76 || last === 0x72) && SERVER_FILE.test(line)) this.#named.add('server');
      return;
    }
    const count = INDEX.find(line);
    for (let index = 0; index < count; index += 1) {
      const { subject, pattern } = WORDS[INDEX.held[index]!]!;
      if (!this.has(subject) && pattern.test(line)) this.#named.add(subject);
    }
  }
}
