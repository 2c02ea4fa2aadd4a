import { availableParallelism, homedir, networkInterfaces } from 'node:os';
import type { Environment } from '../host.ts';

/** This process's environment. */
export function nodeEnvironment(): Environment {
  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  return {
    variables: process.env,
    homeDirectory: homedir(),
    workingDirectory: process.cwd(),
    processors: availableParallelism(),
    ...(address === undefined ? {} : { networkAddress: address }),
  };
}
