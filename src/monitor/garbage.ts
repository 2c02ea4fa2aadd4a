/** Fewer odd characters are a glitch of a reset line. */
const MIN_ODD = 4;

/**
 * How many characters of a line are no text: control characters, replacement characters of broken UTF-8. 0 where the
 * line reads well: less than a third of it is odd. UTF-8 text in other alphabets is not odd.
 */
export function garbageIn(line: string): number {
  let odd = 0;
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === 0xfffd || (code < 0x20 && code !== 0x09) || code === 0x7f) odd += 1;
  }
  return odd >= MIN_ODD && odd * 3 >= line.length ? odd : 0;
}
