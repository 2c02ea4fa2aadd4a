import { availableParallelism, homedir } from 'node:os';
import type { Environment } from '../host.ts';

/** This process's environment. */
export function nodeEnvironment(): Environment {
  return {
    variables: process.env,
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    processors: availableParallelism(),
  };
}
