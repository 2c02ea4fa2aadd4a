import { ALERT } from '../../endpoint/alerts.ts';
import { inferredAlert } from '../dialects/alert.ts';
import { failed, NO_ANCHOR, NO_FILE, NOT_TRUSTED, verify } from '../dialects/details.ts';
import { refused } from '../dialects/mqtt-codes.ts';
import { WRONG, type Sense } from './sense.ts';

/** Words of trust. */
const TRUST =
  /vertrauensw|confian[zç]a|attendib|vertrouw|zaufan|\bde confiance|довер|проверку|信任|校验|urz\w+ certyf|güvenil/i;
const CERTIFICATE =
  /\b(?:[\w.]*cert\w*|zert\w*|sertifika\w*|crt|x509\w*|tls|ssl|root|CA|pinned)\b|证书|сертиф/i;
const FILE_NAME = /\.(?:pem|crt|der|key|cer|ar)\b/i;

/** Fingerprints, the clock, the server's certificate, the client's, and the files of both. */
export const CERTIFICATE_SENSES: readonly Sense[] = [
  // Pinned fingerprints.
  [
    ['fp ', 'fingerprint', 'huella', 'fingerabdruck', 'empreinte'],
    [
      /\b(?:len\w*|hex|format|malformed|string|digits?|bytes|chars|sha-?256)\b/i,
      /!=|\b(?:needs?|wants?)\b|\b(?:bad|invalid|wrong|not|malformed|too|illegal)\b/i,
    ],
    { kind: 'fingerprint-malformed' },
    /\bmatch/i,
  ],
  [
    ['fp ', 'fingerprint', 'huella', 'fingerabdruck', 'empreinte', 'impronta', 'sha1 of', 'sha1 '],
    [
      /\bexp\w*\b.{0,60}\bgot\b|\bno coincid\w*|\b(?:not?|n'?t|nicht) (?:match\w*|passt)|\bmismatch|\bdiffer\w*|\bwrong|\bstimmt nicht|\bMITM\b|\bchanged\b|!= ?expected|\bne correspon\w*/i,
    ],
    { kind: 'fingerprint-mismatch' },
  ],
  // The clock, before the certificate that is not valid because of it.
  [
    ['1970', '1.1.70'],
    [/\b(?:tls|ssl|cert\w*|zert\w*|valid\w*|rtc|clock|uhr|hora|heure|klok|zeit|ora|date)\b/i],
    { kind: 'clock-unset', seconds: undefined },
    /\bbrowser\b/i,
  ],
  [
    [
      'clock',
      'rtc',
      'uhr',
      'hora',
      'heure',
      'klok',
      'orologio',
      'zegar',
      'setx509time',
      'validation date',
      'date is',
      'system time',
    ],
    [
      /\b(?:not set|unset|not sync\w*|never s\w+|zero|forg[eo]t|nicht gestellt|no sincroni\w*|não sincroni\w*|niet goed|staat niet|behind|sbagliat\w+|non (?:impostat|sincronizzat)\w+|pas (?:régl|synchron)\w*|źle|zle|wrong|invalid)\b/i,
    ],
    { kind: 'clock-unset', seconds: undefined },
  ],
  [
    ['ntp', 'sntp', 'time server', 'zeitserver'],
    [/\b(?:s?ntp\w*|time server|zeitserver)\b/i, WRONG],
    { kind: 'clock-sync-failed' },
  ],
  [['ntp'], [/失败|无效/], { kind: 'clock-sync-failed' }],
  // The server's certificate.
  [
    [
      'expir',
      'abgelaufen',
      'vencid',
      'scadut',
      'verlopen',
      'wygas',
      'caducad',
      'run out',
      'rimé',
      'dolmu',
      'vypr',
    ],
    [
      CERTIFICATE,
      /\b(?:expir\w*|abgelaufen|vencid\w*|scadut\w*|verlopen|wygas\w*|caducad\w*|run out)|périm|vyprš|süresi dol|过期|ист[её]к/i,
    ],
    verify('EXPIRED'),
    /\bnot yet\b|\bin \d+ days\b|\bexpires?\b/i,
  ],
  [
    [
      'notbefore',
      'not before',
      'future',
      'yet valid',
      'noch nicht',
      'nog niet',
      'ancora valid',
      'valid from',
      'yet_valid',
      'henüz',
      '尚未生效',
    ],
    [
      CERTIFICATE,
      /\bnot ?before\b|\bfuture\b|\byet valid\b|\bnoch nicht g\w+|\bnog niet geldig|\bnon ancora\b|\bvalid from\b.*\bthinks?\b|yet_valid|henüz geçerli|尚未生效/i,
    ],
    verify('FUTURE'),
  ],
  [
    [
      'san ',
      'san,',
      'hostname',
      'host name',
      'nome host',
      'nom d',
      'hostnaam',
      'cert is for',
      'common name',
      'cn ',
      'cn=',
      'server name',
      'belongs to',
      'nome ',
      'jmeno',
      'name in',
    ],
    [
      /\b(?:cert\w*|zert\w*|san|cn)\b/i,
      /\b(?:not in|differ\w*|divers\w*|mismatch\w*|does ?n[o']?t|is for|wrong|no coincide|stimmt nicht|pas|klopt niet|got|but|belongs to|wrong (?:server |host )?name|bate|nesouhlas\w*|passt nicht)\b|!=/i,
    ],
    verify('CN_MISMATCH'),
  ],
  [
    ['1024', '768', '512 bit', '512-bit', 'rsa 512', 'rsa-512'],
    [
      /\b(?:cert\w*|server|peer|rsa|key|ca)\b/i,
      /\b(?:512|768|1024)[ -]?(?:bits?|key)\b|\brsa[ -]?(?:512|768|1024)\b/i,
      /\b(?:reject\w*|min\w*|weak|too|short|not)\b/i,
    ],
    verify('BAD_KEY'),
    /\b(?:our|client|own)\b/i,
  ],
  [
    ['sha1', 'sha-1', 'md5'],
    [
      /\b(?:cert\w*|sign\w*)\b/i,
      /\b(?:not accept\w*|reject\w*|weak|refus\w*|not allowed|unacceptable|do ?n[o']?t accept)/i,
    ],
    verify('BAD_MD'),
  ],
  [
    [
      'root_ca',
      'rootca',
      'no ca ',
      'no ca,',
      'ca ==',
      'ca cert',
      'certificat ca',
      'certificado ca',
      'certificato ca',
      'ca-zert',
      'certstore',
      'cert store',
      'setcacert',
      'without anchor',
      'trust anchor',
      'certs.ar',
      'certificato ca',
    ],
    [
      /\b(?:null(?:ptr)?|missing|mancante|manquant\w*|falt\w*|fehlt|not set|without|none|ontbreekt|brak|empty|never called|manca|not there|carica)\b|\b0 (?:CAs?|certs|certificates|anchors)\b|\bno ca\b/i,
    ],
    NO_ANCHOR,
    /\bclient\b/i,
  ],
  [
    ['pem', 'x509', 'cert', 'zert', 'asn1', 'asn.1', 'base64', 'ca ', 'ca.'],
    [
      /\b(?:pars\w*|\w*load\w*|decod\w*|begin|asn\.?1|geladen|lesen|charg\w*|carg\w*|caric\w*)/i,
      /\b(?:cert\w*|zert\w*|ca|\w*root\w*|pem|x509|asn\.?1|\w*CACert\w*)\b/i,
      WRONG,
    ],
    { kind: 'unreadable', what: 'certificate' },
    /\bkey\b|\bclient\b.*\b(?:none|no)\b|\bfile (?:not|missing)\b/i,
  ],
  [
    [
      'trust',
      'issuer',
      'unknown ca',
      'autorit',
      'authority',
      'anchor',
      'chain',
      'vertrau',
      'niezaufan',
      'confi',
      'attendib',
      'vertrouw',
      'cert',
    ],
    [
      CERTIFICATE,
      /\b(?:un|not |non |nicht |no |pas )?(?:trust\w*|vertrau\w*|confi[aá]\w*|attendib\w*|vertrouw\w*)|\bissuer\b|\bautorit\w+|\bauthority\b|\banchor\b|\bchain\b|\bniezaufan\w*|\brefus\w*|\breject\w*|校验|信任/i,
      /\bunknown\b|\bunverified\b|\binconnue?\b|\bself[- ]?signed\b|\bniezaufan\w*|\buntrusted\b|\bnot be linked\b|不通过/i,
    ],
    NOT_TRUSTED,
    /\b(?:client|device|our|trusted root)\b/i,
  ],
  [
    ['chain', 'anchor', 'verifycert', 'cert verif', 'certificat'],
    [/chain|anchor|verif\w*|prüf\w*/i, /cert\w*|zert\w*|chain/i, WRONG],
    failed('bad certificate'),
    /\b(?:client|device|our|stream|source|verify on your)\b/i,
  ],
  [['zert', 'cert', 'sertif', 'сертиф', '证书'], [TRUST, WRONG], NOT_TRUSTED, /\b(?:client|device|our)\b/i],
  [
    ['rsa'],
    [/\brsa[ -]?(?:4096|8192|16384)\b/i, /\b(?:bigger|too (?:big|large)|can ?n?[o']?t|more than)\b/i],
    failed('key too large'),
  ],
  // The client's own certificate and key.
  [
    ['client cert', 'clientcert', 'device cert'],
    [/\b(?:wants?|requires?|needs?|asks?|mtls)\b/i, /\b(?:none|no|missing|not|absent\w*|without)\b/i],
    inferredAlert(ALERT.certificate_required),
    /\bneeded\b/i,
  ],
  [
    [
      'client cert',
      'clientcert',
      'client-cert',
      'device cert',
      'client-zert',
      'certificat client',
      'certificado de cliente',
    ],
    [/\b(?:none|no|missing|not found|not set|absent\w*|without|kein\w*|falt\w*)\b/i],
    { kind: 'client-certificate', state: 'not-configured' },
    /\bneeded\b|\bone-way\b/i,
  ],
  [
    ['private key', 'priv key', 'privkey', 'client key', 'clave priv', 'chiave priv', 'chave priv', 'mtls'],
    [
      /\b(?:key|clave|chiave|chave|cl[eé])\b/i,
      /\b(?:none|no|missing|absent\w*|without|kein\w*|falt\w*|mancante)\b/i,
    ],
    { kind: 'identity-incomplete' },
  ],
  [
    ['.crt', '.pem', '.der'],
    [/\b(?:device|client)\.\w+/i, /\b(?:slot|partition|blob|area)?\b.*\bempty\b/i],
    { kind: 'empty-file' },
  ],
  [
    ['key=', 'key =', 'key is'],
    [/\bkey ?(?:==?|is) ?(?:null\w*|nil|none|0)\b/i],
    { kind: 'identity-incomplete' },
    /\battribute\b/i,
  ],
  [['inactive'], [/\b(?:cert\w*|thing)\b/i], refused('unknown')],
  [['atecc', 'secure element'], [WRONG], { kind: 'unreadable', what: 'secure-element' }],
  [
    ['.pem', '.crt', '.der', '.key', '.cer', 'certs.ar'],
    [
      FILE_NAME,
      /\b(?:not found|missing|ENOENT|nicht gefunden|mancante|introuvable|no existe|não encontrad\w+|niet gevonden|nie znaleziono|not in (?:flash|fs|spiffs)|chyb[íi]|bulunamadı)|\bopen\w*\b.*(?:\b(?:false|fail\w*|null|nil)\b|(?:->|=>|=) ?(?:0|-1)\b)/i,
    ],
    NO_FILE,
  ],
  [
    ['spiffs', 'littlefs', 'fatfs', 'sd init', 'sd card', 'sdcard', 'fs mount', 'file system'],
    [/\b(?:mount\w*|init\w*|begin|format\w*)\b/i, WRONG],
    { kind: 'filesystem-failed' },
    /\bformatting\b/i,
  ],
];
