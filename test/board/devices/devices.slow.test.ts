import { describe, expect, it } from 'vitest';
import { hasToolchain } from '../../support/board-image.ts';
import { runProgram } from '../../support/board-run.ts';

const DONE = 'for (;;) __asm__ volatile("waiti 15");';

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

describe.skipIf(!hasToolchain)('timers', () => {
  const TIMER = `
    static volatile u32 ticks;
    static void ticked(void *argument) { ticks += (u32) argument; }
    void start(void) {
      ets_isr_attach(9, ticked, (void *) 1);
      REG(0x3FF00004) = EDGES;
      REG(0x60000600) = 1000;
      REG(0x60000608) = CONTROL;
      ets_isr_unmask(1 << 9);
      u32 begin, now;
      __asm__ volatile("rsr %0, ccount" : "=a"(begin));
      do __asm__ volatile("rsr %0, ccount" : "=a"(now)); while (now - begin < 160500);
      SAY("%d", ticks);
      ${DONE}
    }`;

  it.each([
    ['FRC1 reloads', 2, 0xc0, '160'],
    ['FRC1 divides its clock by 16', 2, 0xc4, '10'],
    ['FRC1 counts on from its top without reload', 2, 0x80, '1'],
    ['an edge that DPORT does not let through is none', 0, 0xc0, '0'],
  ])('%s', (_title, edges, control, ticks) => {
    expect(runProgram(`#define EDGES ${edges}\n#define CONTROL ${control}\n${TIMER}`).said()).toBe(ticks);
  });

  it('FRC2 raises its alarm, also in sleep', () => {
    const { board, said, status } = runProgram(`
      static void alarmed(void *argument) { (void) argument; SAY("alarm at %d", REG(0x60000624)); }
      void start(void) {
        ets_isr_attach(10, alarmed, 0);
        REG(0x3FF00004) = 4;
        REG(0x60000630) = 50000;
        REG(0x60000628) = 0x80;
        ets_isr_unmask(1 << 10);
        for (;;) SLEEP();
      }`);
    expect(said()).toBe('');
    const cycles = status.kind === 'idle' ? status.wakeInCycles! : 0;
    expect(cycles).toBeGreaterThan(49_000);
    expect(cycles).toBeLessThanOrEqual(50_000);
    board.advance((cycles / board.cpuHz) * 1e6);
    board.run(100_000);
    expect(said()).toMatch(/^alarm at 50\d\d\d$/);
  });

  it('CCOMPARE0 interrupts, and ends when it is written', () => {
    const { said } = runProgram(`
      void xthal_set_ccompare(int, u32); u32 xthal_get_ccount(void);
      static volatile u32 ticks;
      static void ticked(void *argument) { (void) argument; ticks++; xthal_set_ccompare(0, xthal_get_ccount() + 10000); }
      void start(void) {
        ets_isr_attach(6, ticked, 0);
        xthal_set_ccompare(0, xthal_get_ccount() + 10000);
        ets_isr_unmask(1 << 6);
        u32 begin = xthal_get_ccount();
        while (xthal_get_ccount() - begin < 105000) ;
        SAY("%d", ticks);
        ${DONE}
      }`);
    expect(said()).toBe('10');
  });

  it('ets_delay_us lasts as long as it says, at either clock', () => {
    const { said } = runProgram(`
      u32 xthal_get_ccount(void); void rom_i2c_writeReg(int, int, int, int);
      static void measure(void) { u32 begin = xthal_get_ccount(); ets_delay_us(1000); SAY("%d ", xthal_get_ccount() - begin); }
      void start(void) {
        rom_i2c_writeReg(103, 4, 1, 0x88);
        rom_i2c_writeReg(103, 4, 2, 0x91);
        measure();
        REG(0x3FF00014) |= 1;
        measure();
        ${DONE}
      }`);
    const [single, double] = said().split(' ').map(Number);
    expect(single! / 80_000).toBeCloseTo(1, 1);
    expect(double! / 160_000).toBeCloseTo(1, 1);
  });
});

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

