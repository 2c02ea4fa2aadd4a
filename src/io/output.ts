import pc from 'picocolors';
import type { Output } from '../host.ts';

// A reader that has gone is told by `write`; the stream's own event would end the process as a bug.
process.stdout.on('error', () => undefined);

/** Standard output of this process. */
export const nodeOutput: Output = {
  isTerminal: process.stdout.isTTY,
  // Colours follow stdout's kind, NO_COLOR and CI.
  hasColours: pc.isColorSupported && process.stdout.isTTY,

  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    }),
};
