import type { ExplainedError } from './explain.ts';
import type { Observation } from './judge.ts';

/** The verdict document: what `espaws run --json` prints, and each case of a test report. */
export interface VerdictDocument {
  verdict: Observation['verdict'];
  because: string;
  handshake: {
    version: string;
    ciphersuite: string;
    /** By the device's clock. */
    durationMs: number;
    heapPeakBytes: number | undefined;
    stackPeakBytes: number | undefined;
    /** Of the whole run; the virtual board only. */
    instructions: number | undefined;
  } | null;
  error: ExplainedError | null;
  verifyFlags: string[];
  evidence: string[];
  config: { path: string; options: number };
  image: { flashBytes: number; iramBytes: number; dramBytes: number };
  /** Milliseconds by stage. */
  timing: Readonly<Record<string, number>>;
}

export interface VerdictParts {
  observation: Observation;
  error: ExplainedError | undefined;
  instructions: number | undefined;
  config: VerdictDocument['config'];
  image: VerdictDocument['image'];
  timing: VerdictDocument['timing'];
}

/** Puts the parts of a run together. */
export function verdictDocument(parts: VerdictParts): VerdictDocument {
  const { observation, error, instructions, config, image, timing } = parts;
  const { verdict, handshake, heapPeakBytes, stackPeakBytes } = observation;
  return {
    verdict,
    because: becauseOf(observation, error),
    handshake: handshake === undefined ? null : { ...handshake, heapPeakBytes, stackPeakBytes, instructions },
    error: error ?? null,
    verifyFlags: observation.verifyFlagNames,
    evidence: observation.evidence,
    config,
    image: { flashBytes: image.flashBytes, iramBytes: image.iramBytes, dramBytes: image.dramBytes },
    timing: Object.fromEntries(Object.entries(timing).map(([stage, ms]) => [stage, Math.round(ms)])),
  };
}

function becauseOf({ verdict, handshake }: Observation, error: ExplainedError | undefined): string {
  if (verdict === 'pass' && handshake !== undefined) {
    return `mutual ${handshake.version} handshake, server verified, MQTT CONNACK received`;
  }
  return error?.cause ?? 'no reason is known';
}

/** For a person: one line of verdict, then what supports it. */
export function verdictText(document: VerdictDocument): string {
  const { verdict, handshake, error, image, verifyFlags } = document;
  const lines = [`${verdict.toUpperCase()}  ${headline(document)}`];
  if (handshake !== null && verdict === 'pass') {
    const { heapPeakBytes, durationMs, instructions } = handshake;
    lines.push(
      `      heap peak ${count(heapPeakBytes)} B, image ${count(image.flashBytes)} B of flash, static RAM ${count(image.dramBytes)} B`,
      `      handshake ${durationMs} ms on the device${instructions === undefined ? '' : `, ${(instructions / 1e6).toFixed(1)} million instructions in the whole run`}`,
    );
  }
  if (error !== null) {
    if (verifyFlags.length > 0) lines.push(`      verify flags: ${verifyFlags.join(', ')}`);
    lines.push(`      cause: ${error.cause}`, `      fix:   ${error.fix}`);
    lines.push('', ...document.evidence.slice(-8).map((line) => `      | ${line}`));
  }
  return lines.join('\n');
}

function headline({ handshake, error, verdict }: VerdictDocument): string {
  if (verdict === 'pass' && handshake !== null) return `${handshake.version} ${handshake.ciphersuite}`;
  if (error === null) return '';
  const { call, code, hex, name } = error;
  if (code === undefined) return name;
  return `${call ?? 'a call'} returned ${code} (${hex ?? ''} ${name})`;
}

function count(value: number | undefined): string {
  return value === undefined ? '?' : value.toLocaleString('en-US');
}
