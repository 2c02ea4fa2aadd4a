import type { MonitorDetail } from '../event.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert } from './alert.ts';
import { BEARSSL_ERRORS } from './bearssl-errors.ts';
import { failed } from './details.ts';

/** BearSSL of the Arduino core (WiFiClientSecureBearSSL.cpp, StackThunk.cpp), and applications that print its error. */
export const BEARSSL_RULES: readonly Rule[] = [
  {
    // SSLClient (SSLClient.cpp) of an error that it has no words for: an alert, as a rule.
    mark: 'm_print_br_error',
    pattern: /\bm_print_br_error\)?: Unknown error code: (\d{1,3})$/,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    mark: 'rror',
    pattern:
      /^(?=.*error).*?\b(?:BearSSL|BSSL|br_\w+_last_error|last ?SSL ?error|getLastSSLError|SSL ?error ?code)\b\D{0,24}?(?<![-.\d])(\d{1,3})\b(?![.\d])/i,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    // esp-open-rtos' example (http_get_bearssl.c).
    mark: 'br_sslio_',
    pattern: /\bbr_sslio_\w+ failed: (\d{1,3})\b/,
    read: ([code]) => ofNumber(Number(code)),
  },
  {
    // The names of bearssl_ssl.h and bearssl_x509.h; an alert is added to the first number of its kind.
    mark: 'BR_ERR_',
    pattern: /\bBR_ERR_(?:(RECV|SEND)_FATAL_ALERT\W{1,3}(\d{1,3})|((?:X509_)?[A-Z_]+))\b/,
    read: ([direction, number, name]) =>
      name === undefined ? alert(direction === 'SEND' ? 'sent' : 'received', Number(number)) : ofName(name),
  },
  {
    mark: 'fatal alert - ',
    // getLastSSLError gives the number of the alert, and a text that is another error's.
    pattern: /(?:(?<![-.\d])\b(\d{1,3})\)?(?:: | - |, )"?)?SSL (received|sent) fatal alert - (.*?)\.?'?$/,
    read: ([number, direction, text]) =>
      number === undefined
        ? ofAlertText(direction as 'received' | 'sent', text!)
        : alert(direction as 'received' | 'sent', Number(number)),
  },
  {
    // So misspelt in earlier releases of the core.
    mark: ['name lookup failure', 'name loopup failure'],
    pattern: /\bName loo[kp]up failure/,
    read: () => ({ kind: 'dns-failed', host: undefined, code: undefined }),
  },
  {
    mark: 'connect TCP socket',
    pattern: /Unable to connect TCP socket/,
    read: () => ({ kind: 'connect-failed', host: undefined }),
  },
  {
    mark: 'no authentication method',
    pattern: /no authentication method is setup/,
    read: () => ({ kind: 'no-trust-anchor' }),
  },
  {
    mark: '_run_until: ',
    pattern: /BSSL:_run_until: (Timeout)/,
    read: ([reason]) => ({ kind: 'handshake-failed', reason: reason! }),
  },
  {
    mark: ['BSSL:Connected', 'Connected! MFLN'],
    pattern: /^(?:BSSL:Connected!|Connected! MFLNStatus)/,
    read: () => ({ kind: 'tls-connected', suite: undefined, durationMs: undefined }),
  },
  {
    mark: 'for SSL structures',
    pattern: /Unable to allocate memory for SSL structures/,
    read: () => ({ kind: 'allocation-failed', bytes: undefined }),
  },
  {
    // Tasmota and ESPEasy (WiFiClientSecureLightBearSSL.h).
    mark: 'TLS ',
    pattern: /\bTLS (?:connection error|error code): -100([0-4])\b/,
    read: ([number]) => copyOf(LIGHT_ERRORS[Number(number)]),
  },
  {
    // The same two: BearSSL's number, and 0 where it has none: the connection ended, or the time was over.
    mark: 'TLS ',
    pattern: /\bTLS (?:connection error|error code): (\d{1,3})\b/,
    read: ([code]) => {
      if (code === '0') return failed('connection lost');
      // Of its own check of the key's fingerprint.
      return code === '1' ? { kind: 'fingerprint-mismatch' } : ofNumber(Number(code));
    },
  },
  {
    mark: 'BSSL stack overflow',
    pattern: /BSSL stack overflow/,
    read: () => ({ kind: 'stack-overflow', task: undefined }),
  },
];

