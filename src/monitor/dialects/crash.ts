import type { MonitorDetail, RegisterValues } from '../event.ts';
import type { Rule } from '../rule.ts';

/**
 * Crashes, as these print them: boot ROM and SDK 1.x, 2.x, NONOS (strings of libmain.a), RTOS_SDK 3.x
 * (components/freertos/port/esp8266/panic.c), esp-open-rtos (core/debug_dumps.c), Arduino (core_esp8266_postmortem.cpp).
 */
export const CRASH_RULES: readonly Rule[] = [
  {
    // Arduino's ESP.getResetInfo(): what the last run ended by.
    mark: 'flag:',
    pattern: /\bflag:\d+ \((SOFT_WDT|WDT)\)/,
    read: ([which]) => ({ kind: 'watchdog', which: which === 'WDT' ? 'hardware' : 'software' }),
  },
  {
    mark: 'xception',
    // MicroPython's comes behind its prompt, Sming's behind stars, esp-link's behind its time.
    pattern: /^(?:>>> |\*+ |\d+> |.{0,80}\.{3})?(?:[Ff]atal e|E)xception:? \(?(\d+)(.*)/,
    read: ([cause, rest]) => ({ kind: 'exception', cause: Number(cause), registers: registersIn(rest!) }),
  },
  {
    // Arduino's ESP.getResetInfo(), with the registers.
    mark: 'fatal exception:',
    pattern: /\bFatal exception:(\d+) flag:\d+ \(EXCEPTION\)(.*)/,
    read: ([cause, rest]) => ({
      kind: 'exception',
      cause: Number(cause),
      registers: valuesIn(rest!, /\b([a-z]\w*):0x([0-9a-fA-F]{8})\b/g),
    }),
  },
  {
    // The same of Tasmota, as JSON.
    mark: '"exception":',
    pattern: /"Exception":(\d+),.*"EXCVADDR":"([0-9a-f]{8})"/,
    read: ([cause, address]) => ({
      kind: 'exception',
      cause: Number(cause),
      registers: { excvaddr: Number.parseInt(address!, 16) },
    }),
  },
  {
    // The boot ROM of the ESP32 and later chips.
    mark: 'rst:0x',
    pattern:
      /\brst:0x[0-9a-f]+ \((?:(TG0WDT|TG1WDT|RTCWDT|INT?_?WDT)_(?!BROWN)\w*RE?SE?T?|\w*BROWN_?OUT\w*)\)/i,
    read: ([timer]) =>
      timer === undefined
        ? { kind: 'brownout' }
        : { kind: 'watchdog', which: RST_TIMERS[timer.toUpperCase()] ?? 'hardware' },
  },
  {
    // Espurna, of the run before.
    mark: 'xception cause: ',
    pattern: /\bException cause: (\d{1,2})$/,
    read: ([cause]) => ({ kind: 'exception', cause: Number(cause), registers: {} }),
  },
  {
    mark: 'Guru Meditation',
    pattern: /Guru Meditation Error(?:.*panic'ed \(| of type )(Cache disabled|\w+)/,
    read: ([reason]) => panicOf(reason!),
  },
  { mark: 'Backtrace:', pattern: /^Backtrace: *(.+)$/, read: ([list]) => backtrace(list!) },
  {
    mark: 'stack overflow',
    pattern: /stack overflow in task (\S+)/,
    read: ([task]) => ({ kind: 'stack-overflow', task: task! }),
  },
  {
    mark: 'tack canary',
    pattern: /Stack canary watchpoint triggered(?: \((\S+)\))?/,
    read: ([task]) => ({ kind: 'stack-overflow', task: task! }),
  },
  {
    // ESPHome decodes what it receives: «WARNING Decoded 0x4021177f: NAME at FILE:LINE».
    mark: 'decoded 0x',
    pattern: /\bDecoded 0x([0-9a-f]{8}): (\S.*?)(?: at (\S+):(\d+))?$/,
    read: ([address, name, file, line]) => ({
      kind: 'source',
      address: Number.parseInt(address!, 16),
      function: name!,
      file,
      lineNumber: line === undefined ? undefined : Number(line),
    }),
  },
  {
    mark: 'tack smashing',
    pattern: /^Stack smashing (?:protect failure|detected)/,
    read: () => ({ kind: 'stack-overflow', task: undefined }),
  },
  {
    mark: 'abort()',
    pattern: /abort\(\) was called at PC (?:0x)?([0-9a-fA-F]{8})/,
    read: ([pc]) => ({ kind: 'abort', pc: Number.parseInt(pc!, 16), because: undefined }),
  },
  {
    mark: 'ESP_ERROR_CHECK failed',
    pattern: /(ESP_ERROR_CHECK failed: esp_err_t 0x[0-9a-fA-F]+.*?)(?: at (?:0x)?([0-9a-fA-F]{8}))?$/,
    read: ([because, pc]) => ({
      kind: 'abort',
      pc: pc === undefined ? undefined : Number.parseInt(pc, 16),
      because: because!,
    }),
  },
  {
    mark: 'ssert',
    pattern: /^(?!.*\bnvs_flash_init\b) *((?:assert(?:ion)? (?:failed|".*" failed)|Assertion failed).*)$/,
    read: ([because]) => ({ kind: 'abort', pc: undefined, because: because! }),
  },
  {
    // esp-open-rtos, and lwIP's check of its own task.
    mark: ['rtos assert ', 'abort() invoked', 'core lock', 'lock tcpip core'],
    pattern:
      /^(rtos assert \S+ \d+|abort\(\) invoked at .*|.*\b(?:Function called without core lock\b|Required to lock TCPIP core functionality).*)$/,
    read: ([because]) => ({ kind: 'abort', pc: undefined, because: because! }),
  },
  {
    mark: 'Abort called',
    pattern: /^Abort called/,
    read: () => ({ kind: 'abort', pc: undefined, because: undefined }),
  },
  {
    mark: 'User exception (panic',
    pattern: /^User exception \(panic\/abort\/assert\)/,
    read: () => ({ kind: 'abort', pc: undefined, because: undefined }),
  },
  {
    mark: 'tack overflow detected',
    pattern: /^Stack overflow detected/,
    read: () => ({ kind: 'stack-overflow', task: undefined }),
  },
  {
    // The guard of the loop's stack of 4 KB is the only panic there (core_esp8266_main.cpp of 2.0 to 2.4).
    mark: 'cpp:',
    pattern: /^Panic \S*core_esp8266_main\.cpp:\d+ loop_task\b/,
    read: () => ({ kind: 'stack-overflow', task: undefined }),
  },
  {
    mark: 'sketch stack',
    pattern: /\bheap collided with sketch stack\b|\bsketch stack overflow detected\b/i,
    read: () => ({ kind: 'stack-overflow', task: undefined }),
  },
  {
    mark: 'Panic ',
    pattern: /^(Panic \S+:\d+ .*)$/,
    read: ([because]) => ({ kind: 'abort', pc: undefined, because: because! }),
  },
  // heap_caps and newlib (components/heap/multi_heap_poisoning.c), umm_malloc of Arduino.
  {
    mark: ['orrupt', 'oison', 'bad head', 'bad tail', 'heap integrity'],
    pattern:
      /\b(?:corrupt heap|heap\b.{0,30}\bcorrupt\w*|bad (?:head|tail) at 0x|heap poison\w*|no poison (?:after|before) the block|heap integrity broken)\b/i,
    read: () => ({ kind: 'heap-corrupted' }),
  },
  {
    // Arduino's ESP.getResetReason() behind an application's words.
    mark: [
      'eset reason',
      'estart reason',
      'estartreason',
      'eset cause',
      'eset info',
      'estart cause',
      'estart info',
    ],
    pattern:
      /\b(?:reset (?:reason|cause|info)|restart (?:reason|cause|info)|restartreason)\W{0,4}(?:\w+ ?= ?)?(Hardware Watchdog|Software Watchdog|Task watchdog|Soft(?:ware)? WDT|Exception|Panic|Brownout)\b/i,
    read: ([reason]) => {
      if (/brownout/i.test(reason!)) return { kind: 'brownout' };
      return /exception|panic/i.test(reason!)
        ? { kind: 'panic', reason: reason! }
        : { kind: 'watchdog', which: WATCHDOGS[reason!.split(' ')[0]!.toLowerCase()] ?? 'software' };
    },
  },
  {
    mark: 'ask watchdog got',
    pattern: /Task watchdog got/,
    read: () => ({ kind: 'watchdog', which: 'task' }),
  },
  {
    mark: 'Soft WDT',
    pattern: /^ *Soft WDT reset/,
    read: () => ({ kind: 'watchdog', which: 'software' }),
  },
  {
    mark: 'nterrupt w',
    pattern: /Interrupt w(?:atch)?dt? ?(?:timeout)?/,
    read: () => ({ kind: 'watchdog', which: 'interrupt' }),
  },
  {
    // Mongoose OS.
    mark: ' WDT @',
    pattern: /^(HW|SW) WDT @ 0x/,
    read: ([which]) => ({ kind: 'watchdog', which: which === 'HW' ? 'hardware' : 'software' }),
  },
  { mark: 'wdt reset', pattern: /^ *wdt reset/, read: () => ({ kind: 'watchdog', which: 'hardware' }) },
  {
    // addr2line by whatever tool: EspExceptionDecoder, PlatformIO's and ESP-IDF's monitor (whose own lines begin with «--- »),
    // gdb. C++ names hold blanks.
    mark: [' at ', ' is in '],
    pattern:
      /^(?:--- )? *(?:(PC|EPC\d|addr2line): +|epc\d=|#\d+ +)?0x([0-9a-f]{8})(?::0x[0-9a-f]{8})?(?::| in) (\S.*?) (?:at|is in) (\S.*?)(?: line |:)(\d+|\?)/,
    read: ([head, address, name, file, line]) => ({
      kind: 'source',
      ...(head === 'PC' ? { isCounter: true } : {}),
      address: Number.parseInt(address!, 16),
      function: name!,
      file: file === '??' ? undefined : file,
      lineNumber: line === '?' ? undefined : Number(line),
    }),
  },
  {
    // gdb, which breaks its lines before the file.
    mark: ' in ',
    pattern: /^#\d+ +0x([0-9a-f]{8}) in (\w+) \(/,
    read: ([address, name]) => ({
      kind: 'source',
      address: Number.parseInt(address!, 16),
      function: name!,
      file: undefined,
      lineNumber: undefined,
    }),
  },
  {
    // Arduino «3ffffdd0:  402014ef 3ffee…», esp-open-rtos «0x3ffffdd0: 402014ef …»
    mark: '3ff',
    pattern: /^(?:0x)?(3ff[0-9a-f]{5}): +((?:(?:0x)?[0-9a-f]{8} *)+)<?$/,
    read: ([address, words]) => ({
      kind: 'stack',
      address: Number.parseInt(address!, 16),
      words: words!
        .trim()
        .split(/ +/)
        .map((word) => Number.parseInt(word, 16)),
    }),
  },
  {
    mark: '=0x',
    pattern: /^(.*\b(?:epc\d|epcvaddr|excvaddr|excsave1|depc|rtn_add|ps|sar|a\d+)=0x.*)$/,
    read: ([text]) => registers(registersIn(text!)),
  },
  {
    mark: ': 0x',
    pattern: /^([A-Z]\w* *: 0x.*)$/,
    read: ([text]) => registers(valuesIn(text!, /\b([A-Z][A-Z0-9_]*) *: 0x([0-9a-fA-F]{8})\b/g)),
  },
  {
    mark: ['a0 ', 'a4 ', 'a8 ', 'a12 '],
    pattern: /^((?:a\d+ +[0-9a-f]{8} *)+)(?:SAR +[0-9a-f]{8})?$/,
    read: ([text]) => registers(valuesIn(text!, /\b(a\d+) +([0-9a-f]{8})\b/g)),
  },
];

/** Panics whose reason is a watchdog or the stack say that. */
function panicOf(reason: string): MonitorDetail {
  if (reason === 'Stack') return { kind: 'stack-overflow', task: undefined };
  return reason === 'Interrupt' ? { kind: 'watchdog', which: 'interrupt' } : { kind: 'panic', reason };
}

const WATCHDOGS: Readonly<Record<string, 'hardware' | 'task'>> = { hardware: 'hardware', task: 'task' };

/** Timer groups 0 and 1 are of the task and the interrupt watchdog (esp_system, ESP-IDF). */
const RST_TIMERS: Readonly<Record<string, 'task' | 'interrupt'>> = { TG0WDT: 'task', TG1WDT: 'interrupt' };

function registers(values: RegisterValues): MonitorDetail | undefined {
  return Object.keys(values).length === 0 ? undefined : { kind: 'registers', values };
}

/** As the boot ROM and Arduino print them: `excvaddr=0x00000000`. */
function registersIn(text: string): RegisterValues {
  return valuesIn(text, /\b([a-z]\w*)=0x([0-9a-fA-F]{1,8})\b/g);
}

/** By their names in small letters, as the ROM prints them: `PC` of RTOS_SDK 3.x is `pc`. */
function valuesIn(text: string, each: RegExp): RegisterValues {
  return Object.fromEntries(
    [...text.matchAll(each)].map(([, name, value]) => [name!.toLowerCase(), Number.parseInt(value!, 16)]),
  );
}

function backtrace(list: string): MonitorDetail | undefined {
  const frames = [...list.matchAll(/0x([0-9a-f]{8}):0x([0-9a-f]{8})/g)].map(([, pc, sp]) => ({
    pc: Number.parseInt(pc!, 16),
    sp: Number.parseInt(sp!, 16),
  }));
  return frames.length === 0 ? undefined : { kind: 'backtrace', frames };
}
