/** A place that apt gets packages from, as this machine's own lists name it. */
export interface AptSource {
  uri: string;
  /** Keyring file or keys, as `Signed-By` has it; undefined: apt's trusted ones. */
  signedBy: string | undefined;
  suites: readonly string[];
}

/**
 * The sources that carry the distribution's `main` component, from one-line (`*.list`) and deb822 (`*.sources`)
 * files: those of the machine's own release by its `codename`, or all where none goes by it (a list may say
 * `stable`). Foreign archives mostly have names of their own for their suites. Source: sources.list(5).
 */
export function readAptSources(
  files: readonly { name: string; text: string }[],
  codename: string | undefined,
): AptSource[] {
  const all = files.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? readDeb822(text) : readOneLine(text),
  );
  const own = all.filter(({ suites }) => codename !== undefined && suites.includes(codename));
  const seen = new Set<string>();
  return (own.length > 0 ? own : all).filter(({ uri }) => !seen.has(uri) && seen.add(uri));
}

function readOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb(?:-src)?\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)$/.exec(
      line.replace(/#.*/, ''),
    );
    if (match === null) return [];
    const [, options = '', uri, suite, components] = match;
    if (!isMain(suite!, components!)) return [];
    return [{ uri: uri!, suites: [suite!], signedBy: /(?:^|\s)signed-by=(\S+)/.exec(options)?.[1] }];
  });
}

function readDeb822(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = new Map(
      [...stanza.matchAll(/^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)].map(([, name, value]) => [
        name!.toLowerCase(),
        value!.trim(),
      ]),
    );
    if (/^no$/i.test(fields.get('enabled') ?? 'yes')) return [];
    const suites = (fields.get('suites') ?? '').split(/\s+/);
    if (!suites.some((suite) => isMain(suite, fields.get('components') ?? ''))) return [];
    const signedBy = fields.get('signed-by');
    return (fields.get('uris') ?? '')
      .split(/\s+/)
      .filter((uri) => uri !== '')
      .map((uri) => ({ uri, suites, signedBy }));
  });
}

/** Not a security or update suite (their pool is another), not a foreign archive without `main`. */
function isMain(suite: string, components: string): boolean {
  return /^[a-z]+$/.test(suite) && components.split(/\s+/).includes('main');
}
