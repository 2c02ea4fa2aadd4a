import type { PlannedCase } from './case.ts';

/**
 * The cases that a filter of the command line means: all its words (parted by spaces) must fit. `tag:NAME` is a tag,
 * `identity:ec` a label, any other word a part of the name, in any case, with `*` for anything; `!` before a word says
 * not.
 */
export function filterCases<Case extends Pick<PlannedCase, 'name' | 'labels' | 'tags'>>(
  cases: readonly Case[],
  filter: string,
): Case[] {
  const words = filter.split(/\s+/).filter((word) => word !== '' && word !== '!');
  return cases.filter((one) =>
    words.every((word) => (word.startsWith('!') ? !fits(one, word.slice(1)) : fits(one, word))),
  );
}

function fits({ name, labels, tags }: Pick<PlannedCase, 'name' | 'labels' | 'tags'>, word: string): boolean {
  const [, key, value] = /^(tag|identity|endpoint|config|build|board):(.+)$/.exec(word) ?? [];
  if (value === undefined) return wildcard(word, false).test(name);
  const values = key === 'tag' ? tags : [labels[key as keyof typeof labels]];
  return values.some((one) => wildcard(value, true).test(one));
}

function wildcard(text: string, whole: boolean): RegExp {
  const source = text
    .split('*')
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*');
  return new RegExp(whole ? `^${source}$` : source, 'i');
}
