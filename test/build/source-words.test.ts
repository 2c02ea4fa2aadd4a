import { describe, expect, it } from 'vitest';
import { isJoined, readWords } from '../../src/build/source-words.ts';

describe('readWords', () => {
  it.each([
    ['an identifier', 'int A = B1;', ['int', 'A', 'B1']],
    ['a comment', '/* A\n B */ C // D', ['C']],
    ['a literal', `f("A /* \\" B", 'C'); D`, ['f', 'D']],
    ['an apostrophe of prose', "#error it isn't A", ['error', 'it', 'isn', 't', 'A']],
    ['a line that goes on in the next, also within a word', '#if A && \\\nB_\\\r\nC', ['if', 'A', 'B_C']],
    ['what a condition leaves out', '#if 0\nA\n#endif', ['if', '0', 'A', 'endif']],
  ])('finds words: %s', (_title, text, words) => {
    expect([...readWords(text).all]).toEqual(words);
  });

  it('tells what is defined, and whether words are pasted', () => {
    const text = '# define A(b) b\n#define C\n#undef D\n';
    expect(readWords(text)).toMatchObject({ defined: new Set(['A', 'C']), pastes: false });
    expect(readWords('#define JOIN(a, b) a##b').pastes).toBe(true);
    expect(readWords('#define JOIN(a, b) a %:%: b').pastes).toBe(true);
    expect(readWords('/* a##b */ "##"').pastes).toBe(false);
  });
});

it.each([
  ['MBEDTLS_SHA256_C', ['MBEDTLS_SHA', '256', '_C'], true],
  ['MBEDTLS_SHA256_C', ['MBEDTLS_SHA', '256'], false],
  ['MBEDTLS_SHA256_C', ['MBEDTLS_', 'SHA', 'C'], false],
  ['AA', ['A'], true],
])('%s of %j is joined: %s', (name, words, isOne) => {
  expect(isJoined(name, new Set(words))).toBe(isOne);
});
