import type { CauseId } from './causes.ts';
import { badAddress, isNullAddress, nullAccess, PROHIBITED } from './null-access.ts';
import { finding, type Finding, type Rule } from './rule.ts';
import { NEAR_LINES } from './connection-end.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** Big-number arithmetic of mbedTLS (bignum.c, ecp.c, rsa.c) and of BearSSL (br_...). */
const CRYPTO =
  /^(?:mbedtls_)?(?:mpi|ecp|ecdsa|ecdh|rsa|pk|dhm)_|^br_(?!ssl|x509|pem|hmac|sha|aes)|mpi_mul|^bi_/;
/** Its innermost loops. */
const ARITHMETIC = /^(?:mbedtls_)?(?:mpi_|esp_mpi_)|^bi_|^br_i(?:15|31|32|62)_|\brinv\b|^calculate_rinv/;
/** Steps in which the client computes. */
const COMPUTING =
  /^(?:client )?handshake$|calc verify|certificate verify|client key exchange|server key exchange|certificate/;
/** What asks for memory in axTLS's arithmetic, and in the set-up of Arduino's BearSSL. */
const AXTLS_NUMBERS = /^(?:more_comps|alloc|ax_port_\w*alloc)$/;
const BEARSSL_SETUP = /\bWiFiClientSecure(?:Ctx)?::_(?:install\w+|connectSSL|alloc\w*)\b/;
/** Functions and files of TLS libraries, and of what Arduino and the SDKs put round them. */
const TLS_CODE =
  /\bBearSSL\b|\bWiFiClientSecure|\bbr_(?:ssl|x509|rsa|ec|sha|aes|pem)|^(?:mbedtls|esp_tls|ssl|tls1|x509|wolfssl)_|^(?:send_client_|do_clnt_)|^iot_tls_|axtls|bearssl|mbedtls|wolfssl/i;
/** Behind the one that crashed: what it called may be of the C library, and what called it is the program's. */
const INNER_FRAMES = 4;
/** The watchdog's interrupt lies over what was interrupted. */
const ISR_FRAMES = 6;
/** EXCCAUSE (Xtensa ISA reference manual) that says more than that there was a crash: LoadStoreError, LoadStoreAlignment. */
const BY_CAUSE: Readonly<Record<number, CauseId>> = {
  0: 'crash.illegal_instruction',
  2: 'crash.bad_jump',
  3: 'crash.flash_access',
  6: 'crash.divide_by_zero',
  9: 'crash.unaligned',
  20: 'crash.bad_jump',
};
/** The same of later chips, by the first word of their reason (esp_system/port/panic_handler.c). */
const BY_REASON: Readonly<Record<string, CauseId>> = {
  IllegalInstruction: 'crash.illegal_instruction',
  Illegal: 'crash.illegal_instruction',
  InstrFetchProhibited: 'crash.bad_jump',
  IntegerDivideByZero: 'crash.divide_by_zero',
  LoadStoreAlignment: 'crash.unaligned',
  Cache: 'crash.cache_disabled',
};
/** Functions that walk the heap's own lists (multi_heap.c, heap_tlsf.c, heap_regions.c, umm_malloc). */
const ALLOCATOR =
  /^(?:multi_heap_\w+|get_next_block|split_if_necessary|remove_free_block|insert_free_block|block_\w+|tlsf_\w+|umm_\w+|prvInsertBlockIntoFreeList|prvHeap\w*)\b/;
/** Ports that are no addresses: where one was used as such, arguments were swapped. */
const PORTS: ReadonlySet<number> = new Set([80, 443, 1883, 8080, 8443, 8883]);
/** A member or the next word of what the port was taken for. */
const NEAR_PORT_BYTES = 4;
/** Code lies between these in the chips' memory maps. */
const CODE_START = 0x4000_0000;
const CODE_END = 0x4800_0000;
/** Boot mode of the ROM's banner. */
const FROM_FLASH = 3;

