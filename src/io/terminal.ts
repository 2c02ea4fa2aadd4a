import pc from 'picocolors';
import type { Progress, ProgressEvent } from '../progress.ts';

export type Verbosity = 'quiet' | 'normal' | 'verbose';

/** Shortest time between two redraws of the progress line, in milliseconds. */
const REDRAW_MS = 80;

/**
 * Shows progress on stderr: one line a stage, a live counter only on a terminal, the UART log when asked for.
 * stdout stays free for the result.
 */
export function terminalProgress(
  stream: NodeJS.WriteStream,
  verbosity: Verbosity,
  nowMs: () => number,
): Progress {
  if (verbosity === 'quiet') {
    return (event) => {
      if (event.kind === 'warning') stream.write(warningText(event));
    };
  }
  // CI logs keep every carriage return: no live line there.
  const live = stream.isTTY && process.env['CI'] === undefined;
  let lastDrawMs = -Infinity;
  let drawn = false;
  const clear = () => {
    if (drawn) stream.write('\r\u001B[K');
    drawn = false;
  };
  return (event) => {
    if (event.kind === 'stage-progress') {
      if (!live || nowMs() - lastDrawMs < REDRAW_MS) return;
      lastDrawMs = nowMs();
      clear();
      stream.write(`  ${pc.dim(event.stage.padEnd(10))} ${event.done}/${event.total} ${pc.dim(event.text)}`);
      drawn = true;
      return;
    }
    const line = lineFor(event, verbosity);
    if (line === undefined) return;
    clear();
    stream.write(line);
  };
}

function lineFor(event: ProgressEvent, verbosity: Verbosity): string | undefined {
  switch (event.kind) {
    case 'stage-start':
      return verbosity === 'verbose' ? `  ${event.stage.padEnd(10)} ${pc.dim(event.text)}\n` : undefined;
    case 'stage-end':
      return `  ${event.stage.padEnd(10)} ${event.text} ${pc.dim(`(${durationText(event.durationMs)})`)}\n`;
    case 'note':
      return `  ${pc.dim(event.text)}\n`;
    case 'warning':
      return warningText(event);
    case 'uart':
      return verbosity === 'verbose' ? `  ${pc.dim('uart')}       ${event.text}\n` : undefined;
    case 'stage-progress':
      return undefined;
  }
}

function warningText({ text, hint }: { text: string; hint?: string }): string {
  return `${pc.yellow('warning:')} ${text}\n${hint === undefined ? '' : `${pc.dim('hint:')} ${hint}\n`}`;
}

function durationText(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
