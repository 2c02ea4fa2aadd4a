import { describe, expect, it } from 'vitest';
import { DONE, hasToolchain } from '../../support/board-image.ts';
import { runProgram } from '../../support/board-run.ts';

describe.skipIf(!hasToolchain)('the hardware watchdog', () => {
  it('bites a program that hangs: cause 4, and it boots again', () => {
    const { board, text, status } = runProgram(
      'u32 rtc_get_reset_reason(void); void start(void) { SAY("cause %d", rtc_get_reset_reason()); for (;;) ; }',
      { instructions: 2_000_000 },
    );
    expect(status).toEqual({ kind: 'running' });
    // Two stages of 2^12 x 65536 ticks of the clock.
    board.run(2 ** 29);
    expect(text()).toMatch(
      /rst cause:1, .*cause 1.*rst cause:4, boot mode:\(3,6\)\r\n\r\nwdt reset\r\nload .*cause 4$/s,
    );
    expect(board.stats.resets).toBe(2);
  });

  it('bites in sleep too', () => {
    const { board, text, status } = runProgram(`void start(void) { ${DONE} }`);
    expect(status).toMatchObject({ kind: 'idle' });
    const cycles = status.kind === 'idle' ? status.wakeInCycles! : 0;
    board.advance((cycles / board.cpuHz) * 1e6);
    const second = board.run(1000);
    expect(second).toMatchObject({ kind: 'idle' });
    board.advance(((second.kind === 'idle' ? second.wakeInCycles! : 0) / board.cpuHz) * 1e6);
    board.run(1000);
    expect(text()).toContain('wdt reset');
  });

  it.each([
    ['is fed', 'REG(0x60000914) = 0x73;'],
    ['is off', 'REG(0x60000900) &= ~1u;'],
  ])('does not bite where it %s', (_title, statement) => {
    const source = `void start(void) { REG(0x60000904) = 4; REG(0x60000908) = 4; for (;;) { ${statement} } }`;
    expect(runProgram(source, { instructions: 10_000_000 }).board.stats.resets).toBe(1);
  });
});
