import { fileURLToPath } from 'node:url';

/**
 * Absolute path of a file or folder that ships with espaws beside the code: `templates/...`, `sdk-configs/...`.
 * The package's root is one folder above `src` as above `dist`.
 */
export function packageFile(relativePath: string): string {
  return fileURLToPath(new URL(`../${relativePath}`, import.meta.url));
}
