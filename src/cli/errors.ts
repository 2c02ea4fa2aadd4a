import pc from 'picocolors';
import { isEspawsError } from '../errors.ts';
import type { Verbosity } from '../io/terminal.ts';

/** `error: ... / hint: ... / (code)`; a bug shows its stack and asks to be reported. */
export function errorText(error: unknown, verbosity: Verbosity): string {
  if (!isEspawsError(error)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${pc.red('error:')} ${text}\n${pc.dim('hint:')} This is a bug in espaws. Please report it with the lines above.\n`;
  }
  const lines = [`${pc.red('error:')} ${error.message}`];
  if (error.hint !== undefined) lines.push(`${pc.dim('hint:')} ${error.hint}`);
  lines.push(pc.dim(`(${error.code})`));
  if (verbosity === 'verbose') lines.push(...causes(error.cause));
  return `${lines.join('\n')}\n`;
}

/** The same for `--json`. */
export function errorJson(error: unknown): unknown {
  if (!isEspawsError(error)) {
    return { error: { code: 'bug', message: error instanceof Error ? error.message : String(error) } };
  }
  const { code, message, hint, details } = error;
  return { error: { code, message, hint, details } };
}

function causes(cause: unknown): string[] {
  if (cause === undefined) return [];
  if (!(cause instanceof Error))
    return [pc.dim(`cause: ${typeof cause === 'string' ? cause : JSON.stringify(cause)}`)];
  return [pc.dim(`cause: ${cause.message}`), ...causes(cause.cause)];
}
