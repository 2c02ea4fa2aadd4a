import { readIdentity } from '../certificate/identity.ts';
import { loadProject } from '../project/load.ts';
import type { DiagnosisContext } from '../verdict/diagnosis/rule.ts';
import type { CommandContext } from './result.ts';

/** What the project tells besides a log: the kind of the client's key. Empty where there is no usable project. */
export async function diagnosisContext(
  { host }: CommandContext,
  directory: string,
): Promise<DiagnosisContext> {
  try {
    const project = await loadProject(host.files, directory);
    const { key } = await readIdentity(host.files, project.identity);
    const kind = key.key?.kind;
    return kind === 'rsa' || kind === 'ec' ? { keyKind: kind } : {};
  } catch {
    // A log is explained, whatever is the matter with the project.
    return {};
  }
}
