import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import {
  BROKEN,
  failed,
  LOST,
  NO_HOST,
  NO_MEMORY,
  NO_SOCKET,
  NO_TCP,
  NOT_MADE,
  TIMED_OUT,
} from './details.ts';
import { STATUS_NAMES } from './http.ts';
import { LWMQTT_RULES } from './lwmqtt.ts';
import { refusalOfCode } from './mqtt-codes.ts';

export type Codes = Readonly<Record<number, MonitorDetail>>;

const HANDSHAKE = failed('unknown');
const NO_ANSWER: MonitorDetail = { kind: 'mqtt-refused', why: 'no-answer' };
const NO_HTTP: MonitorDetail = { kind: 'http-status', status: 0 };

/** IoT_Error_t of AWS's SDK for Embedded C 2 and 3 (aws_iot_error.h), NULL_VALUE_ERROR to ..._NOT_AUTHORIZED_ERROR. */
export const AWS_IOT: Codes = {
  [-2]: failed('not set up'),
  [-3]: NO_TCP,
  [-4]: HANDSHAKE,
  [-5]: NO_TCP,
  [-6]: TIMED_OUT,
  [-7]: LOST,
  [-8]: HANDSHAKE,
  [-9]: { kind: 'unreadable', what: 'certificate' },
  [-10]: TIMED_OUT,
  [-11]: TIMED_OUT,
  [-12]: NO_ANSWER,
  [-13]: { kind: 'mqtt-refused', why: 'closed' },
  [-14]: TIMED_OUT,
  [-16]: { kind: 'code', code: -0x34 },
  [-17]: HANDSHAKE,
  [-18]: { kind: 'wifi-failed' },
  [-19]: { kind: 'unreadable', what: 'ca' },
  [-20]: { kind: 'unreadable', what: 'certificate' },
  [-21]: { kind: 'unreadable', what: 'key' },
  [-22]: NO_SOCKET,
  [-23]: NO_HOST,
  [-24]: NO_TCP,
  [-26]: NO_ANSWER,
  [-27]: NO_ANSWER,
  [-28]: NO_ANSWER,
  [-31]: { kind: 'mqtt-refused', why: 'malformed' },
  [-32]: { kind: 'mqtt-refused', why: 'too-large' },
  [-33]: { kind: 'mqtt-refused', why: 'too-large' },
  [-36]: NO_ANSWER,
  [-37]: { kind: 'mqtt-refused', why: 'protocol' },
  [-38]: { kind: 'mqtt-refused', why: 'client-id' },
  [-39]: { kind: 'mqtt-refused', why: 'unavailable' },
  [-40]: { kind: 'mqtt-refused', why: 'credentials' },
  [-41]: { kind: 'mqtt-refused', why: 'credentials' },
};

/** HTTPC_ERROR_... of Arduino's HTTPClient (ESP8266HTTPClient.h): CONNECTION_FAILED to READ_TIMEOUT. */
export const HTTP_CLIENT: Codes = {
  [-1]: NOT_MADE,
  [-2]: BROKEN,
  [-3]: BROKEN,
  [-4]: LOST,
  [-5]: LOST,
  [-7]: NO_HTTP,
  [-8]: NO_MEMORY,
  [-9]: NO_HTTP,
  [-10]: LOST,
  [-11]: TIMED_OUT,
};

/** The names of those whose numbers a program may print so. */
const HTTP_NAMES: Readonly<Record<string, number>> = {
  CONNECTION_REFUSED: -1,
  CONNECTION_FAILED: -1,
  SEND_HEADER_FAILED: -2,
  SEND_PAYLOAD_FAILED: -3,
  NOT_CONNECTED: -4,
  CONNECTION_LOST: -5,
  NO_HTTP_SERVER: -7,
  TOO_LESS_RAM: -8,
  ENCODING: -9,
  STREAM_WRITE: -10,
  READ_TIMEOUT: -11,
};

/** Its texts for some of them. */
const HTTP_TEXTS: Readonly<Record<string, number>> = {
  'send header failed': -2,
  'send payload failed': -3,
  'no HTTP server': -7,
  'too less ram': -8,
  'Transfer-Encoding not supported': -9,
  'Stream write error': -10,
};

/** MQTTStatus_t of coreMQTT (core_mqtt_serializer.h). */
const CORE_MQTT = new Map<string, MonitorDetail>([
  ['BadResponse', { kind: 'mqtt-refused', why: 'malformed' }],
  ['ServerRefused', NO_ANSWER],
  ['NoMemory', { kind: 'mqtt-refused', why: 'too-large' }],
  ['KeepAliveTimeout', { kind: 'mqtt-refused', why: 'keep-alive' }],
  ['SendFailed', LOST],
]);

