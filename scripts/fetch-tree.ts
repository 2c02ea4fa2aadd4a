import { isEspawsError } from '../src/errors.ts';
import { nodeEnvironment } from '../src/io/environment.ts';
import { nodeFiles } from '../src/io/files.ts';
import { nodeProcesses } from '../src/io/processes.ts';
import { findMbedtls } from '../src/sdk/mbedtls-source.ts';
import { loadSdk } from '../src/sdk/schema.ts';

// Gets mbedTLS's sources into the user's cache: scripts/fetch-tree.ts VERSION
try {
  await findMbedtls(
    { version: process.argv[2] ?? '2.28' },
    {
      files: nodeFiles,
      processes: nodeProcesses,
      environment: nodeEnvironment(),
      sdk: await loadSdk(nodeFiles, 'bench'),
      signal: new AbortController().signal,
      progress: (event) => {
        if (event.kind === 'note') process.stdout.write(`setup: ${event.text}\n`);
      },
    },
  );
} catch (error) {
  if (!isEspawsError(error)) throw error;
  process.stderr.write(`setup: ${error.message}\nsetup: ${error.hint ?? ''}\n`);
  process.exitCode = error.exitCode;
}