describe.skipIf(!hasToolchain)('other devices', () => {
  it('GPIO remembers what is driven, and knows how the chip was strapped', () => {
    const { said } = runProgram(`
      void start(void) {
        REG(0x60000310) = 1 << 2;
        u32 off = REG(0x60000318) & 4;
        REG(0x60000304) = 1 << 2;
        SAY("%x %x %x", off, REG(0x60000318) & 4, REG(0x60000318) >> 16 & 7);
        ${DONE}
      }`);
    expect(said()).toBe('0 4 3');
  });

  it('has the MAC address where flashing tools read it', () => {
    const { said } = runProgram(
      `void start(void) { SAY("%x %x %x", REG(0x3FF00050) >> 24, REG(0x3FF00054) & 0xffff, REG(0x3FF0005C)); ${DONE} }`,
      { macAddress: [0x18, 0xfe, 0x34, 0xa1, 0xb2, 0xc3] },
    );
    expect(said()).toBe('c3 a1b2 18fe34');
  });

  it('tells the flash chip apart by its size, at the controller and in the ROM’s words', () => {
    const source = `
      void start(void) {
        REG(0x60000200) = 1 << 28;
        SAY("%x ", REG(0x60000240));
        u32 *chip = (u32 *) REG(0x3FFFC714);
        SAY("%x %x %x", chip[0], chip[1], REG(0x40001000));
        ${DONE}
      }`;
    expect(runProgram(source, { flashSizeBytes: 0x400000 }).said()).toBe('1640ef 1640ef 400000 fff0c101');
    expect(runProgram(source, { flashSizeBytes: 0x100000 }).said()).toBe('1440ef 1440ef 100000 fff0c101');
  });

  it('writes flash: programming clears bits, erasing sets them', () => {
    const { said, board } = runProgram(`
      int SPIWrite(u32, void *, u32); int SPIRead(u32, void *, u32); int SPIEraseSector(u32);
      static u32 words[2] = {0x12345678, 0xf0f0f0f0}, mask[2] = {0xffff0000, 0x0000ffff}, back[2];
      void start(void) {
        SPIWrite(0x80000, words, 8);
        SPIWrite(0x80000, mask, 8);
        SPIRead(0x80000, back, 8);
        SAY("%x %x ", back[0], back[1]);
        SPIEraseSector(0x80);
        SPIRead(0x80000, back, 8);
        SPIWrite(0x90000, words, 8);
        SAY("%x %d", back[0], SPIRead(0x400000, back, 4));
        ${DONE}
      }`);
    expect(said()).toBe('12340000 f0f0 ffffffff 1');
    expect([...board.flash.subarray(0x90000, 0x90004)]).toEqual([0x78, 0x56, 0x34, 0x12]);
  });

  it('maps flash when the cache goes on, at the offset that is asked for', () => {
    const { said } = runProgram(`
      void Cache_Read_Disable(void); int SPIWrite(u32, void *, u32);
      __attribute__((section(".flash"))) const u32 constant = 0xabcd1234;
      static u32 other = 0x55aa55aa;
      void start(void) {
        u32 before = *(volatile const u32 *) &constant;
        Cache_Read_Enable(0, 0, 1);
        u32 mapped = *(volatile const u32 *) &constant;
        Cache_Read_Disable();
        SPIWrite(0x110000, &other, 4);
        Cache_Read_Enable(1, 0, 1);
        SAY("%x %x %x", before, mapped, REG(0x40210000));
        ${DONE}
      }`);
    expect(said()).toBe('0 abcd1234 55aa55aa');
  });

  it('counts accesses to registers that it does not have', () => {
    const { board, said } = runProgram(
      `void start(void) { u32 a = REG(0x60000D10); REG(0x60000D10) = 5; SAY("%d %d", a, REG(0x60000D10)); ${DONE} }`,
    );
    expect(said()).toBe('0 5');
    expect(board.stats.unknown.reads.get(0x60000d10)).toBe(2);
    expect(board.stats.unknown.writes.get(0x60000d10)).toBe(1);
  });

  it('restarts by software: through the RTC with its own cause, through the reset vector with the last one', () => {
    const source = (restart: string) => `
      u32 rtc_get_reset_reason(void); void software_reset(void); void rom_software_reboot(void);
      void start(void) {
        SAY("<%d %d>", rtc_get_reset_reason(), REG(0x60001200));
        if (REG(0x60001200) < 2) { REG(0x60001200)++; ${restart} }
        ${DONE}
      }`;
    const said = (restart: string) => [...runProgram(source(restart)).text().matchAll(/<.*?>/g)].join('');
    expect(said('software_reset();')).toBe('<1 0><3 1><3 2>');
    expect(said('rom_software_reboot();')).toBe('<1 0><1 1><1 2>');
  });
});
