/** What a C source or header may name, whatever its conditions leave of it. */
export interface SourceWords {
  /** Identifiers and numbers outside of comments and literals. */
  all: ReadonlySet<string>;
  /** Those that it defines as macros. */
  defined: ReadonlySet<string>;
  /** It makes one word of several: `##`. */
  pastes: boolean;
}

const LITERAL = String.raw`"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'`;
const COMMENT = String.raw`\/\*[^]*?\*\/|\/\/.*`;
const TOKEN = new RegExp(String.raw`${LITERAL}|${COMMENT}|(#[ \t]*define[ \t]+)?(\w+)|##|%:%:`, 'g');

export function readWords(text: string): SourceWords {
  const all = new Set<string>();
  const defined = new Set<string>();
  let pastes = false;
  for (const [token, define, word] of text.replaceAll(/\\\r?\n/g, '').matchAll(TOKEN)) {
    if (word !== undefined) all.add(word);
    else if (token === '##' || token === '%:%:') pastes = true;
    if (define !== undefined) defined.add(word!);
  }
  return { all, defined, pastes };
}

/** Whether `name` can be put together of the words. */
export function isJoined(name: string, words: ReadonlySet<string>): boolean {
  const reached = [true];
  for (let end = 1; end <= name.length; end += 1) {
    reached[end] = reached.some((isReached, start) => isReached && words.has(name.slice(start, end)));
  }
  return reached[name.length]!;
}
