import type { MonitorEvent } from '../../monitor/event.ts';
import type { CauseId } from './causes.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** What is known besides the log. */
export interface DiagnosisContext {
  /** Of the client's identity. */
  keyKind?: 'rsa' | 'ec';
  /** The build has MBEDTLS_ECP_C. */
  hasCurves?: boolean;
  /** At the start of the TLS code. */
  freeHeapBytes?: number;
}

/** One cause that the log speaks for. */
export interface Finding {
  id: CauseId;
  /** 0 to 100: 90 and more where the log proves it, below 50 where it is only possible. */
  weight: number;
  evidence: readonly Witness[];
}

/** Findings of one kind of evidence. */
export type Rule = (facts: LogFacts, context: DiagnosisContext) => readonly Finding[];

/** An event that says all by itself. */
export function told(kind: MonitorEvent['kind'], id: CauseId, weight: number): Rule {
  return (facts) => facts.seen(kind).map((witness) => finding(id, weight, witness));
}

export function finding(id: CauseId, weight: number, ...evidence: (Witness | undefined)[]): Finding {
  return { id, weight, evidence: evidence.filter((witness) => witness !== undefined) };
}
