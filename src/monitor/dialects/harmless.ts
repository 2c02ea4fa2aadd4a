import { copyOf, type Rule } from '../rule.ts';
import { NOTHING } from './details.ts';

/** Words of normal operation that hold words of failures, by a mark of each. */
const WORDS: readonly (readonly [mark: string, words: RegExp])[] = [
  ['not expired', /\bnot expired\b/],
  ['days left', /\b\d+ days left\b/],
  ['0 times', /\b0 times\b/],
  ['timeout set to', /\btimeout set to\b/],
  ['timeout value', /\btimeout value: ?\d/],
  ['connect fails', /\bif (?:\w+ )?connect fails\b/],
  ['gracefully', /\bdisconnected gracefully\b/],
  ['attempt no', /\battempt no\.? ?\d+, timeout\b/],
  ['reboot timeout', /\breboot timeout: \d/],
  ['keepalive', /\bkeepalive \d+ ?s\b.*\bclean session\b/],
  ['pingresp ok', /\bPINGRESP ok\b/],
  ['brownout: no', /\bbrownout: no\b/],
  ['handler registered', /\bhandler registered\b/],
  ['timeout = ', /\bkeepalive timeout = \d/],
  ['sin errores', /\bsin errores\b/],
  ['-> connected', /\btimeout\b.*-> connected\b/],
  ['ask is already subscr', /\btask is already subscribed\b/],
  ['no entropy device', /\bNo entropy device on the system\b/],
  ['before any socket was', /\bpoll_read: select - timeout before any socket was ready\b/],
  // How MicroPython shows one.
  ['<socket state', /<socket state=\d+ timeout=-?\d+/],
  ['timeout success', /\bset\b.*\btimeout success\b/],
  ['update connection params', /\bupdate connection params\b/],
  ['could be disconnected', /\bcould be disconnected\b/],
];

/** Lines of normal operation, unless they hold a code or tell of a failure besides. */
export const HARMLESS_RULE: Rule = {
  mark: WORDS.map(([mark]) => mark),
  pattern: new RegExp(
    String.raw`^(?!.*(?:\b0x|-\d{2,}|\bfailed\b|\bfailure\b|\bexception\b|\berror(?! handler)\b)).*(?:${WORDS.map(([, words]) => words.source).join('|')})`,
    'i',
  ),
  read: () => copyOf(NOTHING),
};
