import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';
import { parseFilter } from '../../src/monitor/filter.ts';

const LINES = ['E (1) wifi: a', 'I (2) wifi: b', 'W (3) app: c', 'V (4) app: d', 'plain'];

describe('parseFilter', () => {
  it.each([
    ['', LINES],
    ['*:I', ['E (1) wifi: a', 'I (2) wifi: b', 'W (3) app: c', 'plain']],
    ['wifi:E *:N', ['E (1) wifi: a', 'plain']],
    ['wifi:w, app', ['E (1) wifi: a', 'W (3) app: c', 'V (4) app: d', 'plain']],
    ['app:* *:N', ['W (3) app: c', 'V (4) app: d', 'plain']],
  ])('%s', (filter, shown) => {
    expect(LINES.filter((line) => parseFilter(filter)(parseLine(line)))).toEqual(shown);
  });

  it.each(['wifi:X', ':I', 'wifi:I:W'])('"%s" is none', (filter) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
  });
});
