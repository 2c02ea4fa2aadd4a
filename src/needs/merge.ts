import type { Need } from './need.ts';

/** Reasons of one need that are spelled out; of a large CA bundle the rest is only counted. */
const MOST_REASONS = 3;

/** One need of each kind and value, in the order of first mention, with the reasons joined. */
export function mergeNeeds(needs: readonly Need[]): Need[] {
  const merged = new Map<string, { need: Need; reasons: string[] }>();
  for (const need of needs) {
    const key = keyOf(need);
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { need, reasons: [need.because] });
    } else {
      known.need = stronger(known.need, need);
      if (!known.reasons.includes(need.because)) known.reasons.push(need.because);
    }
  }
  return [...merged.values()].map(({ need, reasons }) => ({ ...need, because: joined(reasons) }));
}

/** Everything that tells needs apart; a signature to verify includes parsing one. */
function keyOf(need: Need): string {
  return JSON.stringify(need, (name, value: unknown) => (IGNORED.includes(name) ? undefined : value));
}

const IGNORED: readonly string[] = ['because', 'source', 'verify'];

function stronger(a: Need, b: Need): Need {
  if (a.kind !== 'certificate-signature' || b.kind !== 'certificate-signature') return a;
  return { ...a, verify: a.verify || b.verify };
}

function joined(reasons: readonly string[]): string {
  const shown = reasons.slice(0, MOST_REASONS).join('; ');
  const more = reasons.length - MOST_REASONS;
  return more > 0 ? `${shown}; and ${more} more` : shown;
}
