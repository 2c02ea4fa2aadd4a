import type { SdkBuildOptions } from '../build/sdk/sdk-build.ts';
import { EspawsError } from '../errors.ts';
import type { CheckoutSettings } from '../project/schema.ts';
import type { Project } from '../project/load.ts';
import { detectSdk } from '../sdk/detect.ts';
import type { CheckoutDescription } from '../sdk/schema.ts';
import type { Host } from '../host.ts';

/** A checkout of an SDK, and how the project wants it to build. */
export interface Checkout {
  path: string;
  /** In words, where it was named. */
  origin: string;
  version: string;
  description: CheckoutDescription;
  settings: CheckoutSettings;
}

/** The SDK of the project. Throws `sdk/unknown` where none is found, or one that is of another kind. */
export async function findCheckout(
  { files, environment }: Pick<Host, 'files' | 'environment'>,
  { directory }: Pick<Project, 'directory'>,
  settings: CheckoutSettings,
): Promise<Checkout> {
  const { kind, path } = settings;
  const { description, ...found } = await detectSdk(files, {
    kind,
    environment,
    projectDirectory: directory,
    ...(path === undefined ? {} : { path }),
  });
  if (description.mechanism === 'none') {
    throw new EspawsError(
      `${description.title} in "${found.path}" cannot be built: ${description.because}.`,
      {
        code: 'sdk/unknown',
        hint: `${description.hint}.`,
      },
    );
  }
  return { path: found.path, origin: found.origin, version: found.version, description, settings };
}

/** Everything but which SDK it is. */
export function optionsOf(settings: CheckoutSettings): SdkBuildOptions {
  const options = Object.entries(settings).filter(([key]) => key !== 'kind' && key !== 'path');
  return Object.fromEntries(options);
}
