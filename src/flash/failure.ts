import { EspawsError, isEspawsError } from '../errors.ts';
import { joined, spanText, type Span } from './sectors.ts';

/** How far a flash run has come. */
export interface FlashState {
  wasInterrupted: boolean;
  /** Something was written or erased, or may have been. */
  hasBegun: boolean;
  /** What is begun, or to come, and not known to be as wanted. */
  remaining: readonly Span[];
}

/** The error, with what the flash is like now. */
export function withState(thrown: unknown, { wasInterrupted, hasBegun, remaining }: FlashState): unknown {
  const error =
    wasInterrupted && !isEspawsError(thrown)
      ? new EspawsError('Interrupted.', { code: 'interrupted', cause: thrown })
      : thrown;
  if (!isEspawsError(error)) return error;
  const partly = joined(remaining);
  const state = !hasBegun
    ? 'Nothing was written: the flash is as it was.'
    : partly.length === 0
      ? 'Everything was written, not all of it verified.'
      : `Flash ${partly.map(spanText).join(', ')} is partly written; run it again to finish.`;
  return new EspawsError(error.message, {
    code: error.code,
    hint: error.hint === undefined || error.code === 'interrupted' ? state : `${state} ${error.hint}`,
    cause: error,
    details: { ...error.details, partlyWritten: hasBegun ? partly : [] },
  });
}

export function notTaken(spans: readonly Span[]): EspawsError {
  return new EspawsError(`The flash does not hold what was written at ${spans.map(spanText).join(', ')}.`, {
    code: 'flash/verify',
    hint: 'The flash chip is worn or write-protected there, or has less room than its id says.',
    details: { differing: spans },
  });
}

export function otherBoard(wanted: string, found: string): EspawsError {
  return new EspawsError(`Another board answers now: ${found}, not ${wanted}.`, {
    code: 'flash/verify',
    hint: 'Connect the first one again.',
  });
}
