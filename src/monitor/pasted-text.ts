import { TYPED } from './events.ts';

/** What makes a line worth a look: most have none of it, and are as the device printed them. */
const ODD =
  /[\u00A0\u2000-\u2026\u202F\u2060\u2212\u3000\uFEFF\u02BC\u240A\u240D]|&(?:lt|gt|amp|quot|apos|nbsp|#\d+);|\\[xuretn0_*[\]<>`#|~-]|<(?:27|0x1b|ESC|CR|LF|\\[rn]|0x0[ad]|1[03])>|\^\[\[|^> |^b?["'`*]/i;

/** The escape character of a colour, as terminals, loggers and languages write what they do not print (ECMA-48). */
const COLOUR = /(?:<(?:27|0x1b|ESC)>|\\x1b|\\u001b|\\0?33|\\e|\^\[)\[[0-9;]*m/gi;
/** The ends of a line, as they write them. */
const LINE_END = /(?<!\\[rn])(?:\\[rn]|<(?:\\[rn]|CR|LF|0x0[ad]|1[03])>|[\u240A\u240D])+$/i;
/** What Python prints of bytes, and what stands in quotes or is marked as code or bold. */
const WHOLE =
  /^b(?<quote>['"])(?<bytes>.*)\k<quote>,?$|^"(?<json>(?:[^"\\]|\\.)*)",?$|^`{1,3}(?<code>.*?)`{1,3}$|^\*\*(?<bold>.*)\*\*$/;
/** Before what a mail or a forum quotes. */
const QUOTED = /^(?:> ?)+/;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#34': '"',
  '#160': ' ',
};

/**
 * A line as the device printed it, of what a quotation, a mail, a web page, a word processor, Markdown or a program's
 * output of bytes has made of it: other blanks, dashes and quotation marks, entities, escapes.
 */
export function asPrinted(line: string): string {
  if (!ODD.test(line)) return line;
  const { bytes, json, code, bold } = WHOLE.exec(line.trim())?.groups ?? {};
  const inQuotes = bytes ?? json;
  const said = inQuotes ?? code ?? bold ?? (TYPED.test(line) ? line : line.replace(QUOTED, ''));
  const text = said
    .replaceAll(COLOUR, '')
    .replace(LINE_END, '')
    .replaceAll(/[\u00A0\u2000-\u200A\u202F\u3000]/g, ' ')
    .replaceAll(/[\u200B-\u200D\u2060\uFEFF]/g, '')
    .replaceAll(/[\u2010-\u2013\u2212]/g, '-')
    .replaceAll(/[\u2018-\u201B\u02BC]/g, "'")
    .replaceAll(/[\u201C-\u201F]/g, '"')
    .replaceAll('\u2026', '...')
    .replaceAll(/&(lt|gt|amp|quot|apos|nbsp|#39|#34|#160);/g, (_, name: string) => ENTITIES[name]!);
  return inQuotes === undefined
    ? text.replaceAll(/\\([_*[\]<>`#|~-])/g, '$1')
    : text.replaceAll(/\\(['"\\])/g, '$1').replaceAll(String.raw`\t`, '\t');
}
