import { EspawsError } from '../errors.ts';
import type { Need } from '../needs/need.ts';
import { advisableOptions } from './advisable.ts';
import { macrosFor } from './need-rules.ts';
import type { MacroSet, MbedtlsOption, OptionSet } from './options.ts';
import type { MbedtlsTree } from './tree.ts';

/** What the firmware's platform demands of the configuration (from its SDK description). */
export interface Target {
  name: string;
  /** On in every configuration. */
  platform: readonly TargetOption[];
  /** Off in every configuration. */
  absent: readonly TargetOption[];
  /** Off unless certificate dates are checked. */
  clock: readonly TargetOption[];
}

interface TargetOption {
  name: string;
  value?: string | undefined;
  because: string;
}

/** Rounds of closure: far more than the longest chain of requirements in any tree. */
const MAX_ROUNDS = 64;

/**
 * The options for these needs in this tree, each with its reason, closed over the tree's own rules. The same needs
 * give the same options in the same order. Throws `config/unsatisfiable`.
 */
export function resolveOptions(tree: MbedtlsTree, needs: readonly Need[], target: Target): OptionSet {
  const options = new Map<string, MbedtlsOption>();
  const add = (name: string, value: string | undefined, reason: MbedtlsOption['reason'], because: string) => {
    const present = options.get(name);
    if (present === undefined) options.set(name, { name, value, reason, because });
    else if (isLarger(value, present.value)) options.set(name, { ...present, value, because });
  };
  for (const need of needs) {
    for (const [name, value] of macrosFor(need, tree))
      add(`MBEDTLS_${name}`, value, 'required', need.because);
  }
  for (const { name, value, because } of target.platform) {
    if (tree.knows(name)) add(name, value, 'platform', because);
  }
  close(tree, options, add);
  for (const { wanted, because } of advisableOptions(tree, (name) => options.has(`MBEDTLS_${name}`), needs)) {
    const [name, value] = wanted;
    if (!options.has(`MBEDTLS_${name}`)) add(`MBEDTLS_${name}`, value, 'advisable', because);
  }
  close(tree, options, add);
  return { version: tree.version, options: inTreeOrder(tree, options) };
}

/** Adds what the tree's rules demand, until they are content. */
function close(
  tree: MbedtlsTree,
  options: ReadonlyMap<string, MbedtlsOption>,
  add: (name: string, value: undefined, reason: 'closure', because: string) => void,
): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const [rule] = tree.configErrors(macrosOf([...options.values()]));
    if (rule === undefined) return;
    if (rule.missing.length === 0) {
      throw new EspawsError(`mbedTLS ${tree.version.text} cannot be configured so: ${rule.message}.`, {
        code: 'config/unsatisfiable',
        hint: 'Another mbedTLS version may: mbedtls.version in espaws.yaml.',
      });
    }
    for (const name of rule.missing) add(name, undefined, 'closure', `the tree's rule «${rule.message}»`);
  }
  throw new EspawsError(`The rules of mbedTLS ${tree.version.text} go in a circle.`, {
    code: 'config/unsatisfiable',
  });
}

/** The options as the compiler sees them. */
export function macrosOf(options: readonly Pick<MbedtlsOption, 'name' | 'value'>[]): MacroSet {
  return new Map(options.map(({ name, value }) => [name, value ?? '']));
}

/** Of two needs for a size the larger wins. */
function isLarger(value: string | undefined, present: string | undefined): boolean {
  return value !== undefined && present !== undefined && Number(value) > Number(present);
}

function inTreeOrder(tree: MbedtlsTree, options: ReadonlyMap<string, MbedtlsOption>): MbedtlsOption[] {
  const order = new Map(tree.knownOptions.map(({ name }, index) => [name, index]));
  const rank = ({ name }: MbedtlsOption) => order.get(name) ?? order.size;
  return [...options.values()].sort(
    (left, right) => rank(left) - rank(right) || left.name.localeCompare(right.name),
  );
}
