import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware } from '../../src/build/build.ts';
import { loadFirmware } from '../../src/build/firmware.ts';
import { configure, type Configured } from '../../src/commands/configure.ts';
import { CrashDecoder } from '../../src/commands/crash-decoder.ts';
import { prove } from '../../src/commands/prove.ts';
import { runCommand } from '../../src/commands/run.ts';
import { CrashCollector } from '../../src/crash/crash.ts';
import { nodeClock } from '../../src/io/clock.ts';
import { espLoaders } from '../../src/io/esp-loader/esp-loader.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { parseLine } from '../../src/monitor/events.ts';
import { loadBench } from '../../src/sdk/schema.ts';
import { findToolchain } from '../../src/sdk/toolchain.ts';
import { testContext, testProject } from '../support/board-case.ts';
import { hasToolchain } from '../support/board-image.ts';
import { testTree, treeTitle } from '../support/trees.ts';

/** What the firmware does in place of its handshake; the line that crashes is marked. */
const CASES: Readonly<Record<string, { source: string; cause: RegExp }>> = {
  'a load through a null pointer': {
    source: 'static int crash(volatile int *place)\n{\n    return place[1]; // CRASH\n}',
    cause: /load from 0x00000004 through a null pointer/,
  },
  'an unaligned load': {
    source:
      'static int crash(int *place)\n{\n    char *volatile odd = (char *) &place + 1;\n    return *(volatile int *) odd; // CRASH\n}',
    cause: /not a multiple of its size/,
  },
  'an illegal instruction': {
    source:
      'static int crash(int *place)\n{\n    __asm__ volatile("ill"); // CRASH\n    return place != 0;\n}',
    cause: /an illegal instruction/,
  },
  'a division by zero': {
    source:
      'static int crash(int *place)\n{\n    volatile int none = 0;\n    return 7 / none + (place != 0); // CRASH\n}',
    cause: /^a division by zero$/,
  },
};

const TREE = testTree('2.28');
const CALL = 'code = tls_run(&call);';

describe.skipIf(!hasToolchain || TREE === undefined)(
  `crashes of bench firmware on the virtual board, ${treeTitle('2.28')}`,
  () => {
    const context = testContext();
    let directory: string;
    let configured: Configured;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'espaws-bench-crash-'));
    });
    afterAll(() => rm(directory, { recursive: true, force: true }));

    it.each(Object.entries(CASES))('%s leads to its line', { timeout: 120_000 }, async (_name, crashCase) => {
      configured = await configure(context, { project: await testProject({}), allowUntrusted: true });
      const { source, cause } = crashCase;
      const main = await firmwareWith(source);
      const built = await build();
      expect(built.diagnostics).toEqual([]);
      const { lines } = await prove(context, {
        port: 'virtual:',
        regions: [{ name: built.imagePath, address: 0, data: built.image!.flash }],
        seed: 1,
        timeoutMs: 30_000,
        endpoint: configured.project.endpoint,
        consoleBaudRate: configured.sdk.console.baud,
        openLoader: espLoaders(nodeClock),
      });
      const collector = new CrashCollector();
      for (const line of lines) collector.add(parseLine(line));
      const crash = collector.end();
      expect(crash, lines.join('\n')).toBeDefined();
      const decoder = new CrashDecoder(context, { project: directory, elf: built.elfPath });
      const decoded = await decoder.decode(crash!);
      expect(decoded.cause).toMatch(cause);
      const places = decoded.frames.map(({ lines: at }) => at.map(({ file, line }) => `${file}:${line}`));
      expect(places.flat()).toContain(`${main.path}:${main.crashLine}`);
    });

    /** A copy of the bench firmware that runs `crash` instead of the handshake. */
    async function firmwareWith(source: string) {
      const folder = join(directory, 'bench');
      await cp(new URL('../../templates/bench', import.meta.url), folder, { recursive: true });
      const path = join(folder, 'main.c');
      const original = await readFile(path, 'utf8');
      const text = original
        .replace(/^(static void __attribute__\(\(noreturn\)\) finish)/m, `${source}\n\n$1`)
        .replace(CALL, 'code = crash(0);');
      expect(text).toContain('crash(0)');
      await writeFile(path, text);
      return { path, crashLine: text.split('\n').findIndex((line) => line.includes('// CRASH')) + 1 };
    }

    async function build() {
      const sdk = await loadBench(nodeFiles);
      const { host, signal, progress } = context;
      const { project, identity, tree, headerText, endpoint, repaired } = configured;
      const { host: name, port } = project.endpoint;
      return buildFirmware(
        {
          ...{ sdk, identity, repaired, configHeader: headerText, buildDirectory: project.buildDirectory },
          toolchain: await findToolchain(host.processes, host.files, host.environment, signal),
          firmware: { ...(await loadFirmware(nodeFiles, sdk.firmware)), directory: join(directory, 'bench') },
          tree: tree.files,
          endpoint: { host: name, port, serverName: name, alpn: endpoint.alpn, mqttClientId: 'test' },
        },
        { ...host, progress, signal, nowMs: () => nodeClock.monotonicMs() },
      );
    }

    it('is told by `espaws run`, in mbedTLS too', { timeout: 240_000 }, async () => {
      const tree = join(directory, 'mbedtls');
      await cp(TREE!, tree, { recursive: true });
      const path = join(tree, 'library', 'ssl_cli.c');
      const text = (await readFile(path, 'utf8')).replace(
        'int mbedtls_ssl_handshake_client_step(mbedtls_ssl_context *ssl)\n{',
        '$&\n    *(volatile int *) 8 = 1;',
      );
      await writeFile(path, text);
      const line = text.split('\n').indexOf('    *(volatile int *) 8 = 1;') + 1;
      expect(line).toBeGreaterThan(0);
      const project = await testProject({});
      const settings = join(project, 'espaws.yaml');
      await writeFile(settings, (await readFile(settings, 'utf8')).replaceAll(TREE!, tree));
      const { text: said, json } = await runCommand(context, {
        ...{ project, explain: false, timeoutMs: 30_000, seed: 1, port: 'virtual:' },
        openLoader: espLoaders(nodeClock),
      });
      expect(said).toContain('a store to 0x00000008 through a null pointer');
      expect(said).toContain(`${path}:${line}`);
      expect(json).toMatchObject({ verdict: 'fail', crash: { frames: expect.any(Array) as unknown } });
    });
  },
);
