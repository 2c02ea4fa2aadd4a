import type { Prediction } from '../predict/prediction.ts';
import { alertName } from '../endpoint/alerts.ts';
import { exceptionCause } from './exceptions.ts';
import type { Observation } from './judge.ts';
import { diagnose } from './diagnosis/diagnose.ts';
import { KNOWLEDGE } from './knowledge.ts';

/** The part of an mbedTLS tree that names its codes. */
export interface CodeNames {
  /** Names of the high and low part, without `MBEDTLS_ERR_`; empty for a code the tree does not know. */
  namesOf(code: number): readonly string[];
  /** The names that several versions give it, each with the first one that does; absent where one version is known. */
  versionsOf?(code: number): readonly { version: string; names: readonly string[] }[];
}

/** An error with its cause in one sentence and the next action. */
export interface ExplainedError {
  /** Decimal, as the call returned it; undefined for a fault that is not an mbedTLS code. */
  code: number | undefined;
  hex: string | undefined;
  name: string;
  call: string | undefined;
  cause: string;
  fix: string;
}

/**
 * Says why the observed run failed. What was predicted for this identity, endpoint and configuration wins where it
 * is what was seen; else what the code, call, flags and alert mean in general.
 */
export function explainObservation(
  { failure, verifyFlagNames, alert, lastCall, verdict }: Observation,
  { names, prediction }: { names: CodeNames; prediction?: Prediction },
): ExplainedError | undefined {
  if (verdict === 'pass') return undefined;
  if (failure?.kind === 'call') {
    const { call, code } = failure;
    if (prediction?.outcome === 'error' && prediction.call === call && prediction.code === code) {
      return { ...named(code, names), call, cause: prediction.because, fix: fixFor(prediction) };
    }
    const general = explainCode(code, names, {
      call,
      flags: verifyFlagNames,
      ...(alert === undefined ? {} : { alert: alert.description }),
    });
    return { ...general, call };
  }
  return unnumbered(failure, lastCall, verdict);
}

/** What a code means in general: `espaws explain CODE`. */
export function explainCode(
  code: number,
  names: CodeNames,
  { call, flags = [], alert }: { call?: string; flags?: readonly string[]; alert?: number } = {},
): ExplainedError {
  const parts = names.namesOf(code);
  const known = KNOWLEDGE.find(
    (entry) =>
      entry.names.some((name) => parts.includes(name)) &&
      (entry.call === undefined || (call !== undefined && entry.call.test(call))) &&
      (entry.flag === undefined || flags.includes(entry.flag)) &&
      (entry.alert === undefined || entry.alert === alert),
  );
  // Flags that have no entry of their own are told apart as a log's are.
  const byFlags =
    parts.includes('X509_CERT_VERIFY_FAILED') && known?.flag === undefined ? causeOfFlags(flags) : undefined;
  const { cause, fix } = byFlags ?? known ?? usualCause(code, call) ?? UNKNOWN;
  return { ...named(code, names), call, cause, fix };
}

const UNKNOWN = {
  cause: 'No cause is known for this code.',
  fix: 'Look it up in the mbedTLS headers of the version in use.',
};

/** What a log with these verify flags is found to have; undefined without flags. */
function causeOfFlags(flags: readonly string[]): { cause: string; fix: string } | undefined {
  return diagnose([{ kind: 'verify-reason', flags, line: flags.join(' ') }]).causes[0];
}

/** What a log with this code alone is found to have. */
function usualCause(code: number, call: string | undefined): { cause: string; fix: string } | undefined {
  const line = `${call ?? ''} ${hexOf(code)}`;
  const detail =
    call === undefined ? ({ kind: 'code' } as const) : ({ kind: 'call', call, timeMs: undefined } as const);
  const [first] = diagnose([{ ...detail, code, line }]).causes;
  return first === undefined || first.id === 'tls.call_failed' ? undefined : first;
}

/** `-0x3C80`, as mbedTLS's own programs print it. */
export function hexOf(code: number): string {
  return `${code < 0 ? '-' : ''}0x${Math.abs(code).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** `MBEDTLS_ERR_A + MBEDTLS_ERR_B`, with the versions where they differ; undefined for a code that none knows. */
export function nameOf(code: number, names: CodeNames): string | undefined {
  const whole = (parts: readonly string[]) => parts.map((name) => `MBEDTLS_ERR_${name}`).join(' + ');
  const several = names.versionsOf?.(code) ?? [];
  if (several.length > 1)
    return several.map((one) => `${whole(one.names)} (mbedTLS ${one.version})`).join(' or ');
  return whole(names.namesOf(code)) || undefined;
}

function named(code: number, names: CodeNames) {
  return { code, hex: hexOf(code), name: nameOf(code, names) ?? 'unknown' };
}

function fixFor({ missing }: Extract<Prediction, { outcome: 'error' }>): string {
  if (missing.length === 0)
    return 'Mend the identity or the endpoint as the cause says; no option of mbedTLS changes it.';
  const list = missing.join(', ');
  return `Turn on ${list}, or build with the derived configuration: espaws config`;
}

function unnumbered(
  failure: Exclude<Observation['failure'], { kind: 'call' }>,
  lastCall: string | undefined,
  verdict: Observation['verdict'],
): ExplainedError {
  const base = { code: undefined, hex: undefined, call: lastCall };
  const after = lastCall === undefined ? '' : ` after ${lastCall}`;
  switch (failure?.kind) {
    case 'exception':
      return {
        ...base,
        name: `exception ${failure.cause}`,
        cause: `The CPU stopped${after}: ${exceptionCause(failure.cause)}${where(failure.registers)}.`,
        fix: 'Find epc1 in the firmware: xtensa-lx106-elf-addr2line -pfiaC -e firmware.elf ADDRESS',
      };
    case 'reset':
      return {
        ...base,
        name: `reset, rst cause ${failure.resetCause}`,
        cause: `The board reset itself${after}${failure.resetCause === 4 ? ': the hardware watchdog bit' : ''}.`,
        fix: 'Look at the last lines before the second boot banner.',
      };
    case 'image':
      return {
        ...base,
        name: 'image refused',
        cause: `The boot ROM refused the image: ${failure.reason}.`,
        fix: 'Check the image: espaws image FILE.',
      };
    case 'application':
      return {
        ...base,
        name: 'MQTT',
        cause:
          failure.connackCode === undefined
            ? 'The handshake is done, but no MQTT CONNACK came: the server closed the connection, as AWS IoT does for a policy that does not allow it.'
            : `The server answered the MQTT CONNECT with code ${failure.connackCode}.`,
        fix: 'Check the policy attached to the certificate, and that the certificate is active.',
      };
    case undefined:
      return verdict === 'lost'
        ? {
            ...base,
            name: 'board lost',
            cause: `The port went away${after}.`,
            fix: 'Check cable and power, then run again.',
          }
        : {
            ...base,
            name: 'timeout',
            cause: `No verdict in time${after}: the board or the endpoint went silent.`,
            fix: 'Give it longer with --timeout SECONDS, or look at the log with --verbose.',
          };
  }
}

function where(registers: Readonly<Record<string, number>>): string {
  const parts = ['epc1', 'excvaddr'].flatMap((name) => {
    const value = registers[name];
    return value === undefined ? [] : [`${name} 0x${value.toString(16).padStart(8, '0')}`];
  });
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** `TLS alert 40 handshake_failure`, for the evidence of a verdict. */
export function alertText(description: number): string {
  return `TLS alert ${description} ${alertName(description)}`;
}
