import { join } from 'node:path';
import { readIdentity } from '../certificate/identity.ts';
import type { Files } from '../host.ts';
import { loadProject } from '../project/load.ts';
import type { DiagnosisContext } from '../verdict/diagnosis/rule.ts';
import type { CommandContext } from './result.ts';

/**
 * What the project tells besides a log: the kind of the client's key, and whether what was built last has elliptic
 * curves. Empty where there is no usable project.
 */
export async function diagnosisContext(
  { host }: CommandContext,
  directory: string,
): Promise<DiagnosisContext> {
  try {
    const project = await loadProject(host.files, directory);
    const { key } = await readIdentity(host.files, project.identity);
    const kind = key.key?.kind;
    return {
      ...(kind === 'rsa' || kind === 'ec' ? { keyKind: kind } : {}),
      ...(await builtWith(host.files, project.buildDirectory)),
    };
  } catch {
    // A log is explained, whatever is the matter with the project.
    return {};
  }
}

async function builtWith(
  files: Pick<Files, 'readText'>,
  buildDirectory: string,
): Promise<Pick<DiagnosisContext, 'hasCurves'>> {
  const header = await files.readText(join(buildDirectory, 'mbedtls_config.h')).catch(() => undefined);
  return header === undefined ? {} : { hasCurves: /^#define MBEDTLS_ECP_C\b/m.test(header) };
}
