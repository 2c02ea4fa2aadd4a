import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DO,
  DONT,
  encodeData,
  encodeNegotiation,
  encodeSuboption,
  IAC,
  TelnetDecoder,
  WILL,
  WONT,
  type TelnetEvent,
} from '../../../src/io/serial/telnet-codec.ts';

const byte = fc.oneof({ weight: 1, arbitrary: fc.constant(IAC) }, { weight: 3, arbitrary: fc.nat(255) });
const bytes = fc.array(byte, { maxLength: 40 }).map((list) => Uint8Array.from(list));
const event: fc.Arbitrary<TelnetEvent> = fc.oneof(
  fc.record({ kind: fc.constant('data' as const), bytes }),
  fc.record({
    kind: fc.constant('negotiation' as const),
    verb: fc.constantFrom(DO, DONT, WILL, WONT),
    option: fc.nat(255),
  }),
  fc.record({ kind: fc.constant('suboption' as const), option: fc.nat(254), payload: bytes }),
);

function encode(sent: TelnetEvent): Uint8Array {
  switch (sent.kind) {
    case 'data':
      return encodeData(sent.bytes);
    case 'negotiation':
      return encodeNegotiation(sent.verb, sent.option);
    case 'suboption':
      return encodeSuboption(sent.option, sent.payload);
  }
}

/** Cuts `whole` where `cuts` say, in parts of the length. */
function chunks(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set([0, ...cuts.map((cut) => Math.floor(cut * whole.length)), whole.length])];
  at.sort((a, b) => a - b);
  return at.slice(1).map((end, index) => whole.subarray(at[index], end));
}

/** Data in pieces says the same as data in one piece. */
function joined(events: readonly TelnetEvent[]): unknown[] {
  const result: (Exclude<TelnetEvent, { kind: 'data' }> | { kind: 'data'; bytes: number[] })[] = [];
  for (const one of events) {
    const last = result.at(-1);
    if (one.kind !== 'data') result.push(one);
    else if (last?.kind === 'data') last.bytes.push(...one.bytes);
    else if (one.bytes.length > 0) result.push({ kind: 'data', bytes: [...one.bytes] });
  }
  return result;
}

describe('the telnet codec', () => {
  test('what is encoded is decoded, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 12 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (sent, cuts) => {
          const decoder = new TelnetDecoder();
          const wire = Buffer.concat(sent.map(encode));
          const received = chunks(wire, cuts).flatMap((chunk) => decoder.decode(chunk));
          expect(joined(received)).toEqual(joined(sent));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('any bytes at all give the same, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), (list) => {
        const wire = Uint8Array.from(list);
        const [whole, single] = [new TelnetDecoder(), new TelnetDecoder()];
        expect(joined([...wire].flatMap((one) => single.decode(Uint8Array.of(one))))).toEqual(
          joined(whole.decode(wire)),
        );
      }),
    );
  });

  test.each([
    ['a doubled IAC is data', [1, IAC, IAC, 2], [{ kind: 'data', bytes: [1, IAC, 2] }]],
    ['NOP and the other commands are dropped', [1, IAC, 241, 2], [{ kind: 'data', bytes: [1, 2] }]],
    [
      'a sub-option that another command cuts off is dropped, the command is not',
      [IAC, 250, 44, 1, IAC, DO, 0, 7],
      [
        { kind: 'negotiation', verb: DO, option: 0 },
        { kind: 'data', bytes: [7] },
      ],
    ],
    ['a sub-option without its option', [IAC, 250, IAC, 240, 5, IAC, 240], [expect.anything()]],
  ])('%s', (_title, wire, expected) => {
    expect(joined(new TelnetDecoder().decode(Uint8Array.from(wire)))).toEqual(expected);
  });

  test('a sub-option that does not end takes no memory and is dropped', () => {
    const decoder = new TelnetDecoder();
    const long = [IAC, 250, 44, ...Array.from({ length: 10_000 }, () => 1), IAC, 240, 9];
    expect(joined(decoder.decode(Uint8Array.from(long)))).toEqual([{ kind: 'data', bytes: [9] }]);
  });
});
