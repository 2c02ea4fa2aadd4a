import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { Argv } from 'yargs';
import type { FileReader } from '../host.ts';
import type { Choose } from './program.ts';
import { PROJECT_SDKS, type ProjectSdk } from '../project/sdk-files.ts';
import { projectOption, tlsOptions } from './options.ts';

/** init, doctor, config, explain: what needs no board. */
export function configCommands(program: Argv, choose: Choose): void {
  program.command(
    'init [directory]',
    'Write a project that builds',
    (command) =>
      command
        .positional('directory', { type: 'string', default: '.', describe: 'Folder of the project' })
        .options({
          certificate: {
            type: 'string',
            default: 'certs/device.pem.crt',
            describe: 'Client certificate chain',
          },
          key: { type: 'string', default: 'certs/private.pem.key', describe: 'Private key' },
          ca: { type: 'string', default: 'certs/ca.pem', describe: 'CA bundle' },
          profile: {
            choices: ['aws-iot', 'local', 'generic'] as const,
            default: 'local' as const,
            describe: 'Kind of endpoint',
          },
          host: { type: 'string', default: 'localhost', describe: 'Host name of the endpoint' },
          'endpoint-port': { type: 'number', default: 8883, describe: 'TCP port of the endpoint' },
          alpn: { type: 'string', default: '', describe: 'ALPN protocols, separated by commas' },
          mbedtls: { type: 'string', default: '2.28', describe: 'mbedTLS version of the bench' },
          sdk: {
            choices: PROJECT_SDKS,
            default: 'bench' as const,
            describe: 'What the firmware is built with; a program for it is written',
          },
          'sdk-path': {
            type: 'string',
            default: '',
            describe: 'Checkout of the SDK (default: IDF_PATH, SDK_PATH, or above the project)',
          },
          force: { type: 'boolean', default: false, describe: 'Overwrite what is there' },
          schema: {
            type: 'boolean',
            default: false,
            describe: 'Print the JSON Schema of espaws.yaml instead',
          },
        }),
    (args) => {
      choose(async (context) => {
        const { initCommand, schemaResult } = await import('../commands/init.ts');
        if (args.schema) return schemaResult();
        const { directory, certificate, key, ca, profile, host, endpointPort, alpn, mbedtls, force } = args;
        const sdk: ProjectSdk = args.sdk;
        return initCommand(context, {
          ...{ directory, certificate, key, ca, profile, host, alpn, mbedtls, force },
          port: endpointPort,
          sdk,
          sdkPath: args.sdkPath === '' ? '' : resolve(args.sdkPath),
          boardPort: sdk === 'bench' ? 'virtual:' : 'auto',
        });
      });
    },
  );
  program.command(
    'doctor',
    'What is there, what is missing, and the command that mends it',
    (command) => projectOption(command),
    (args) => {
      choose(async (context) => {
        const { doctorCommand } = await import('../commands/doctor.ts');
        return doctorCommand(context, { project: args.project });
      });
    },
  );
  program.command(
    'config',
    'Derive the mbedTLS config header, or judge an existing one',
    (command) =>
      tlsOptions(projectOption(command)).options({
        explain: { type: 'boolean', default: false, describe: 'Show every option with its reason' },
        check: {
          type: 'string',
          describe: 'Judge this header against the identity and endpoint',
          conflicts: 'out',
        },
        out: { type: 'string', describe: 'Write the header here (default: the build folder)' },
        probe: { type: 'boolean', default: false, describe: 'Take the facts of the live endpoint' },
      }),
    (args) => {
      choose(async (context) => {
        const { project, tls, check, out, explain, probe } = args;
        const options = { project, probe, ...(tls === undefined ? {} : { tlsVersion: tls }) };
        if (check !== undefined) {
          const { checkCommand } = await import('../commands/config-check.ts');
          return checkCommand(context, { ...options, header: check });
        }
        const { configCommand } = await import('../commands/config.ts');
        return configCommand(context, { ...options, explain, ...(out === undefined ? {} : { out }) });
      });
    },
  );
  program.command(
    'explain [code...]',
    'Explain mbedTLS error codes (-15488, 0x3c80), a log line, or a whole log: a file, or standard input',
    (command) =>
      projectOption(command)
        // A code looks like an option to yargs; «--» or the quotes are not needed this way.
        .positional('code', {
          type: 'string',
          array: true,
          default: [] as string[],
          describe: 'Decimal or hex, a log line, or a file of a log; none or -: the log on standard input',
        })
        .options({
          flags: { type: 'string', describe: 'Verify flags, for example 0x08' },
          alert: { type: 'number', describe: 'TLS alert description' },
          mbedtls: { type: 'string', describe: 'mbedTLS version whose names to use' },
          elf: { type: 'string', describe: 'Program whose addresses crashes in a log show' },
        }),
    (args) => {
      choose(async (context) => {
        // What stands behind «--» yargs has beside the positional.
        const given = [...args.code, ...args._.slice(1).map(String)];
        const log = await logOf(given, context.host.files);
        if (log !== undefined) {
          const [{ explainLog }, { CrashDecoder }] = await Promise.all([
            import('../commands/explain-log.ts'),
            import('../commands/crash-decoder.ts'),
          ]);
          const { project, elf, flags } = args;
          const crashes = new CrashDecoder(context, { project, ...(elf === undefined ? {} : { elf }) });
          return explainLog(context, {
            ...{ project, crashes, input: log },
            ...(flags === undefined ? {} : { flags }),
          });
        }
        const { explainCommand } = await import('../commands/explain.ts');
        const { project, flags, alert, mbedtls } = args;
        return explainCommand(context, {
          project,
          codes: given,
          ...(flags === undefined ? {} : { flags }),
          ...(alert === undefined ? {} : { alert }),
          ...(mbedtls === undefined ? {} : { mbedtls }),
        });
      });
    },
  );
}

/** A log instead of codes: a file, lines given as they are, or standard input where nothing or `-` is given. */
async function logOf(
  given: readonly string[],
  files: FileReader,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  const [first, ...more] = given;
  if (more.length === 0) {
    if (first === undefined || first === '-') return process.stdin;
    if ((await files.stat(first)) !== undefined) {
      const { readInputChunks } = await import('../commands/input-file.ts');
      return readInputChunks(files, first);
    }
  }
  // A log line has a blank in it, and a code has none.
  if (!given.some((text) => text.trim().includes(' '))) return undefined;
  return Readable.from([Buffer.from(given.join('\n'))]);
}
