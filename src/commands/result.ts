import type { Host } from '../host.ts';
import type { Progress } from '../progress.ts';

/** What a command answers: text and JSON come from the same value. */
export interface CommandResult {
  exitCode: number;
  /** One JSON document for `--json`; undefined where the command has written newline-delimited JSON itself. */
  json: unknown;
  /** For a person; ends without a newline. */
  text: string;
}

/** What every command is given. */
export interface CommandContext {
  host: Host;
  progress: Progress;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}
