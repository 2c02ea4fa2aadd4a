import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';

const UP: MonitorDetail = { kind: 'tls-connected', suite: undefined, durationMs: undefined };
const NOT_TLS: MonitorDetail = { kind: 'record-problem', problem: 'not-tls' };
const TOO_LONG: MonitorDetail = { kind: 'record-problem', problem: 'too-long' };
const NO_MEMORY: MonitorDetail = { kind: 'allocation-failed', bytes: undefined };
const NO_ANCHOR: MonitorDetail = { kind: 'no-trust-anchor' };
const NO_FILE: MonitorDetail = { kind: 'unreadable', what: 'file' };
const NO_SOCKET: MonitorDetail = { kind: 'connect-failed', host: undefined, why: 'memory' };
const DNS: MonitorDetail = { kind: 'dns-failed', host: undefined, code: undefined };
/** MBEDTLS_ERR_PK_PASSWORD_REQUIRED and MBEDTLS_ERR_CTR_DRBG_ENTROPY_SOURCE_FAILED, by whoever says the same. */
const ENCRYPTED: MonitorDetail = { kind: 'code', code: -0x3c00 };
const NO_ENTROPY: MonitorDetail = { kind: 'code', code: -0x34 };

const OTHER_PIN: MonitorDetail = { kind: 'fingerprint-mismatch' };

