import { causeOfAbort } from './abort-causes.ts';
import type { CauseId } from './causes.ts';
import { isBehindTls, onBearSslStack, watchdogLines } from './crash-facts.ts';
import { rightBefore } from './connection-end.ts';
import { badAddress, isRomDivision, nullAccess, PROHIBITED } from './null-access.ts';
import { finding, type Finding, type Rule } from './rule.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** Big-number arithmetic of mbedTLS (bignum.c, ecp.c, rsa.c) and of BearSSL (br_...). */
const CRYPTO = /^(?:mbedtls_)?(?:mpi|ecp|ecdsa|ecdh|rsa|pk|dhm)_|^br_|mpi_mul|^bi_/;
/** Steps in which the client computes. */
const COMPUTING =
  /^(?:client )?handshake$|calc verify|certificate verify|client key exchange|server key exchange|certificate/;
/** EXCCAUSE (Xtensa ISA reference manual) that says more than that there was a crash. */
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
  // RISC-V: «Instruction access fault».
  Instruction: 'crash.bad_jump',
  'Cache disabled': 'crash.cache_disabled',
  Double: 'crash.double_exception',
};
/** Tasks of the SDK that connect, and do not loop: what takes them so long is the handshake. */
const CONNECTING_TASK =
  /^CPU \d: (?:mqtt_task|\w*(?:ssl|SSL)\w*|http_client\w*|\w*https?_ota\w*|ota_\w+|tls\w*|aws_iot\w*|iot_thread|websocket_\w+)$/;
/** ESP-IDF's panic of it; by the boot ROM's line alone it may be the task's, too. */
const INTERRUPTS = /\bInterrupt w(?:atch)?d/;
/** Ports that are no addresses: where one was used as such, arguments were swapped. */
const PORTS: ReadonlySet<number> = new Set([443, 1883, 8080, 8443, 8883]);
const NEXT_WORD_BYTES = 4;
/** Arduino reports a watchdog of its own so. */
const LEVEL1_INTERRUPT = 4;

/**
 * Crashes and watchdogs; what decoded frames tell of them stands in crash-frames.ts, what the board itself has in
 * boot-rules.ts.
 */