/** err_t of lwIP (lwip/err.h), by name: the numbers differ between 1.4 and 2. */
const LWIP = new Map<string, MonitorDetail>([
  ['MEM', NO_MEMORY],
  ['BUF', NO_MEMORY],
  ['TIMEOUT', { kind: 'connect-failed', host: undefined, why: 'timeout' }],
  ['RTE', { kind: 'connect-failed', host: undefined, why: 'unreachable' }],
  ['RST', { kind: 'connection-reset' }],
  ['ABRT', LOST],
  ['CLSD', LOST],
  ['CONN', NO_TCP],
]);

/** IOTHUB_CLIENT_CONNECTION_STATUS_REASON of Azure's SDK for C. */
const IOT_HUB = new Map<string, MonitorDetail>([
  ['EXPIRED_SAS_TOKEN', { kind: 'mqtt-refused', why: 'token-expired' }],
  ['BAD_CREDENTIAL', { kind: 'mqtt-refused', why: 'credentials' }],
  ['DEVICE_DISABLED', { kind: 'mqtt-refused', why: 'credentials' }],
  ['NO_NETWORK', NO_TCP],
  ['COMMUNICATION_ERROR', LOST],
  ['NO_PING_RESPONSE', { kind: 'mqtt-refused', why: 'keep-alive' }],
]);

/** mqtt.CONN_FAIL_... of NodeMCU's module: ..._TIMEOUT_SENDING to ..._SERVER_NOT_FOUND; above 0 CONNACK's codes. */
const NODEMCU_MQTT: Codes = {
  [-5]: NO_TCP,
  [-4]: { kind: 'mqtt-refused', why: 'malformed' },
  [-3]: NO_HOST,
  [-2]: NO_ANSWER,
  [-1]: TIMED_OUT,
};

