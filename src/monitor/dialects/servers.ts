import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { inferredAlert } from './alert.ts';
import { ofVerifyWords } from './certificate-words.ts';
import {
  failed,
  LOST,
  NO_CERTIFICATE,
  NO_FILE,
  NO_HOST,
  NOT_MADE,
  NOT_TLS,
  NOT_TRUSTED,
  NOTHING,
  OTHER_VERSION,
  PLAIN_TO_TLS,
  rulesOf,
  UP,
  verify,
  type Words,
} from './details.ts';
import { KEEP_ALIVE, ofWords, refusalOfCode, refused } from './mqtt-codes.ts';
import { SERVER_ALERT_RULES } from './server-alerts.ts';
import { disconnected } from './wifi-reasons.ts';

/** mosquitto's reason for an end of a client that it knows (context.c, loop.c), as MQTT 5 calls it. */
const ENDS: readonly (readonly [words: RegExp, means: MonitorDetail])[] = [
  [/^exceeded timeout/, KEEP_ALIVE],
  [/^session taken over/, refused('taken-over')],
  [/^(?:connection rate|quota|receive maximum) exceeded/, refused('limit')],
  [/^oversize (?:packet|payload)/, refused('too-large')],
  [/^(?:malformed packet|protocol error)/i, refused('rules-broken')],
  [/^used disallowed feature/, refused('not-supported')],
];

