import { describe, expect, it } from 'vitest';
import { LineFaults, parseFault, type VirtualFault } from '../../../src/io/virtual/faults.ts';
import { Line } from '../../../src/io/virtual/line.ts';

describe('a serial line', () => {
  it('delivers each byte in its time', () => {
    const line = new Line();
    line.send(Uint8Array.of(1, 2, 3), 1000, 10_000);
    expect(line.take(1999, 10)).toBeUndefined();
    expect(line.take(2000, 10)).toEqual(Uint8Array.of(1));
    expect(line.take(4000, 10)).toEqual(Uint8Array.of(2, 3));
    expect(line.isEmpty).toBe(true);
  });

  it('sends behind what is still on its way', () => {
    const line = new Line();
    line.send(Uint8Array.of(1, 2), 0, 10_000);
    line.send(Uint8Array.of(3), 500, 10_000);
    line.take(2000, 10);
    expect(line.take(2999, 10)).toBeUndefined();
    expect(line.take(3000, 10)).toEqual(Uint8Array.of(3));
  });

  it('hands over no more than there is room for', () => {
    const line = new Line();
    line.send(Uint8Array.of(1, 2, 3), 0, 0);
    expect(line.take(0, 2)).toEqual(Uint8Array.of(1, 2));
    expect(line.take(0, 2)).toEqual(Uint8Array.of(3));
  });

  it('is silent when it is cleared', () => {
    const line = new Line();
    line.send(Uint8Array.of(1, 2), 0, 10_000);
    line.clear();
    expect(line.take(9000, 10)).toBeUndefined();
    line.send(Uint8Array.of(3), 0, 10_000);
    expect(line.take(1000, 10)).toEqual(Uint8Array.of(3));
  });
});

const FRAME = [0xc0, 1, 2, 3, 0xc0];

describe('faults of a line', () => {
  it.each<[string, VirtualFault, number[]]>([
    ['a dropped frame', { kind: 'drop-frame', frame: 2 }, [...FRAME, ...FRAME]],
    ['a frame twice', { kind: 'duplicate-frame', frame: 3 }, [...FRAME, ...FRAME, ...FRAME, ...FRAME]],
    ['a spoiled frame', { kind: 'corrupt-frame', frame: 1 }, [0xc0, 1, 2, 0x11, 0xc0, ...FRAME, ...FRAME]],
    ['silence', { kind: 'mute' }, []],
  ])('%s', (_title, fault, expected) => {
    const faults = new LineFaults([fault]);
    const heard = [...FRAME, ...FRAME, ...FRAME].flatMap((byte) => [...faults.toBoard(Uint8Array.of(byte))]);
    expect(heard).toEqual(expected);
  });

  it('noise among what the board says', () => {
    const heard = new LineFaults([{ kind: 'noise', everyBytes: 2 }]).fromBoard(Uint8Array.of(1, 2, 3, 4));
    expect(heard).toHaveLength(6);
  });

  it('a stub that does not say that it has started, until the next reset', () => {
    const faults = new LineFaults([{ kind: 'no-stub' }]);
    const other = Uint8Array.of(0xc0, 7, 0xc0);
    expect(faults.fromBoard(other)).toEqual(other);
    expect(faults.fromBoard(Buffer.from('\xc0OHAI\xc0', 'latin1'))).toHaveLength(0);
    expect(faults.fromBoard(other)).toHaveLength(0);
    faults.reset();
    expect(faults.fromBoard(other)).toEqual(other);
  });

  it('a cable that is pulled', () => {
    const faults = new LineFaults([{ kind: 'unplug', afterBytes: 4 }]);
    faults.toBoard(Uint8Array.of(1, 2, 3));
    expect(faults.isUnplugged).toBe(false);
    faults.toBoard(Uint8Array.of(4));
    expect(faults.isUnplugged).toBe(true);
  });

  it.each([
    ['mute', { kind: 'mute' }],
    ['worn-sector:0x11000', { kind: 'worn-sector', address: 0x11000 }],
    ['drop-frame:7', { kind: 'drop-frame', frame: 7 }],
    ['drop-frame', undefined],
    ['mute:1', undefined],
    ['toString', undefined],
    ['', undefined],
  ])('reads "%s"', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });
});