export const CRASH_RULES: readonly Rule[] = [
  (facts) => {
    const fired = watchdogLines(facts);
    const crypto = facts.seen('source').find(({ event }) => CRYPTO.test(event.function));
    const pause = computingPause(facts);
    const lastStep = facts.steps.slice(-1).find(({ step }) => COMPUTING.test(step));
    return [
      // Of the run before, where the boot ROM says it.
      ...fired.map((witness) => {
        const isBoot = /\brst:0x/.test(witness.line);
        return INTERRUPTS.test(witness.line)
          ? finding('cpu.interrupt_watchdog', 62, witness)
          : finding('cpu.watchdog', isBoot ? 52 : isBehindFailure(facts, witness) ? 54 : 60, witness);
      }),
      ...(fired.length > 0 && (crypto ?? pause) !== undefined
        ? [finding('cpu.watchdog_crypto', 97, fired[0], crypto ?? pause)]
        : []),
      // A server of the device's own, which computes where a client came.
      ...(fired.length > 0 && facts.subjects.has('server')
        ? [finding('cpu.watchdog_crypto', 64, fired[0])]
        : []),
      // The program began to connect, and said nothing more.
      ...(fired.length > 0 && isConnecting(facts, fired[0]!)
        ? [finding('cpu.watchdog_crypto', 62, fired[0])]
        : []),
      // The last step before it is one in which the client computes, and the log has no times.
      ...(fired.length > 0 && lastStep !== undefined
        ? [finding('cpu.watchdog_crypto', 85, fired[0], lastStep)]
        : []),
    ];
  },

  // The task watchdog's own list (ESP-IDF, esp_task_wdt.c): who did not report, and who ran.
  (facts) => {
    const [fired] = watchdogLines(facts);
    if (fired === undefined) return [];
    const told = toldOfTasks(facts, fired);
    const late = told.find(({ text }) => /^ *- async_tcp/.test(text));
    const running = told.find(({ text }) => CONNECTING_TASK.test(text));
    const isIdleLate = told.some(({ text }) => /^ *- IDLE/.test(text));
    if (late !== undefined) return [finding('cpu.watchdog_callback', 92, fired, late)];
    const onCores = told.filter(({ text }) => /^CPU \d: /.test(text));
    const areIdle = onCores.length > 0 && onCores.every(({ text }) => /: IDLE/.test(text));
    const waiting = told.find(({ text }) => /^ *- (?!IDLE)\w/.test(text));
    const atFlash = onCores.find(({ text }) => /: ipc\d/.test(text));
    if (atFlash !== undefined && fetchesImage(facts))
      return [finding('cpu.watchdog_flash', 88, fired, atFlash)];
    if (areIdle && waiting !== undefined) return [finding('cpu.watchdog_blocked', 90, fired, waiting)];
    const inTls = told.find(({ text }) => /^ *- \w*(?:tls|ssl)\w* /i.test(text));
    if (inTls !== undefined) return [finding('cpu.watchdog_crypto', 88, fired, inTls)];
    // ESP-IDF leaves the list empty where it does not know the task.
    const isUnnamed = told.every(({ text }) => !/^ *- /.test(text));
    if (running !== undefined && (isIdleLate || isUnnamed))
      return [finding('cpu.watchdog_crypto', 64, fired, running)];
    const greedy = onCores.find(({ text }) => !/: (?:IDLE|ipc\d)/.test(text));
    return (isIdleLate || isUnnamed) && greedy !== undefined
      ? [finding('cpu.watchdog_idle', 61, fired, greedy)]
      : [];
  },

  (facts) => {
    // The task watchdog panics or aborts, too: then it is the cause.
    const hasFired = watchdogLines(facts).length > 0;
    return [
      ...facts
        .seen('stack-overflow')
        .map((witness) =>
          finding(
            witness.line.includes('BSSL stack') ? 'crash.stack_overflow.bearssl' : 'crash.stack_overflow',
            95,
            witness,
          ),
        ),
      ...facts.seen('exception').flatMap(({ event, ...witness }) => {
        if (event.cause === LEVEL1_INTERRUPT && hasFired) return [];
        const isNull = PROHIBITED.has(event.cause) ? nullAccess(facts, witness, event.registers) : undefined;
        const address = badAddress(facts, witness, event.registers);
        const known = isRomDivision(facts, witness, event.registers)
          ? 'crash.divide_by_zero'
          : isNull === undefined
            ? causeOfException(event.cause, address)
            : undefined;
        return [
          ...(address !== undefined && isPort(address, event.cause) && onBearSslStack(facts) === undefined
            ? [finding('crash.port_as_address', 91, witness)]
            : []),
          ...ofCrash(facts, witness, isNull, 85),
          ...(known === undefined || isBehindTls(facts, witness) ? [] : [finding(known, 86, witness)]),
        ];
      }),
      ...facts.seen('panic').flatMap(({ event, ...witness }) => {
        const isAccess = !hasFired && /^(?:Load|Store)(?:Prohibited)?$/.test(event.reason);
        const isNull =
          !hasFired && /Prohibited|^(?:Load|Store)$/.test(event.reason)
            ? nullAccess(facts, witness)
            : undefined;
        const isBad = isAccess && isNull === undefined;
        const ofReason = isBad ? ofPointer(badAddress(facts, witness, {})) : BY_REASON[event.reason];
        const known = hasFired ? undefined : ofReason;
        return [
          ...ofCrash(facts, witness, isNull, hasFired ? 55 : 80),
          ...(known === undefined || isBehindTls(facts, witness) ? [] : [finding(known, 86, witness)]),
        ];
      }),
      ...facts.seen('abort').map(({ event, ...witness }) => {
        const said = causeOfAbort(event.because ?? '');
        if (said !== undefined) return finding(said.id, said.weight, witness);
        const isOwnEnd =
          event.because === undefined &&
          (hasFired || isAnnounced(facts, witness) || isBehindTls(facts, witness));
        return finding('crash.abort', isOwnEnd ? 55 : 80, witness);
      }),
      ...facts.seen('heap-corrupted').map((witness) => finding('crash.heap_corrupted', 90, witness)),
    ];
  },
];

