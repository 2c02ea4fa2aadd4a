import { join } from 'node:path';
import type { Environment } from '../host.ts';

/** The user's cache of espaws: `ESPAWS_CACHE`, else as the XDG Base Directory Specification says. */
export function cacheDirectory({ variables, homeDirectory }: Environment): string {
  const own = variables['ESPAWS_CACHE'];
  if (own !== undefined && own !== '') return own;
  const xdg = variables['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homeDirectory, '.cache') : xdg, 'espaws');
}
