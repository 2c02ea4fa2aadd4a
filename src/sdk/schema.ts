import { parse } from 'yaml';
import { z } from 'zod';
import { EspawsError } from '../errors.ts';
import type { FileReader } from '../host.ts';
import { FLASH_FREQUENCIES, FLASH_MODES, FLASH_SIZES } from '../image/flash-parameters.ts';
import { packageFile } from '../package-files.ts';

const macro = z.strictObject({
  name: z.string().regex(/^MBEDTLS_[A-Z0-9_]+$/),
  value: z.string().optional(),
  because: z.string().min(10),
});

const keys = <T extends string>(table: Readonly<Record<T, number>>) =>
  z.enum(Object.keys(table) as [T, ...T[]]);

/** One file of `sdk-configs/`. */
const sdkSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** Manifest of the firmware's sources. */
  firmware: z.string(),
  memory: z.array(
    z.strictObject({
      name: z.string(),
      base: z.int(),
      size: z.int().positive(),
      kind: z.enum(['ram', 'flash']),
    }),
  ),
  flash: z.strictObject({
    windowBase: z.int(),
    residentOffset: z.int().positive(),
    parameters: z.strictObject({
      mode: keys(FLASH_MODES),
      size: keys(FLASH_SIZES),
      frequency: keys(FLASH_FREQUENCIES),
    }),
  }),
  console: z.strictObject({ baud: z.int().positive() }),
  mbedtls: z.strictObject({
    platform: z.array(macro),
    absent: z.array(macro),
    clock: z.array(macro),
  }),
  trees: z.array(
    z.strictObject({
      version: z.string(),
      distribution: z.enum(['debian', 'ubuntu']),
      suite: z.string(),
      /** Part of the archive that the package is in. */
      component: z.string(),
    }),
  ),
});

export type SdkDescription = z.infer<typeof sdkSchema>;

/** Loads `sdk-configs/<name>.yaml`. Throws `sdk/unknown` or `sdk/invalid`. */
export async function loadSdk(files: FileReader, name: string): Promise<SdkDescription> {
  const path = packageFile(`sdk-configs/${name}.yaml`);
  if ((await files.stat(path)) === undefined) {
    throw new EspawsError(`There is no SDK "${name}".`, { code: 'sdk/unknown', hint: 'Known: bench.' });
  }
  const result = sdkSchema.safeParse(parse(await files.readText(path)));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new EspawsError(`${path}: ${issue.path.join('.')}: ${issue.message}`, {
    code: 'sdk/invalid',
    hint: 'Mend the description there.',
  });
}