/** Crashes, watchdogs and resets. */
export const CRASH_RULES: readonly Rule[] = [
  (facts) => {
    const fired = watchdogLines(facts);
    const crypto = facts.seen('source').find(({ event }) => CRYPTO.test(event.function));
    const pause = computingPause(facts);
    const lastStep = facts.steps.slice(-1).find(({ step }) => COMPUTING.test(step));
    return [
      ...fired.map((witness) => finding('cpu.watchdog', 60, witness)),
      ...(fired.length > 0 && (crypto ?? pause) !== undefined
        ? [finding('cpu.watchdog_crypto', 97, fired[0], crypto ?? pause)]
        : []),
      // The last step before it is one in which the client computes, and the log has no times.
      ...(fired.length > 0 && lastStep !== undefined
        ? [finding('cpu.watchdog_crypto', 85, fired[0], lastStep)]
        : []),
    ];
  },

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

  // What is given to TLS is not there (any more), or could not be made.
  (facts) => {
    if (watchdogLines(facts).length > 0 || facts.seen('stack-overflow').length > 0) return [];
    const crashed = firstCrash(facts);
    const frame = facts
      .seen('source')
      .slice(0, INNER_FRAMES)
      .find(({ event }) => TLS_CODE.test(event.function) || TLS_CODE.test(event.file ?? ''));
    return crashed === undefined || frame === undefined
      ? []
      : [finding('crash.in_tls', isBehindTls(facts, crashed) ? 52 : 87, frame, crashed)];
  },

  // Who walks the heap's lists and comes to no memory finds them spoilt.
  (facts) => {
    const [inner] = facts.seen('source');
    const isCheck = facts.seen('abort').length > 0 || watchdogLines(facts).length > 0;
    return inner !== undefined && !isCheck && ALLOCATOR.test(inner.event.function)
      ? [finding('crash.heap_corrupted', 88, inner, firstCrash(facts))]
      : [];
  },

  // Of a crash only what a tool decoded, or what is printed at its end.
  (facts) => {
    const kinds = ['exception', 'panic', 'abort', 'stack-overflow', 'heap-corrupted'] as const;
    if (watchdogLines(facts).length > 0 || kinds.some((kind) => facts.seen(kind).length > 0)) return [];
    const sources = facts.seen('source');
    const [first] = sources;
    const [trace] = facts.seen('backtrace');
    if (first === undefined && trace === undefined) return [];
    const isSpoilt = trace?.event.frames
      .slice(0, INNER_FRAMES)
      .some(({ pc }) => pc < CODE_START || pc >= CODE_END);
    if (trace !== undefined && isSpoilt === true) return [finding('crash.stack_overflow', 62, trace)];
    const bad = facts.seen('registers').find(({ event }) => isNullAddress(event.values));
    const inTls = sources.find(
      ({ event }) => TLS_CODE.test(event.function) || TLS_CODE.test(event.file ?? ''),
    );
    const witness = first ?? trace!;
    // Arithmetic reads what it was given, and writes to memory of its own: what stops it is a watchdog.
    const counting = sources.slice(0, ISR_FRAMES).find(({ event }) => ARITHMETIC.test(event.function));
    if (counting !== undefined) return [finding('cpu.watchdog_crypto', 65, counting)];
    return [
      finding('crash', 58, witness),
      ...(inTls === undefined ? [] : [finding('crash.in_tls', 62, inTls)]),
      ...(bad === undefined ? [] : [finding('crash.null_pointer', 64, witness, bad)]),
    ];
  },

  (facts) => {
    // The task watchdog panics or aborts, too: then it is the cause.
    const hasFired = watchdogLines(facts).length > 0;
    return [
      ...facts.seen('stack-overflow').map((witness) => finding('crash.stack_overflow', 95, witness)),
      ...facts.seen('exception').flatMap(({ event, ...witness }) => {
        const isNull = PROHIBITED.has(event.cause) ? nullAccess(facts, witness, event.registers) : undefined;
        const known = BY_CAUSE[event.cause];
        const address = badAddress(facts, witness, event.registers);
        return [
          ...(address !== undefined && isPort(address)
            ? [finding('crash.port_as_address', 91, witness)]
            : []),
          ...ofCrash(facts, witness, isNull, 85),
          ...(known === undefined || isBehindTls(facts, witness) ? [] : [finding(known, 86, witness)]),
        ];
      }),
      ...facts.seen('panic').flatMap(({ event, ...witness }) => {
        const isNull = !hasFired && /Prohibited/.test(event.reason) ? nullAccess(facts, witness) : undefined;
        const known = hasFired ? undefined : BY_REASON[event.reason];
        return [
          ...ofCrash(facts, witness, isNull, hasFired ? 55 : 80),
          ...(known === undefined || isBehindTls(facts, witness) ? [] : [finding(known, 86, witness)]),
        ];
      }),
      ...facts.seen('abort').map(({ event, ...witness }) => {
        // Arduino's panic names the function that stopped: one that allocates stops for want of memory.
        if (/alloc\w*$|ERR_NO_MEM/.test(event.because ?? '')) return finding('heap.exhausted', 88, witness);
        if (/\bmodussl_mbedtls\.c\b/.test(event.because ?? '')) return finding('crash.in_tls', 87, witness);
        return finding('crash.abort', hasFired && event.because === undefined ? 55 : 80, witness);
      }),
      ...facts.seen('heap-corrupted').map((witness) => finding('crash.heap_corrupted', 90, witness)),
      ...facts.seen('brownout').map((witness) => finding('power.brownout', 90, witness)),
      ...facts.seen('flash-failed').map((witness) => finding('boot.flash_chip', 90, witness)),
      ...facts
        .seen('partitions-refused')
        .map(({ event, ...witness }) =>
          event.problem === 'beyond-flash'
            ? finding('boot.partitions.beyond_flash', 92, witness)
            : finding('boot.partitions', 89, witness),
        ),
      ...facts.seen('nvs-failed').map((witness) => finding('boot.nvs', 84, witness)),
      ...facts.seen('system-sectors').map((witness) => finding('boot.flash_size', 75, witness)),
      ...facts.seen('image-refused').map((witness) => finding('boot.image', 88, witness)),
    ];
  },

  // The last boot counts: a board that is flashed goes through the loader.
  (facts) => {
    const boots = facts.seen('boot');
    const boot = boots.at(-1);
    if (boot === undefined || boot.event.bootMode === FROM_FLASH) return [];
    // A watchdog that fires between two starts of the loader is not the program's.
    const never = boots.length > 1 && boots.every(({ event }) => event.bootMode !== FROM_FLASH);
    return [finding('boot.strapping', never ? 62 : 58, boot)];
  },

  // The boot ROM's banner has a rate of its own: a little at the start is no fault.
  (facts) => {
    const garbage = facts.seen('garbage').filter(({ event }) => event.sentBaudRate === undefined);
    if (garbage.length * 3 < facts.lineCount) return [];
    return garbage.map((witness) => finding('port.baud', 52, witness));
  },
];

