import type { MonitorDetail } from '../event.ts';
import type { Rule } from '../rule.ts';

/** By when every ESP8266 that has its time is: 2015, in seconds since 1970. */
const FIRST_SECONDS = 1_420_070_400;

/** The device's clock: set, at its start, or without an answer of a time server. */
export const TIME_RULES: readonly Rule[] = [
  {
    mark: 'sntp first',
    pattern: /please start sntp first/i,
    read: unset,
  },
  {
    mark: ['not ', "n't", 'never'],
    pattern:
      /\b(?:time|clock|rtc|sntp|ntp)\b.{0,30}?\b(?:(?:is|was|were|has|have)? ?not(?: been)?(?: yet)?|isn't|never) (?:been )?(?:set|sync\w*|available|valid|initiali[sz]ed)\b/i,
    read: unset,
  },
  {
    // Sming.
    mark: 'systemclock set',
    pattern: /\bSystemClock set: \d\d\.\d\d\.20[1-9]\d\b/,
    read: () => ({ kind: 'clock-set' }),
  },
  {
    mark: 'nvalid time',
    pattern: /\binvalid time\b/i,
    read: unset,
  },
  {
    mark: '1970',
    pattern: /\b(?:time|date|clock|now|utc|gmt|today|year)\b.{0,60}\b1970\b/i,
    read: unset,
  },
  {
    mark: ['ntp', 'ime'],
    pattern:
      /(?:\b(?:s?ntp|time)[ _-]?(?:server|sync\w*|request|update|query|client)?\b.{0,40}?\b(?:fail\w*|timed? ?out|error|no (?:response|answer|reply)|unreachable)\b)|\b(?:no (?:response|answer|reply)|fail\w*|unable|timed? ?out|could ?n[o']t|can ?not)\b.{0,40}?\b(?:s?ntp\b|(?:sync\w*|get|obtain|set|update) (?:the )?(?:\w+ )?time\b|time sync)/i,
    read: () => ({ kind: 'clock-sync-failed' }),
  },
  {
    mark: ['ync', 'pdated', ' set', 'btained'],
    pattern:
      /^(?!.*\b(?:waiting for|to be set)\b).*\b(?:time|clock|s?ntp)\b(?!.*\b(?:not|fail|start|begin)).{0,20}\b(?:synchroni[sz]ed|synced|sync(?:hronization)? (?:done|ok|complete\w*|success\w*|event)|updated|set|obtained)\b/i,
    read: () => ({ kind: 'clock-set' }),
  },
  {
    // ctime() of a clock that starts with the device, «Thu Jan  1 00:00:03 1970», and the days behind it.
    mark: ' 19',
    pattern: /\b(?:Dec|Jan) +\d\d? \d\d:\d\d(?::\d\d)? (?:UTC |GMT )?19(?:70|69)\b/i,
    read: unset,
  },
  {
    mark: ['ime', 'poch', 'now', 'utc'],
    pattern:
      /\b(?:time\(NULL\)|time\(nullptr\)|(?:unix|epoch|current|system|device|utc|local|x509)[ _]?time(?: is)?|epoch|utc|time since epoch|(?<!\b(?:heap|memory|mem|ram|free) )now)(?: ?[:=] ?| )(\d{1,10})(?: ?s)?\.?\s*$/i,
    read: ([seconds]) =>
      Number(seconds) < FIRST_SECONDS
        ? { kind: 'clock-unset', seconds: Number(seconds) }
        : { kind: 'clock-set' },
  },
  {
    // Programs' own words where no clock is set; of a timer or a schedule it is said with another word before it.
    mark: 'time not configured',
    pattern: /(?<!\w )\btime not configured\b/i,
    read: unset,
  },
  {
    // A request that is signed for AWS.
    mark: 'x-amz-date=1970',
    pattern: /\bX-Amz-Date=1970/i,
    read: unset,
  },
  {
    // «epoch=14», with anything behind it.
    mark: 'poch',
    pattern: /\bepoch\b(?: time)? ?[:=] ?(\d{1,8})\b(?!\.)/i,
    read: ([seconds]) => ({ kind: 'clock-unset', seconds: Number(seconds) }),
  },
  {
    // ctime(), or RFC 9110's date, of this century.
    mark: [' 201', ' 202', ' 203'],
    pattern:
      /^(?!.*\bexpired\b).*\b(?:time|date|clock|now|utc|gmt)\b.{0,60}\b(?:[A-Z][a-z]{2},? +(?:\d\d? )?[A-Z][a-z]{2} +(?:\d\d? )?\d\d:\d\d:\d\d (?:\w+ )?)?20(?:1[6-9]|[23]\d)\b/i,
    read: () => ({ kind: 'clock-set' }),
  },
];

function unset(): MonitorDetail {
  return { kind: 'clock-unset', seconds: undefined };
}
