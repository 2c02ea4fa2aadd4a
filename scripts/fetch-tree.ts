import { isEspawsError } from '../src/errors.ts';
import { nodeEnvironment } from '../src/io/environment.ts';
import { nodeFiles } from '../src/io/files.ts';
import { nodeProcesses } from '../src/io/processes.ts';
import type { ProgressEvent } from '../src/progress.ts';
import { findMbedtls } from '../src/sdk/mbedtls-source.ts';
import { loadBench } from '../src/sdk/schema.ts';

const options = {
  files: nodeFiles,
  processes: nodeProcesses,
  environment: nodeEnvironment(),
  sdk: await loadBench(nodeFiles),
  signal: new AbortController().signal,
  progress: (event: ProgressEvent) => {
    if (event.kind === 'note') process.stdout.write(`setup: ${event.text}\n`);
  },
};

// Gets mbedTLS's sources into the user's cache: scripts/fetch-tree.ts VERSION...
try {
  for (const version of process.argv.slice(2)) await findMbedtls({ version }, options);
} catch (error) {
  if (!isEspawsError(error)) throw error;
  process.stderr.write(`setup: ${error.message}\nsetup: ${error.hint ?? ''}\n`);
  process.exitCode = error.exitCode;
}
