import { join, resolve } from 'node:path';
import { z } from '../zod.ts';
import { EXIT, EspawsError } from '../errors.ts';
import { renderProject, type ProjectAnswers } from '../project/render.ts';
import { projectSchema } from '../project/schema.ts';
import type { CommandContext, CommandResult } from './result.ts';

export interface InitOptions extends ProjectAnswers {
  directory: string;
  force: boolean;
}

/** `espaws init [dir]`: writes `espaws.yaml` and a `.gitignore` that keeps keys out of git. */
export async function initCommand(
  { host }: CommandContext,
  { directory, force, ...answers }: InitOptions,
): Promise<CommandResult> {
  const target = resolve(directory);
  const rendered = await renderProject(host.files, answers);
  for (const name of rendered.keys()) {
    if (force || (await host.files.stat(join(target, name))) === undefined) continue;
    throw new EspawsError(`"${join(target, name)}" is already there.`, {
      code: 'project/exists',
      hint: 'Overwrite it with --force, or name another folder.',
    });
  }
  for (const [name, text] of rendered) await host.files.write(join(target, name), text);
  const missing: string[] = [];
  for (const path of [answers.certificate, answers.key, answers.ca]) {
    if ((await host.files.stat(resolve(target, path))) === undefined) missing.push(path);
  }
  const next =
    missing.length === 0
      ? 'Next: espaws run'
      : `Put ${missing.join(', ')} there (or: espaws endpoint serve --issue ec --directory ${target === resolve('.') ? '.' : directory}), then: espaws run`;
  return {
    exitCode: EXIT.success,
    json: { directory: target, files: [...rendered.keys()], missing },
    text: [...rendered.keys()]
      .map((name) => `wrote ${join(directory, name)}`)
      .concat(next)
      .join('\n'),
  };
}

/** `espaws init --schema`: the JSON Schema of `espaws.yaml`, for editors. */
export function schemaResult(): CommandResult {
  const schema = z.toJSONSchema(projectSchema, { io: 'input' });
  return { exitCode: EXIT.success, json: schema, text: JSON.stringify(schema, undefined, 2) };
}