/** What brokers, servers and programs on a computer say of the device, or of the same server, by program. */
const SENTENCES: readonly Words[] = [
  // mosquitto (src/handle_connect.c, loop.c, net.c): an orderly DISCONNECT; no CONNECT yet; the keep-alive; the same
  // id; no MQTT at all.
  [' disconnected.', /\bClient \S+ disconnected\.$/, { kind: 'application', what: 'goodbye' }],
  [
    ['on client <unk', 'on client (null'],
    /\b(?:Socket (?:read )?error|Bad socket read\/write) on client (?:<unknown>|\(null\))/i,
    failed('unknown'),
  ],
  [
    ['error on client ', 'read/write on client '],
    /\bSocket (?:read )?error on client \S|\bBad socket read\/write on client \S/i,
    LOST,
  ],
  ['exceeded timeout', /\bdisconnected: exceeded timeout\b/, refused('keep-alive')],
  ['<unknown> has exceeded', /\bClient <unknown> has exceeded timeout\b/, failed('unknown')],
  ['exceeded timeout', /\bhas exceeded timeout, disconnecting\b/, refused('keep-alive')],
  ['already connected', /\balready connected, closing old connection\b/, refused('taken-over')],
  [
    'due to oversize pa',
    /\bClient \S+ disconnected due to oversize pa(?:cket|yload)\b/,
    refused('too-large'),
  ],
  [
    ['due to malformed', 'due to protocol err', 'password without user'],
    /\bClient (?!<unknown>)\S+ disconnected due to (?:malformed packet|protocol error)\b|\bProtocol error from \S+: password without username\b/,
    refused('rules-broken'),
  ],
  ['max_connections exc', /\bdenied: max_connections exceeded\b/, refused('limit')],
  // A listener without TLS that is sent a ClientHello; connections and queues at their limits; its bridge at rest.
  ['to a non-tls listener', /\bappears to be using TLS to connect to a non-TLS listener\b/, NOT_TLS],
  ['system socket count has b', /\bUnable to accept new connection, system socket count\b/, refused('limit')],
  ['outgoing messages are bei', /\bOutgoing messages are being dropped for client\b/, refused('limit')],
  ['exceeded idle timeout', /\bBridge connection \S+ has exceeded idle timeout\b/, NOTHING],
  ['<unknown> disc', /\bClient <unknown> disconnected due to protocol error\b/, NOT_TLS],
  ['requests were denied', /\ball subscription requests were denied\b/i, refused('topic')],
  ['setting tls options', /\bProblem setting TLS options: File not found\b/, NO_FILE],
  ['key are inconsistent', /\bcertificate\/key are inconsistent\b/, failed('key mismatch')],
  ['denied publish', /\bDenied PUBLISH from\b/i, refused('topic')],
  // Its plugins for authentication (mosquitto-go-auth, and that of Home Assistant's add-on).
  ['null username or pass', /\breceived null username or password\b/, refused('no-credentials')],
  [
    ['wrong password for', 'user not found', 'on local database'],
    /\b[Ww]rong password for user\b|\bmsg="user not found\b|\bNot found \S+ on local database\b/,
    refused('credentials'),
  ],
  // EMQX.
  ['authentication_failure', /\bmsg: authentication_failure\b/, refused('credentials')],
  ['not_authorized', /\bcannot_(?:publish|subscribe)\w*_due_to_not_authorized\b/, refused('topic')],
  ['cannot_subscribe', /\bcannot_subscribe_topic_filter\b.*\bnot_authorized\b/, refused('topic')],
  ['keepalive_timeout', /\bshutdown, ?keepalive_timeout\b/, refused('keep-alive')],
  ['frame_too_large', /\bframe_too_large\b/, refused('too-large')],
  [['discarded', 'takenover'], /\{shutdown, ?(?:discarded|takenover)\}/, refused('taken-over')],
  ['ssl_error,timeout', /\bssl_error, ?timeout\b/, { kind: 'timed-out' }],
  // HiveMQ; RabbitMQ; VerneMQ; ActiveMQ and Artemis; Aedes; NATS.
  ['empty client cert', /\bEmpty client certificate chain\b/i, NO_CERTIFICATE],
  ['without sending an mqtt', /\bidle for too long without sending an MQTT\b/, refused('keep-alive')],
  [
    ['same client', 'duplicate client'],
    /\banother client\b.*\bsame client ?id\b|\bduplicate client ?id\b/i,
    refused('taken-over'),
  ],
  ['was taken over', /\b(?:session|connection|client) was taken over\b/i, refused('taken-over')],
  ['no password provided', /\bMQTT login failed\b.*\bno password provided\b/, refused('credentials')],
  ['authenticate client', /\bcan't authenticate client\b/, refused('credentials')],
  ['certificaterevoked', /\bCertificateRevokedException\b/, inferredAlert(ALERT.certificate_revoked)],
  ['inactiv', /\bInactivityIOException\b|\bChannel was inactive for too\b/, refused('keep-alive')],
  ['rror: not authorized', /\bclientError\b.*\bError: Not authorized\b/i, refused('credentials')],
  ['- authentication err', /\bmid:\d+ - authentication error\b/, refused('credentials')],
  // AWS IoT's lifecycle events and log; API Gateway; Azure IoT Hub and DPS.
  ['duplicate_client', /\bDUPLICATE_CLIENT_?ID\b/, refused('taken-over')],
  ['keep_alive_timeout', /\bMQTT_KEEP_ALIVE_TIMEOUT\b/, refused('keep-alive')],
  ['"auth_error', /"disconnectReason": ?"(?:AUTH_ERROR|FORBIDDEN_ACCESS)"/, refused('unknown')],
  ['authentication token', /\bMissing Authentication Token\b/, { kind: 'http-status', status: 403 }],
  ['onnewconnection', /\bConnectionForcefullyClosedOnNewConnection\b/, refused('taken-over')],
  ['closedremotely', /\bDeviceConnectionClosedRemotely\b/, LOST],
  ['unauthorized', /\b(?:IotHubUnauthorizedAccess|DeviceUnauthorized)\b/i, refused('credentials')],
  ['"errorcode":401', /"errorCode": ?401\d{3}\b/, refused('credentials')],
  // nginx, Apache, Caddy.
  ['plain http request', /\bclient sent plain HTTP request to HTTPS port\b/, PLAIN_TO_TLS],
  ['http spoken on', /\bHTTP spoken on HTTPS port\b/, PLAIN_TO_TLS],
  ['no required ssl cert', /\bclient sent no required SSL certificate\b/, NO_CERTIFICATE],
  [
    ['header line', 'header is too large', 'fields too large'],
    /\bsent too long header line\b|\bRequest header is too large\b|\bheader fields too large\b/i,
    { kind: 'http-status', status: 431 },
  ],
  [
    ['large body', 'body too large'],
    /\bintended to send too large body\b|\bRequest body too large\b/,
    { kind: 'http-status', status: 413 },
  ],
  ['certificate available', /\bno certificate available for\b/, inferredAlert(ALERT.unrecognized_name)],
  // Go (crypto/tls, net).
  ['unsupported versions', /\bclient offered only unsupported versions\b/, OTHER_VERSION],
  [
    'both client and server',
    /\bno cipher suite supported by both client and server\b/,
    { kind: 'no-shared-suite' },
  ],
  ['provide a certificate', /\bclient didn't provide a certificate\b/, NO_CERTIFICATE],
  ['no such host', /\blookup [^\s:]+\b.{0,80}: no such host\b/, NO_HOST],
  ['legacy common name', /\bcertificate relies on legacy Common Name field\b/, verify('CN_MISMATCH')],
  ['certificate is valid f', /\bx509: certificate is valid for .+, not\b/, verify('CN_MISMATCH')],
  ['current time ', /\bhas expired or is not yet valid: current time \S+ is after\b/, verify('EXPIRED')],
  [
    'any ip sans',
    /\bcannot validate certificate for \S+ because it doesn't contain any IP SANs\b/,
    verify('CN_MISMATCH'),
  ],
  ['match public key', /\bprivate key does not match public key\b/, failed('key mismatch')],
  // Its MQTT client (paho.mqtt.golang).
  ['network error : eof', /\bnetwork Error : EOF$/, LOST],
  [
    'not authorized',
    /^(?:[\d/:. ]*|panic: |.*(?:MQTT|mqtt|roker|onnect)[^:]*: )not Authorized$/,
    refused('credentials'),
  ],
  // Node.js.
  // Its MQTT client (MQTT.js): SUBACK's code or PUBACK's; a server that is not verified.
  [
    ['subscribe error: ', 'publish error: '],
    /\bError: (?:Subscribe|Publish) error: (?:Not authorized|Unspecified error)\b/,
    refused('topic'),
  ],
  ['tls not authorized', /\bError: TLS not authorized\b/, failed('bad certificate')],
  ['socket hang up', /\bsocket hang up\b/, LOST],
  [
    'before secure tls',
    /\bdisconnected before secure TLS connection was established\b/,
    failed('connection lost'),
  ],
  ['cert_not_yet_valid', /\bCERT_NOT_YET_VALID\b/, verify('FUTURE')],
  ['cert_has_expired', /\bCERT_HAS_EXPIRED\b/, verify('EXPIRED')],
  [
    ['unable_to_', 'self_signed_cert'],
    /\bUNABLE_TO_(?:GET_ISSUER_CERT|VERIFY_LEAF_SIGNATURE)|\b(?:DEPTH_ZERO_)?SELF_SIGNED_CERT/,
    NOT_TRUSTED,
  ],
  // Python (requests, http.server).
  ['ca certificate bundle', /\bCould not find a suitable TLS CA certificate bundle\b/, NO_FILE],
  ['toomanyredirects', /\bTooManyRedirects\b/, { kind: 'http-status', status: 302 }],
  ['code 400, message bad', /\bcode 400, message Bad request\b.*(?:\\x|[^ -~])/, NOT_TLS],
  ['such file or directory', /\bNo such file or directory\b.*\.(?:crt|pem|key|der|cer)\b/, NO_FILE],
  // Java (JSSE, Netty, Tomcat), .NET.
  ['certification path', /\bunable to find valid certification path\b/, NOT_TRUSTED],
  ['pkix path', /\bPKIX path building failed\b/, NOT_TRUSTED],
  ['subject alternative', /\bNo (?:subject alternative|name matching)\b/, verify('CN_MISMATCH')],
  ['certificateexpired', /\bCertificateExpiredException\b/, verify('EXPIRED')],
  ['certificatenotyet', /\bCertificateNotYetValidException\b/, verify('FUTURE')],
  ['unrecognized ssl', /\bUnsupported or unrecognized SSL message\b/, NOT_TLS],
  ['ssl/tls record', /\bnot an SSL\/TLS record\b/, PLAIN_TO_TLS],
  ['found in method name', /\bInvalid character found in method name \[0x16/, NOT_TLS],
  ['untrustedroot', /\bUntrustedRoot\b/, NOT_TRUSTED],
  ['chainerrors', /\bRemoteCertificateChainErrors\b/, NOT_TRUSTED],
  ['host not available', /\bWebException: host not available\b/, NOT_MADE],
  ['certificatename', /\bRemoteCertificateNameMismatch\b/, verify('CN_MISMATCH')],
  ['certificatenotav', /\bRemoteCertificateNotAvailable\b/, NO_CERTIFICATE],
  ['hostname ', /\bSSLPeerUnverifiedException: Hostname \S+ not verified\b/, verify('CN_MISMATCH')],
  ['host terminated the hand', /\bRemote host terminated the handshake\b/, failed('connection lost')],
  ['inbound before receiv', /\bclosing inbound before receiving peer's close_notify\b/, LOST],
  ['unknownhostexception', /\bUnknownHostException\b/, NO_HOST],
  // Paho for Java, whose MqttException has the code behind its text.
  ['authorized to connect', /\bNot authorized to connect \(5\)/, refused('credentials')],
  // HAProxy (src/connection.c).
  [
    ['client certificate not', 'client ca chain'],
    /\bSSL client (?:certificate not trusted|CA chain cannot be verified)\b/,
    inferredAlert(ALERT.unknown_ca),
  ],
  // The AWS CLI and boto3 on a computer, and API Gateway.
  [
    ['accessdenied', 'unrecognizedclient', 'invalidsignature', '"forbidden"'],
    /\ban error occurred \((?:AccessDenied|UnrecognizedClient|InvalidSignature)Exception\)|\{"message": ?"Forbidden"/i,
    { kind: 'http-status', status: 403 },
  ],
  [
    'resourcenotfound',
    /\ban error occurred \(ResourceNotFoundException\)/i,
    { kind: 'http-status', status: 404 },
  ],
  ['to the endpoint url', /\bCould not connect to the endpoint URL\b/, NOT_MADE],
  // curl.
  ['alternative cert', /\bno alternative certificate subject name matches\b/, verify('CN_MISMATCH')],
  ['pinned public key', /\bpublic key does not match pinned\b/, { kind: 'fingerprint-mismatch' }],
  ['empty reply', /\bEmpty reply from server\b/, LOST],
  // OpenSSL's verify, Wi-Fi's access point, DHCP, DNS, time and filters of a router.
  ['algorithm too weak', /\bsignature digest algorithm too weak\b/, verify('BAD_MD')],
  ['eapol-key timeout', /\bEAPOL-Key timeout\b/, disconnected(15)],
  ['due to inactivity', /\bdeauthenticated due to inactivity\b/, disconnected(4)],
  ['no address available', /\bDHCPDISCOVER\b.*\bno address available\b/, { kind: 'dhcp', state: 'failed' }],
  ['nxdomain', /^(?!.*\b(?:in-addr|ip6)\.arpa\b).*\bNXDOMAIN\b/i, NO_HOST],
  ['ufw block', /\bUFW BLOCK\b/, { kind: 'connect-failed', host: undefined, why: 'timeout' }],
  ['no selectable sources', /\bno selectable sources\b/, { kind: 'clock-sync-failed' }],
  ['server suitable', /\bno server suitable for synchronization\b/, { kind: 'clock-sync-failed' }],
  // nmap, tshark and tcpdump.
  ['/tcp ', /\b\d{1,5}\/tcp +closed\b/, { kind: 'connect-failed', host: undefined, why: 'refused' }],
  ['/tcp ', /\b\d{1,5}\/tcp +filtered\b/, { kind: 'connect-failed', host: undefined, why: 'timeout' }],
  [['[rst', 'flags [r'], /\[RST(?:, ACK)?\]|\bFlags \[R\.?\]/, { kind: 'connection-reset' }],
  [
    'retransmission',
    /\[TCP (?:Spurious )?Retransmission\].*\[SYN\]/,
    { kind: 'connect-failed', host: undefined, why: 'timeout' },
  ],
  // espota.py.
  [
    ['error auth result', 'our authentication'],
    /\bError auth result: Authentication invalid\b|\bNo Answer to our Authentication\b/,
    { kind: 'update-failed', problem: 'password' },
  ],
];

/** Logs of the other end, and of what stands between. */
export const SERVER_RULES: readonly Rule[] = [
  ...SERVER_ALERT_RULES,
  {
    // Access logs in the Common Log Format.
    mark: ' http/1.',
    pattern: /"(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+ HTTP\/1\.\d" ([1-5]\d\d)\b/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // mosquitto: session present, and the code.
    mark: 'sending connack to',
    pattern: /\bSending CONNACK to \S+ \(\d, ([1-5])\)/,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    // mosquitto.
    mark: 'new connection from',
    pattern: /\bNew connection from .{1,60}? on port (\d{2,5})\b/,
    read: ([port]) => ({ kind: 'connecting', scheme: undefined, host: 'broker', port: Number(port) }),
  },
  {
    // paho's examples for Python.
    mark: 'with result code',
    pattern: /\bConnected with result code (\d+)\b/i,
    read: ([code]) => (code === '0' ? { ...UP } : refusalOfCode(Number(code))),
  },
  {
    // mosquitto 2.1, with the client's address and port.
    mark: '] disconnected: ',
    pattern: /\bClient (\S+) \[\S+:\d{4,5}\] disconnected: (.+)/i,
    read: ([client, words]) => {
      // It has not said CONNECT yet: what it sent first was none.
      if (client === '<unknown>') return failed(/closed by client/i.test(words!) ? 'client left' : 'unknown');
      const end = ENDS.find(([pattern]) => pattern.test(words!))?.[1];
      const why = ofWords(words!);
      return { ...(end ?? (why === undefined ? LOST : refused(why))) };
    },
  },
  ...rulesOf(SENTENCES),
  {
    mark: 'certificate is invalid',
    pattern: /\bThe remote certificate is invalid\b(.*)/,
    read: ([text]) => ofVerifyWords(text!) ?? failed('bad certificate'),
  },
];
