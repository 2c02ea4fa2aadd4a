import { expect, it } from 'vitest';
import { macAddressFor, macAddressText } from '../../src/board/mac-address.ts';

it('tells boards apart, and knows one again', () => {
  const texts = Array.from({ length: 200 }, (_, index) =>
    macAddressText(macAddressFor(`/rack/${index}.bin`)),
  );
  expect(new Set(texts).size).toBe(200);
  expect(macAddressText(macAddressFor('/rack/0.bin'))).toBe(texts[0]);
  for (const text of texts) expect(text).toMatch(/^18:fe:34(:[\da-f]{2}){3}$/);
});
