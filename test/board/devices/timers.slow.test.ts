import { describe, expect, it } from 'vitest';
import { DONE, hasToolchain } from '../../support/board-image.ts';
import { runProgram } from '../../support/board-run.ts';

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
