import type { MonitorDetail } from '../event.ts';
import type { UpdateProblem } from '../event-terms.ts';
import { copyOf, type Rule } from '../rule.ts';
import { BROKEN, LOST, NO_LOGIN, NO_MEMORY, NO_TCP, NO_UPGRADE, NOT_MADE, TIMED_OUT } from './details.ts';
import { refusalOfCode, refused } from './mqtt-codes.ts';
import { AWS_IOT, HTTP_CLIENT } from './return-codes.ts';

/** Of HTTP, as Firebase's library puts it into words, without its status. */
const PHRASES: ReadonlyMap<string, number> = new Map([
  ['bad request', 400],
  ['unauthorized', 401],
  ['forbidden', 403],
  ['not found', 404],
  ['payload too large', 413],
  ['too many requests', 429],
  ['internal server error', 500],
  ['bad gateway', 502],
  ['service unavailable', 503],
  ['gateway timeout', 504],
]);

/** SMTP's refusals of a login (RFC 4954), and of a connection (RFC 5321), in what the mail client calls a status. */
const MAIL_STATUSES: Readonly<Record<number, MonitorDetail>> = {
  421: NOT_MADE,
  530: NO_LOGIN,
  534: NO_LOGIN,
  535: NO_LOGIN,
  538: NO_LOGIN,
};

/** Of lwIP's errors of tcp_connect(): ERR_MEM, ERR_BUF, ERR_RTE. */
const TCP_CONNECT: Readonly<Record<number, MonitorDetail>> = {
  1: NO_MEMORY,
  2: NO_MEMORY,
  4: { kind: 'connect-failed', host: undefined, why: 'unreachable' },
};

/** UPDATE_ERROR_WRITE to UPDATE_ERROR_ABORT of Arduino-ESP32 (Update.h), which differ from the ESP8266's behind 7. */
const UPDATE_ERRORS: Readonly<Record<number, UpdateProblem>> = {
  1: 'flash',
  2: 'flash',
  3: 'flash',
  4: 'too-large',
  5: 'no-length',
  6: 'incomplete',
  7: 'damaged',
  8: 'not-an-image',
  10: 'no-partition',
  12: 'incomplete',
};

/** MqttClient::connectError() of ArduinoMqttClient (MqttClient.cpp): below 0 its own, above it CONNACK's. */
function ofConnectError(code: number): MonitorDetail | undefined {
  if (code === -2) return copyOf(NOT_MADE);
  return code === -1 ? refused('no-answer') : refusalOfCode(code);
}

/** Numbers of Arduino's cores and libraries, by the words that they are printed with. */
export const ARDUINO_CODE_RULES: readonly Rule[] = [
  {
    // Arduino's IoT Cloud (ArduinoIoTCloudTCP.cpp), where TLS has no error of its own.
    mark: ['mqtt error: ', ' error: '],
    pattern:
      /\b(?:connect|handle_ConnectMqttBroker) could not connect to \S+:\d+ (?:Mqtt error: (-?\d)\b.*\bTLS error: 0$|Error: (-?\d)$)/,
    read: ([both, alone]) => ofConnectError(Number(both ?? alone)),
  },
  {
    // ArduinoMqttClient's examples.
    mark: 'mqtt connection failed! error code = ',
    pattern: /\bMQTT connection failed! Error code = (-[12])$/,
    read: ([code]) => ofConnectError(Number(code)),
  },
  {
    // ConnectionHandler says so of its network behind DHCP; a name that is a URL's or a host's is none of a network.
    mark: 'connected to "',
    pattern: /^Connected to "(?!\S*(?:\/|\.\w+"))[^"]+"$/,
    read: () => ({ kind: 'address', ip: undefined, gateway: undefined }),
  },
  {
    // Hornbill's AWS_IOT library for Arduino (AWS_IOT.cpp).
    mark: 'Reconnect Failed - -',
    pattern: /\bManual Reconnect Failed - (-\d{1,2})$/,
    read: ([code]) => copyOf(AWS_IOT[Number(code)] ?? NOT_MADE),
  },
  {
    // «Error on sending POST: -1», of the tutorials that sketches are made after.
    mark: ['on sending post', 'on sending get', 'on sending put'],
    pattern: /\bError on sending (?:GET|POST|PUT)(?: request)?: (-(?:1[01]|[1-9]))$/i,
    read: ([code]) => copyOf(HTTP_CLIENT[Number(code)]),
  },
  {
    // ArduinoHttpClient's example: HTTP_ERROR_TIMED_OUT, HTTP_ERROR_INVALID_RESPONSE (HttpClient.h).
    mark: 'getting response failed: -',
    pattern: /\bGetting response failed: -([34])$/,
    read: ([number]) => (number === '3' ? copyOf(TIMED_OUT) : { kind: 'http-status', status: 0 }),
  },
  {
    // ClientContext.h: lwIP's err_t, ERR_RST to ERR_CLSD of 2.x, and the same of 1.4.
    mark: ':er -1',
    pattern: /^:er -1([0-5])\b/,
    read: ([number]) =>
      number === '1' || number === '4'
        ? { kind: 'connection-reset' }
        : copyOf(number === '2' || number === '5' ? LOST : BROKEN),
  },
  {
    mark: ':tc err -',
    pattern: /^:tc err -(\d{1,2})$/,
    read: ([number]) => copyOf(TCP_CONNECT[Number(number)] ?? NO_TCP),
  },
  {
    mark: 'is not 101 (',
    pattern: /\bserverCode is not 101 \((\d{3})\)/,
    read: ([status]) =>
      Number(status) >= 300 ? { kind: 'http-status', status: Number(status) } : copyOf(NO_UPGRADE),
  },
  {
    mark: 'ota error: get response',
    pattern: /\bOTA ERROR: get response on .*\breturned status (\d{3})$/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // The example of an update from S3 for the ESP32, which prints Update.getError().
    mark: 'error occurred. error #: ',
    pattern: /^Error Occurred\. Error #: (\d{1,2})$/,
    read: ([code]) => ({ kind: 'update-failed', problem: UPDATE_ERRORS[Number(code)] ?? 'unknown' }),
  },
  {
    mark: 'error task: ',
    pattern: /\bError task: [^,]*, msg: .*, code: ([345]\d\d)$/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: ['reason: ', 'message: '],
    pattern: /(?<!\w )(?:REASON|Token error: code: -?\d+, message): ([a-z ]+)$/,
    read: ([phrase]) => {
      const status = PHRASES.get(phrase!);
      return status === undefined ? undefined : { kind: 'http-status', status };
    },
  },
  {
    // The mail client's example: the status is SMTP's. What else it refuses is a mail (harmless.ts).
    mark: 'status code: ',
    pattern: /\bStatus Code: ([45]\d\d), Error Code: -?\d+, Reason: /,
    read: ([status]) => copyOf(MAIL_STATUSES[Number(status)]),
  },
];
