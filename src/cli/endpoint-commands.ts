import type { Argv } from 'yargs';
import type { Choose } from './program.ts';

/** endpoint serve and endpoint probe. */
export function endpointCommands(program: Argv, choose: Choose): void {
  program.command('endpoint', 'The local AWS IoT stand-in, and the facts of live servers', (endpoint) => {
    serve(endpoint, choose);
    probe(endpoint, choose);
    return endpoint.demandCommand(1, 'Name one: serve or probe.');
  });
}

function serve(endpoint: Argv, choose: Choose): void {
  endpoint.command(
    'serve',
    'Serve the local AWS IoT stand-in until Ctrl-C',
    (command) =>
      command.options({
        directory: { type: 'string', default: '.', describe: 'Folder of certs/ and of the stand-in’s state' },
        issue: { choices: ['ec', 'rsa'] as const, describe: 'Make a throw-away identity in certs/' },
        csr: { type: 'string', describe: 'Certify this PKCS#10 request instead' },
        container: { choices: ['sec1', 'pkcs1', 'pkcs8'] as const, describe: 'Form of the private key' },
        ca: { choices: ['rsa', 'ecdsa', 'both'] as const, describe: 'Roots in ca.pem' },
        fault: {
          type: 'string',
          array: true,
          default: [] as string[],
          describe: 'Misbehave on purpose (see below)',
        },
        port: { type: 'number', default: 8883, describe: 'TCP port; 0: a free one' },
        address: { type: 'string', describe: 'Address to listen on (default: loopback)' },
        host: { type: 'string', array: true, describe: 'Names in the server certificate' },
        alpn: { type: 'string', array: true, describe: 'ALPN protocols, as on port 443 of AWS IoT' },
        prefer: { choices: ['rsa', 'ecdsa'] as const, describe: 'Chain for clients that take both' },
        'ready-file': { type: 'string', describe: 'Write JSON here once connections are accepted' },
        force: {
          type: 'boolean',
          default: false,
          describe: 'Overwrite an identity that is not the stand-in’s',
        },
      }),
    (args) => {
      choose(async (context) => {
        const { serveCommand } = await import('../commands/endpoint-serve.ts');
        const { directory, issue, csr, container, ca, fault, port, address, host, alpn, prefer, force } =
          args;
        return serveCommand(context, {
          ...{ directory, force, port, faults: fault },
          ...(issue === undefined ? {} : { issue }),
          ...(csr === undefined ? {} : { csr }),
          ...(container === undefined ? {} : { container }),
          ...(ca === undefined ? {} : { ca }),
          ...(address === undefined ? {} : { address }),
          ...(host === undefined ? {} : { hosts: host }),
          ...(alpn === undefined ? {} : { alpn }),
          ...(prefer === undefined ? {} : { prefersChain: prefer }),
          ...(args.readyFile === undefined ? {} : { readyFile: args.readyFile }),
        });
      });
    },
  );
}

function probe(endpoint: Argv, choose: Choose): void {
  endpoint.command(
    'probe <endpoint>',
    'Read the facts of a live server: chains, versions, suites',
    (command) =>
      command
        .positional('endpoint', { type: 'string', demandOption: true, describe: 'HOST or HOST:PORT' })
        .options({
          servername: { type: 'string', describe: 'SNI, where it is not the host' },
          alpn: { type: 'string', array: true, describe: 'ALPN protocols to offer' },
          certificate: { type: 'string', describe: 'Client certificate, PEM' },
          key: { type: 'string', describe: 'Its private key, PEM' },
          timeout: { type: 'number', describe: 'Seconds for each handshake' },
          out: { type: 'string', describe: 'Write the facts here, for endpoint.facts of espaws.yaml' },
        }),
    (args) => {
      choose(async (context) => {
        const { probeCommand } = await import('../commands/endpoint-probe.ts');
        const { servername, alpn, certificate, key, timeout, out } = args;
        return probeCommand(context, {
          endpoint: args.endpoint,
          ...(servername === undefined ? {} : { servername }),
          ...(alpn === undefined ? {} : { alpn }),
          ...(certificate === undefined ? {} : { certificate }),
          ...(key === undefined ? {} : { key }),
          ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
          ...(out === undefined ? {} : { out }),
        });
      });
    },
  );
}
