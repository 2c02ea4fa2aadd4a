/** Prerequisites of a make rule as gcc -MD writes it. */
export function readDependencies(rule: string): string[] {
  const joined = rule.replace(/\\\r?\n/g, ' ');
  return joined
    .slice(joined.indexOf(':') + 1)
    .split(/(?<!\\)\s+/)
    .filter((path) => path !== '')
    .map((path) => path.replace(/\\([ #])/g, '$1').replaceAll('$$', '$'));
}
