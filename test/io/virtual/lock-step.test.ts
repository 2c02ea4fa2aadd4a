import { expect, it } from 'vitest';
import { LockStep } from '../../../src/io/virtual/lock-step.ts';
import { encodeFrame } from '../../../src/link/frame.ts';

const request = (sequence: number) =>
  encodeFrame({ type: 4, sequence, stream: 1, payload: Uint8Array.of(0, 2, 0, 0) });

it('waits from the end of a request until its answer, and counts to the last byte', () => {
  const lockStep = new LockStep();
  lockStep.heard(Buffer.from('I (1) app: hello\n'), 10);
  expect(lockStep.isWaiting).toBe(false);
  const bytes = request(7);
  // What comes behind the frame's end is text again.
  const end = bytes.length - 2;
  lockStep.heard(bytes.subarray(0, end), 20);
  expect(lockStep).toMatchObject({ isWaiting: false, instructions: 20 });
  lockStep.heard(bytes.subarray(end), 30);
  expect(lockStep).toMatchObject({ isWaiting: true, instructions: 30 });
  lockStep.answered();
  expect(lockStep.isWaiting).toBe(false);
  lockStep.heard(Buffer.concat([request(8), request(9)]), 40);
  lockStep.answered();
  expect(lockStep.isWaiting).toBe(true);
  lockStep.answered();
  expect(lockStep.isWaiting).toBe(false);
});

it('waits for no answer to what is no request', () => {
  const lockStep = new LockStep();
  const damaged = request(7);
  damaged[3] = damaged[3]! ^ 1;
  lockStep.heard(damaged, 1);
  expect(lockStep.isWaiting).toBe(false);
  lockStep.answered();
  lockStep.heard(request(8), 2);
  expect(lockStep.isWaiting).toBe(true);
});
