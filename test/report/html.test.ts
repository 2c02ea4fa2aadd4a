import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { reportHtml } from '../../src/report/html.ts';
import { caseReport, sampleReport } from './sample.ts';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

describe('reportHtml', () => {
  it('allows its own style and script and nothing else', async () => {
    const html = await reportHtml(nodeFiles, sampleReport());
    const policy = /Content-Security-Policy" content="([^"]*)"/
      .exec(html)![1]!
      .replaceAll('&#x27;', "'")
      .replaceAll('&#x3D;', '=');
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain(`style-src ${hash(/<style>([\s\S]*?)<\/style>/.exec(html)![1]!)}`);
    expect(policy).toContain(`script-src ${hash(/<script>([\s\S]*?)<\/script>/.exec(html)![1]!)}`);
    expect(html).not.toMatch(/ style="| on\w+="|https?:/);
  });

  it('shows what a device or a plan says as text only', async () => {
    const bad = '</script><script>alert(1)</script><img src=x onerror=alert(2)>';
    const one = caseReport({
      ...{
        name: bad,
        because: bad,
        board: bad,
        labels: { [bad]: bad },
        regressions: [bad],
        outcome: 'failed',
      },
      log: [{ timeMs: 0, text: bad, means: bad }],
      timeline: [1, 2].map((timeMs) => ({ timeMs, text: bad, from: 'server' as const })),
      heap: [1, 2].map((timeMs) => ({ timeMs, usedBytes: 1, peakBytes: 1, after: bad })),
    });
    const html = await reportHtml(nodeFiles, { ...sampleReport(), name: bad, cases: [one] });
    expect(html).not.toContain('<img');
    expect(html.match(/<script>/g)).toHaveLength(1);
  });

  it('has columns for what the cases differ in', async () => {
    const labels = [
      { identity: 'ec', build: 'bench' },
      { identity: 'rsa', build: 'bench' },
    ];
    const cases = labels.map((one) => caseReport({ name: one.identity, labels: one }));
    const html = await reportHtml(nodeFiles, { ...sampleReport(), cases });
    const columns = [...html.matchAll(/<th scope="col"[^>]*>([^<]*)/g)].map(([, text]) => text);
    expect(columns.slice(0, 4)).toEqual(['Result', 'Case', 'identity', 'Ran on']);
    // Of one case everything is told.
    expect(html.match(/<dt>build<\/dt><dd>bench<\/dd>/g)).toHaveLength(2);
  });

  it('renders a run without cases', async () => {
    expect(await reportHtml(nodeFiles, { ...sampleReport(), cases: [], lostBoards: [] })).toContain(
      '0 cases',
    );
  });
});

describe('the colours of the report', () => {
  const css = readFileSync(new URL('../../templates/report/report.css', import.meta.url), 'utf8');
  const [light, dark] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(
    ([, block]) =>
      new Map([...block!.matchAll(/--(\w+): (#\w{6});/g)].map(([, name, value]) => [name!, value!])),
  );

  // WCAG 2.2, 1.4.3: 4.5 for text.
  it.each([
    ['light', light!],
    ['dark', dark!],
  ])('can be read (%s)', (_, colours) => {
    for (const name of [
      'text',
      'quiet',
      'accent',
      'server',
      'passed',
      'failed',
      'flaky',
      'error',
      'skipped',
    ]) {
      for (const ground of ['page', 'panel', 'sunk']) {
        const ratio = contrast(colours.get(name)!, colours.get(ground)!);
        expect(ratio, `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

/** Contrast ratio by WCAG's relative luminance. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
