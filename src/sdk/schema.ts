import { parse } from 'yaml';
import { z } from '../zod.ts';
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

/** What every checkout of an SDK says. */
const checkout = {
  ...shared,
  kind: z.enum(['rtos-sdk', 'esp-open-rtos']).describe('`sdk.kind` of espaws.yaml.'),
  versions: z.string().describe('The releases that are meant, in words.'),
  recognise: z
    .strictObject({
      present: z.array(z.string()).min(1),
      absent: z.array(z.string()).default([]),
    })
    .describe('Paths below the checkout that are there, and that are not: of no two descriptions the same.'),
  repository: z.strictObject({ url: z.url(), hasSubmodules: z.boolean() }),
};

const buildable = {
  ...checkout,
  tree: z.string().describe('Folder of the mbedTLS tree, below the checkout.'),
  config: z.string().describe('The configuration in force where nobody derives one, below the checkout.'),
  toolchain: z.strictObject({
    expected: z.string(),
    needs: z
      .array(
        z.strictObject({
          library: z.enum(['newlib', 'libstdc++', 'libhal', 'xtensa-headers']),
          unless: z.string().optional().describe('Below the checkout: where that is there, it has its own.'),
          or: z.string().optional().describe('What else mends it.'),
        }),
      )
      .default([])
      .describe('Of the toolchain itself.'),
  }),
  required: z
    .array(z.strictObject({ path: z.string(), mend: z.string() }))
    .describe('What a complete checkout has, and the command that brings it; {sdk} is its path.'),
  flashMaps: z.string().describe('File of sdk-configs/flash-maps.'),
  recipe: z.array(z.string()).describe('Commands that build, with placeholders; for people.'),
  artefacts: z.array(z.string()),
  dialect: z.string().describe('How its log reads, for people.'),
  traps: z.array(z.strictObject({ what: z.string(), mend: z.string() })),
};

/** A checkout without mbedTLS: known, so that it can be said. */
const without = z.strictObject({
  ...checkout,
  mechanism: z.literal('none'),
  because: z.string(),
  hint: z.string(),
});
const rtosSdk1 = z.strictObject({ ...buildable, mechanism: z.literal('rtos-sdk-1') });
const rtosSdk3 = z.strictObject({ ...buildable, mechanism: z.literal('rtos-sdk-3') });
const espOpenRtos = z.strictObject({ ...buildable, mechanism: z.literal('esp-open-rtos') });

/** One file of `sdk-configs/`. */
const sdkSchema = z.discriminatedUnion('mechanism', [bench, without, rtosSdk1, rtosSdk3, espOpenRtos]);

export type SdkDescription = z.infer<typeof sdkSchema>;
export type BenchDescription = z.infer<typeof bench>;
/** An SDK that the user has a checkout of, and whose mbedTLS can be built. */
export type CheckoutDescription = Exclude<SdkDescription, { mechanism: 'bench' | 'none' }>;
/** The same, and those that have no mbedTLS. */
export type KnownCheckout = Exclude<SdkDescription, BenchDescription>;

/** JSON Schema of the files, for editors. */
export function sdkJsonSchema(): object {
  return z.toJSONSchema(sdkSchema, { io: 'input' });
}

/** Every description there is. Throws `sdk/invalid`. */
export async function loadSdks(files: FileReader): Promise<SdkDescription[]> {
  return Promise.all((await sdkNames(files)).map((name) => loadSdk(files, name)));
}

/** Those that a user may have a checkout of, of one kind or of all: one by one, for who need not read all. */
export async function* eachCheckout(
  files: FileReader,
  kind?: KnownCheckout['kind'],
): AsyncIterable<KnownCheckout> {
  for (const name of await sdkNames(files)) {
    // Files are named by their kind.
    const isMeant = kind === undefined ? name !== 'bench' : name === kind || name.startsWith(`${kind}-`);
    if (!isMeant) continue;
    const sdk = await loadSdk(files, name);
    if (sdk.mechanism !== 'bench') yield sdk;
  }
}

async function sdkNames(files: FileReader): Promise<string[]> {
  const names = await files.list(packageFile('sdk-configs'));
  return names.filter((name) => name.endsWith('.yaml')).map((name) => name.replace(/\.yaml$/, ''));
}

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
