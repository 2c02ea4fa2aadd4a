import type { Rule } from '../rule.ts';
import { NO_HOST, NO_SOCKET, NOT_TLS, PLAIN_TO_TLS, rulesOf, UP, type Words } from './details.ts';
import { ofErrno } from './errno.ts';
import { PLAIN_TLS_WORDS } from './plain-tls-words.ts';
import { disconnected } from './wifi-reasons.ts';

/** One finding of network, server or update in plain words: no library's sentence, but what people write of it. */
const WORDS: readonly Words[] = [
  // nginx; Apache; Go's server.
  [
    ['https port', 'ssl-enabled', 'https server'],
    /\bplain HTTP request was sent to (?:an? )?HTTPS port\b|\bspeaking plain HTTP to an SSL-enabled\b|\bHTTP request to an HTTPS server\b/i,
    PLAIN_TO_TLS,
  ],
  [['versized record'], /\bTLS handshake error from\b.*\boversized record received\b/i, PLAIN_TO_TLS],
  [['versized record'], /\boversized record received\b/i, NOT_TLS],
  // Apache's and Akamai's page of status 403.
  [
    ['permission to access'],
    /\bYou don['’]t have permission to access\b/,
    { kind: 'http-status', status: 403 },
  ],
  // SMTP (RFC 3207 4), IMAP (RFC 3501 6.2.1).
  [
    ['starttls', 'when tls active', 'tls not available'],
    /\bSTARTTLS\b.{0,8}\b(?:BAD|NO)\b|\b(?:454|50[0-3])\b.*\b(?:TLS (?:already )?active|TLS not available|STARTTLS)\b/,
    { kind: 'starttls-refused' },
  ],
  [['starttls command first'], /\bMust issue a STARTTLS command first\b/i, { kind: 'starttls-wanted' }],
  [['look like a TLS'], /\bfirst record does not look like a TLS handshake\b/i, PLAIN_TO_TLS],
  [
    ['https client', ' tls', ' ssl'],
    /\bHTTP response to HTTPS client\b|\b(?:http|plain ?text|clear ?text)\b.{0,24}\b(?:instead of|rather than|expect(?:ed|ing)) (?:an? )?(?:tls|ssl)\b|\bspeaks (?:plain )?(?:http|mqtt)\b.{0,12}\bnot (?:tls|ssl)\b/i,
    NOT_TLS,
  ],
  [
    [
      'nstead of',
      'not an',
      'not a ',
      'not speak',
      'not support',
      'not use',
      "n't speak",
      "n't support",
      "n't use",
    ],
    /\binstead of (?:an? )?(?:server hello|(?:tls|ssl) record)\b|\bnot an? (?:tls|ssl) record\b|\b(?:port|server|host|broker)\b.{0,16}\b(?:does not|doesn't) (?:speak|support|use) (?:tls|ssl)\b(?! ?v?1)/i,
    NOT_TLS,
  ],
  [['wrong version number'], /^(?!.*\broutines:).*\bwrong version number\b/i, NOT_TLS],
  [
    ['http/1'],
    /^(?!.*\b(?:(?:GET|POST) |web ?sockets?\b)).*(?:\bHTTP\/1\.\d\b.*\b(?:client ?hello|handshake|instead of TLS)\b|\b(?:client ?hello|handshake)\b.*\bHTTP\/1\.\d \d{3}\b)/i,
    NOT_TLS,
  ],
  [
    ['CONNECT'],
    /\bMQTT CONNECT\b.{0,20}\bsent\b|\b(?:sending|sent) MQTT CONNECT\b|\bsend MQTT CONNECT\b/i,
    UP,
  ],
  [['DNS'], /\bDNS\b(?!.*\bset\b).{0,12}\bno (?:answer|response|reply)\b/i, NO_HOST],
  [
    ['not found', 'nknown', 'be found', 'be resolved'],
    /\b(?:host(?:name)?|broker|domain)\b.{0,8}\b(?:not found|unknown|can(?:not|'t) be (?:found|resolved))\b|\bunknown host\b/i,
    NO_HOST,
  ],
  [
    ['gethostbyname', '0.0.0.0'],
    /\b\w*gethostbyname\w*(?:\(\))? (?:err\w*|fail\w*|returned)\W{0,3}-\d+|\b(?:ip|address) of\b.{0,40}\b0\.0\.0\.0\b/i,
    NO_HOST,
  ],
  [['eset'], /\b(?:connection|socket) (?:was |has been |is )?reset\b/i, { kind: 'connection-reset' }],
  [['syn'], /\bno SYN[- ]?ACK\b/i, { kind: 'connect-failed', host: undefined, why: 'timeout' }],
  [
    ['connect()', 'connect ()'],
    /\bconnect ?\(\) ?(?:returned|returns|=|==|->) ?(?:0|false)\b/i,
    { kind: 'connect-failed', host: undefined, why: 'any-layer' },
  ],
  [
    ['connect to the server', 'connect to server failed'],
    /\bstart_ssl_client\b.*\b(?:Failed to connect to the server|Connect to Server failed)\b/i,
    { kind: 'connect-failed', host: undefined },
  ],
  [
    ['stack overflow'],
    /^(?!.*\b(?:no|check\w*|detection|canary) .{0,8}stack overflow).*\bstack overflow\b(?!\W*(?:check|detection|hook))/i,
    { kind: 'stack-overflow', task: undefined },
  ],
  [['policy'], /\bnot authori[sz]ed\b.{0,12}\bpolicy\b/i, { kind: 'mqtt-refused', why: 'unknown' }],
  [['or password'], /\bbad user ?name or password\b/i, { kind: 'mqtt-refused', why: 'credentials' }],
  [
    ['in network', 'in the network'],
    /\b(?:fail\w*|unable|could ?n[o']t|can(?:no|')t)\b.{0,12}\bjoin (?:the )?network\b/i,
    { kind: 'wifi-failed' },
  ],
  [['dhcp'], /\bno ip\b.{0,16}\bdhcp\b/i, { kind: 'dhcp', state: 'failed' }],
  [['oo many'], /\btoo many (?:open )?connections\b/i, NO_SOCKET],
  [
    ['eset', 'RST'],
    /\bRST (?:received|from)\b|\b(?:received|got) (?:a )?(?:TCP )?RST\b/i,
    { kind: 'connection-reset' },
  ],
  [
    ['eacon'],
    /\bbeacons? (?:timed? ?out|timeout|lost|loss|missed)\b|\b(?:lost|missed) (?:\d+ )?beacons?\b/i,
    disconnected(200),
  ],
  [
    ['0xe9', 'irst byte'],
    /\bexpected (?:to be )?0xE9\b|\bfirst byte\b.{0,20}\b(?:is not|isn't|!=|wrong|instead)\b/i,
    { kind: 'update-failed', problem: 'not-an-image' },
  ],
  [
    ['arger than', 'igger than', 'xceeds', ' fit'],
    /\b(?:image|firmware|binary|update|ota)\b.{0,40}\b(?:larger than|bigger than|exceeds|does not fit)\b.{0,20}\b(?:slot|partition|space|room|flash|sketch|free)\b/i,
    { kind: 'update-failed', problem: 'too-large' },
  ],
  [
    ['got ', 'eceived ', 'ownloaded '],
    /\b(?:ota|update|download|firmware|image)\b.{0,12}\b(?:got|received|downloaded) (?:only )?\d+ ?(?:of|\/) ?\d+\b(?=.*\b(?:lost|closed|abort\w*|fail\w*|timeout|stop\w*)\b)/i,
    { kind: 'update-failed', problem: 'incomplete' },
  ],
  [
    ['ignature'],
    /\b(?:ota|update|image|firmware)\b.{0,30}\b(?:signature (?:is )?(?:invalid|wrong|bad|mismatch|missing|not valid)|(?:invalid|wrong|bad|missing) signature)\b/i,
    { kind: 'update-failed', problem: 'signature' },
  ],
  [
    ['slot', 'partition'],
    /\bno (?:free |next |other |second )?(?:ota |update )(?:slot|partition)s?\b/i,
    { kind: 'update-failed', problem: 'no-partition' },
  ],
];

/** Before the general words of network and TLS, which say no more than that something failed. */
export const PLAIN_WORD_RULES: readonly Rule[] = [
  {
    // A status with its phrase (RFC 9110 15).
    mark: [
      'not found',
      'forbidden',
      'unauthorized',
      'bad request',
      'moved',
      ' found',
      'server error',
      'bad gateway',
      'unavailable',
      'not allowed',
      'many requests',
    ],
    pattern:
      /^(?!.*(?:hello|\bhandshake\b|\binstead of\b|\bhttpd_)).*\b([345]\d\d):? (?:Not Found|Forbidden|Unauthorized|Bad Request|Moved Permanently|Found|Internal Server Error|Bad Gateway|Service Unavailable|Method Not Allowed|Too Many Requests)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: ['recv', 'send', 'read', 'write', 'connect', 'socket'],
    pattern:
      /\b(?:recv|send|read|write|connect|socket)\w*(?:\(\))? (?:error|err|errno|failed)\W{0,3}(1[01]\d)\b(?!\.)/i,
    read: ([number]) => ofErrno(Number(number)),
  },
  {
    mark: ['GET', 'POST', 'PUT', 'PATCH'],
    pattern: /\b(?:GET|POST|PUT|PATCH)(?: \S+ (?:->|=>|[:=-])|:) ?([45]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: ['replied', 'said', 'answers'],
    pattern:
      /\b(?:server|host|https?|web)\b.{0,20}\b(?:replied|said|answers)\b\W{0,4}(?:with )?([45]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // «broker: 10.0.0.5 port 1883».
    mark: 'port',
    pattern:
      /^(?!.*\b(?:timed? ?out|refused|failed)\b).*\b(?:broker|server|host|mqtt)\b\W{1,3}(?:is )?([\w-]+(?:\.[\w-]+)+),? port\W{1,3}(\d{2,5})\b/i,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    // A name without a domain.
    mark: 'onnect',
    pattern:
      /^(?!.*\b(?:fail\w*|lost|timed? ?out|refused)\b).*\bconnecting\b.{0,20}? to ([\w-]+):(\d{2,5})\b/i,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  {
    mark: ['rsa', 'sign', 'rivate key'],
    pattern:
      /\b(?:rsa|sign(?:ing|ed|ature)?|private key)\b(?!-).{0,24}\b(?:took|takes|in|needed|lasted)\b\W{0,3}(\d{3,6}) ?ms\b|\b(?:rsa|sign(?:ing|ed|ature)?|private key)\b(?!-).{0,24}\b(?:took|takes|in|needed|lasted)\b\W{0,3}(\d{1,2}(?:\.\d+)?) ?s(?:ec\w*)?\b/i,
    read: ([ms, seconds]) => ({ kind: 'signed', ms: ms === undefined ? Number(seconds) * 1000 : Number(ms) }),
  },
  ...rulesOf([...PLAIN_TLS_WORDS, ...WORDS]),
];
