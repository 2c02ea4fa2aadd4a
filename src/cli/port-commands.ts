import type { Argv } from 'yargs';
import type { Choose } from './program.ts';

/** ports and serve: the serial ports themselves. */
export function portCommands(program: Argv, choose: Choose): void {
  program.command(
    'ports',
    'List the serial ports of this machine',
    (command) =>
      command.option('probe', {
        type: 'boolean',
        default: false,
        describe: 'Reset each board and ask its chip what it is',
      }),
    ({ probe }) => {
      choose(async (context) => {
        const { portsCommand } = await import('../commands/ports.ts');
        if (!probe) return portsCommand(context);
        const { espLoaders } = await import('../io/esp-loader/esp-loader.ts');
        return portsCommand(context, { probe: espLoaders(context.host.clock) });
      });
    },
  );
  program.command(
    'serve',
    'Share a serial port over RFC 2217 until Ctrl-C',
    (command) =>
      command.options({
        port: { type: 'string', default: 'auto', requiresArg: true, describe: 'Port to share' },
        listen: {
          type: 'string',
          requiresArg: true,
          describe: 'HOST:PORT (default: 127.0.0.1:2217); elsewhere than loopback with --token or --allow',
        },
        token: {
          type: 'string',
          requiresArg: true,
          describe: 'What clients must know: rfc2217://TOKEN@HOST',
        },
        allow: {
          type: 'string',
          array: true,
          requiresArg: true,
          describe: 'Address or CIDR block that may connect',
        },
      }),
    (args) => {
      choose(async (context) => {
        const { servePortCommand } = await import('../commands/serve.ts');
        const { port, listen, token, allow } = args;
        return servePortCommand(context, {
          port,
          ...(listen === undefined ? {} : { listen }),
          ...(token === undefined ? {} : { token }),
          ...(allow === undefined ? {} : { allow }),
        });
      });
    },
  );
}
