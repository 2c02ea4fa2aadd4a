import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ERRORS } from '../src/errors.ts';

/** `docs/errors.md`, from the table in `src/errors.ts`. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { exitCode, summary }]) => `| \`${code}\` | ${exitCode} | ${summary} |`,
  );
  return [
    '# Errors',
    '',
    'Every error that `espaws` can end with, its exit code and what it means. Written by `npm run docs` from',
    '`src/errors.ts`; codes are stable.',
    '',
    '| code | exit code | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('../docs/errors.md', import.meta.url), errorsPage());
}
