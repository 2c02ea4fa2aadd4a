import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import { packageFile } from '../package-files.ts';

const schema = z.strictObject({
  version: z.literal(1),
  sources: z.array(z.string()),
  templates: z.array(
    z.strictObject({ template: z.string(), output: z.string(), compile: z.boolean(), secret: z.boolean() }),
  ),
  includeDirectories: z.array(z.string()),
  compileFlags: z.array(z.string()),
  mbedtlsCompileFlags: z.array(z.string()).default([]),
  ownCompileFlags: z.array(z.string()).default([]),
  defines: z.record(z.string(), z.union([z.string(), z.number()])),
  linkerScript: z.string(),
  linkFlags: z.array(z.string()),
  entry: z.string(),
  ramRegions: z.array(z.string()),
  flashRegion: z.string(),
});

/** The manifest of a firmware's sources, and the folder that its paths are relative to. */
export interface Firmware extends z.infer<typeof schema> {
  directory: string;
}

/** Reads a manifest such as `templates/bench/firmware.yaml`. Throws `sdk/invalid`. */
export async function loadFirmware(files: FileReader, manifest: string): Promise<Firmware> {
  const path = packageFile(manifest);
  const result = schema.safeParse(parse(await files.readText(path)));
  if (result.success) return { ...result.data, directory: dirname(path) };
  const issue = result.error.issues[0]!;
  throw new EspawsError(`${path}: ${issue.path.join('.')}: ${issue.message}`, {
    code: 'sdk/invalid',
    hint: 'Mend the manifest there.',
  });
}

/** Absolute path of a file of the firmware. */
export function firmwareFile({ directory }: Firmware, name: string): string {
  return join(directory, name);
}
