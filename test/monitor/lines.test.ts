import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, MAX_LINE_LENGTH } from '../../src/monitor/lines.ts';

const split = (chunks: readonly Uint8Array[]) => {
  const splitter = new LineSplitter();
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
};
const bytes = (text: string) => new TextEncoder().encode(text);

describe('LineSplitter', () => {
  it.each([
    ['LF', 'a\nb\n', ['a', 'b']],
    ['CR LF', 'a\r\nb\r\n', ['a', 'b']],
    ['lone CR', 'a\rb\r', ['a', 'b']],
    ['an empty line between', 'a\n\nb', ['a', '', 'b']],
    ['a last line without an end', 'a\nb', ['a', 'b']],
    ['NUL from a reset', 'a\0b\n', ['ab']],
  ])('splits at %s', (_name, text, lines) => {
    expect(split([bytes(text)])).toEqual(lines);
  });

  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'é', '€', '😀', '\n', '\r', '\0', ' '), maxLength: 60 }),
        fc.array(fc.nat(80), { maxLength: 8 }),
        (text, cuts) => {
          const whole = bytes(text);
          const edges = [
            0,
            ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b),
            whole.length,
          ];
          const chunks = edges.slice(1).map((end, index) => whole.slice(edges[index], end));
          expect(split(chunks)).toEqual(split([whole]));
        },
      ),
    );
  });

  it('cuts a line that never ends', () => {
    const lines = split([bytes('x'.repeat(MAX_LINE_LENGTH * 2 + 1))]);
    expect(lines.map((line) => line.length)).toEqual([MAX_LINE_LENGTH, MAX_LINE_LENGTH, 1]);
  });
});
