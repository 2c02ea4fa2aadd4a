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
  if (description.mechanism === 'bench') {
    throw new EspawsError(`"${found.path}" is no checkout of an SDK.`, {
      code: 'sdk/unknown',
      hint: 'Name one in espaws.yaml: sdk: { kind: rtos-sdk, path: ... }',
    });
  }
  return { path: found.path, origin: found.origin, version: found.version, description, settings };
}
