import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDependencies } from '../../src/build/dependencies.ts';
import { cString } from '../../src/build/generated.ts';

describe('cString', () => {
  it.each([
    ['localhost', '"localhost"'],
    ['a"b\\c', '"a\\042b\\134c"'],
    ['?\n', '"\\077\\012"'],
  ])('%j', (text, literal) => {
    expect(cString(text)).toBe(literal);
  });

  it('is one line of ASCII for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cString(text)).toMatch(/^"(?:[ !#->@-[\]-~]|\\[0-7]{3})*"$/);
      }),
    );
  });
});

describe('readDependencies', () => {
  it.each([
    ['a.o: a.c b.h \\\n c.h\n', ['a.c', 'b.h', 'c.h']],
    ['a.o: with\\ space.c', ['with space.c']],
    ['a.o: dollar$$.h', ['dollar$.h']],
  ])('%j', (rule, paths) => {
    expect(readDependencies(rule)).toEqual(paths);
  });
});
