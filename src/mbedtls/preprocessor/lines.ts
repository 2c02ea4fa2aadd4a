/** One logical line of C source: comments gone, continuations joined. */
export interface SourceLine {
  /** Number of its first physical line, from 1. */
  line: number;
  text: string;
  directive?: Directive;
}

/** A preprocessing directive, `#if defined(X)`: its name and what follows. */
export interface Directive {
  name: string;
  rest: string;
}

/**
 * Logical lines of a source that are not empty (translation phases 2 to 4 of C: continuation lines are joined, each
 * comment becomes one space).
 */
export function sourceLines(source: string): SourceLine[] {
  const joined = source.replace(/\r\n?/g, '\n').replace(/\\[ \t]*\n/g, JOINT);
  const plain = joined.replace(COMMENT_OR_LITERAL, withoutComment);
  const lines: SourceLine[] = [];
  let number = 1;
  for (const raw of plain.split('\n')) {
    const line = number;
    number += 1;
    let text = raw;
    if (raw.includes(JOINT)) {
      number += raw.split(JOINT).length - 1;
      text = raw.replaceAll(JOINT, '');
    }
    if (text.trim() === '') continue;
    const [, name, rest = ''] = DIRECTIVE.exec(text) ?? [];
    lines.push({ line, text, ...(name === undefined ? {} : { directive: { name, rest: rest.trim() } }) });
  }
  return lines;
}

/** Stands for a line end that does not end the logical line; no source has this character. */
const JOINT = '\u0001';

const COMMENT_OR_LITERAL = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

const DIRECTIVE = /^\s*#\s*([a-z_]+)\b(.*)$/;

function withoutComment(match: string): string {
  if (match.startsWith('//')) return ' ' + JOINT.repeat(match.split(JOINT).length - 1);
  if (!match.startsWith('/*')) return match;
  const lineEnds = match.replace(/[^\n\u0001]/g, '').length;
  return ' ' + JOINT.repeat(lineEnds);
}
