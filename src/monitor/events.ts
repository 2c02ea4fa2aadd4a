/** What one UART line says. `line` is always the line itself, for evidence. */
export type MonitorEvent = MonitorDetail & { line: string };

export type MonitorDetail =
  /** The boot ROM's banner: reset cause (1 power, 2 external, 4 hardware watchdog) and boot mode (1 UART, 3 flash). */
  | { kind: 'boot'; resetCause: number; bootMode: number }
  /** The boot ROM refused the image. */
  | { kind: 'image-refused'; reason: string }
  | { kind: 'hello'; firmware: string; mbedtls: string }
  /** A TLS call and what it returned: 0, a negative mbedTLS code, or a positive count of failed certificates. */
  | { kind: 'call'; call: string; code: number; timeMs: number }
  | { kind: 'verify-flags'; flags: number }
  | { kind: 'alert'; direction: 'received' | 'sent'; level: number; description: number }
  | { kind: 'handshake'; version: string; suite: string; durationMs: number }
  | { kind: 'heap'; after: string; usedBytes: number; peakBytes: number; freeBytes: number }
  | { kind: 'heap-peak'; peakBytes: number; totalBytes: number }
  | { kind: 'stack-peak'; peakBytes: number; totalBytes: number }
  | { kind: 'mqtt-connack'; code: number }
  | { kind: 'done'; passed: boolean; call: string | undefined; code: number | undefined }
  /** `Fatal exception (28):` of the ROM, the SDKs and the bench. */
  | { kind: 'exception'; cause: number }
  | { kind: 'registers'; values: Readonly<Record<string, number>> }
  /** Any other line in RTOS_SDK 3.x log format (components/log/log.c). */
  | { kind: 'log'; level: 'E' | 'W' | 'I' | 'D' | 'V'; timeMs: number; tag: string; text: string }
  | { kind: 'text' };

/** Reads one line; `text` where nothing is recognised. */
export function parseLine(rawLine: string): MonitorEvent {
  const line = stripAnsi(rawLine);
  return { ...(fromLog(line) ?? fromPlain(line) ?? { kind: 'text' }), line };
}

const LOG_LINE = /^([EWIDV]) \((\d+)\) ([\w.-]+): ?(.*)$/;

function fromLog(line: string): MonitorDetail | undefined {
  const match = LOG_LINE.exec(line);
  if (match === null) return undefined;
  const [, level, time, tag, text] = match as unknown as [
    string,
    'E' | 'W' | 'I' | 'D' | 'V',
    string,
    string,
    string,
  ];
  const timeMs = Number(time);
  for (const { tag: ruleTag, pattern, read } of LOG_RULES) {
    if (ruleTag !== tag) continue;
    const groups = pattern.exec(text);
    if (groups !== null) return read(groups.slice(1), timeMs);
  }
  return { kind: 'log', level, timeMs, tag, text };
}

interface Rule {
  tag: string;
  pattern: RegExp;
  read: (groups: string[], timeMs: number) => MonitorDetail;
}

/** The bench firmware's lines (templates/bench). */
const LOG_RULES: readonly Rule[] = [
  {
    tag: 'bench',
    pattern: /^(espaws bench \S+) mbedTLS (\S+)/,
    read: ([firmware, mbedtls]) => ({ kind: 'hello', firmware: firmware!, mbedtls: mbedtls! }),
  },
  {
    tag: 'bench',
    pattern: /^done (pass|fail)(?: (\S+) (-?\d+))?$/,
    read: ([outcome, call, code]) => ({
      kind: 'done',
      passed: outcome === 'pass',
      call,
      code: code === undefined ? undefined : Number(code),
    }),
  },
  {
    tag: 'tls',
    pattern: /^([\w()]+) returned (?:-0x[0-9a-fA-F]+ \((-\d+)\)|(\d+))$/,
    read: ([call, negative, other], timeMs) => ({
      kind: 'call',
      call: call!,
      code: Number(negative ?? other),
      timeMs,
    }),
  },
  {
    tag: 'tls',
    pattern: /^verify flags 0x([0-9a-fA-F]+)/,
    read: ([flags]) => ({ kind: 'verify-flags', flags: Number.parseInt(flags!, 16) }),
  },
  {
    tag: 'tls',
    pattern: /^alert (received|sent) level (\d+) description (\d+)/,
    read: ([direction, level, description]) => ({
      kind: 'alert',
      direction: direction as 'received' | 'sent',
      level: Number(level),
      description: Number(description),
    }),
  },
  {
    tag: 'tls',
    pattern: /^handshake (\S+) (\S+) in (\d+) ms/,
    read: ([version, suite, duration]) => ({
      kind: 'handshake',
      version: version!,
      suite: suite!,
      durationMs: Number(duration),
    }),
  },
  {
    tag: 'heap',
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
    tag: 'heap',
    pattern: /^peak (\d+) of (\d+)/,
    read: ([peak, total]) => ({ kind: 'heap-peak', peakBytes: Number(peak), totalBytes: Number(total) }),
  },
  {
    tag: 'stack',
    pattern: /^peak (\d+) of (\d+)/,
    read: ([peak, total]) => ({ kind: 'stack-peak', peakBytes: Number(peak), totalBytes: Number(total) }),
  },
  {
    tag: 'mqtt',
    pattern: /^CONNACK code (\d+)/,
    read: ([code]) => ({ kind: 'mqtt-connack', code: Number(code) }),
  },
];

/** Lines outside the log format: the boot ROM's and the exception dumps. */
function fromPlain(line: string): MonitorDetail | undefined {
  const boot = /rst cause:(\d+), boot mode:\((\d+),\d+\)/.exec(line);
  if (boot !== null) return { kind: 'boot', resetCause: Number(boot[1]), bootMode: Number(boot[2]) };
  if (/^(csum err|ets_main\.c|e:[0-9a-f])/.test(line)) return { kind: 'image-refused', reason: line };
  const exception = /^Fatal exception \(?(\d+)/.exec(line);
  if (exception !== null) return { kind: 'exception', cause: Number(exception[1]) };
  const registers = [...line.matchAll(/\b([a-z]\w*)=0x([0-9a-fA-F]{1,8})\b/g)];
  if (registers.length === 0) return undefined;
  return {
    kind: 'registers',
    values: Object.fromEntries(registers.map(([, name, value]) => [name!, Number.parseInt(value!, 16)])),
  };
}

/** ECMA-48 select graphic rendition, as RTOS_SDK 3.x colours its log lines. */
function stripAnsi(line: string): string {
  return line.replaceAll(/\x1B\[[0-9;]*m/g, '');
}
