/**
 * The lengths of a prefix code for symbols of these frequencies, none over `longest` bits, 0 for those that do not occur.
 * Where a symbol would get a longer code, rare symbols are taken for more frequent than they are.
 */
export function codeLengths(frequencies: Uint32Array, longest: number): Uint8Array {
  const lengths = new Uint8Array(frequencies.length);
  const used: number[] = [];
  for (const [symbol, frequency] of frequencies.entries()) if (frequency > 0) used.push(symbol);
  if (used.length <= 2) {
    for (const symbol of used) lengths[symbol] = 1;
    return lengths;
  }
  for (
    let weights = frequencies;
    ;
    weights = weights.map((weight) => (weight === 0 ? 0 : (weight >> 1) | 1))
  ) {
    if (fill(lengths, used, weights) <= longest) return lengths;
  }
}

/** The codes of these lengths (RFC 1951, 3.2.2), turned round: they are sent highest bit first. */
export function codesOf(lengths: Uint8Array): Uint16Array {
  const next = new Uint16Array(17);
  for (const length of lengths) if (length > 0) next[length + 1]! += 1;
  for (let bits = 1; bits <= 16; bits++) next[bits] = (next[bits]! + next[bits - 1]!) << 1;
  return Uint16Array.from(lengths, (length) => {
    if (length === 0) return 0;
    let code = next[length]!++;
    let turned = 0;
    for (let bit = 0; bit < length; bit++, code >>= 1) turned = (turned << 1) | (code & 1);
    return turned;
  });
}

/** Huffman's tree, the leaves sorted and the inner nodes in the order they are made: the depth of the deepest leaf. */
function fill(lengths: Uint8Array, used: readonly number[], weights: Uint32Array): number {
  const sorted = [...used].sort((left, right) => weights[left]! - weights[right]! || left - right);
  const count = sorted.length;
  const weight = new Float64Array(2 * count - 1);
  for (const [index, symbol] of sorted.entries()) weight[index] = weights[symbol]!;
  const parent = new Uint16Array(2 * count - 1);
  let leaf = 0;
  let inner = count;
  for (let made = count; made < 2 * count - 1; made++) {
    for (let child = 0; child < 2; child++) {
      const least = leaf < count && (inner >= made || weight[leaf]! <= weight[inner]!) ? leaf++ : inner++;
      parent[least] = made;
      weight[made]! += weight[least]!;
    }
  }
  const depth = new Uint16Array(2 * count - 1);
  let deepest = 0;
  for (let node = 2 * count - 3; node >= 0; node--) {
    depth[node] = depth[parent[node]!]! + 1;
    if (node >= count) continue;
    lengths[sorted[node]!] = Math.min(255, depth[node]!);
    deepest = Math.max(deepest, depth[node]!);
  }
  return deepest;
}
