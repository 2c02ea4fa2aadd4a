import { createHash } from 'node:crypto';

/** A short name for what is equal in all of `parts`. */
export function contentKey(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
