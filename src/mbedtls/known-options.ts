/** One option as the tree's own config header lists it. */
export interface KnownOption {
  name: string;
  /** `#define`, not `//#define`. */
  isDefault: boolean;
  /** Replacement text of the listed define; empty for a plain one. */
  value: string;
  /** Of the `\name SECTION:` block it stands in. */
  section: string;
}

/** The options of config.h or mbedtls_config.h, in its order, each once. */
export function readKnownOptions(header: string): KnownOption[] {
  const options = new Map<string, KnownOption>();
  let section = 'System support';
  for (const line of header.split('\n')) {
    section = /\\name SECTION:\s*(.*?)\s*$/.exec(line)?.[1] ?? section;
    const match = /^\s*(\/\/)?\s*#define\s+(MBEDTLS_\w+)[ \t]*(.*?)(?:\/\*.*)?\s*$/.exec(line);
    if (match === null || match[2]!.endsWith('_H')) continue;
    const [, comment, name, value] = match;
    if (options.has(name!)) continue;
    options.set(name!, { name: name!, isDefault: comment === undefined, value: value!.trim(), section });
  }
  return [...options.values()];
}
