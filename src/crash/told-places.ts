import type { CodeAddress } from './code-addresses.ts';
import type { SourceLine } from './source-lines.ts';

/** An address that another tool has already found in the source, as the log tells. */
export interface ToldPlace {
  address: number;
  /** The line names it as the program counter. */
  isCounter: boolean;
  line: SourceLine;
}

/**
 * The frames of a crash where there is no ELF: of the words on the stack those that the log tells the place of, since
 * its tool has sorted out the rest; all told places where the dump itself is not in the log.
 */
export function framesOf(inDump: readonly CodeAddress[], told: readonly ToldPlace[]): readonly CodeAddress[] {
  if (inDump.length === 0) return told.map(frameOf);
  const isTold = ({ address }: CodeAddress) => told.some((place) => place.address === address);
  return inDump.some(isTold) ? inDump.filter((frame) => frame.role === 'at' || isTold(frame)) : inDump;
}

function frameOf({ address, isCounter }: ToldPlace): CodeAddress {
  return { address, role: isCounter ? 'at' : 'return' };
}
