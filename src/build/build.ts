import { basename, join } from 'node:path';
import type { Environment, Files, Processes } from '../host.ts';
import { buildBenchImage, type FirmwareImage, type MemoryRegion } from '../image/bench-image.ts';
import { readElf } from '../image/elf.ts';
import type { Progress } from '../progress.ts';
import { cacheDirectory } from '../sdk/cache.ts';
import type { BenchDescription } from '../sdk/schema.ts';
import type { Toolchain } from '../sdk/toolchain.ts';
import { besides, compileUnits } from './compile.ts';
import { errorsIn, readDiagnostics, type Diagnostic } from './diagnostics.ts';
import type { Firmware } from './firmware.ts';
import { writeCompileCommands, writeGenerated, writeIfChanged, type FirmwareEndpoint } from './generated.ts';
import { findLauncher } from './launcher.ts';
import { moduleSizes, type ModuleSize } from './module-sizes.ts';
import { hashOf, ObjectCache } from './object-cache.ts';
import { planBuild, type BuildPlan } from './plan.ts';
import type { Identity } from '../certificate/facts.ts';

export interface BuildInputs {
  sdk: BenchDescription;
  firmware: Firmware;
  toolchain: Toolchain;
  /** Of the mbedTLS tree: an SDK has headers and sources apart. */
  tree: { includeDirectory: string; libraryDirectory: string };
  /** Texts to compile in place of the tree's files, by the absolute path of each. */
  repaired?: ReadonlyMap<string, string>;
  identity: Identity;
  endpoint: FirmwareEndpoint;
  /** Text of the header that everything is compiled with. */
  configHeader: string;
  buildDirectory: string;
}

export interface BuildContext {
  files: Files;
  processes: Processes;
  environment: Environment;
  progress: Progress;
  signal: AbortSignal;
  nowMs: () => number;
}

export interface BuildResult {
  ok: boolean;
  /** Where it failed. */
  failedAt?: 'compile' | 'link';
  diagnostics: Diagnostic[];
  elfPath: string;
  /** Flash contents from address 0. */
  imagePath: string;
  configPath: string;
  image?: FirmwareImage;
  modules: readonly ModuleSize[];
  units: { fresh: number; cached: number; compiled: number };
  timing: { compileMs: number; linkMs: number };
}

/** Compiles, links and lays out the bench firmware. A build that does not compile is an answer, not an error. */
export async function buildFirmware(inputs: BuildInputs, context: BuildContext): Promise<BuildResult> {
  const { files, progress, nowMs } = context;
  const { buildDirectory } = inputs;
  const configPath = join(buildDirectory, 'mbedtls_config.h');
  await writeIfChanged(files, configPath, inputs.configHeader, 0o644);
  await writeGenerated(files, inputs.firmware, buildDirectory, inputs);
  const plan = planBuild({
    ...inputs,
    ...(await librarySources(files, inputs)),
    configHeader: configPath,
  });
  await writeCompileCommands(files, plan, buildDirectory);

  const start = nowMs();
  const compiled = await compileUnits(plan, {
    ...context,
    launcher: await findLauncher(context),
    cache: new ObjectCache(files, join(cacheDirectory(context.environment), 'objects')),
    compilerIdentity: inputs.toolchain.identity,
    jobs: context.environment.processors,
    onUnit: (unit, done, total) => {
      progress({ kind: 'stage-progress', stage: 'compile', done, total, text: basename(unit.source) });
    },
  });
  const compileMs = nowMs() - start;
  const base = {
    diagnostics: compiled.diagnostics,
    elfPath: plan.link.elf,
    imagePath: join(buildDirectory, 'firmware.bin'),
    configPath,
    modules: [],
    units: { fresh: compiled.fresh, cached: compiled.cached, compiled: compiled.compiled },
  };
  if (errorsIn(compiled.diagnostics).length > 0) {
    await compiled.keep();
    return { ...base, ok: false, failedAt: 'compile', timing: { compileMs, linkMs: 0 } };
  }
  const diagnostics = await besides(link(plan, compiled.keys, context), compiled.keep());
  const linkMs = nowMs() - start - compileMs;
  const timing = { compileMs, linkMs };
  const all = [...compiled.diagnostics, ...diagnostics];
  if (errorsIn(diagnostics).length > 0)
    return { ...base, diagnostics: all, ok: false, failedAt: 'link', timing };

  const elf = readElf(await files.readBytes(plan.link.elf));
  const image = buildBenchImage(elf, { regions: memoryOf(inputs.sdk), layout: inputs.sdk.flash });
  await files.write(base.imagePath, image.flash, { mode: 0o600 });
  const modules = await moduleSizes(elf, plan, files);
  return { ...base, diagnostics: all, ok: true, image, modules, timing };
}

/** The memory of an SDK description as the image stage wants it. */
function memoryOf({ memory }: BenchDescription): MemoryRegion[] {
  return memory.map(({ size, ...region }) => ({ ...region, sizeBytes: size }));
}

async function librarySources(files: Files, { tree, repaired, buildDirectory }: BuildInputs) {
  const { includeDirectory, libraryDirectory } = tree;
  const names = (await files.list(libraryDirectory)).filter((name) => name.endsWith('.c'));
  const copies = new Map<string, string>();
  for (const [path, text] of repaired ?? []) {
    const copy = join(buildDirectory, 'overlay', basename(path));
    await writeIfChanged(files, copy, text, 0o644);
    copies.set(path, copy);
  }
  return {
    librarySources: names.map((name) => join(libraryDirectory, name)).map((path) => copies.get(path) ?? path),
    libraryIncludes: [includeDirectory, libraryDirectory],
  };
}

/**
 * Links again only where an object, the script or the arguments changed. The linker and its helpers work in the
 * private folder: what they write holds the private key.
 */
async function link(plan: BuildPlan, keys: readonly string[], context: BuildContext): Promise<Diagnostic[]> {
  const { files, processes, signal } = context;
  const { elf, arguments: args } = plan.link;
  const script = args[args.indexOf('-T') + 1]!;
  const key = hashOf(await files.readText(script), ...args, ...keys);
  const keyPath = `${elf}.key`;
  const made = await files.readText(keyPath).catch(() => undefined);
  if (made === key && (await files.stat(elf)) !== undefined) return [];
  const partial = join(plan.privateDirectory, 'firmware.elf.partial');
  try {
    const result = await processes.run(plan.compiler, [...args, '-o', partial], {
      signal,
      env: { TMPDIR: plan.privateDirectory },
    });
    const diagnostics = readDiagnostics(result.stderr);
    if (result.exitCode !== 0) {
      if (errorsIn(diagnostics).length > 0) return diagnostics;
      return [{ severity: 'error', message: `the linker failed: ${result.stderr.trim().slice(0, 500)}` }];
    }
    await files.write(elf, await files.readBytes(partial), { mode: 0o600 });
    await files.write(keyPath, key);
    return diagnostics.filter(({ severity }) => severity !== 'note');
  } finally {
    await files.remove(partial);
  }
}
