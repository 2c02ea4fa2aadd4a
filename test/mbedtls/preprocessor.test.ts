import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateHeader, type Evaluation } from '../../src/mbedtls/preprocessor/evaluate.ts';
import { sourceLines } from '../../src/mbedtls/preprocessor/lines.ts';

/** Evaluates `/in/main.h` among other files. */
function evaluate(main: string, others: Readonly<Record<string, string>> = {}): Evaluation {
  const files = new Map([['/in/main.h', main], ...Object.entries(others)]);
  const sources = { read: (path: string) => files.get(path), includeDirectories: ['/usr/include'] };
  return evaluateHeader(sources, '/in/main.h', new Map());
}

const isTaken = (condition: string, before = '') =>
  evaluate(`${before}\n#if ${condition}\n#define TAKEN\n#endif\n`).macros.has('TAKEN');

describe('conditions', () => {
  it.each([
    ['1', true],
    ['0', false],
    ['UNKNOWN', false],
    ['!defined(UNKNOWN) && !defined UNKNOWN', true],
    ['0x10 == 16 && 010 == 8 && 16UL == 16', true],
    ['1 + 2 * 3 == 7 && (1 + 2) * 3 == 9', true],
    ['7 / 2 == 3 && 7 % 4 == 3 && -7 / 2 == -3', true],
    ['1 << 4 == 16 && (0xF0 >> 4) == 0xF && (6 & 3) == 2 && (6 | 1) == 7 && (6 ^ 3) == 5', true],
    ['1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 3 != 4', true],
    ['~0 == -1 && -1 < 0', true],
    ["'A' == 65", true],
    ['1 ? 0 : 1', false],
    ['0 && (1 / 0)', false],
    ['1 || (1 / 0)', true],
  ])('#if %s', (condition, taken) => {
    expect(isTaken(condition)).toBe(taken);
  });

  it('expands macros, with and without parameters, and none within itself', () => {
    expect(isTaken('LIMIT > 64', '#define WIDE 65\n#define LIMIT (WIDE)')).toBe(true);
    expect(isTaken('TWICE(3) == 6', '#define TWICE(x) ((x) * 2)')).toBe(true);
    expect(isTaken('LOOP', '#define LOOP LOOP')).toBe(false);
    // Text, not value: 1 + 2 * 3.
    expect(isTaken('SUM * 3 == 7', '#define SUM 1 + 2')).toBe(true);
    expect(isTaken('defined(ZERO) && !ZERO', '#define ZERO 0')).toBe(true);
  });

  it('takes one branch of a group', () => {
    const group = (a: number, b: number) =>
      `#if ${a}\n#define A\n#elif ${b}\n#define B\n#else\n#define C\n#endif`;
    const taken = (a: number, b: number) => [...evaluate(group(a, b)).macros.keys()].join();
    expect([taken(1, 1), taken(0, 1), taken(0, 0)]).toEqual(['A', 'B', 'C']);
  });

  it('skips nested groups whole, whatever is in them', () => {
    const { macros, errors } = evaluate(
      '#if 0\n#if 1 +\n#error "never"\n#else\n#define NO\n#endif\n#define NO\n#else\n#define YES\n#endif',
    );
    expect([[...macros.keys()], errors]).toEqual([['YES'], []]);
  });

  it('reports a bad expression and does not take its branch', () => {
    const { macros, errors } = evaluate('#define LEN\n#if LEN > 64\n#define NO\n#endif\n#define ON');
    expect([...macros.keys()]).toEqual(['LEN', 'ON']);
    expect(errors).toMatchObject([{ file: '/in/main.h', line: 2 }]);
  });

  it('reports groups that do not close', () => {
    expect(evaluate('#if 1\n').errors).toMatchObject([{ message: 'unterminated #if' }]);
    expect(evaluate('#endif\n').errors).toMatchObject([{ message: '#endif without #if' }]);
  });
});

describe('directives', () => {
  it('keeps the last definition, its white space normalized', () => {
    const { macros } = evaluate('#define A  1 /* one */  +\\\n   2\n#define B "a  b"\n#define C\n#undef C\n');
    expect(Object.fromEntries([...macros].map(([name, { body }]) => [name, body]))).toEqual({
      A: '1 + 2',
      B: '"a  b"',
    });
  });

  it('collects #error with the line where it starts, its strings joined', () => {
    const { errors } = evaluate('\n/* two\nlines */\n#error "one, " \\\n  "two"\n');
    expect(errors).toEqual([{ file: '/in/main.h', line: 4, message: 'one, two' }]);
  });

  it('includes beside the file, then from the folders, then by a macro', () => {
    const { macros, unresolved } = evaluate(
      '#define FILE "by-macro.h"\n#include "beside.h"\n#include <folder.h>\n#include FILE\n#include <limits.h>\n',
      {
        '/in/beside.h': '#define BESIDE',
        '/in/folder.h': '#define WRONG',
        '/usr/include/folder.h': '#define FOLDER',
        '/usr/include/by-macro.h': '#define BY_MACRO',
      },
    );
    expect([...macros.keys()]).toEqual(['FILE', 'BESIDE', 'FOLDER', 'BY_MACRO']);
    expect(unresolved).toEqual(['<limits.h>']);
  });

  it('ends where headers include each other for ever', () => {
    const { errors } = evaluate('#include "main.h"\n');
    expect(errors.map(({ message }) => message)).toEqual(['#include nested too deeply: "main.h"']);
    expect(evaluate('#pragma once\n#include "main.h"\n#define X').errors).toEqual([]);
  });
});

describe('sourceLines', () => {
  it('numbers lines by their first physical one, comments and continuations included', () => {
    const text = 'a\n/* b\nc */ d\ne \\\nf // g \\\nstill\nh "/*" i\r\nj';
    expect(sourceLines(text).map(({ line, text: content }) => [line, content.trim()])).toEqual([
      [1, 'a'],
      [2, 'd'],
      [4, 'e f'],
      [7, 'h "/*" i'],
      [8, 'j'],
    ]);
  });

  it('never loses a line number, whatever the text', () => {
    const pieces = fc.constantFrom('a', '\n', '\\\n', '/*', '*/', '//', '"', "'", '#if X', ' ', '\r\n');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = `${parts.join('')}\n*/\n'\n"\nlast`;
        const numbers = sourceLines(text).map(({ line }) => line);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        const lastLine = text.replaceAll('\r\n', '\n').split('\n').length;
        expect(numbers.every((line) => line >= 1 && line <= lastLine)).toBe(true);
      }),
    );
  });
});
