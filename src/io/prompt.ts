import { createInterface } from 'node:readline';
import type { Prompt } from '../host.ts';

/** The terminal that espaws was started in. It asks on stderr: stdout is for the result. */
export const nodePrompt: Prompt = {
  get canAsk() {
    return process.stdin.isTTY && process.stderr.isTTY && process.env['CI'] === undefined;
  },

  async ask(question, signal) {
    signal?.throwIfAborted();
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    const aborting = new AbortController();
    try {
      return await new Promise<string>((resolve, reject) => {
        const abort = () => {
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', abort, { signal: aborting.signal });
        // readline takes the terminal's Ctrl-C for itself; it is handed on to whom signals belong.
        lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
        lines.once('close', () => {
          resolve('');
        });
        lines.question(question, resolve);
      });
    } finally {
      aborting.abort();
      lines.close();
    }
  },
};
