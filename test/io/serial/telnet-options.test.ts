import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DO, DONT, WILL, WONT, type NegotiationVerb } from '../../../src/io/serial/telnet-codec.ts';
import { TelnetOptions } from '../../../src/io/serial/telnet-options.ts';

const options = fc.uniqueArray(fc.constantFrom(0, 1, 3, 44), { maxLength: 4 });
const wanted = fc.record({ us: options, them: options, usIfAsked: options, themIfAsked: options });

/** Lets two ends talk until both are silent. */
function settle(a: TelnetOptions, b: TelnetOptions): number {
  const ends = [a, b];
  const wires = [a.requests(), b.requests()];
  let messages = 0;
  for (let turn = 0; wires.some((wire) => wire.length > 0); turn = 1 - turn) {
    const message = wires[turn]!.shift();
    if (message === undefined) continue;
    messages += 1;
    if (messages > 200) throw new Error('They never stop.');
    const reply = ends[1 - turn]!.receive(message[1] as NegotiationVerb, message[2]!);
    if (reply !== undefined) wires[1 - turn]!.push(reply);
  }
  return messages;
}

test('two ends always settle, and on the same', () => {
  fc.assert(
    fc.property(wanted, wanted, (first, second) => {
      const [a, b] = [new TelnetOptions(first), new TelnetOptions(second)];
      settle(a, b);
      for (const option of [0, 1, 3, 44]) {
        expect(a.isOn('us', option)).toBe(b.isOn('them', option));
        expect(a.isOn('them', option)).toBe(b.isOn('us', option));
      }
    }),
  );
});

test.each([
  ['an unwanted option is refused once', WILL, 1, [255, DONT, 1]],
  ['an unwanted use is refused', DO, 1, [255, WONT, 1]],
  ['what is agreed to if asked', DO, 44, [255, WILL, 44]],
  ['a refusal of what was never on needs no answer', WONT, 0, undefined],
] as const)('%s', (_title, verb, option, reply) => {
  const telnet = new TelnetOptions({ us: [], them: [0], usIfAsked: [44] });
  const answer = telnet.receive(verb, option);
  expect(answer === undefined ? undefined : [...answer]).toEqual(reply);
});

test('an option that is turned off is confirmed', () => {
  const telnet = new TelnetOptions({ us: [44], them: [] });
  telnet.requests();
  expect(telnet.receive(DO, 44)).toBeUndefined();
  expect(telnet.isOn('us', 44)).toBe(true);
  expect([...telnet.receive(DONT, 44)!]).toEqual([255, WONT, 44]);
  expect(telnet.isOn('us', 44)).toBe(false);
});
