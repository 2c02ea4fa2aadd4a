import type { CauseId } from './causes.ts';
import { isRightBefore } from './connection-end.ts';
import { firstCrash, isBehindTls, onBearSslStack, watchdogLines } from './crash-facts.ts';
import { isNullValue, isRomStore, nullAccess, STORE_PROHIBITED } from './null-access.ts';
import { finding, type Rule } from './rule.ts';

/** The innermost loops of big-number arithmetic (mbedTLS, axTLS, BearSSL), and the wait for the AES hardware. */
const ARITHMETIC =
  /^(?:mbedtls_)?(?:mpi_|esp_mpi_)|^verify_SKE_sig|^br_(?:rsa|ecdsa|ec)_(?:i15|i31|all|p256|vrfy|sign)|^bi_|^br_i(?:15|31|32|62)_|^calculate_rinv|^esp_aes_\w*wait/;
/** What asks for memory in axTLS's arithmetic, and in the set-up of Arduino's BearSSL. */
const AXTLS_NUMBERS = /^(?:more_comps|alloc|ax_port_\w*alloc)$/;
const BEARSSL_SETUP = /\bWiFiClientSecure(?:Ctx)?::_(?:install\w+|connectSSL|alloc\w*)\b/;
/** An allocation as the innermost frame: axTLS's arithmetic grows its numbers, and does not ask whether it could. */
const GROWING = /^(?:more_comps|alloc|realloc|malloc|calloc)$/;
/** FreeRTOS's lists of tasks (list.c, tasks.c), which lie behind the tasks' stacks. */
const LISTS = /^(?:xTaskRemoveFromEventList|uxListRemove|vListInsert\w*)$/;
/** Functions and files of TLS libraries, and of what Arduino and the SDKs put round them. */
const TLS_CODE =
  /\bBearSSL\b|\bWiFiClientSecure|\bbr_(?:ssl|x509|rsa|ec|sha|aes|pem)|^(?:mbedtls|esp_tls|ssl|tls1|x509|wolfssl)_|^(?:send_client_|do_clnt_)|^SSL_\w+$|^iot_tls_|axtls|bearssl|mbedtls|wolfssl/i;
/** Functions that walk the heap's own lists (multi_heap.c, heap_tlsf.c, heap_regions.c, umm_malloc). */
const ALLOCATOR =
  /^(?:multi_heap_\w+|get_next_block|is_free|split_if_necessary|remove_free_block|insert_free_block|block_(?:next|prev|size|is_\w+|split|trim_\w+|locate_free|insert|remove|merge_\w+|mark_\w+|absorb|link_next|prepare_used)|tlsf_\w+|_?umm_\w+|(?:get_un)?(?:check_)?poison\w*|get_unpoisoned\w*|prvInsertBlockIntoFreeList|prvHeap\w*)\b/;
/** What a failed check calls (newlib, ESP-IDF's panic.c, the ESP8266 core's postmortem). */
const ENDS_PROGRAM =
  /^(?:panic_abort|esp_system_abort|abort|__assert_func|raise_exception|__unhandled_exception|__wrap_\w+)\b/;
/** Behind the one that crashed: what it called may be of the C library, and what called it is the program's. */
const INNER_FRAMES = 4;
/** Where the boot ROM hands over, which the boot's own lines name. */
const OF_BOOT = /^(?:_init|_stext|_start\w*|call_start_cpu\d)\b/;
/** A frame of gdb's backtrace, which is no crash's by itself. */
const OF_GDB = /(?:^|\W )#\d+ +0x/;
/** What ends a program by itself lies over the function that brought it there, the watchdog's interrupt over what it interrupted. */
const ENDING_FRAMES = 6;
/** Code lies between these in the chips' memory maps. */
const CODE_START = 0x4000_0000;
const CODE_END = 0x4800_0000;

/** Functions that run for one reason alone (ESP-IDF's esp_system and freertos, newlib, libstdc++). */
const ENDINGS: readonly (readonly [name: RegExp, cause: CauseId, weight: number])[] = [
  [/^(?:vApplicationStackOverflowHook|__stack_chk_fail)\b/, 'crash.stack_overflow', 90],
  [/^(?:(?:abort|heap_caps)_alloc_failed|operator new)\b/, 'heap.exhausted', 84],
  // It aborts where no interrupt is left (esp_bignum.c).
  [/^esp_mpi_isr_initialise\b/, 'crypto.accelerator', 90],
  [/^(?:(?:esp_)?task_wdt_isr|task_wdt_timeout_handling)\b/, 'cpu.watchdog', 62],
  [/^(?:__assert_func|std::terminate|__cxa_throw)\b/, 'crash.abort', 66],
];

