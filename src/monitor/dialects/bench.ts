import type { Rule } from '../rule.ts';

/** The bench firmware's lines (templates/bench), by their tag. */
export const BENCH_RULES: Readonly<Record<string, readonly Rule[]>> = {
  bench: [
    {
      mark: 'espaws bench',
      pattern: /^(espaws bench \S+) mbedTLS (\S+)/,
      read: ([firmware, mbedtls]) => ({ kind: 'hello', firmware: firmware!, mbedtls: mbedtls! }),
    },
    {
      mark: 'done',
      pattern: /^done (pass|fail)(?: (\S+) (-?\d+))?$/,
      read: ([outcome, call, code]) => ({
        kind: 'done',
        passed: outcome === 'pass',
        call,
        code: code === undefined ? undefined : Number(code),
      }),
    },
    {
      mark: 'abort',
      pattern: /^abort$/,
      read: () => ({ kind: 'abort', pc: undefined, because: undefined }),
    },
  ],
  tls: [
    {
      mark: ' returned ',
      pattern: /^([\w()]+) returned (?:-0x[0-9a-fA-F]+ \((-\d+)\)|(\d+))$/,
      read: ([call, negative, other], prefix) => ({
        kind: 'call',
        call: call!,
        code: Number(negative ?? other),
        timeMs: prefix?.timeMs,
      }),
    },
    {
      mark: 'verify flags',
      pattern: /^verify flags 0x([0-9a-fA-F]+)/,
      read: ([flags]) => ({ kind: 'verify-flags', flags: Number.parseInt(flags!, 16) }),
    },
    {
      mark: 'alert',
      pattern: /^alert (received|sent) level (\d+) description (\d+)/,
      read: ([direction, level, description]) => ({
        kind: 'alert',
        direction: direction as 'received' | 'sent',
        level: Number(level),
        description: Number(description),
      }),
    },
    {
      mark: 'handshake',
      pattern: /^handshake (\S+) (\S+) in (\d+) ms/,
      read: ([version, suite, duration]) => ({
        kind: 'handshake',
        version: version!,
        suite: suite!,
        durationMs: Number(duration),
      }),
    },
  ],
  heap: [
    {
      mark: 'after',
      pattern: /^after (\S+) used (\d+) peak (\d+) free (\d+)/,
      read: ([after, used, peak, free]) => ({
        kind: 'heap',
        after: after!,
        usedBytes: Number(used),
        peakBytes: Number(peak),
        freeBytes: Number(free),
      }),
    },
    {
      mark: 'peak',
      pattern: /^peak (\d+) of (\d+)/,
      read: ([peak, total]) => ({ kind: 'heap-peak', peakBytes: Number(peak), totalBytes: Number(total) }),
    },
  ],
  stack: [
    {
      mark: 'peak',
      pattern: /^peak (\d+) of (\d+)/,
      read: ([peak, total]) => ({ kind: 'stack-peak', peakBytes: Number(peak), totalBytes: Number(total) }),
    },
  ],
  mqtt: [
    {
      mark: 'CONNACK',
      pattern: /^CONNACK code (\d+)/,
      read: ([code]) => ({ kind: 'mqtt-connack', code: Number(code) }),
    },
  ],
};
