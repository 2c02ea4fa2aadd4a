import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from '../zod.ts';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';

const schema = z.strictObject({
  ssid: z.string().min(1).max(32),
  password: z.string().max(64).default(''),
});

/** Name of the file beside espaws.yaml, which git is to ignore. */
export const WIFI_FILE = 'wifi.yaml';

/** The network of the project's board; undefined where there is no file. Throws `project/invalid`, without its values. */
export async function readWifi(
  files: FileReader,
  directory: string,
): Promise<z.infer<typeof schema> | undefined> {
  const path = join(directory, WIFI_FILE);
  const text = await files.readText(path).catch(() => undefined);
  if (text === undefined) return undefined;
  const result = schema.safeParse(valuesOf(text));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new EspawsError(`${path}: ${issue.path.join('.') || 'the file'}: ${issue.message}`, {
    code: 'project/invalid',
    hint: 'It has two lines: ssid: NAME, and password: WORD (at most 32 and 64 characters).',
  });
}

function valuesOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
