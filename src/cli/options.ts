import type { Argv } from 'yargs';

/** `--project DIR`, which every command that reads espaws.yaml takes. */
export function projectOption<T>(command: Argv<T>) {
  return command.option('project', {
    type: 'string',
    default: '.',
    requiresArg: true,
    describe: 'Folder of espaws.yaml',
  });
}

/** `--tls VERSION`, over `tls.version` of espaws.yaml. */
export function tlsOptions<T>(command: Argv<T>) {
  return command.option('tls', {
    // Without `string` the parser makes a number of it.
    string: true,
    choices: ['1.2', '1.3'] as const,
    describe: 'TLS version to derive for',
  });
}

/** `--header FILE`, over `config.header` of espaws.yaml. */
export function headerOption<T>(command: Argv<T>) {
  return command.option('header', {
    type: 'string',
    requiresArg: true,
    describe: 'Build with this mbedTLS config header, not the derived one',
  });
}
