import { ALERT } from '../../endpoint/alerts.ts';
import type { MonitorDetail } from '../event.ts';
import { literal } from '../literal.ts';
import { copyOf, type Rule } from '../rule.ts';
import { alert } from './alert.ts';
import { BROKEN, NOT_MADE } from './details.ts';
import { MBEDTLS_ERRORS } from './mbedtls-errors.ts';

const CODE_BY_NAME: ReadonlyMap<string, number> = new Map(
  MBEDTLS_ERRORS.flatMap(([code, names]) => names.map((name): [string, number] => [name, code])),
);

const STARTS = MBEDTLS_ERRORS.flatMap(([code, , texts]) => texts.map((start) => ({ start, code })));

/** Before the text: `X509`, `CTR_DRBG`. */
const MODULES = [...new Set(STARTS.map(({ start }) => start.slice(0, start.indexOf(' '))))].join('|');

/** Names of version 3 whose numbers version 2 has for something else. */
const OF_VERSION_3: Readonly<Record<string, MonitorDetail>> = {
  SSL_UNRECOGNIZED_NAME: alert('received', ALERT.unrecognized_name),
  SSL_NO_APPLICATION_PROTOCOL: alert('received', ALERT.no_application_protocol),
  SSL_DECODE_ERROR: { kind: 'handshake-failed', reason: 'damaged message' },
  SSL_ILLEGAL_PARAMETER: { kind: 'handshake-failed', reason: 'unacceptable server hello' },
  SSL_UNSUPPORTED_EXTENSION: { kind: 'handshake-failed', reason: 'unacceptable server hello' },
};

/** What mbedtls_strerror says of a code, and the names of the headers, where a line has them and no call. Behind the rules for calls, which say more. */
export const STRERROR_RULES: readonly Rule[] = [
  {
    // WiFiClientSecure::lastError of Arduino-ESP32: its own -1, by mbedTLS's table.
    mark: ': -1 - ERROR - Generic',
    pattern: /\bError: -1 - ERROR - Generic error\b/,
    read: () => copyOf(NOT_MADE),
  },
  {
    // What the transport under Arduino's ESP_SSLClient gave: mbedTLS has no such error of its own.
    mark: '(-1) ERROR - Generic',
    pattern: /\(-1\) ERROR - Generic error\b/,
    read: () => copyOf(BROKEN),
  },
  {
    // Arduino-ESP32: «(-9984) X509 - Certificate verification failed»; MicroPython: «OSError: (-17168, 'RSA - The ...')».
    mark: [' - ', 'UNKNOWN', 'MBEDTLS_ERR_'],
    pattern:
      /[(\[](?:Errno )?(-\d{2,5})(?:[)\]]|, ')[ ']*(?:[A-Z0-9_]+ - |UNKNOWN\b|MBEDTLS_ERR_(?!SSL_[UNDI]))/,
    read: ([number]) => ({ kind: 'code', code: Number(number) }),
  },
  {
    // MicroPython gives both names of a combined code: «MBEDTLS_ERR_RSA_PUBLIC_FAILED+MBEDTLS_ERR_MPI_ALLOC_FAILED».
    mark: 'MBEDTLS_ERR_',
    pattern: /\bMBEDTLS_ERR_([A-Z\d_]+)(?:\+MBEDTLS_ERR_([A-Z\d_]+))?(?:.*-0x([\da-fA-F]{4})\b)?/,
    read: ([name, helper, number]) => {
      if (helper === undefined && Object.hasOwn(OF_VERSION_3, name!)) return copyOf(OF_VERSION_3[name!]);
      const named = CODE_BY_NAME.get(name!);
      if (named === undefined) return undefined;
      // The number behind it has the helper's error, too.
      const printed = number === undefined ? 0 : Number.parseInt(number, 16);
      return { kind: 'code', code: -Math.max(named + (CODE_BY_NAME.get(helper ?? '') ?? 0), printed) };
    },
  },
  {
    // The same without it.
    mark: ['NET_', 'SSL_', 'X509_', 'PK_'],
    pattern: /(?<![A-Z_])((?:NET|SSL|X509|PK)_[A-Z_]+)\b/,
    read: ([name]) => {
      const code = CODE_BY_NAME.get(name!);
      return code === undefined ? undefined : { kind: 'code', code: -code };
    },
  },
  {
    mark: ' - ',
    pattern: new RegExp(String.raw`\b((?:${MODULES}) - .*)`),
    read: ([text]) => {
      // «RSA - The private key operation failed : BIGNUM - Memory allocation failed»: an error and its helper's.
      const [error, helper] = text!.split(' : ', 2).map(codeOf);
      return error === undefined ? undefined : { kind: 'code', code: -(error + (helper ?? 0)) };
    },
  },
];

/**
 * Modules whose texts speak of TLS, also without their name: but for what any program says («Destination buffer is too
 * small», SNMP's «Requested OID is unknown»), and what is no longer than «The operation timed out».
 */
const OF_TLS =
  /^(?:PEM|SSL|X509) - (?!.*\b(?:memory|of file|input parameters|feature|buffer|requested oid|acceleration|asynchronous|ticket)\b)(.{24,})/i;

/** Starts of such texts, and their codes. */
const BARE: ReadonlyMap<string, number> = new Map(
  STARTS.flatMap(({ start, code }): [string, number][] => {
    const words = OF_TLS.exec(start)?.[1];
    return words === undefined ? [] : [[words, code]];
  }),
);

/** C# and other languages over mbedTLS give its text alone. */
export const BARE_STRERROR_RULE: Rule = {
  mark: [...BARE.keys()],
  pattern: new RegExp(`^(?:.*: )?["']?(${[...BARE.keys()].map(literal).join('|')})`),
  read: ([words]) => ({ kind: 'code', code: -BARE.get(words!)! }),
};

function codeOf(text: string): number | undefined {
  return STARTS.find(({ start }) => text.startsWith(start))?.code;
}
