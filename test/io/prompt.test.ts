import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const PROMPT = join(import.meta.dirname, '../../src/io/prompt.ts');

/** Asks one question, and says how it ended. */
const PROGRAM = `
import { nodePrompt } from ${JSON.stringify(PROMPT)};
const controller = new AbortController();
process.on('SIGINT', () => controller.abort(new Error('interrupted')));
if (!nodePrompt.canAsk) console.log('[nobody]');
else await nodePrompt.ask('Which? ', controller.signal).then(
  (answer) => console.log('[' + answer + ']'),
  (error) => console.log('[' + error.message + ']'),
);
`;

/** Runs it on a terminal (socat's pty), with `typed` when it asks; what the terminal shows. */
async function onTerminal(typed: string, env: Record<string, string> = {}): Promise<string> {
  const command = 'node --import tsx --input-type=module -e "$PROGRAM"';
  const child = spawn('socat', ['-', 'SYSTEM:eval "$RUN",pty,setsid,ctty,stderr,echo=0'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { ...process.env, CI: undefined, ...env, PROGRAM, RUN: command },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  onTestFinished(() => void child.kill());
  let shown = '';
  let asked = false;
  for await (const chunk of child.stdout) {
    shown += String(chunk);
    if (shown.includes('Which? ') && !asked) child.stdin.write(typed);
    asked ||= shown.includes('Which? ');
    if (shown.endsWith(']\r\n')) child.stdin.end();
  }
  await exited;
  return shown;
}

test.skipIf(process.platform === 'win32').each([
  ['an answer', '2\r', '[2]'],
  ['Enter', '\r', '[]'],
  ['Ctrl-C', '\u0003', '[interrupted]'],
  ['Ctrl-D', '\u0004', '[]'],
])('%s at the terminal', async (_title, typed, outcome) => {
  const shown = await onTerminal(typed);
  expect(shown).toContain('Which? ');
  expect(shown).toContain(outcome);
});

test('in CI nobody is asked', async () => {
  expect(await onTerminal('', { CI: 'true' })).toContain('[nobody]');
});
