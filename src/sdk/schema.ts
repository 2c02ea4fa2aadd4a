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

/** What every SDK says. */
const shared = {
  name: z.string(),
  title: z.string(),
  console: z.strictObject({ baud: z.int().positive() }),
  mbedtls: z.strictObject({
    /** On in every configuration. */
    platform: z.array(macro),
    /** Off in every configuration. */
    absent: z.array(macro),
    /** Off unless certificate dates are checked. */
    clock: z.array(macro),
  }),
};

/** Built by espaws alone, for the virtual board and for real ones. */
const bench = z.strictObject({
  ...shared,
  mechanism: z.literal('bench'),
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

/** Built by a checkout of the user's, whose mbedTLS is in `tree`. */
const checkout = {
  ...shared,
  /** Folder of the mbedTLS tree, below the checkout. */
  tree: z.string(),
};
const rtosSdk1 = z.strictObject({ ...checkout, mechanism: z.literal('rtos-sdk-1') });
const rtosSdk3 = z.strictObject({ ...checkout, mechanism: z.literal('rtos-sdk-3') });
const espOpenRtos = z.strictObject({ ...checkout, mechanism: z.literal('esp-open-rtos') });

/** One file of `sdk-configs/`. */
const sdkSchema = z.discriminatedUnion('mechanism', [bench, rtosSdk1, rtosSdk3, espOpenRtos]);

export type SdkDescription = z.infer<typeof sdkSchema>;
export type BenchDescription = z.infer<typeof bench>;
/** An SDK that the user has a checkout of. */
export type CheckoutDescription = Exclude<SdkDescription, BenchDescription>;

/** The embedded SDK. */
export async function loadBench(files: FileReader): Promise<BenchDescription> {
  const sdk = await loadSdk(files, 'bench');
  if (sdk.mechanism === 'bench') return sdk;
  throw new EspawsError('The description of the bench is that of another SDK.', {
    code: 'sdk/invalid',
    hint: 'Install espaws again.',
  });
}

/** Loads `sdk-configs/<name>.yaml`. Throws `sdk/unknown` or `sdk/invalid`. */
export async function loadSdk(files: FileReader, name: string): Promise<SdkDescription> {
  const path = packageFile(`sdk-configs/${name}.yaml`);
  if ((await files.stat(path)) === undefined) {
    throw new EspawsError(`There is no SDK "${name}".`, {
      code: 'sdk/unknown',
      hint: 'List them with: espaws sdk list',
    });
  }
  const result = sdkSchema.safeParse(parse(await files.readText(path)));
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new EspawsError(`${path}: ${issue.path.join('.')}: ${issue.message}`, {
    code: 'sdk/invalid',
    hint: 'Mend the description there.',
  });
}