/** ERR_OOM, ERR_CANT_RESOLVE_IP, ERR_TCP_CONNECT, ERR_MISSING_EC_KEY, ERR_MISSING_CA, from -1000 on. */
const LIGHT_ERRORS: Readonly<Record<number, MonitorDetail>> = {
  0: { kind: 'allocation-failed', bytes: undefined },
  1: { kind: 'dns-failed', host: undefined, code: undefined },
  2: { kind: 'connect-failed', host: undefined },
  3: { kind: 'identity-incomplete' },
  4: { kind: 'no-trust-anchor' },
};

/** Behind the rules for verification, whose sentences it quotes. */
export const BEARSSL_FAILURE_RULES: readonly Rule[] = [
  {
    // The TCP connection is there when the core begins to wait; a number is printed by versions without the texts.
    mark: "Couldn't connect. Error",
    pattern: /^(?:BSSL:)?Couldn't connect\. Error = (?:'(.*?)'?|(\d{1,3}))\s*$/,
    read: ([text, number]) => {
      // Of Tasmota's own check of the key; BearSSL's 1 is for wrong arguments, which no core gives.
      if (number === '1') return { kind: 'fingerprint-mismatch' };
      if (number !== undefined) return ofNumber(Number(number)) ?? { kind: 'handshake-ended' };
      // The text for 0, and in older versions for every alert.
      if (/^Unknown error code\.?'?$/.test(text!)) return { kind: 'handshake-ended' };
      return ofText(text!) ?? { kind: 'handshake-failed', reason: text! };
    },
  },
  {
    // The core prints what it got where it is not the fingerprint that it was given, and only then.
    mark: 'insecure_end_chain: rec',
    pattern: /\binsecure_end_chain: received(?: [\da-f]{2}){20}$/i,
    read: () => ({ kind: 'fingerprint-mismatch' }),
  },
  {
    mark: '_connectssl: start conn',
    pattern: /\b_connectSSL: start connection$/,
    read: () => ({ kind: 'handshake-step', phase: 'begin', step: 'handshake' }),
  },
  {
    mark: '_wait_for_handshake: fail',
    pattern: /^(?:BSSL:)?_wait_for_handshake: failed/,
    read: () => ({ kind: 'handshake-ended' }),
  },
  {
    // The number behind anybody's words: «TLS error 298», «ssl err=304».
    mark: ['rr', 'ode', 'tatus'],
    pattern:
      /^(?!.*\balert\b).*\b(?:SSL|TLS|WiFiClientSecure|secure client)\b.{0,20}?[ _]?\b(?:err|error|status|code)\b(?:[ _]?code)?\W{0,3}(?<![-.\d])(\d{1,3})\b(?![.\d])/i,
    read: ([code]) => ofNumber(Number(code)),
  },
  // The same texts, as applications print them that ask getLastSSLError for them.
  {
    mark: BEARSSL_ERRORS.map(({ text }) => text),
    pattern: /(.*)/,
    read: ([text]) => ofText(text!),
  },
];

/** Of bearssl_ssl.h: beyond these an alert that was received, or sent. */
const RECEIVED = 256;
const SENT = 512;

/** 1 and 2 are numbers of many a program's own. */
function ofNumber(code: number): MonitorDetail | undefined {
  const known = code > 2 ? copyOf(BEARSSL_ERRORS.find((error) => error.code === code)?.means) : undefined;
  if (known !== undefined || code < RECEIVED || code >= SENT + 256) return known;
  return code >= SENT ? alert('sent', code - SENT) : alert('received', code - RECEIVED);
}

/** Names of the one header that are written with the prefix of the other mean the same. */
function ofName(name: string): MonitorDetail | undefined {
  const found =
    BEARSSL_ERRORS.find((error) => error.name === name) ??
    BEARSSL_ERRORS.find((error) => error.name.replace(/^X509_/, '') === name.replace(/^X509_/, ''));
  return copyOf(found?.means);
}

function ofText(text: string): MonitorDetail | undefined {
  return copyOf(BEARSSL_ERRORS.find((error) => text.includes(error.text))?.means);
}

/**
 * Arduino takes the number of an alert for one of BearSSL's own errors, and prints the text of that: what it calls an
 * extraneous element is handshake_failure, 40.
 */
function ofAlertText(direction: 'received' | 'sent', text: string): MonitorDetail {
  const known = BEARSSL_ERRORS.find((error) => text.startsWith(error.text));
  return known === undefined ? { kind: 'handshake-failed', reason: text } : alert(direction, known.code);
}