/** What the frames of a crash tell that a tool has decoded in the log, or that the log ends in. */
export const FRAME_RULES: readonly Rule[] = [
  // axTLS's big numbers write to what realloc gave, and do not ask whether it gave anything (bigint.c); BearSSL's set-up
  // aborts where `new` gives nothing.
  (facts) => {
    const crashed = firstCrash(facts);
    const allocating = facts
      .seen('source')
      .slice(0, 3)
      .find(({ event }) =>
        crashed?.event.kind === 'abort'
          ? BEARSSL_SETUP.test(event.function)
          : AXTLS_NUMBERS.test(event.function) || /\bcrypto\/bigint\.c$/.test(event.file ?? ''),
      );
    return crashed === undefined || allocating === undefined
      ? []
      : [finding('heap.exhausted', 90, allocating, crashed)];
  },

  // calloc clears what malloc has not given.
  (facts) => {
    const crashed = facts.seen('exception').find(({ event }) => event.cause === STORE_PROHIBITED);
    const [first] = facts.seen('source');
    const allocating = first !== undefined && /^calloc\b/.test(first.event.function) ? first : undefined;
    return crashed === undefined ||
      allocating === undefined ||
      allocating.at < crashed.at ||
      nullAccess(facts, crashed) === undefined
      ? []
      : [finding('heap.exhausted', 88, allocating, crashed)];
  },

  // axTLS stores to what malloc gave, and does not ask whether it gave anything; whoever copies into it does so, too.
  (facts) => {
    const crashed = facts.seen('exception').find(({ event }) => event.cause === STORE_PROHIBITED);
    if (crashed === undefined || nullAccess(facts, crashed, crashed.event.registers) === undefined) return [];
    const step = facts.steps.findLast((one) => one.line.includes('State:') && isRightBefore(one, crashed));
    if (step !== undefined) return [finding('heap.exhausted', 88, crashed, step)];
    return isRomStore(facts, crashed, crashed.event.registers)
      ? [finding('heap.exhausted', 84, crashed)]
      : [];
  },

  // What is given to TLS is not there (any more), or could not be made.
  (facts) => {
    if (watchdogLines(facts).length > 0 || facts.seen('stack-overflow').length > 0) return [];
    const crashed = firstCrash(facts);
    const frame = facts
      .seen('source')
      .slice(0, INNER_FRAMES)
      .find(({ event }) => isOfTls(event));
    // Where no tool has decoded them, the stack that the crash was on.
    const witness = frame ?? (facts.seen('source').length === 0 ? onBearSslStack(facts) : undefined);
    return crashed === undefined || witness === undefined
      ? []
      : [finding('crash.in_tls', isBehindTls(facts, crashed) ? 52 : 87, witness, crashed)];
  },

  // Who walks the heap's lists and comes to no memory finds them spoilt.
  (facts) => {
    if (watchdogLines(facts).length > 0) return [];
    // Behind a check that failed, and what ends the program then, stands who made it.
    const inner = facts.seen('source').find(({ event }) => !ENDS_PROGRAM.test(event.function));
    const isCheck = facts.seen('abort').length > 0 && inner === facts.seen('source')[0];
    return inner !== undefined && !isCheck && ALLOCATOR.test(inner.event.function)
      ? [finding('crash.heap_corrupted', 88, inner, firstCrash(facts))]
      : [];
  },

  (facts) =>
    facts
      .seen('source')
      .slice(0, ENDING_FRAMES)
      .flatMap(({ event, ...witness }) => {
        const ending = ENDINGS.find(([name]) => name.test(event.function));
        return ending === undefined ? [] : [finding(ending[1], ending[2], witness)];
      }),

  // Of a crash only what a tool decoded, or what is printed at its end.
  (facts) => {
    const kinds = ['exception', 'panic', 'abort', 'stack-overflow', 'heap-corrupted'] as const;
    if (watchdogLines(facts).length > 0 || kinds.some((kind) => facts.seen(kind).length > 0)) return [];
    // A monitor names each address that it sees, also those of a boot: one alone is no crash.
    const named = facts
      .seen('source')
      .filter(
        ({ event, line }) =>
          (event.file !== undefined || (OF_GDB.test(line) && isOfTls(event))) &&
          !OF_BOOT.test(event.function),
      );
    const [inner] = named;
    // An allocation that it asked for, in the middle of it, and a task's list that was overwritten, are another thing.
    if (inner !== undefined && GROWING.test(inner.event.function))
      return [finding('heap.exhausted', 65, inner)];
    if (inner !== undefined && LISTS.test(inner.event.function))
      return [finding('crash.stack_overflow', 62, inner), finding('crash', 58, inner)];
    // Arithmetic reads what it was given, and writes to memory of its own: what stops it is a watchdog.
    const counting = named.slice(0, ENDING_FRAMES).find(({ event }) => ARITHMETIC.test(event.function));
    if (counting !== undefined) return [finding('cpu.watchdog_crypto', 65, counting)];
    const sources = named.length > 1 || named[0]?.event.isCounter === true ? named : [];
    const [trace] = facts.seen('backtrace');
    const witness = sources[0] ?? trace;
    if (witness === undefined) return [];
    const isSpoilt = trace?.event.frames
      .slice(0, INNER_FRAMES)
      .some(({ pc }) => pc < CODE_START || pc >= CODE_END);
    if (trace !== undefined && isSpoilt === true) return [finding('crash.stack_overflow', 62, trace)];
    const bad = facts.seen('registers').find(({ event }) => isNullValue(event.values));
    const inTls = sources.find(({ event }) => isOfTls(event));
    return [
      finding('crash', 58, witness),
      ...(inTls === undefined ? [] : [finding('crash.in_tls', 62, inTls)]),
      ...(bad === undefined
        ? []
        : [finding('crash.null_pointer', inTls === undefined ? 64 : 61, witness, bad)]),
    ];
  },
];

function isOfTls(event: { function: string; file: string | undefined }): boolean {
  return TLS_CODE.test(event.function) || TLS_CODE.test(event.file ?? '');
}
