import { join } from 'node:path';
import { guardedDirectives } from './conditions.ts';
import type { Expression } from './preprocessor/expression.ts';
import { readDefinition } from './preprocessor/macros.ts';

/** Conditions under which a tree's own headers define a macro, one for each place that does. */
export type Providers = ReadonlyMap<string, readonly Expression[]>;

/**
 * What the headers behind `entry` (build_info.h of 3.x: config_adjust_*.h, config_psa.h) define as a consequence of
 * the configuration: `MBEDTLS_MD_CAN_SHA256` where `MBEDTLS_SHA256_C` is on.
 */
export function readProviders(
  headers: ReadonlyMap<string, string>,
  includeDirectory: string,
  entry: string,
): Providers {
  const providers = new Map<string, Expression[]>();
  const visited = new Set<string>();
  const visit = (path: string, outer: readonly Expression[]) => {
    if (visited.has(path)) return;
    visited.add(path);
    for (const { directive, guards } of guardedDirectives(headers.get(path) ?? '')) {
      const conditions = [...outer, ...guards];
      if (directive.name === 'include') {
        const included = /^"((?:mbedtls|psa)\/[\w.]+)"/.exec(directive.rest)?.[1];
        if (included !== undefined && !CONFIGURED.includes(included)) {
          visit(join(includeDirectory, included), conditions);
        }
      }
      const name = directive.name === 'define' ? readDefinition(directive.rest)?.name : undefined;
      if (name !== undefined && !isGuard(name))
        providers.set(name, [...(providers.get(name) ?? []), conjunction(conditions)]);
    }
  };
  visit(entry, []);
  return providers;
}

/** Include guards, and what the headers note of themselves. */
export function isGuard(name: string): boolean {
  return /_H$|^MBEDTLS_CONFIG_(?:FILE|VERSION|FILES_READ|IS_FINALIZED)$/.test(name);
}

/** All of them hold. */
export function conjunction(conditions: readonly Expression[]): Expression {
  return conditions.reduce((left, right) => ({ kind: 'binary', operator: '&&', left, right }), {
    kind: 'number',
    value: 1,
  });
}

/** What the user configures is no consequence of anything. */
const CONFIGURED = ['mbedtls/mbedtls_config.h', 'psa/crypto_config.h'];
