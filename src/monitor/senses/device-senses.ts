import { NO_MEMORY, TOO_LONG } from '../dialects/details.ts';
import { refused } from '../dialects/mqtt-codes.ts';
import { WRONG, type Sense } from './sense.ts';

const TOO_LARGE =
  /\b(?:does ?n[o']?t|won'?t|not) fit\b|\btoo (?:big|large|long)\b|\bexceed\w*|\b(?:longer|larger|bigger|greater) than\b|> ?\w*(?:MAX|SIZE|BUF|LEN|\d)|\btropp[oa] grand\w+|\bzu (?:gro(?:ss|ß)|lang)|\btrop (?:grand|long)|\bdemasiado\b|\bgrande demais\b/i;

/** Memory, and what is larger than its buffer. */
export const MEMORY_SENSES: readonly Sense[] = [
  [
    ['heap', 'memory', ' ram', 'speicher', 'moire', 'memoria', 'pamieci', 'geheugen', 'памят'],
    [
      /\b(?:not enough|low|too (?:little|low|small)|insuff\w*|need\w*|zu wenig|za malo|te weinig|poca|poco|plus assez|pas assez|fragmented|ist voll|cannot|can'?t|cant|abort\w*)\b|不足|мало/i,
    ],
    NO_MEMORY,
    /\bflash memory\b|\bwater\b|\b(?:no need|need not|needed: ?0)\b/i,
  ],
  [['ssl', 'tls', 'heap'], [/内存不足/], NO_MEMORY],
  [['alloc', 'new '], [/\b(?:\w*alloc\w*|new)\b/i, /\bnull(?:ptr)?\b/i], NO_MEMORY],
  [
    ['payload', 'mqtt', 'packet', 'msg ', 'publish', 'telemetry', 'pacchetto', 'paquet', 'paket'],
    [/\b(?:payload|message|msg|packet|pacchetto|paquet\w*|paket|publish\w*)\b/i, TOO_LARGE],
    refused('too-large'),
  ],
  [
    ['header'],
    [/\bheaders?\b/i, /\b(?:http\w*|request|response|server|fields?|line|reply)\b/i, TOO_LARGE],
    { kind: 'http-status', status: 431 },
  ],
  [
    ['record', 'fragment', 'rx buf', 'in_buf', 'in buf', ' rec ', 'mfln'],
    [/\b(?:tls|ssl|https|record|rec|fragment)\b/i, TOO_LARGE],
    TOO_LONG,
  ],
  [['mfln', 'maxfragment', 'max fragment'], [/\bignor\w*|\bneeds?\b/i], TOO_LONG],
];

/** Updates over the air. */
export const UPDATE_SENSES: readonly Sense[] = [
  [
    ['ota', 'update', 'sketch', 'firmware', 'atualiza', 'aktualisier', 'actualiz', 'mise'],
    [
      /\b(?:ota|update|sketch|firmware)\b/i,
      /\bspace\b|\broom\b|> ?free\b|\bespa[cç]\w+|\bspazio\b|\bplatz\b|\bmiejsca\b/i,
      /[<>]|\b(?:not|no|insuff\w*|insufic\w*|zu wenig|too)\b/i,
    ],
    { kind: 'update-failed', problem: 'too-large' },
  ],
  [
    ['md5', 'crc', 'checksum', 'sha256'],
    [/\b(?:fw|firmware|ota|update|image|bin)\b/i, /!=|\bmismatch\b|\bwrong\b|\bbad\b|\bnot match/i],
    { kind: 'update-failed', problem: 'damaged' },
  ],
  [
    ['sig ', 'signature'],
    [/\b(?:fw|firmware|ota|update|image)\b/i, /\b(?:invalid|bad|wrong|not)\b/i],
    { kind: 'update-failed', problem: 'signature' },
  ],
  [
    ['ota'],
    [/\bota\b/i, /\b(?:pwd|passw\w*|auth\w*)\b/i, /\b(?:wrong|fail\w*|bad|invalid)\b/i],
    { kind: 'update-failed', problem: 'password' },
  ],
  [
    ['magic', '0x3c', '0xe9'],
    [
      /\bmagic\b/i,
      /\b(?:instead|wrong|bad|expected|invalid|not)\b|!=/i,
      // Storage, files and links have magic numbers, too.
      /\b(?:byte|header|image|firmware|fw|ota|bin(?:ary)?|update|sketch)\b|0xe9|0x3c/i,
    ],
    { kind: 'update-failed', problem: 'not-an-image' },
  ],
  [
    ['ota', 'update', 'download'],
    [
      /\b(?:ota|update|download)\b/i,
      /\b(?:stalled|stuck|recv|receive|broken?|died)\b.*|\bat \d{1,2} ?%/i,
      /\b(?:error|fail\w*|stalled|stuck|abort\w*|died)\b/i,
    ],
    { kind: 'update-failed', problem: 'incomplete' },
  ],
  [
    ['ota'],
    [/\bOTA\b/, WRONG],
    { kind: 'update-failed', problem: 'unknown' },
    /\b(?:trying|checking|pending|enabled|disabled|no such certificate file)\b/i,
  ],
];

/** The chip itself. */
export const CHIP_SENSES: readonly Sense[] = [
  [
    ['wdt', 'watchdog'],
    [/\b(?:reset|bit|fired|cause|trigger\w*|hog\w*|timeout|starv\w*|blocked|last boot)\b/i],
    { kind: 'watchdog', which: 'task' },
    /\b(?:enabled?|disabled?|init\w*|feed\w*|set|configured|no)\b|\btimeout ?[:=]/i,
  ],
  [
    ['stack'],
    [/\bstack\b/i, /\bsmash\w*|\boverfl\w*|\bblown\b|\boverr[ua]n|\bhwm\b.*\b\d{1,2} bytes\b|\btoo small\b/i],
    { kind: 'stack-overflow', task: undefined },
    /\b(?:check\w*|detection|enabled|no)\b/i,
  ],
  [
    ['prohibited', 'illegalinstr'],
    [/\b(?:Load|Store|InstrFetch)Prohibited\b|\bIllegalInstruction\b/],
    { kind: 'panic', reason: 'Unknown' },
  ],
];
