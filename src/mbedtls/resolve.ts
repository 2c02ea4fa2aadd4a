import { EspawsError } from '../errors.ts';
import type { Need } from '../needs/need.ts';
import { advisableOptions } from './advisable.ts';
import { TRAPS } from './data/traps.ts';
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

export interface TargetOption {
  name: string;
  value?: string | undefined;
  because: string;
}

/**
 * The options for these needs in this tree, each with its reason, closed over the tree's own rules. The same needs
 * give the same options in the same order. Throws `config/unsatisfiable`.
 */
export function resolveOptions(tree: MbedtlsTree, needs: readonly Need[], target: Target): OptionSet {
  const options = new Options(tree);
  const version = needs.find((need) => need.kind === 'tls-version')?.version ?? '1.2';
  for (const need of needs) {
    for (const { name, value, because } of macrosFor(need, { tree, tlsVersion: version })) {
      options.add({ name: `MBEDTLS_${name}`, value, reason: 'required', because: because ?? reasonOf(need) });
    }
  }
  for (const { name, value, because } of target.platform) {
    if (tree.knows(name)) options.add({ name, value, reason: 'platform', because });
  }
  options.close();
  for (const { name, value, because } of advisableOptions(tree, options, needs)) {
    options.add({ name, value, reason: 'advisable', because });
  }
  options.close();
  return { version: tree.version, options: options.inTreeOrder() };
}

/** The need's reason, so that it can be understood beside a macro. */
function reasonOf(need: Need): string {
  const { because } = need;
  if (need.kind === 'tls-version') return `TLS ${need.version}: ${because}`;
  if (need.kind === 'suite') return `${need.suite}: ${because}`;
  if (need.kind === 'group') return `${need.curve}: ${because}`;
  if (need.kind !== 'record-size') return because;
  return `records of up to ${need.in} bytes in and ${need.out} bytes out: ${because}`;
}

/** The options as the compiler sees them. */
export function macrosOf(options: readonly Pick<MbedtlsOption, 'name' | 'value'>[]): MacroSet {
  return new Map(options.map(({ name, value }) => [name, value ?? '']));
}

/** Reasons of one option that are spelled out; the rest is only counted. */
const MOST_REASONS = 3;

/** More rounds than the longest chain of requirements in any tree. */
const MOST_ROUNDS = 64;

/** The set while it grows. */
class Options {
  readonly #tree: MbedtlsTree;
  readonly #options = new Map<string, Omit<MbedtlsOption, 'because'> & { reasons: string[] }>();

  constructor(tree: MbedtlsTree) {
    this.#tree = tree;
  }

  /** With its prefix. */
  has(name: string): boolean {
    return this.#options.has(name);
  }

  /** Needs that ask for the same add their reasons; of two sizes the larger stays, with its reason. */
  add({ because, ...option }: MbedtlsOption): void {
    const present = this.#options.get(option.name);
    if (present === undefined || isLarger(option.value, present.value)) {
      this.#options.set(option.name, { ...option, reasons: [because] });
    } else if (present.value === option.value && present.reason === option.reason) {
      if (!present.reasons.includes(because)) present.reasons.push(because);
    }
  }

  /** Adds what the tree's rules demand, and what they forgot, until they are content. */
  close(): void {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      if (this.#closeTraps()) continue;
      const [rule] = this.#tree.configErrors(
        new Map([...this.#options].map(([name, { value }]) => [name, value ?? ''])),
      );
      if (rule === undefined) return;
      if (rule.missing.length === 0) throw this.#unsatisfiable(rule.message);
      const because = `${rule.about ?? 'the configuration'} requires it (check_config.h: ${rule.message})`;
      for (const name of rule.missing) this.add({ name, value: undefined, reason: 'closure', because });
    }
    throw this.#unsatisfiable('its rules go in a circle');
  }

  #closeTraps(): boolean {
    const open = TRAPS.filter(
      ({ given, needs, applies }) => applies(this.#tree.version) && this.has(given) && !this.has(needs),
    );
    for (const { needs, because } of open) {
      this.add({ name: needs, value: undefined, reason: 'closure', because });
    }
    return open.length > 0;
  }

  inTreeOrder(): MbedtlsOption[] {
    const order = new Map(this.#tree.knownOptions.map(({ name }, index) => [name, index]));
    const rank = ({ name }: { name: string }) => order.get(name) ?? order.size;
    return [...this.#options.values()]
      .sort((left, right) => rank(left) - rank(right) || (left.name < right.name ? -1 : 1))
      .map(({ reasons, ...option }) => ({ ...option, because: joined(reasons) }));
  }

  #unsatisfiable(reason: string): EspawsError {
    return new EspawsError(`mbedTLS ${this.#tree.version.text} cannot be configured so: ${reason}.`, {
      code: 'config/unsatisfiable',
      hint: 'Another mbedTLS version may: mbedtls: { version: ... } in espaws.yaml.',
    });
  }
}

function joined(reasons: readonly string[]): string {
  const shown = reasons.slice(0, MOST_REASONS).join('; ');
  const more = reasons.length - MOST_REASONS;
  return more > 0 ? `${shown}; and ${more} more` : shown;
}

function isLarger(value: string | undefined, present: string | undefined): boolean {
  return value !== undefined && present !== undefined && Number(value) > Number(present);
}
