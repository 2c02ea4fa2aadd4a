import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeEnvironment } from '../../src/io/environment.ts';
import type { Processes } from '../../src/host.ts';
import { cacheDirectory } from '../../src/sdk/cache.ts';

const CLI = join(import.meta.dirname, '../../dist/cli.js');
/** An ESP8266 at 160 MHz executes no more. */
const CHIP_MIPS = 160;
const MOST_SECONDS = { cold: 60, warm: 10 };

/** One `espaws run`, the whole process. */
interface Run {
  seconds: number;
  /** Milliseconds by stage: `config`, `compile`, `link`, `board`. */
  stages: Record<string, number>;
}

export interface StagesBenchmark {
  /** Nothing compiled yet; mbedTLS's sources are there. */
  cold: Run & { limitSeconds: number };
  /** Nothing changed. */
  warm: Run & { limitSeconds: number };
  /** Only the configuration header changed. */
  otherConfig: Run;
  handshake: {
    instructions: number;
    /** Wall seconds of the board's stage: boot, handshake, MQTT, and the server's part. */
    seconds: number;
    mips: number;
    /** To an ESP8266 at 160 MHz: more than 1 is faster than the chip. */
    ratioToChip: number;
  };
  firmware: Uint8Array;
}

/** The main job, EC on mbedTLS 2.28, stage by stage, against a stand-in in a process of its own. */
export async function benchStages(processes: Processes): Promise<StagesBenchmark> {
  const directory = await mkdtemp(join(tmpdir(), 'espaws-bench-stages-'));
  const ready = join(directory, 'ready.json');
  const server = spawn(
    process.execPath,
    [
      ...[CLI, 'endpoint', 'serve', '--issue', 'ec', '--port', '0', '--quiet'],
      ...['--directory', directory, '--ready-file', ready],
    ],
    { stdio: 'ignore' },
  );
  try {
    const port = await portOf(ready, server);
    const tree = join(cacheDirectory(nodeEnvironment()), 'mbedtls/2.28');
    await writeFile(
      join(directory, 'espaws.yaml'),
      JSON.stringify({
        identity: { certificate: 'certs/device.pem.crt', key: 'certs/private.pem.key', ca: 'certs/ca.pem' },
        endpoint: { profile: 'local', host: 'localhost', port },
        mbedtls: { path: tree },
      }),
    );
    const run = async (...options: string[]) => {
      const start = performance.now();
      const { stdout, stderr, exitCode } = await processes.run(
        process.execPath,
        [CLI, 'run', '--project', directory, '--json', ...options],
        { env: { ESPAWS_CACHE: join(directory, 'cache') } },
      );
      if (exitCode !== 0) throw new Error(stdout + stderr);
      const seconds = (performance.now() - start) / 1000;
      return { seconds, document: JSON.parse(stdout) as RunDocument };
    };
    const cold = await run();
    const warm = await run();
    const header = await readFile(join(directory, 'build/mbedtls_config.h'), 'utf8');
    const changed = join(directory, 'changed.h');
    await writeFile(changed, header.replace(/(SSL_IN_CONTENT_LEN\s+)\d+/, '$16144'));
    const otherConfig = await run('--header', changed);
    const boardSeconds = warm.document.timing['board']! / 1000;
    const { instructions } = warm.document.handshake;
    const mips = instructions / boardSeconds / 1e6;
    return {
      cold: { ...runOf(cold), limitSeconds: MOST_SECONDS.cold },
      warm: { ...runOf(warm), limitSeconds: MOST_SECONDS.warm },
      otherConfig: runOf(otherConfig),
      handshake: { instructions, seconds: boardSeconds, mips, ratioToChip: mips / CHIP_MIPS },
      firmware: new Uint8Array(await readFile(join(directory, 'build/firmware.bin'))),
    };
  } finally {
    server.kill('SIGINT');
    await once(server, 'exit');
    await rm(directory, { recursive: true, force: true });
  }
}

interface RunDocument {
  timing: Record<string, number>;
  handshake: { instructions: number };
}

function runOf({ seconds, document }: { seconds: number; document: RunDocument }): Run {
  return { seconds, stages: document.timing };
}

async function portOf(ready: string, server: { exitCode: number | null }): Promise<number> {
  for (;;) {
    const text = await readFile(ready, 'utf8').catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { port: number }).port;
    if (server.exitCode !== null) throw new Error('The stand-in did not start.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
