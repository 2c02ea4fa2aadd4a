import { EspawsError } from '../errors.ts';

/** `0x0 a.bin 0x10000 b.bin`. Throws `usage/invalid`. */
export function addressedFiles(words: readonly string[]): { address: number; path: string }[] {
  if (words.length === 0 || words.length % 2 !== 0) {
    throw usage(
      `Addresses and files come in pairs; there are ${words.length} words.`,
      'Write them as 0x0 boot.bin 0x10000 app.bin.',
    );
  }
  return words.flatMap((word, index) => {
    const path = words[index + 1];
    if (index % 2 !== 0 || path === undefined) return [];
    if (!/^(0x[0-9a-f]{1,8}|\d{1,9})$/i.test(word)) {
      throw usage(`"${word}" is not a flash address.`, 'Write them as 0x0 boot.bin 0x10000 app.bin.');
    }
    return [{ address: Number(word), path }];
  });
}

function usage(message: string, hint: string): EspawsError {
  return new EspawsError(message, { code: 'usage/invalid', hint });
}
