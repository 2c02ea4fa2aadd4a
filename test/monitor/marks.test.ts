import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/monitor/rule.ts';

const DIALECTS = new URL('../../src/monitor/dialects/', import.meta.url);

/** The same lines in each run: what one run in a thousand finds would stop somebody who changed nothing. */
const SEED = Number(process.env['MARKS_SEED'] ?? 1);

/** Rules for words in any case: those for one program's lines may have marks that say more than their patterns. */
const rules = (
  await Promise.all(
    readdirSync(DIALECTS).map(
      async (name) => (await import(new URL(name, DIALECTS).href)) as Record<string, unknown>,
    ),
  )
)
  .flatMap((module) => Object.entries(module))
  .flatMap(([name, value]) => (name.endsWith('_RULES') && Array.isArray(value) ? (value as Rule[]) : []))
  .filter(({ pattern }) => pattern.flags.includes('i'));

/** The pattern without what fast-check cannot generate, and without its gaps, in which random text would stand. */
function skeleton(pattern: RegExp): RegExp {
  let source = pattern.source;
  for (let before = ''; before !== source;) {
    before = source;
    source = source.replaceAll(/\(\?<?[=!](?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/g, '');
  }
  return new RegExp(
    source
      .replaceAll(/\\b/g, '')
      .replaceAll(/\.\*\??|\.\{\d+,?\d*\}\??|\[\^[^\]]*\]\{0,\d+\}|\\D\{0,\d+\}\??/g, ' ?')
      .replaceAll(/\\W\{\d+,\d+\}|\\W\*/g, ' '),
  );
}

describe('the marks of rules', () => {
  it.each(rules)('$mark: a line that fits the pattern holds one', ({ mark, pattern }) => {
    const marks = (typeof mark === 'string' ? [mark] : mark).map((text) => text.toLowerCase());
    fc.assert(
      fc.property(fc.stringMatching(skeleton(pattern)), (line) => {
        if (!pattern.test(line)) return;
        expect(marks.some((text) => line.toLowerCase().includes(text))).toBe(true);
      }),
      { numRuns: 200, seed: SEED },
    );
  });
});
