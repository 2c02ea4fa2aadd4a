import { failed, LOST, NOT_MADE, NOT_TLS, SLOW_TCP } from '../dialects/details.ts';
import { WRONG, type Sense } from './sense.ts';

const CONNECTION =
  /\b(?:con?n?ect\w*|tcp|socket|syn|port\w*|poort|verbind\w*|conex\w*|connexion\w*|connession\w*|polacz\w*|broker|host|server)\b|连接|порт|сервер/i;

/** TLS as a whole, which needs a connection. */
export const TLS_SENSES: readonly Sense[] = [
  [
    ['tls', 'ssl', 'https', 'wrap_socket'],
    [
      /\b(?:built?|compiled|firmware|module|binary|image|core|sdkconfig|attribute)\b/i,
      /\b(?:tls|ssl|https|\w*_tls|\w*_ssl|wrap_socket)\b/i,
      /\b(?:without|w\/o|no|nil|not|lacks?|missing|disabled)\b/i,
    ],
    { kind: 'not-built', what: 'tls' },
    /\b1[._][0-3]\b|\bfail\w*|\berror\b/i,
  ],
  [
    ['http/1', 'not tls', 'plain', '1883', 'no tls', 'garbage'],
    [
      /\b(?:server ?hello|not tls|no tls record|tls record|plain(?: ?text)? port|(?<!chosen-)plaintext|secure client|handshake|wificlientsecure)\b/i,
      /\b(?:instead|not|plain|garbage|1883|no)\b/i,
    ],
    NOT_TLS,
    /\bmqtts\b|\bconnect(?:ing|ed)\b/i,
  ],
  [
    [
      'tls1',
      'tls 1',
      'tls v',
      'tlsv',
      '0x030',
      'ssl ver',
      'tls version',
      'unsupported version',
      'ssl3',
      'ssl 3',
    ],
    [
      /\b(?:tls|ssl|axtls)\w*\b/i,
      /\b(?:only|max\w*|mismatch|theirs|refus\w*|not|no|does|too old|too new|unsupported)\b/i,
    ],
    failed('invalid version'),
    /\bcipher|\bok\b|\bcertificate\b|\bconnecting with\b|max_fragment|\bcontinuing\b|\bsupported, TLS\b|\bretry\w*/i,
  ],
  [
    ['handshake', 'tls', 'ssl'],
    [/\b(?:handshake|tls|ssl)\b/i, /\b(?:took|after|in) ?> ?\d|\btoo (?:slow|long)\b|\btimed? ?out\b/i],
    { kind: 'timed-out' },
    /\b(?:identity|buffer|name|key|cert\w*|record|message) (?:is |was )?too long\b/i,
  ],
  [
    ['tls', 'ssl', 'handshake', 'https'],
    [
      /\b(?:tls|ssl|handshake)\b/i,
      /\bnot ok\b|\b(?:rc|ret) ?= ?-1\b|握手失败|\berror al\b|\berreur\b|\bblad\b|\bfehler\w*|\bfalh\w+|\bfall[oa]\b/i,
    ],
    failed('unknown'),
  ],
];

/** Connections that are not made, or end. */
export const CONNECTION_SENSES: readonly Sense[] = [
  [
    ['refus', 'weiger', 'rechaz', 'recus', 'rifiut', 'odrzuc'],
    [/\b(?:refus\w*|weiger\w*|verweiger\w*|rechaz\w*|recus\w*|rifiut\w*|odrzuc\w*)/i, CONNECTION],
    { kind: 'connect-failed', host: undefined, why: 'refused' },
    // Of Arduino's HTTPClient it means no more than «not made».
    /\bcert\w*|\(-1\)|\b(?:error|reason|message): connection refused\.?$/i,
  ],
  [
    [
      'timed out',
      'timeout',
      'time out',
      'esgotado',
      'agotado',
      'no answer',
      'no reply',
      'no response',
      'firewall',
    ],
    [CONNECTION, /\b(?:connect\w*|tcp|syn|socket|port|firewall|conectar|baglan\w*)\b|\bbaglan/i],
    SLOW_TCP,
    /\b(?:set|setting|http|mqtt|keep|idle|interval|read|receive|stream|closed by|sufficient|timeout (?:is|of|for|\d)|wl_connected|pingtimeout)\b|_timeout\(/i,
  ],
  [
    ['timeout', 'timed out', 'time out', 'no answer', 'no response', 'no status line'],
    [/\b(?:client|server|http|request|response|answer)\b/i, /!|\b(?:fail\w*|error|no|empty|unexpected)\b/i],
    { kind: 'timed-out' },
    /\bset\b/i,
  ],
  [
    [
      'disconnected',
      'dropped',
      'socket dead',
      'chiusa',
      'cerrada',
      'getrennt',
      'zerwan',
      'closed',
      'wrote 0',
      'beendet',
      'ferm',
      'lost it',
      'link lost',
      'lost mqtt',
      'lost conn',
    ],
    [
      /\b(?:socket|connect\w*|conex\w*|connession\w*|connexion\w*|verbind\w*|polacz\w*|link|ws|websocket|client|server|peer|mqtt|write|wrote|print\w*|recv|side|content-length)\b/i,
    ],
    LOST,
    /\b(?:stopp\w*|by us|by user|requested|ok)\b|\bdisconnected\.$|\bclient <unknown>|\blost conn\w*(?: count)?\W{1,3}0\b/i,
  ],
  [['no tcp', 'offline', 'nie dziala'], [/\b(?:no tcp|server|broker|host|internet)\b/i], NOT_MADE],
  [
    ['connect', 'conect', 'verbind', 'conex', 'connexion', 'connession', 'polacz'],
    [
      /\b(?:con?nect\w*|conect\w*|verbind\w*|conex\w*|connexion\w*|connession\w*|polacz\w*)/i,
      /\b(?:broker|server\w*|serwer\w*|mqtt|host|socket|cloud|port\w*)\b/i,
      WRONG,
    ],
    NOT_MADE,
    /\b(?:wi-?fi|wlan|disconnect\w*|lost|connected|accepted|if|tls|ssl|handshake|https)\b|\bsomething wrong with the connection\b/i,
  ],
];
