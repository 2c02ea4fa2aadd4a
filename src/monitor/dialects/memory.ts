import type { Rule } from '../rule.ts';

const HEAP = ['heap'];

/** Heap figures and failed allocations, as SDKs, Arduino and applications print them. */
export const MEMORY_RULES: readonly Rule[] = [
  {
    mark: 'fail, heap:',
    pattern: /alloc eb len=(\d+) .*fail, heap:/i,
    read: ([bytes]) => ({ kind: 'allocation-failed', bytes: Number(bytes) }),
  },
  {
    mark: 'E:M ',
    pattern: /^E:M (\d+)/i,
    read: ([bytes]) => ({ kind: 'allocation-failed', bytes: Number(bytes) }),
  },
  {
    mark: 'lloc',
    pattern: /\b(?:[mc]|re|pvPortM)alloc\w*(?:\(\))? (?:has )?fail(?:ed|ure)?(?:\D+(\d+))?/i,
    read: allocationFailed,
  },
  { mark: 'lloc', pattern: /\b(?:memory )?allocation failed(?:\D+(\d+))?/i, read: allocationFailed },
  {
    mark: 'last failed alloc',
    pattern: /^last failed alloc call: [0-9a-fA-F]+\((\d+)\)/i,
    read: allocationFailed,
  },
  {
    // The address alone, of the core since 3.0: the allocation that failed is the last thing before the crash.
    mark: 'ailed alloc caller',
    pattern: /^last failed alloc caller: (?:0x)?4[\da-f]{7}/i,
    read: () => allocationFailed([undefined]),
  },
  {
    mark: 'lloc',
    pattern:
      /\b\w*alloc\w*(?:\([^()\d]*(\d+)?[^()]*\))? (?:failed|return(?:ed|s) (?:NULL|null|0\b))|\bbad_alloc\b/i,
    read: allocationFailed,
  },
  // axTLS of Arduino (tls1.c).
  { mark: 'grow plain buffer', pattern: /\bfailed to grow plain buffer\b/i, read: allocationFailed },
  // axTLS with its allocations shown: «crypto/bigint.c:1072 realloc 1032 failed, left 1152».
  {
    mark: ' failed, left ',
    pattern: /\b(?:[mc]|re)alloc (\d+) failed, left \d/i,
    read: allocationFailed,
  },
  { mark: ' bytes) fail', pattern: /\balloc\((\d+) bytes\) fail/i, read: allocationFailed },
  { mark: 'ERR_NO_MEM', pattern: /\b\w+_ERR_NO_MEM\b/i, read: allocationFailed },
  { mark: 'annot allocate', pattern: /\bcannot allocate (?:memory|(\d+))/i, read: allocationFailed },
  {
    mark: 'ailed to allocate',
    pattern: /\bfailed to allocate\b(?!.*\binterrupt\b)(?:\D+(\d+))?/i,
    read: allocationFailed,
  },
  { mark: 'enough memory', pattern: /\bnot enough memory\b/i, read: allocationFailed },
  { mark: 'OOM', pattern: /\bOOM\b/i, read: allocationFailed },
  // umm_malloc of Arduino, with its debug output on: «:oom(260)@file:line».
  { mark: ':oom(', pattern: /^:oom\((\d+)\)@/i, read: allocationFailed },
  { mark: 'ENOMEM', pattern: /\bENOMEM\b/i, read: allocationFailed },
  { mark: 'nsufficient memory', pattern: /\binsufficient memory\b/i, read: allocationFailed },
  { mark: 'nough ram', pattern: /\bnot enough ram\b/i, read: allocationFailed },
  { mark: 'MemoryError', pattern: /\bMemoryError\b/i, read: allocationFailed },
  {
    mark: 'allocate',
    pattern: /\b(?:unable to|could ?n[o']t|can't|no memory to) allocate\b(?:\D+(\d+))?/i,
    read: allocationFailed,
  },
  {
    // Not the memory's own words, which many a program prints in each round.
    mark: [
      ...['no ', 'ck of ', 'ow on ', 'sufficient ', 'xhausted', 's full', 'oo low'],
      ...['ory alloc', 'heap alloc', 'ram alloc'],
    ],
    pattern:
      /\b(?:no|lack of|low on|insufficient|exhausted) (?:more |free |enough )?(?:memory|heap|ram)\b(?! leak)|\b(?:heap|memory|ram) (?:exhausted|is full|too low|alloc\w* fail\w*)\b/i,
    read: () => allocationFailed([undefined]),
  },
  {
    mark: 'rror allocat',
    pattern: /\berror allocat(?:e|ing)\b/i,
    read: () => allocationFailed([undefined]),
  },
  {
    mark: ['alloc fail', 'allocation fail'],
    pattern: /\balloc(?:ation)? fail\w*(?:\D+(\d+))?/i,
    read: allocationFailed,
  },
  {
    // In German, French and Spanish.
    mark: ['speicher', 'moire insuff', 'memoria'],
    pattern:
      /\bkein(?:en)? (?:freien? )?speicher\b|\bspeicher (?:voll|reicht nicht)|\bm[ée]moire insuffisante|\bsin memoria\b|\bmemoria insuficiente\b/i,
    read: () => allocationFailed([undefined]),
  },
  {
    mark: ['out of heap', 'more ram', 'more heap', 'more memory'],
    pattern: /\bout of heap\b|\bneeds? more (?:ram|memory|heap)\b/i,
    read: () => allocationFailed([undefined]),
  },
  // MicroPython's words for ESP_ERR_NO_MEM.
  {
    mark: 'wifi unknown error',
    pattern: /\bWifi Unknown Error 0x0?101\b/,
    read: () => allocationFailed([undefined]),
  },
  // The Wi-Fi library of ESP-IDF, when it starts.
  {
    mark: 'rx buffer, actual is',
    pattern: /\bExpected to init \d+ rx buffer, actual is \d/,
    read: () => ({ kind: 'sdk-refused', why: 'no-memory' }),
  },
  { mark: 'mem fail', pattern: /\bmem fail\b/i, read: allocationFailed },
  { mark: 'ut of memory', pattern: /\bout of memory\b/i, read: allocationFailed },
  {
    mark: 'minimum_free_heap_size',
    pattern: /minimum_free_heap_size\(\):? ?(\d+)/i,
    read: ([bytes]) => ({ kind: 'free-heap', bytes: Number(bytes), isMinimum: true }),
  },
  {
    mark: HEAP,
    pattern: /\bfree[ _]?heap(?:[ _]size)?(?: is| now)?\b(?:\(\))? ?[:=>-]* ?(\d+)/i,
    read: freeHeap,
  },
  {
    // heap_caps_print_heap_info, of all regions together.
    mark: 'largest_free_block',
    pattern: /^\s*free \d+ allocated \d+ min_free \d+ largest_free_block (\d+)$/,
    read: freeHeap,
  },
  // Arduino-ESP32 (ssl_client.cpp), at its verbose level.
  { mark: 'heap before tls', pattern: /\bFree internal heap before TLS (\d+)/i, read: freeHeap },
  {
    // Mongoose OS: the low water mark.
    mark: 'heap free lwm',
    pattern: /\bheap free LWM: (\d+)/i,
    read: ([bytes]) => ({ kind: 'free-heap', bytes: Number(bytes), isMinimum: true }),
  },
  { mark: HEAP, pattern: /\b(?:low heap|heap)(?: size)? ?[:=(] ?(\d+)/i, read: freeHeap },
  // «Heap 8064», where the line says no more.
  { mark: HEAP, pattern: /^heap(?: (?:at|after|before) \w+)? (\d{3,5})$/i, read: freeHeap },
  { mark: HEAP, pattern: /get_free_heap_size(?:\(\))?: ?(\d+)/i, read: freeHeap },
  {
    mark: ['ree', 'left', 'vail', 'emaining', 'libre', 'frei'],
    pattern:
      /\b(?:(?:free|available|remaining|freier) ?(?:ram|mem\w*|heap|speicher)|(?:ram|mem(?:ory)?|heap)\b.{0,8}\b(?:free|left|available|libre|frei))\b\W{0,4}(?:is |now )?(\d{3,6}|\d{1,3}(?= ?kb?\b))(?![.%\d])( ?k(?:b|ib)?\b)?/i,
    read: ([figure, unit]) => freeHeap([String(Number(figure) * (unit === undefined ? 1 : 1024))]),
  },
  // «[HEAP] after Wi-Fi: 30336 bytes».
  { mark: HEAP, pattern: /^\W*heap\b\D{0,30}(\d{4,6}) ?(?:bytes|b)?$/i, read: freeHeap },
];

function freeHeap([bytes]: readonly (string | undefined)[]) {
  return { kind: 'free-heap', bytes: Number(bytes), isMinimum: false } as const;
}

/** With the bytes that were asked for, where the pattern has them. */
export function allocationFailed([bytes]: readonly (string | undefined)[]) {
  return { kind: 'allocation-failed', bytes: bytes === undefined ? undefined : Number(bytes) } as const;
}