/** One finding in plain words: no library's sentence, but what people write of it. */
const WORDS: readonly (readonly [mark: Rule['mark'], pattern: RegExp, means: MonitorDetail])[] = [
  // nginx; Apache; Go's server.
  [
    ['HTTPS port', 'SSL-enabled server port', 'HTTPS server'],
    /\bplain HTTP request was sent to (?:an? )?HTTPS port\b|\bspeaking plain HTTP to an SSL-enabled\b|\bHTTP request to an HTTPS server\b/i,
    { kind: 'plain-to-tls' },
  ],
  [['ecord overflow'], /^(?!.*\balert\b).*\brecord overflow\b/i, TOO_LONG],
  [
    ['pin', 'Pin'],
    /\b(?:pinned|pinning|pin)\b.{0,30}\b(?:mismatch|fail\w*|do(?:es)? not match|doesn't match)\b(?!.*\bgpio\b)/i,
    OTHER_PIN,
  ],
  [
    ['HTTP/1', 'http/1'],
    /\bHTTP\/1\.\d\b.*\b(?:client ?hello|handshake|instead of TLS)\b|\b(?:client ?hello|handshake)\b.*\bHTTP\/1\./i,
    NOT_TLS,
  ],
  [
    ['xceeds', 'arger than', 'onger than', 'igger than'],
    /\b(?:tls|ssl|handshake|certificate)\b.{0,20}\b(?:record|message|fragment|chain)\b.{0,30}\b(?:exceeds|larger than|longer than|bigger than)\b.{0,30}\bbuffer\b/i,
    TOO_LONG,
  ],
  [
    ['out of mem', 'no mem', 'need '],
    /\bout of mem\b|\bno mem\b|\bfree\b.{0,40}\bneed(?:s|ed)? \d{4,}\b/i,
    NO_MEMORY,
  ],
  [
    ['no support', 'not support', "n't support", 'unsupported'],
    /\b(?:does not|doesn't|no) support\w*\b.{0,12}\b(?:TLS|SSL) ?v?1[._]\d\b|\bunsupported (?:TLS|SSL|protocol) version\b/i,
    { kind: 'handshake-failed', reason: 'invalid version' },
  ],
  [
    ['ipher'],
    /\bno (?:common|shared|matching|supported) cipher|\bcipher ?suites?\b.{0,20}\b(?:do not|don't|none) match/i,
    { kind: 'no-shared-suite' },
  ],
  [
    ['CONNECT'],
    /\bMQTT CONNECT\b.{0,20}\bsent\b|\b(?:sending|sent) MQTT CONNECT\b|\bsend MQTT CONNECT\b/i,
    UP,
  ],
  [['DNS'], /\bDNS\b(?!.*\bset\b).{0,12}\bno (?:answer|response|reply)\b/i, DNS],
  [['oo many'], /\btoo many (?:open )?connections\b/i, NO_SOCKET],
  [
    ['eset', 'RST'],
    /\bRST (?:received|from)\b|\b(?:received|got) (?:a )?(?:TCP )?RST\b/,
    { kind: 'connection-reset' },
  ],
  [
    ['eacon'],
    /\bbeacons? (?:timed? ?out|timeout|lost|loss|missed)\b|\b(?:lost|missed) (?:\d+ )?beacons?\b/i,
    { kind: 'wifi-disconnected', reason: 200, name: 'BEACON_TIMEOUT' },
  ],
  [
    ['RNG', 'rng', 'DRBG', 'drbg', 'ntropy'],
    /\b(?:rng|drbg|entropy)\b.{0,30}\b(?:fail\w*|error|unavailable)\b|\bfail\w*\b.{0,20}\b(?:rng|drbg|entropy)\b/i,
    NO_ENTROPY,
  ],
  [
    ['ncrypted', 'assphrase'],
    /\bkey\b.{0,12}\bencrypted\b|\bencrypted (?:private )?key\b|\bkey\b.{0,30}\bpassphrase (?:required|needed)\b/i,
    ENCRYPTED,
  ],
  [
    [' CA', 'a cert', 'oot cert'],
    /\b[Nn]o (?:root |trusted )?(?:CA|root certificate)s?\b(?: (?:certificate|cert|bundle|file))?.{0,6}\b(?:set|given|configured|loaded|provided|installed)\b|\b(?:CA|root)(?: (?:certificate|cert))? (?:is )?(?:not set|not configured|missing|NULL|null|empty)\b/,
    NO_ANCHOR,
  ],
  [
    ['.crt', '.pem', '.der', '.key', '.cer'],
    /\.(?:crt|pem|der|key|cer)\b.{0,20}\b(?:no such file|not found|missing|does(?: not|n't) exist|cannot be (?:opened|read))\b/i,
    NO_FILE,
  ],
  [
    ['evoked'],
    /^(?!.*\b(?:client|device|own|alert)\b).*\bcert\w*\b.{0,30}\brevoked\b/i,
    { kind: 'verify-reason', flags: ['REVOKED'] },
  ],
  [
    ['SHA', 'MD5', 'sha1', 'md5'],
    /\bcert\w*\b.{0,40}\b(?:SHA-?1|MD5)\b.{0,40}\b(?:not (?:accepted|allowed|supported)|reject\w*|weak|refused)\b|\b(?:weak|unacceptable) (?:hash|signature|digest)\b.{0,20}\bcert/i,
    { kind: 'verify-reason', flags: ['BAD_MD'] },
  ],
  [
    ['oo short', 'oo small', 'oo weak'],
    /\b(?:RSA|EC|public|server)\b.{0,12}\bkey\b.{0,12}\btoo (?:short|small|weak)\b|\bkey\b.{0,12}\btoo (?:short|small|weak)\b.{0,30}\bcert/i,
    { kind: 'verify-reason', flags: ['BAD_KEY'] },
  ],
  [
    ['ame mis', 'ame does', "ame doesn't", 'ostname'],
    /\b(?:host ?|server |common |subject )?name (?:mismatch|does(?: not|n't) match)\b(?!.*\b(?:wi-?fi|ssid|user)\b)/i,
    { kind: 'verify-reason', flags: ['CN_MISMATCH'] },
  ],
  [
    ['ssuer', 'rust store', 'rust anchor', 'rusted root', 'ntrusted'],
    /\bissuer (?:was |is )?(?:not found|unknown|not trusted|untrusted)\b|\bnot (?:found )?in (?:the )?trust store\b|\b(?:no|missing|unknown) (?:trust anchor|trusted root|issuer)\b|\buntrusted (?:root|ca|issuer|chain|peer|server)\b/i,
    { kind: 'verify-reason', flags: ['NOT_TRUSTED'] },
  ],
  [
    ['0xE9', '0xe9', 'irst byte'],
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
    mark: ['GET ', 'POST ', 'PUT '],
    pattern: /\b(?:GET|POST|PUT) \S+ (?:->|=>|[:=-]) ?([45]\d\d)\b/,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    mark: ['replied', 'said', 'answers'],
    pattern:
      /\b(?:server|host|https?|web)\b.{0,20}\b(?:replied|said|answers)\b\W{0,4}(?:with )?([45]\d\d)\b/i,
    read: ([status]) => ({ kind: 'http-status', status: Number(status) }),
  },
  {
    // A name without a domain.
    mark: 'onnect',
    pattern:
      /^(?!.*\b(?:fail\w*|lost|timed? ?out|refused)\b).*\b[Cc]onnecting\b.{0,20}? to ([\w-]+):(\d{2,5})\b/,
    read: ([host, port]) => ({ kind: 'connecting', scheme: undefined, host: host!, port: Number(port) }),
  },
  ...WORDS.map(([mark, pattern, means]): Rule => ({
    mark,
    pattern,
    read: () => copyOf(means),
  })),
];
