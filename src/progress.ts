/** What a long job tells while it works. Stages emit these; `src/io/terminal.ts` shows them, or not. */
export type ProgressEvent =
  | { kind: 'stage-start'; stage: Stage; text: string }
  | { kind: 'stage-progress'; stage: Stage; done: number; total: number; text: string }
  | { kind: 'stage-end'; stage: Stage; text: string; durationMs: number }
  /** One thing worth a line on a terminal: a tool found, a reason, a warning. */
  | { kind: 'note'; text: string }
  | { kind: 'warning'; text: string; hint?: string }
  /** One decoded line of the board's UART. */
  | { kind: 'uart'; text: string };

type Stage = 'setup' | 'config' | 'compile' | 'link' | 'image' | 'flash' | 'boot' | 'handshake' | 'endpoint';

export type Progress = (event: ProgressEvent) => void;

/** For callers who do not want to hear. */
export const silent: Progress = () => undefined;