/** Numbers that libraries return, by the words that programs print them with; each library has its own. */
export const RETURN_CODE_RULES: readonly Rule[] = [
  {
    // The SDK's examples: «Error(-23) connecting to HOST:8883», «Error subscribing : -28».
    mark: ['error(-', 'error (-', 'rror subscribing', 'rror publishing', 'Error reconnecting'],
    pattern:
      /\bError ?\((-\d{1,2})\) (connecting|subscribing|publishing|reconnecting|yielding|disconnecting)\b(?: to (\S+?)(?::\d+)?,?$)?|\b[Ee]rror (subscribing|publishing|reconnecting)(?: to \S+)? ?:? ?(-\d{1,2})\b/,
    read: ([first, did, host, what, second]) => {
      const means = copyOf(AWS_IOT[Number(first ?? second)]);
      if (means?.kind === 'dns-failed') return { ...means, host };
      const isRequest = /^(?:subscrib|publish)/.test(did ?? what ?? '');
      return isRequest && means?.kind === 'mqtt-refused' && means.why === 'no-answer'
        ? { kind: 'mqtt-refused', why: 'request-unanswered' }
        : means;
    },
  },
  {
    mark: ['aws_iot_', 'AWS_IOT', 'aws iot'],
    pattern:
      /\baws[_ ]iot(?:_[a-z]+)*\b(?!.*\bmbedtls_)(?!.*\blastError\b).*?\b(?:return\w*|fail\w*|error|err|rc|ret|code|status|result)\b\W{0,4}(?:(?:rc|code|with|error|err|value)\W{1,3}){0,2}(-\d{1,2})\b/i,
    read: ([code]) => copyOf(AWS_IOT[Number(code)]),
  },
  {
    mark: ['http', 'get', 'post', 'put', 'esponse', 'equest'],
    pattern:
      /^(?!.*\b(?:esp_|mbedtls|errno|mqtt)).*\b(?:https?|get|post|put|request|response)\w*\b.{0,60}?\b(?:code|error|failed|returned|response|request|result)\b(?: (?:code|is|was))?\W{0,4}? ?\(?(-(?:1[01]|[1-9]))\b(?![.\d])/i,
    read: ([code]) => copyOf(HTTP_CLIENT[Number(code)]),
  },
  {
    mark: STATUS_NAMES,
    pattern: /\bhttp_?(?:response_?)?(?:code|status)\b\W{0,3}? ?(-(?:1[01]|[1-9]))\b/i,
    read: ([code]) => copyOf(HTTP_CLIENT[Number(code)]),
  },
  {
    // «Error code: -11», of the example that everybody starts from.
    mark: 'rror code: -',
    pattern: /^\W*Error code: (-(?:1[01]|[1-9]))$/,
    read: ([code]) => copyOf(HTTP_CLIENT[Number(code)]),
  },
  {
    // Not in a program's source.
    mark: ['HTTPC_ERROR_', 'HTTPCODE_'],
    pattern:
      /^(?!.*(?:#define|\bcase\b|[=!]=|\breturn\b|\/\/|;\s*$|= *\(?-\d)).*\bHTTPC(?:_ERROR|ODE)_([A-Z_]+)\b/,
    read: ([name]) => copyOf(HTTP_CLIENT[HTTP_NAMES[name!] ?? 0]),
  },
  {
    // Its texts (HTTPClient::errorToString), where they say more than other rules' words.
    mark: [
      'send header failed',
      'send payload failed',
      'not connected',
      'no HTTP server',
      'less ram',
      'ncoding not supp',
      'tream write err',
    ],
    pattern:
      /^(?!\W*not connected$).*\b(send (?:header|payload) failed|not connected|no HTTP server|too less ram|Transfer-Encoding not supported|Stream write error)$/,
    read: ([text]) => copyOf(HTTP_CLIENT[HTTP_TEXTS[text!] ?? -4]),
  },
  ...LWMQTT_RULES,
  {
    mark: ['MQTTBadR', 'MQTTServerR', 'MQTTNoMem', 'MQTTKeepA', 'MQTTSendF'],
    pattern: /^(?!.*\bCONNACK\b).*\bMQTT(BadResponse|ServerRefused|NoMemory|KeepAliveTimeout|SendFailed)\b/,
    read: ([name]) => copyOf(CORE_MQTT.get(name!)),
  },
  {
    // MQTT_Connect, which runs with TLS up.
    mark: ['MQTTRecvF', 'MQTTNoData', 'MQTTNeedM'],
    pattern: /^(?!.*\bCONNACK\b).*\b[Cc]onnect\w*\b.*\bMQTT(?:RecvFailed|NoDataAvailable|NeedMoreBytes)\b/,
    read: () => copyOf(NO_ANSWER),
  },
  {
    mark: 'ERR_',
    pattern: /(?<![\w])ERR_([A-Z]+)\b(?!\w)/,
    read: ([name]) => copyOf(LWIP.get(name!)),
  },
  {
    mark: 'IOTHUB_CLIENT_CONN',
    pattern: /\bIOTHUB_CLIENT_CONNECTION_(?!UNAUTHENTICATED|AUTHENTICATED)([A-Z_]+)/,
    read: ([name]) => copyOf(IOT_HUB.get(name!)),
  },
  {
    // The same, as Azure's samples for Arduino print it.
    mark: '_authenticated [',
    pattern: /\bNOT_AUTHENTICATED \[([A-Z_]+)\]/,
    read: ([name]) => copyOf(IOT_HUB.get(name!)),
  },
  {
    // NodeMCU: «failed reason: -5».
    mark: 'eason',
    pattern: /^(?!.*\bwi-?fi\b).*\bfail\w*\b.{0,12}\breason\b\W{0,3}?(-[1-5])\b/i,
    read: ([code]) => copyOf(NODEMCU_MQTT[Number(code)]),
  },
  {
    mark: 'eason',
    pattern: /^(?:mqtt\b.{0,30})?\bfailed reason\W{1,3}([1-5])$/i,
    read: ([code]) => refusalOfCode(Number(code)),
  },
  {
    // NodeMCU's http: espconn's ESPCONN_HANDSHAKE and ESPCONN_SSL_INVALID_DATA, and the low byte of an mbedTLS code, or the
    // upper one, as of -0x7F00 (espconn_mbedtls.c).
    mark: 'Disconnected with error',
    pattern: /\bHTTP client: Disconnected with error: (?:(-127)$|-?\d+)/,
    read: ([noMemory]) => copyOf(noMemory === undefined ? HANDSHAKE : NO_MEMORY),
  },
  {
    // The same, behind every error.
    mark: 'HTTP client: Conn',
    pattern: /\bHTTP client: Connection timeout\b/,
    read: () => copyOf(TIMED_OUT),
  },
  {
    // MicroPython's umqtt: CONNACK's code, or SUBACK's.
    mark: 'MQTTException',
    pattern: /\bMQTTException(?:: \(?|\()(\d{1,3})(?:,?\))?$/,
    read: ([code]) =>
      code === '128'
        ? { kind: 'mqtt-refused', why: 'topic' }
        : (refusalOfCode(Number(code)) ?? copyOf(NO_ANSWER)),
  },
  {
    // MicroPython: lwIP's EAI_NONAME to EAI_FAMILY, negative (lwip/netdb.h).
    mark: 'OSError: -2',
    pattern: /OSError: (-20[0-4]|-210)\b/,
    read: ([code]) => ({ kind: 'dns-failed', host: undefined, code: Number(code) }),
  },
  {
    mark: ['ethostbyname', 'ostByName', 'queryHost'],
    pattern:
      /\b(?:espconn_gethostbyname|gethostbyname|netconn_gethostbyname|hostByName|queryHost)\b(?:\(.*?\))?.{0,12}?(?:\bfail\w*|\berror|(?:[:=]|return\w*|\berr\b) ?(?:-\d+|0\b))|\bERROR hostByName\b/i,
    read: () => copyOf(NO_HOST),
  },
];
