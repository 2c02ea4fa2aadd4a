import { describe, expect, it } from 'vitest';
import { DONE, hasToolchain } from '../../support/board-image.ts';
import { runProgram } from '../../support/board-run.ts';

describe.skipIf(!hasToolchain)('UART0', () => {
  it('says at which rate its bytes leave: the banner at 74880, then what the divider gives', () => {
    const { baudRates } = runProgram(`
      void rom_i2c_writeReg(int, int, int, int);
      void start(void) {
        rom_i2c_writeReg(103, 4, 1, 0x88);
        rom_i2c_writeReg(103, 4, 2, 0x91);
        uart_div_modify(0, 80000000 / 115200);
        uart_tx_one_char('x');
        REG(0x60000014) = 80000000 / 921600;
        REG(0x60000000) = 'y';
        ${DONE}
      }`);
    const [boot, first, second] = baudRates();
    expect(Math.abs(boot! / 74880 - 1)).toBeLessThan(0.01);
    expect(Math.abs(first! / 115200 - 1)).toBeLessThan(0.01);
    expect(Math.abs(second! / 921600 - 1)).toBeLessThan(0.01);
  });

  const ECHO = `
    static volatile u32 seen;
    static void received(void *argument) {
      (void) argument;
      seen |= REG(0x60000008);
      while (REG(0x6000001C) & 0xff) uart_tx_one_char(REG(0x60000000) + 1);
      REG(0x60000010) = 0x1ff;
    }
    void start(void) {
      ets_isr_attach(5, received, 0);
      REG(0x60000024) = (1u << 31) | (2 << 24) | 100;
      REG(0x60000010) = 0x1ff;
      REG(0x6000000C) = ENABLED;
      ets_isr_unmask(1 << 5);
      for (;;) { SLEEP(); if (seen) { SAY("(%x)", seen); seen = 0; } }
    }`;

  it('echoes by the time-out interrupt, through the boot ROM’s vectors', () => {
    const { board, said, status } = runProgram(`#define ENABLED 0x101\n${ECHO}`);
    expect(status).toMatchObject({ kind: 'idle' });
    board.receive(Buffer.from('HAL'));
    board.run(100_000);
    board.receive(Buffer.from('HAL'));
    board.run(100_000);
    expect(said()).toBe('IBM(100)IBM(100)');
  });

  it('raises «FIFO full» at its threshold, not before', () => {
    const { board, said } = runProgram(`#define ENABLED 0x001\n${ECHO}`);
    board.receive(new Uint8Array(99).fill(64));
    board.run(100_000);
    expect(said()).toBe('');
    board.receive(Uint8Array.of(64));
    board.run(100_000);
    expect(said()).toBe(`${'A'.repeat(100)}(1)`);
  });

  it('loses what comes too fast, and says so', () => {
    const { board, said } = runProgram(`#define ENABLED 0x010\n${ECHO}`);
    expect(board.receiveRoom).toBe(128);
    board.receive(new Uint8Array(200).fill(64));
    board.run(100_000);
    expect(said()).toBe(`${'A'.repeat(128)}(10)`);
  });

  it('raises the time-out again for bytes that were left', () => {
    const { board, said } = runProgram(`
      static void received(void *argument) {
        (void) argument;
        uart_tx_one_char(REG(0x60000000));
        REG(0x60000010) = 0x1ff;
      }
      void start(void) {
        ets_isr_attach(5, received, 0);
        REG(0x60000024) = (1u << 31) | (2 << 24) | 100;
        REG(0x6000000C) = 0x100;
        ets_isr_unmask(1 << 5);
        for (;;) SLEEP();
      }`);
    board.receive(Buffer.from('abc'));
    const status = board.run(100_000);
    expect(said()).toBe('a');
    // Two byte times of 10 bits, 694 ticks each.
    expect(status).toMatchObject({ kind: 'idle' });
    const cycles = status.kind === 'idle' ? status.wakeInCycles! : 0;
    expect(cycles).toBeGreaterThan(13_000);
    expect(cycles).toBeLessThanOrEqual(13_880);
    for (let times = 0; times < 2; times++) {
      board.advance(300);
      board.run(100_000);
    }
    expect(said()).toBe('abc');
  });

  it('waits for a byte in the boot ROM without missing interrupts', () => {
    const { board, said } = runProgram(`
      int uart_rx_one_char_block(void);
      static volatile u32 ticks;
      static void ticked(void *argument) { (void) argument; ticks++; }
      static char often[] = "ticked", seldom[] = "missed";
      void start(void) {
        ets_isr_attach(9, ticked, 0);
        REG(0x3FF00004) = 2;
        REG(0x60000600) = 8000;
        REG(0x60000608) = 0xc0;
        ets_isr_unmask(1 << 9);
        int byte = uart_rx_one_char_block();
        SAY("%c %s", byte, ticks > 10 ? often : seldom);
        ${DONE}
      }`);
    board.receive(Buffer.from('k'));
    board.run(100_000);
    expect(said()).toBe('k ticked');
  });
});
