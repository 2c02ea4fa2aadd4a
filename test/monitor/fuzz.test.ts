import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CrashCollector } from '../../src/crash/crash.ts';
import { parseLine } from '../../src/monitor/events.ts';
import { LineSplitter, MAX_LINE_LENGTH } from '../../src/monitor/lines.ts';
import { diagnoseFacts } from '../../src/verdict/diagnosis/diagnose.ts';
import { LogFacts } from '../../src/verdict/diagnosis/log-facts.ts';
import { meaningOf } from '../../src/verdict/diagnosis/meaning.ts';

const NO_NAMES = { namesOf: () => [] };

/** Everything that a monitor makes of bytes; throws what any part of it throws. */
function readLog(chunks: readonly Uint8Array[]): { lines: string[]; facts: LogFacts } {
  const splitter = new LineSplitter();
  const facts = new LogFacts();
  const crash = new CrashCollector();
  const lines = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
  for (const line of lines) {
    const event = parseLine(line);
    facts.add(event);
    crash.add(event);
    meaningOf(event, NO_NAMES);
    JSON.stringify(event);
  }
  crash.end();
  diagnoseFacts(facts);
  return { lines, facts };
}

const LOGS = ['posted.json', 'made.json'].flatMap((file) => {
  const url = new URL(`../fixtures/logs/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { logs: { lines: string[] }[] }).logs;
});
const LINES = LOGS.flatMap(({ lines }) => lines);

describe('any input', () => {
  it('random bytes are read without a fault, in lines of bounded length', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 8 }), (chunks) => {
        const { lines } = readLog(chunks);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(MAX_LINE_LENGTH);
      }),
    );
  });

  it('logs that are shuffled, cut and spoilt are read without a fault', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ line: fc.constantFrom(...LINES), cut: fc.nat(80), byte: fc.nat(255) }), {
          maxLength: 60,
        }),
        (pieces) => {
          const spoilt = pieces.map(({ line, cut, byte }) => {
            const bytes = Buffer.from(`${line}\r\n`);
            bytes[cut % bytes.length] = byte;
            return bytes.subarray(0, Math.max(1, bytes.length - (cut % 7)));
          });
          readLog(spoilt);
        },
      ),
    );
  });

  it('the event of a line depends on the line alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LINES), fc.constantFrom(...LINES), (line, other) => {
        const alone = parseLine(line);
        parseLine(other);
        expect(parseLine(line)).toEqual(alone);
      }),
    );
  });

  it('a line without an end does not grow in memory', () => {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(65_536, 'x');
    let longest = 0;
    let characters = 0;
    for (let index = 0; index < 400; index += 1) {
      for (const line of splitter.push(chunk)) {
        longest = Math.max(longest, line.length);
        characters += line.length;
      }
    }
    expect(longest).toBe(MAX_LINE_LENGTH);
    expect(400 * 65_536 - characters).toBeLessThanOrEqual(MAX_LINE_LENGTH);
  });

  it('an endless log of any kind of line is summed up in bounded memory', () => {
    const facts = new LogFacts();
    const events = LINES.map(parseLine);
    for (let round = 0; round < 300; round += 1) for (const event of events) facts.add(event);
    const kept = [
      facts.codes,
      facts.flags,
      facts.alerts,
      facts.steps,
      facts.seen('log'),
      facts.seen('watchdog'),
    ];
    for (const list of kept) expect(list.length).toBeLessThan(100);
  });
});
