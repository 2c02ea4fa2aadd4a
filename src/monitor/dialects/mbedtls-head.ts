import type { MonitorDetail } from '../event.ts';

/** From the file's ending on: `.c:5177: |2| 0x3ffcbf90: `. */
const DEBUG_HEAD = /\.[ch]:\d+:?(?: \|\d\|)?(?: 0x[0-9a-f]+:)?\s+/y;
/** Without a file: debug.c puts the address of its context before each line (`%p: `, from 2.2 on). */
const CONTEXT_HEAD = /^(?:mbed ?tls: ?)?(?:\|\d\| ?)?0x[0-9a-f]{6,16}: (?=\S)/i;

/** What stands behind `mbedTLS: |2| 0x3ffcbf90: `, of callbacks that leave the file out; undefined without such a head. */
export function contextText(text: string): string | undefined {
  const first = text.charCodeAt(0);
  // Of «mbedTLS», «|2|» and «0x»: most lines begin otherwise.
  if (first !== 0x6d && first !== 0x4d && first !== 0x7c && first !== 0x30) return undefined;
  const match = CONTEXT_HEAD.exec(text);
  return match === null ? undefined : text.slice(match[0].length);
}

/**
 * What stands behind `ssl_tls.c:5177`, `mbedtls: ssl_tls.c:5177: |2|` or `ssl_msg.c:0123: 0x3ffcbf90:`, also behind
 * NodeMCU's `(heap=10000): `; undefined without such a head.
 */
export function debugText(text: string): string | undefined {
  const colon = sourceEnd(text);
  if (colon < 0) return undefined;
  const blank = text.lastIndexOf(' ', colon);
  // Behind a tag's colon, or the blanks that a program puts before it.
  if (blank > 0 && text.charCodeAt(blank - 1) !== 0x3a && text.slice(0, blank).trim() !== '')
    return undefined;
  // Mongoose OS's own files, which stand at the same place: «mg_ssl_if_mbedtls.c:34».
  if (text.startsWith('mg', blank + 1)) return undefined;
  const end = plainHeadEnd(text, colon + 3);
  if (end > 0) return text.slice(end);
  DEBUG_HEAD.lastIndex = colon;
  return DEBUG_HEAD.test(text) ? text.slice(DEBUG_HEAD.lastIndex) : undefined;
}

/** Where the first `.c:` or `.h:` is; -1 where none is. Every line of a log comes here, and most have few colons. */
function sourceEnd(text: string): number {
  for (let colon = text.indexOf(':', 2); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const type = text.charCodeAt(colon - 1);
    if ((type === 0x63 || type === 0x68) && text.charCodeAt(colon - 2) === 0x2e) return colon - 2;
  }
  return -1;
}

/** Behind the usual head, `.c:5177 `, from the line number on; 0 where it is another one. */
function plainHeadEnd(text: string, from: number): number {
  let at = from;
  while (isDigit(text.charCodeAt(at))) at += 1;
  if (at === from || text.charCodeAt(at) !== 0x20) return 0;
  const next = text.charCodeAt(at + 1);
  // A blank, a bar, or the 0x of an address.
  const isMore = next === 0x20 || next === 0x7c || (next === 0x30 && text.charCodeAt(at + 2) === 0x78);
  return isMore ? 0 : at + 1;
}

/** «dumping 'input record header' (5 bytes)»: type, version, and length (RFC 8446 5.1). */
const RECORD_HEADER = /^0000: {2}(1[4-7]) 03 0[0-4] ([\da-f]{2} [\da-f]{2})(?: {3}|$)/;

/** The one dump that tells something: of an alert, the debug output may end there. */
function recordHeader(debug: string): MonitorDetail | undefined {
  const match = debug.startsWith('0000') ? RECORD_HEADER.exec(debug) : null;
  if (match === null) return undefined;
  const [, type, bytes] = match;
  return {
    kind: 'record',
    type: Number.parseInt(type!, 16),
    bytes: Number.parseInt(bytes!.replace(' ', ''), 16),
  };
}

/** What a row of a dump is (`debug.c`: `0010:  02 f5 ...`, and the bare bytes of a number); undefined of other text. */
export function dumpRow(debug: string): MonitorDetail | undefined {
  return isDump(debug) ? (recordHeader(debug) ?? { kind: 'dump' }) : undefined;
}

function isDump(debug: string): boolean {
  if (debug.startsWith(':  ', 4)) return true;
  return (
    debug.length > 6 &&
    debug.charCodeAt(0) === 0x20 &&
    debug.charCodeAt(3) === 0x20 &&
    debug.charCodeAt(6) === 0x20
  );
}

function isDigit(character: number): boolean {
  return character >= 0x30 && character <= 0x39;
}
