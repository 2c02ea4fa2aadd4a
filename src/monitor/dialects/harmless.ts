import { copyOf, type Rule } from '../rule.ts';
import { NOTHING } from './details.ts';

/** Lines of normal operation that hold words of failures. */
export const HARMLESS_RULE: Rule = {
  mark: [
    'not expired',
    'days left',
    '0 times',
    'timeout set to',
    'connect fails',
    'gracefully',
    'attempt no',
    'reboot timeout',
    'keepalive',
    'pingresp ok',
    'brownout: no',
    'handler registered',
    'timeout = ',
    'sin errores',
    '-> connected',
    'ask is already subscr',
    'no entropy device',
    'before any socket was',
    'timeout success',
    'update connection params',
    'could be disconnected',
  ],
  pattern:
    /^(?!.*(?:\b0x|-\d{2,}|\bfailed\b|\bfailure\b|\bexception\b|\berror(?! handler)\b)).*(?:\bnot expired\b|\b\d+ days left\b|\b0 times\b|\btimeout set to\b|\bif (?:\w+ )?connect fails\b|\bdisconnected gracefully\b|\battempt no\.? ?\d+, timeout\b|\breboot timeout: \d|\bkeepalive \d+ ?s\b.*\bclean session\b|\bPINGRESP ok\b|\bbrownout: no\b|\bhandler registered\b|\bkeepalive timeout = \d|\bsin errores\b|\btimeout\b.*-> connected\b|\btask is already subscribed\b|\bNo entropy device on the system\b|\bpoll_read: select - timeout before any socket was ready\b|\bset\b.*\btimeout success\b|\bupdate connection params\b|\bcould be disconnected\b)/i,
  read: () => copyOf(NOTHING),
};
