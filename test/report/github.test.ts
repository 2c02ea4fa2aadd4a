import { describe, expect, it } from 'vitest';
import { githubAnnotations, githubSummary } from '../../src/report/github.ts';
import { caseReport, sampleReport } from './sample.ts';

describe('githubAnnotations', () => {
  it('is an error for what failed, and a warning for what was flaky', () => {
    const lines = githubAnnotations(sampleReport());
    expect(lines.map((line) => line.split('::', 2)[1])).toEqual([
      'error title=rsa <old> & "wrong" root',
      'error title=ec%2C board 3',
      'warning title=ec%2C slow server',
      'warning title=board /dev/ttyUSB3 lost',
    ]);
    expect(lines[0]).toMatch(/%0Aflash rose .*\(\+2\.8 %25\).*%0Acause: The server chain .*%0Afix: Compare/);
    expect(lines[2]).toContain('no verdict within 30 s');
    for (const line of lines) expect(line).not.toMatch(/[\r\n]/);
  });

  it('is not more than GitHub shows', () => {
    const cases = Array.from({ length: 30 }, (_, index) =>
      caseReport({ name: `case ${index}`, outcome: 'failed' }),
    );
    expect(githubAnnotations({ ...sampleReport(), cases, lostBoards: [] })).toHaveLength(10);
  });
});

describe('githubSummary', () => {
  it('is a table with what failed first, and nothing that Markdown would read', () => {
    const text = githubSummary(sampleReport());
    expect(text.split('\n')[0]).toBe(
      '## AWS IoT on every commit: 1 passed, 1 flaky, 1 failed, 1 error, 1 skipped',
    );
    const rows = text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);
    expect(rows.map((row) => row.split(' ')[2])).toEqual(['failed', 'error', 'flaky', 'skipped', 'passed']);
    expect(rows[0]).toContain(String.raw`rsa \<old\> & "wrong" root`);
    expect(rows[4]).toContain('22,252 B | 66,736 B | 512 ms');
  });

  it('fits a step, however many cases there are', () => {
    const cases = Array.from({ length: 20_000 }, (_, index) => caseReport({ name: `case ${index}` }));
    const text = githubSummary({ ...sampleReport(), cases });
    expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
    expect(text).toMatch(/\d+ more cases are in the report\./);
  });
});
