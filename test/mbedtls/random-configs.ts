import fc from 'fast-check';
import type { MacroSet } from '../../src/mbedtls/options.ts';
import type { MbedtlsTree } from '../../src/mbedtls/tree.ts';

/** Values that rules of check_config.h compare with their limits, on both sides of them. */
const VALUES = ['', '1', '0x20', '48u', '(64)', '65', '256', '300UL', '16384', '65536', '( 1 + 2 )', '-1'];

/** Random configurations of a tree: its own one or an empty one, with options turned on, off and given values. */
export function randomConfigs(tree: MbedtlsTree): fc.Arbitrary<MacroSet> {
  const names = tree.knownOptions
    .map(({ name }) => name)
    .filter((name) => !/_FILE$|_INCLUDE$|_HEADER$/.test(name));
  const withValue = tree.knownOptions.filter(({ value }) => value !== '').map(({ name }) => name);
  return fc
    .record({
      fromStock: fc.boolean(),
      toggled: fc.subarray(names, { maxLength: 90 }),
      values: fc.dictionary(fc.constantFrom(...withValue), fc.constantFrom(...VALUES), { maxKeys: 6 }),
    })
    .map(({ fromStock, toggled, values }) => {
      const macros = new Map(fromStock ? tree.stockMacros() : []);
      for (const name of toggled) if (!macros.delete(name)) macros.set(name, '');
      for (const [name, value] of Object.entries(values)) if (names.includes(name)) macros.set(name, value);
      return macros;
    });
}