/** No connection came to be right before: the task may have waited for that. */
function isBehindFailure(facts: LogFacts, fired: Witness): boolean {
  return (['connect-failed', 'dns-failed', 'wifi-failed'] as const).some(
    (kind) => rightBefore(facts, kind, fired) !== undefined,
  );
}

/** The program fetches an image, in its words. */
function fetchesImage(facts: LogFacts): boolean {
  return [...facts.seen('application'), ...facts.unreadSince(0)].some(({ line }) => IMAGE.test(line));
}

const IMAGE = /\bOTA\b|\bota_|octet-stream|\b(?:firmware|software) (?:update|upgrade)\b/i;

/** What the task watchdog says of tasks: behind its tag, or on the lines below where it has none (up to ESP-IDF 3). */
function toldOfTasks(facts: LogFacts, fired: Witness): (Witness & { text: string })[] {
  return [
    ...facts
      .seen('log')
      .filter(({ event }) => event.tag === 'task_wdt')
      .map(({ event, ...witness }) => ({ ...witness, text: event.text })),
    ...facts
      .unreadSince(fired.at)
      .filter(({ at }) => at - fired.at <= TASK_LINES)
      .map((witness) => ({ ...witness, text: witness.line })),
  ];
}

const TASK_LINES = 6;

/** The line before is of the beginning of a connection, in a log that speaks of TLS. */
function isConnecting(facts: LogFacts, { at }: Witness): boolean {
  return (
    facts.subjects.has('tls') &&
    facts.unreadSince(at - 2).some((one) => one.at === at - 1 && BEGINNING.test(one.line))
  );
}

const BEGINNING = /\b(?:attempting (?:mqtt )?connection|connecting to)\b.*\.\.\.$/i;

/** The program said what made it stop (aws-iot's examples). */
function isAnnounced(facts: LogFacts, { at }: Witness): boolean {
  const told = [...facts.seen('mqtt-refused'), ...facts.seen('connect-failed'), ...facts.codes];
  const isNear = (error: Witness) => at > error.at && at - error.at <= 2;
  const isSaid = facts.unreadSince(at - 3).some((one) => isNear(one) && ABORTING.test(one.line));
  return told.some((error) => isNear(error) && (isSaid || ABORTING.test(error.line) || error.at === at - 1));
}

const ABORTING = /\babort(?:ing)?\b/i;

/** A crash, and the access near address 0 that it was; less where it follows from what TLS said. */
function ofCrash(facts: LogFacts, witness: Witness, isNull: Witness | undefined, alone: number): Finding[] {
  const weight = isBehindTls(facts, witness) ? 50 : alone;
  return [
    finding('crash', weight, witness),
    ...(isNull === undefined ? [] : [finding('crash.null_pointer', weight + 1, witness, isNull)]),
  ];
}

/** Memory that takes only whole words: boot ROM, instruction RAM, mapped flash (ESP8266 memory map). */
const WORD_MEMORY = [
  [0x4000_0000, 0x4001_0000],
  [0x4010_0000, 0x4011_0000],
  [0x4020_0000, 0x4030_0000],
] as const;

/** By EXCCAUSE and the address that could not be used, of which a log may lack the latter. */
function causeOfException(cause: number, address: number | undefined): CauseId | undefined {
  if (isWild(cause, address)) return 'crash.wild_pointer';
  return PROHIBITED.has(cause) ? ofPointer(address) : BY_CAUSE[cause];
}

/** Of a pointer that may not be used, and is not known to be null. */
function ofPointer(address: number | undefined): CauseId {
  return address === undefined ? 'crash.bad_pointer' : 'crash.wild_pointer';
}

/** LoadStoreError at an address that is none of such memory: the pointer itself is spoilt. */
function isWild(cause: number, address: number | undefined): boolean {
  if (cause !== 3 || address === undefined) return false;
  return !WORD_MEMORY.some(([start, end]) => address >= start && address < end);
}

function isPort(address: number, cause: number): boolean {
  // Beside a port a load would be one of a null structure's member, unless it is not aligned either.
  return PORTS.has(address) || (cause === 9 && PORTS.has(address - NEXT_WORD_BYTES));
}

function computingPause({ clock }: LogFacts): Finding['evidence'][number] | undefined {
  return clock.pauses.find(({ before }) => COMPUTING.test(before.line))?.before;
}
