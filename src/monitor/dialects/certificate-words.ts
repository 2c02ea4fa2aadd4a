import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';

/** What programs say in words of certificates and keys: files, parsing, dates, names and issuers. */
export const CERTIFICATE_WORD_RULES: readonly Rule[] = [
  {
    // esp-aws-iot (network_mbedtls_wrapper.c), esp-tls (esp_tls_mbedtls.c), Microchip's cryptoauthlib.
    mark: ['atec', 'atca', 'tngtls_', 'secure element', 'secure_element', 'tng client'],
    pattern:
      /^(?!.*\b(?:not enabled|(?:no|without) errors?|0 failed|error count\w*)\b)(?=.*\b(?:ATECC\w*|(?:tng_)?atca\w*|tngtls_\w+|secure[ _]element|TNG client)\b).*(?:\bfail(?:ed|ure)?\b|\bcould ?n[o']t\b|\bcould not\b|\bunable\b|\berror\b|\breturned \[?(?:0x)?[def][0-9a-f]\b)/i,
    read: () => ({ kind: 'unreadable', what: 'secure-element' }),
  },
  {
    mark: ['mount', 'corrupted dir'],
    pattern:
      /\b(?:fail\w*|error|unable|could ?n[o']t|can ?not|can't)\b.{0,12}\bmount\w*\b.{0,20}\b(?:spiffs|littlefs|fatfs|flash|file ?system|fs)\b|\b(?:spiffs|littlefs|file ?system|fs)\b.{0,16}\b(?:mount\w*.{0,12}(?:fail\w*|error)|not mounted)|\bmounting (?:spiffs|littlefs)\b.{0,8}\bfail\w*|\bCorrupted dir pair\b/i,
    read: () => ({ kind: 'filesystem-failed' }),
  },
  {
    // Files that gave nothing: their length is 0, or reading failed.
    mark: [
      '0 bytes',
      'got 0',
      'ize 0',
      'ize: 0',
      'ize=0',
      'length 0',
      'len=0',
      'len 0',
      'len: 0',
      'returned 0',
      'mpty',
    ],
    pattern:
      /^(?=.*(?:\bcert\w*|\bca\b|\bkey\b|\.(?:pem|der|crt|key|cer)\b|loadObject)).*(?:(?<!\d)\b0 bytes\b|\bgot 0\b|\b(?:size|length|len)\b[ :=]{1,3}0\b(?![x.])|\bf?read\w*\b.{0,16}\breturned 0\b|\b(?:is|file) empty\b|\bempty (?:file|certificate|key)\b)/i,
    read: () => ({ kind: 'empty-file' }),
  },
  {
    mark: ['ot loaded', 'ot found', 'issing', 'not exist'],
    pattern:
      /\b(?:\/\S*|\S*\.)(?:key|pem|der|crt|cert|cer|ca)\b.{0,12}\b(?:not found|missing|does not exist)\b/i,
    read: () => ({ kind: 'unreadable', what: 'file' }),
  },
  {
    mark: 'ailed to open ',
    pattern: /\bfailed to open (?:the )?(?:ca|root)\b/i,
    read: () => ({ kind: 'unreadable', what: 'file' }),
  },
  {
    mark: 'open',
    pattern: /\bopen\b.{0,48}\.(?:key|pem|der|crt|cert|cer)\b.{0,12}\b(?:fail\w*|error)\b/i,
    read: () => ({ kind: 'unreadable', what: 'file' }),
  },
  {
    // «no client cert configured», «client cert: none».
    mark: ['lient cert', 'evice cert'],
    pattern:
      /\b(?:no|without(?: a)?) (?:client|device) cert\w*\b(?: (?:is |was )?(?:set|configured|loaded|given|found|present|provided))?\b|\b(?:client|device) cert\w*\b ?[:=]? ?(?:none|not (?:set|configured|loaded|given|present)|null)\b/i,
    read: () => ({ kind: 'client-certificate', state: 'not-configured' }),
  },
  {
    mark: ['open', 'file', 'read', 'find', 'load'],
    pattern:
      /\b(?:fail\w*|error|unable|could ?n[o']t|can ?not|can't)\b.{0,8}?\b(?:open\w*|read\w*|find\w*|load\w*)\b.{0,30}?(?:\bfile\b.{0,40}?\b(?:cert\w*|ca|key|pem|der|crt)\b|\b(?:cert\w*|ca|key|pem|der|crt)\b.{0,12}?\bfile\b|\.(?:pem|der|crt|key)\b)|\b(?:cert\w*|ca|key)\b.{0,20}?\bfile\b.{0,20}?\b(?:not found|missing|does not exist)\b/i,
    read: () => ({ kind: 'unreadable', what: 'file' }),
  },
  {
    mark: ['rivate key', 'lient key', ' key'],
    pattern:
      /\b(?:fail\w*|error|unable|could ?n[o']t|did ?n[o']t|can ?not|can't|invalid|bad)\b.{0,30}?\b(?:private|client|device) key\b|\b(?:private|client|device) key\b.{0,30}?\b(?:fail\w*|error|invalid|not (?:loaded|valid|parsed|found)|unreadable|corrupt\w*)\b/i,
    read: () => ({ kind: 'unreadable', what: 'key' }),
  },
  {
    mark: ['CA', 'oot cert', 'a cert', 'ertificate', 'cert'],
    pattern:
      /\b(?:fail\w*|error|unable|could ?n[o']t|did ?n[o']t|can ?not|can't)\b.{0,12}?\b(?:load\w*|pars\w*|read\w*|decod\w*|set\w*)\b.{0,20}?\b((?:ca|root|client|device)\b.{0,12}|)cert\w*|\b((?:ca|root|client|device) )?cert\w*\b.{0,20}?\b(?:pars\w*|load\w*|read\w*|decod\w*)\b.{0,12}?\b(?:fail\w*|error)\b/i,
    read: ([first, second]) => ({
      kind: 'unreadable',
      what: /^(?:ca|root)\b/i.test(first ?? second ?? '') ? 'ca' : 'certificate',
    }),
  },
  // A certificate's date, name or issuer, where no library's sentence is quoted.
  {
    mark: ['ertificate', 'cert'],
    pattern: /^(?=.*\bcert(?:ificate)?s?(?![a-z]))(.*)$/i,
    read: ([text]) => ofVerifyWords(text!),
  },
  {
    mark: ['erif', 'alidat'],
    pattern:
      /\b(?:certificate|cert|peer|server|chain)\b.{0,30}?\b(?:verif\w*|validat\w*)\b.{0,20}?\bfail\w*\b|\bfail\w*\b.{0,12}?\bverify\b.{0,20}?\b(?:certificate|cert|peer|server|chain)\b/i,
    read: failedVerification,
  },
];

const VERIFY_WORDS: readonly (readonly [words: RegExp, flag: string])[] = [
  [
    /\bnot (?:yet|trusted)?.{0,12}\bvalid\b.{0,20}\b(?:yet|time|before)\b|\bnot yet (?:valid|active)\b|\bin the future\b/i,
    'FUTURE',
  ],
  [/\b(?:has |is )?expired\b/i, 'EXPIRED'],
  [
    /\b(?:host ?name|common name|subject|CN|SAN|server name)\b.{0,40}\b(?:mismatch|not match|match|differ\w*|wrong)\b/i,
    'CN_MISMATCH',
  ],
  [
    /\b(?:untrusted|not trusted|unknown (?:ca|issuer|authority)|self[- ]signed|unable to get (?:local )?issuer|no matching (?:root|ca))\b/i,
    'NOT_TRUSTED',
  ],
];

/** The flag that words for the peer's certificate mean; undefined where they mean none. */
export function ofVerifyWords(text: string): MonitorDetail | undefined {
  const flag = VERIFY_WORDS.find(([words]) => words.test(text))?.[1];
  return flag === undefined ? undefined : { kind: 'verify-reason', flags: [flag] };
}

/** Verification failed, and the words do not say why. */
export function failedVerification(): MonitorDetail {
  return { kind: 'handshake-failed', reason: 'bad certificate' };
}
