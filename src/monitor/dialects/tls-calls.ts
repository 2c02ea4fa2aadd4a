import { isPlausible, readErrorNumber } from '../error-number.ts';
import type { LogPrefix, MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';
import { ofErrno } from './errno.ts';
import { OPENSSL_NUMBER_RULE } from './openssl.ts';

/** As `printf` gives them: -0x2700, -9984, FFFFBD70. */
const NUMBER = String.raw`(-?(?:0[xX]-?[0-9a-fA-F]+|[0-9a-fA-F]{8}|\d+))`;
const CALL = String.raw`((?:mbedtls_|x509_|ssl_|net_|wolfSSL_|SSL_)\w+(?:\(\w+\))?)`;

/**
 * What a TLS call returned, in the words of: RTOS_SDK 3.x (components/esp-tls/esp_tls_mbedtls.c, aws_iot, the
 * https_mbedtls example), 1.x (openssl/mbedtls_ssl.c), 2.x (openssl/platform/ssl_pm.c), mbedTLS's own programs,
 * Arduino, FreeRTOS and MicroPython.
 */
export const TLS_CALL_RULES: readonly Rule[] = [
  {
    // MicroPython (modtls_mbedtls.c) prints it with %x: lwIP's errno is among them, beside helpers' codes.
    mark: 'ssl_handshake error: -',
    pattern: /^mbedtls_ssl_handshake error: -([\da-f]{2})$/,
    read: ([number]) => {
      const errno = Number.parseInt(number!, 16);
      // ECONNABORTED of lwIP and of newlib.
      if (errno === 103 || errno === 113) return { kind: 'connection-lost', isAborted: true };
      // ETIMEDOUT: TCP is behind it.
      if (errno === 110 || errno === 116) return { kind: 'timed-out' };
      return (
        ofErrno(errno) ?? { kind: 'call', call: 'mbedtls_ssl_handshake', code: -errno, timeMs: undefined }
      );
    },
  },
  OPENSSL_NUMBER_RULE,
  {
    // Ports of mbedtls_net to other stacks: NET_SEND_FAILED, NET_RECV_FAILED.
    mark: ['net_send()', 'net_recv()'],
    pattern: /\bmbedtls_net_(send|recv)\(\): error -?[1-9]/,
    read: ([way]) => ({
      kind: 'call',
      call: `mbedtls_net_${way!}`,
      code: way === 'send' ? -0x4e : -0x4c,
      timeMs: undefined,
    }),
  },
  {
    mark: ' return',
    pattern: new RegExp(
      String.raw`\b${CALL}(?: ?\(\))?[",]?[\w ().,]{0,40}? return(?:ed|s|ing)?:? ${NUMBER}(?:\b|$)`,
    ),
    read: called,
  },
  {
    // mbedtls_strerror's text between the call and the number.
    mark: ' - ',
    pattern: new RegExp(String.raw`\b${CALL}:? [A-Z]\w+ - .*? ${NUMBER}$`),
    read: called,
  },
  {
    mark: 'mbedtls failure',
    pattern: new RegExp(String.raw`\bLast mbedtls failure: ${NUMBER}\b`, 'i'),
    read: numbered,
  },
  {
    // esp-mqtt's examples: «Last tls stack error number: 0x2700», and 0 for none.
    mark: ['tls stack', 'tls_stack_err'],
    pattern: new RegExp(String.raw`\btls(?: stack(?: error(?: number)?)?: |_stack_err\w*[=:] ?)${NUMBER}\b`),
    read: (groups) => numbered(groups) ?? { kind: 'text' },
  },
  {
    // ESP-IDF's dynamic buffers (esp_ssl_tls.c, esp_mbedtls_dynamic_impl.c), which print the code without its sign.
    mark: ' error=',
    pattern: /\b(mbedtls_ssl_\w+) error=-?(\d{2,5})$/,
    read: ([call, number], prefix) => called([call, `-${number!}`], prefix),
  },
  { mark: '[-', pattern: new RegExp(String.raw`\b${CALL}:? ?\[${NUMBER}\]`), read: called },
  { mark: ' res=', pattern: new RegExp(String.raw`\b${CALL} res=${NUMBER}`), read: called },
  {
    mark: 'fail',
    pattern: new RegExp(
      String.raw`\b${CALL}(?: ?\(\))? (?:has )?(?:failed?(?:ed|ure)?|FAILED)\b(?:,|:| with| error| code| returned|\()*\W? ?${NUMBER}(?:\b|$)`,
    ),
    read: called,
  },
  {
    mark: ' = ',
    pattern: new RegExp(String.raw`\b${CALL}(?: ?\(.{0,40}?\))? = ${NUMBER}(?:\b|$)`),
    read: called,
  },
  { mark: ' error', pattern: new RegExp(String.raw`\b${CALL} error:? ${NUMBER}(?:\b|$)`), read: called },
  {
    mark: 'SSL error',
    pattern: new RegExp(String.raw`\bSSL error:? ?(?:code )?${NUMBER}(?:\b|$)`),
    read: numbered,
  },
  {
    mark: 'with error',
    pattern: new RegExp(String.raw`^(.*?)\b(?:failed|verify) with error(?: code)? ${NUMBER}(?:\b|$)`),
    // A positive number may be of somebody else: «NVS open failed with error 4354».
    // Behind HTTP these are HTTPClient's (HTTPC_ERROR_...).
    read: ([before, number]) =>
      (/^\d+$/.test(number!) && !isPlausibleCode(number!)) ||
      (/\bhttps?\b/i.test(before!) && /^-(?:\d|1[01])$/.test(number!))
        ? undefined
        : numbered([number]),
  },
  {
    // «mbedtls_pk_check_pair -0x3F00», and in words.
    mark: ['check_pair', 'heck pair', 'checkpair', 'pair check'],
    pattern: new RegExp(String.raw`\b(?:check[_ ]?pair|pair check)\b\D{0,24}?${NUMBER}(?:\b|$)`, 'i'),
    read: ([number], prefix) => called(['mbedtls_pk_check_pair', number], prefix),
  },
  {
    mark: ' sign',
    pattern: /\b(?:rsa|ecdsa|pk) sign\b[^\w-]{1,3}(-(?:0x[\da-f]{4}|\d{5}))\b/i,
    read: ([number], prefix) => called(['mbedtls_pk_sign', number], prefix),
  },
  {
    mark: 'mbedtls_',
    pattern: new RegExp(
      String.raw`\b(mbedtls_\w+)(?:\(\))?[:=]? (?:${NUMBER}$|(-(?:0x[\da-fA-F]+|\d+))[ ,;)])`,
    ),
    read: ([call, last, inside], prefix) => called([call, last ?? inside], prefix),
  },
  {
    // «pk_parse_keyfile: -0x3D62», «x509_crt_parse -8576».
    mark: ['_parse', ' parse'],
    pattern: /\b((?:pk|key|x509|crt|cert)[_ ]parse\w*)\b[^\w-]{0,4}(-(?:0x[\da-f]{3,4}|\d{4,5}))\b/i,
    read: ([call, number], prefix) =>
      called(
        [/^(?:pk|key)/i.test(call!) ? 'mbedtls_pk_parse_key' : 'mbedtls_x509_crt_parse', number],
        prefix,
      ),
  },
  // Azure's TLS layer for Arduino, and others: in words alone.
  {
    mark: ' failed',
    pattern:
      /\b(?:TLS|SSL)(?: (?:handshake|connection|connect|negotiation))? failed(?: to (?:start|connect)\b.*|[.!]*)$/i,
    read: () => ({ kind: 'handshake-failed', reason: 'unknown' }),
  },
  {
    // Arduino-ESP32 (WiFiClientSecure.cpp).
    mark: 'start_ssl_client: ',
    pattern: /\bstart_ssl_client: (-\d{2,5})$/,
    read: numbered,
  },
  {
    // The same, where no call gave a code: TCP, or a handshake that took longer than it may (ssl_client.cpp).
    mark: 'start_ssl_client: -1',
    pattern: /\bstart_ssl_client: -1$/,
    read: () => ({ kind: 'connect-failed', host: undefined, why: 'any-layer' }),
  },
  {
    // esp_tls_mbedtls.c: «read error :-76:».
    mark: ' error :',
    pattern: /\b(read|write) error :(-?(?:0x)?[\da-f]{1,5}):/i,
    read: ([what, code], prefix) => called([`mbedtls_ssl_${what}`, code], prefix),
  },
  {
    // «mqtt_ssl_read: TLS read error (-29312)»: behind the handshake.
    mark: ['ssl_read', 'tls_read', 'ssl_write', 'tls_write', 'S read', 'S write', 'L read', 'L write'],
    pattern: /\b(?:\w*(?:ssl|tls)_|(?:TLS|SSL) )(read|write)\b.{0,40}?[ (:=](-(?:0x[\da-f]{2,4}|\d{2,5}))\b/i,
    read: ([what, code], prefix) => called([`mbedtls_ssl_${what}`, code], prefix),
  },
  { mark: 'message code', pattern: new RegExp(String.raw`MbedTLS message code: ${NUMBER}`), read: numbered },
  { mark: 'ast error was', pattern: new RegExp(String.raw`\bLast error was: ${NUMBER}`), read: numbered },
  // NONOS SDK (espconn_mbedtls.c), behind «client handshake failed!» or in its line.
  { mark: 'eason:[', pattern: new RegExp(String.raw`\bReason:\[${NUMBER}\]`), read: numbered },
  {
    mark: 'rror',
    pattern: new RegExp(String.raw`^\W*[Ee]rror(?: code)?: ${NUMBER}$`),
    // «Error: 5» says nothing about TLS: only a negative number is a code, and down to -11 Arduino's HTTPClient has its own.
    read: ([text]) => (/^-(?!(?:\d|1[01])$)/.test(text!) ? numbered([text]) : undefined),
  },
];

/** The step that mbedTLS's own client, aws_iot and the examples of the SDKs announce. */
export const STEP_RULES: readonly Rule[] = [
  {
    mark: 'SSL/TLS handshake',
    pattern: /\bPerforming the SSL\/TLS handshake/i,
    read: () => ({ kind: 'handshake-step', phase: 'begin', step: 'handshake' }),
  },
  {
    // A program's own words; CASE and PASE are Matter's.
    mark: 'handshake',
    pattern:
      /^(.*?)(?:\b(?:start(?:ing|ed)?|begin(?:ning)?|doing|performing)\b (?:the |tls |ssl |mbedtls ){0,3}handshake\b|\bhandshake (?:start(?:s|ed|ing)?|begins?)\b)/i,
    read: ([before]) =>
      /\b(?:CASE|PASE)\b/.test(before!)
        ? undefined
        : { kind: 'handshake-step', phase: 'begin', step: 'handshake' },
  },
  {
    // AsyncTCP with mbedTLS (AsyncTCP.cpp), each time that it goes on with the handshake.
    mark: '_runsslhandshakeloop() begin',
    pattern: /\b_runSSLHandshakeLoop\(\) begin$/,
    read: () => ({ kind: 'handshake-step', phase: 'begin', step: 'handshake' }),
  },
  {
    // The stack dump of Arduino names the stack: BearSSL's own is there for its arithmetic.
    mark: 'ctx: bearssl',
    pattern: /^ctx: bearssl\b/,
    read: () => ({ kind: 'handshake-step', phase: 'begin', step: 'handshake' }),
  },
  {
    // Mongoose OS, where the chip has no help for it.
    mark: 'SW ECDH curve',
    pattern: /^SW ECDH curve \d+/,
    read: () => ({ kind: 'handshake-step', phase: 'begin', step: 'write client key exchange' }),
  },
];

function called(
  [call, number]: readonly (string | undefined)[],
  prefix: LogPrefix | undefined,
): MonitorDetail | undefined {
  // So many certificates of the bundle could not be parsed.
  if (/crt_parse/.test(call!) && /^[1-9]\d?$/.test(number!)) return { kind: 'unreadable', what: 'ca' };
  const code = readErrorNumber(number!, call);
  // The end of the stream (ssl.h): the peer closed the connection, without close_notify.
  if (code === 0 && /(?:ssl_read|tls_conn_read)$/.test(call!)) return { kind: 'connection-lost' };
  return code === undefined ? undefined : { kind: 'call', call: call!, code, timeMs: prefix?.timeMs };
}

/** A module's code, in decimal or as four digits of hex. */
function isPlausibleCode(number: string): boolean {
  const code = readErrorNumber(number);
  return number.length > 3 && code !== undefined && isPlausible(code);
}

function numbered([number]: readonly (string | undefined)[]): MonitorDetail | undefined {
  const code = readErrorNumber(number!);
  return code === undefined || code === 0 ? undefined : { kind: 'code', code };
}
