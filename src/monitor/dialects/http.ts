import { copyOf, type Rule } from '../rule.ts';
import { TIMED_OUT } from './details.ts';

/** In a program that prints the name of its variable. */
export const STATUS_NAMES = [
  'httpcode',
  'http_code',
  'httpstatus',
  'http_status',
  'httpresponse',
  'http_response',
];

/** Answers to HTTP requests, in the words of esp_http_client, esp_https_ota, Arduino's HTTPClient and applications. */
export const HTTP_RULES: readonly Rule[] = [
  {
    // A WebSocket begins with 101 (RFC 6455 4.1).
    mark: 'handleheader] rx:http/',
    pattern: /\[handleHeader\] RX:HTTP\/1\.\d ([2-5]\d\d)\b/i,
    read: ([status]) =>
      status!.startsWith('2') ? { kind: 'upgrade-refused' } : { kind: 'http-status', status: Number(status) },
  },
  {
    // esp_websocket_client, of the answer to its upgrade.
    mark: 'ws_handshake_status_code=',
    pattern: /\besp_ws_handshake_status_code=([3-5]\d\d)\b/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: 'HTTP/',
    pattern: /^(?!.*\b(?:(?:client|server) ?hello|handshake)\b).*\bHTTP\/[12](?:\.\d)? ([1-5]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: 'HTTP ',
    pattern: /\bHTTP ([45]\d\d)\b(?!\.)/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // HTTPClient of Arduino, whose name stands in the line's head.
    mark: 'handleHeaderResponse',
    pattern: /\bhandleHeaderResponse\W{1,4}code: ([1-5]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // NodeMCU's example: print(code, data).
    mark: ['\t{', '\t[', '\t<'],
    pattern: /^([1-5]\d\d)\t(?=[{[<])/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // esp_https_ota.c: «File not found(404)», «Client error (410)».
    mark: '(4',
    pattern: /\b(?:File not found|Unauthorized request|Forbidden|Client error)\W{0,2}\((4\d\d)\)/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: 'File not found',
    pattern: /\bFile not found\b/i,
    read: () => ({ kind: 'http-status', status: 404 }),
  },
  {
    mark: 'nauthorized request',
    pattern: /\bUnauthorized request\b/i,
    read: () => ({ kind: 'http-status', status: 401 }),
  },
  {
    mark: ['tatus', 'code', 'esponse', 'eturned', 'answered', 'error', 'failed'],
    pattern:
      /\b(?:(?:core)?https?|get|post|put|server|web)\w*\b.{0,50}?\b(?:status|code|response|returned|answered|error|failed)(?:[ _]?code)?(?: (?:is|was|from server))?\W{0,4}(?<!-)([1-5]\d\d)\b(?!\.\d)/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // A variable's name: «httpCode = 401».
    mark: STATUS_NAMES,
    pattern: /\bhttp_?(?:response_?)?(?:code|status)\b\W{1,4}([1-5]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // esp_http_client's examples: «Status = 404, content_length = 0».
    mark: 'tatus',
    pattern: /\bstatus(?:[ _]code)? ?[=:] ?([1-5]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // A program's own line, «status 403», where it speaks of nothing else.
    mark: 'tatus',
    pattern: /^(?:HTTP )?status(?: code)? ([45]\d\d)$/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // Firebase's clients of mobizt, which have a status of their own for no answer (FIREBASE_ERROR_HTTP_CODE_REQUEST_TIMEOUT).
    mark: 'token error: code: 408',
    pattern: /\bToken error: code: 408\b/,
    read: () => copyOf(TIMED_OUT),
  },
  {
    // WebSocketsClient; Firebase's and Telegram's answers; modems.
    mark: ['ccode: ', 'token error: code: ', '"error_code"', 'httpaction: '],
    pattern:
      /\bhandleHeader\W+cCode: ([345]\d\d)\b|\bToken error: code: ([45]\d\d)\b|"error_code": ?([45]\d\d)\b|^\+HTTPACTION: ?\d, ?([2-5]\d\d),/,
    read: (statuses) => ({ kind: 'http-status', status: Number(statuses.find((one) => one !== undefined)) }),
  },
  {
    mark: 'http status',
    pattern: /\bincorrect http status (\d{3})\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: 'rong HTTP',
    pattern: /\bWrong HTTP code\b/i,
    read: () => ({ kind: 'http-status', status: 0 }),
  },
];
