import { basename } from 'node:path';
import type { Processes } from '../host.ts';
import type { Elf } from '../image/elf.ts';
import { toolPath, type Toolchain } from '../sdk/toolchain.ts';
import type { BuildPlan } from './plan.ts';

/** What one source file of mbedTLS, or of the firmware, takes in the linked image. */
export interface ModuleSize {
  /** `ecp`, `ssl_tls`, ...; `(library)` for the C library and what cannot be told. */
  module: string;
  part: 'mbedtls' | 'bench' | 'other';
  codeBytes: number;
  dataBytes: number;
}

/**
 * Sizes by source file, largest first. Link-time optimization leaves no trace of objects in the map, so symbols are
 * traced by name: through the objects' own symbol tables.
 */
export async function moduleSizes(
  elf: Elf,
  plan: BuildPlan,
  toolchain: Toolchain,
  { processes, signal }: { processes: Processes; signal: AbortSignal },
): Promise<ModuleSize[]> {
  const owners = await symbolOwners(plan, toolchain, processes, signal);
  const modules = new Map<string, ModuleSize>();
  for (const { name, sizeBytes, kind } of elf.symbols) {
    if (kind === 'other' || sizeBytes === 0) continue;
    const owner = owners.get(sourceName(name)) ?? { module: '(library)', part: 'other' as const };
    const key = `${owner.part}/${owner.module}`;
    const entry = modules.get(key) ?? { ...owner, codeBytes: 0, dataBytes: 0 };
    if (kind === 'function') entry.codeBytes += sizeBytes;
    else entry.dataBytes += sizeBytes;
    modules.set(key, entry);
  }
  return [...modules.values()].sort(
    (left, right) =>
      right.codeBytes + right.dataBytes - left.codeBytes - left.dataBytes ||
      left.module.localeCompare(right.module),
  );
}

/** The compiler names its copies of a function `name.part.0`, `name.constprop.0`, `name.lto_priv.0`. */
function sourceName(symbol: string): string {
  return symbol.replace(/\..*$/, '');
}

type Owner = Pick<ModuleSize, 'module' | 'part'>;

async function symbolOwners(
  { units }: BuildPlan,
  toolchain: Toolchain,
  processes: Processes,
  signal: AbortSignal,
): Promise<Map<string, Owner>> {
  const byObject = new Map(units.map(({ object, part }) => [object, { module: moduleName(object), part }]));
  // gcc-nm reads link-time-optimization objects by gcc's plug-in.
  const { stdout } = await processes.run(
    toolPath(toolchain, 'gcc-nm'),
    ['--defined-only', '--print-file-name', '--format=bsd', ...byObject.keys()],
    { signal },
  );
  const owners = new Map<string, Owner>();
  for (const line of stdout.split('\n')) {
    const match = /^(.*?):\s*\S*\s+[A-Za-z]\s+(\S+)$/.exec(line);
    const owner = match && byObject.get(match[1]!);
    if (owner) owners.set(sourceName(match[2]!), owner);
  }
  return owners;
}

function moduleName(object: string): string {
  return basename(object, '.o');
}