/** A crash, and the access near address 0 that it was; less where it follows from what TLS said. */
function ofCrash(facts: LogFacts, witness: Witness, isNull: Witness | undefined, alone: number): Finding[] {
  const weight = isBehindTls(facts, witness) ? 50 : alone;
  return [
    finding('crash', weight, witness),
    ...(isNull === undefined ? [] : [finding('crash.null_pointer', weight + 1, witness, isNull)]),
  ];
}

function isPort(address: number): boolean {
  return [...PORTS].some((port) => address >= port && address <= port + NEAR_PORT_BYTES && port > 100);
}

/** TLS failed right before, and the program did not bear it. */
function isBehindTls({ codes }: LogFacts, { at }: Witness): boolean {
  return codes.some(
    (failed) => Math.abs(failed.code) > 0x7f && failed.at < at && at - failed.at < NEAR_LINES,
  );
}

function firstCrash(facts: LogFacts) {
  return [...facts.seen('exception'), ...facts.seen('panic'), ...facts.seen('abort')][0];
}

function watchdogLines(facts: LogFacts) {
  const resets = facts.seen('boot').filter(({ event }) => event.resetCause === 4);
  const tagged = facts.seen('log').filter(({ event }) => event.tag === 'task_wdt' && event.level === 'E');
  return [...facts.seen('watchdog'), ...tagged, ...resets];
}

function computingPause({ pauses }: LogFacts): Finding['evidence'][number] | undefined {
  return pauses.find(({ before }) => COMPUTING.test(before.line))?.before;
}
