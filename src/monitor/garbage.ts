/** Fewer odd characters are a glitch of a reset line. */
const MIN_ODD = 4;

/** Of U+0080 to U+00BF: text has a «» or a ° now and then. */
const MIN_SIGNS = 4;

/** U+2E2E, which Arduino's monitor shows for a byte that is no text. */
const IDE_MARK = 0x2e2e;

/**
 * How many characters of a line are no text: control characters, replacement characters of broken UTF-8. 0 where the
 * line reads well: less than a third of it is odd. UTF-8 text in other alphabets is not odd, but signs of Latin-1 among
 * its letters are, as a terminal shows bytes of another rate in it.
 */
export function garbageIn(line: string): number {
  let odd = 0;
  let signs = 0;
  let letters = 0;
  for (let index = 0; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === 0xfffd || code === IDE_MARK || (code < 0x20 && code !== 0x09) || code === 0x7f) odd += 1;
    else if (code >= 0x80 && code <= 0xbf) signs += 1;
    else if (code > 0xbf && code <= 0xff) letters += 1;
  }
  if (signs >= MIN_SIGNS) odd += signs + letters;
  return odd >= MIN_ODD && odd * 3 >= line.length ? odd : 0;
}
