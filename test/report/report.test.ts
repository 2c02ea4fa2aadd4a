import { describe, expect, it } from 'vitest';
import { parseLine } from '../../src/monitor/events.ts';
import { heapChart } from '../../src/report/heap-chart.ts';
import { Recorder } from '../../src/report/recorder.ts';
import { countsText, countOutcomes, mergeReports } from '../../src/report/report.ts';
import { timelineChart } from '../../src/report/timeline-chart.ts';
import { trends } from '../../src/report/trend.ts';
import { sampleReport } from './sample.ts';

const sample = sampleReport();

describe('Recorder', () => {
  it('takes calls from when the one before returned', () => {
    expect(sample.cases[0]!.timeline).toContainEqual({
      timeMs: 7,
      endMs: 510,
      text: 'mbedtls_ssl_handshake',
      from: 'device',
    });
  });

  it('takes steps, alerts and the heap as they come', () => {
    const recorder = new Recorder(new Date(0), { namesOf: () => [] });
    const lines = [
      'I (40) mbedtls: ssl_cli.c:1106 => write client hello',
      'I (90) mbedtls: ssl_cli.c:1499 => parse server hello',
      'E (95) tls: alert received level 2 description 40',
      'I (96) heap: after mbedtls_ssl_setup used 14144 peak 15000 free 65712',
    ];
    for (const raw of lines) recorder.add({ at: new Date(1000), raw, event: parseLine(raw) });
    expect(recorder.timeline).toEqual([
      { timeMs: 40, text: 'write client hello', from: 'device' },
      { timeMs: 90, text: 'parse server hello', from: 'server' },
      { timeMs: 95, text: 'TLS alert 40 handshake_failure', from: 'server' },
    ]);
    expect(recorder.heap).toEqual([
      { timeMs: 96, usedBytes: 14_144, peakBytes: 15_000, after: 'mbedtls_ssl_setup' },
    ]);
    expect(recorder.log[2]).toEqual({
      timeMs: 1000,
      text: lines[2],
      level: 'E',
      means: 'TLS alert 40 handshake_failure',
    });
  });

  it('keeps a bounded number of rows', () => {
    const recorder = new Recorder(new Date(0), { namesOf: () => [] });
    for (let index = 0; index < 12_000; index += 1) {
      recorder.add({ at: new Date(0), raw: 'x', event: parseLine(`line ${index}`) });
    }
    expect(recorder.log.length).toBeLessThanOrEqual(5000);
    expect(recorder.log.at(-1)?.text).toBe('line 11999');
    expect(recorder.log[0]?.text).toBe('line 0');
  });
});

describe('timelineChart', () => {
  it('draws bars in order, inside its frame', () => {
    const chart = timelineChart(sample.cases[0]!.timeline)!;
    expect(chart.rows.map(({ x }) => x)).toEqual(chart.rows.map(({ x }) => x).sort((a, b) => a - b));
    for (const { x, width } of chart.rows) expect(x + width).toBeLessThanOrEqual(chart.width);
    expect(chart.rows.find(({ text }) => text === 'mbedtls_ssl_handshake')?.duration).toBe('503 ms');
    expect(chart.ticks.map(({ text }) => text)).toEqual(['0 ms', '200 ms', '400 ms']);
  });

  it('is not drawn of one message', () => {
    expect(timelineChart([{ timeMs: 5, text: 'hello', from: 'device' }])).toBeUndefined();
  });

  it('stays finite where all happens at once', () => {
    const chart = timelineChart([1, 2, 3].map(() => ({ timeMs: 7, text: 'x', from: 'device' as const })))!;
    expect(JSON.stringify(chart)).not.toContain('null');
  });
});

describe('heapChart', () => {
  it('names the peak', () => {
    const chart = heapChart(sample.cases[0]!.heap)!;
    expect(chart.peak.text).toBe('peak 22,252 B, by mbedtls_ssl_handshake');
    expect(chart.line).toMatch(/^M76 [\d.]+(?:H[\d.]+V[\d.]+)+$/);
  });
});

describe('trends', () => {
  it('compares the first run with the last', () => {
    expect(
      trends(sample.cases[0]!.history).map(({ name, change, direction }) => [name, change, direction]),
    ).toEqual([
      ['flash', '+1.0 %', 'up'],
      ['heap peak', '−0.7 %', 'down'],
      ['instructions', 'unchanged', 'same'],
      ['handshake', '−5.2 %', 'down'],
    ]);
  });

  it('has nothing to say of one run', () => {
    expect(trends([{ label: 'now', flashBytes: 5 }])).toEqual([]);
  });
});

describe('mergeReports', () => {
  it('joins shards', () => {
    const later = { ...sample, startedAt: '2026-03-02T09:29:00.000Z', durationMs: 30_000 };
    const merged = mergeReports([sample, later]);
    expect(merged).toMatchObject({ durationMs: 30_000, startedAt: later.startedAt });
    expect(countsText(countOutcomes(merged.cases))).toBe('2 passed, 2 flaky, 2 failed, 2 error, 2 skipped');
    expect(merged.lostBoards).toHaveLength(2);
  });
});
