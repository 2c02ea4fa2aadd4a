import { describe, expect, it } from 'vitest';
import { DONE, hasToolchain } from '../../support/board-image.ts';
import { runProgram } from '../../support/board-run.ts';

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
