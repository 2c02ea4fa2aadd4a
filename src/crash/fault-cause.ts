import type { Elf } from '../image/elf.ts';
import type { Crash } from './crash.ts';

/** Below this nothing of the chip is: an address there comes from a null pointer, and the offset of a member. */
const NULL_PAGE_BYTES = 0x1000;

/**
 * Why the CPU stopped, with the address that it was about, in one sentence; undefined where the dump does not say.
 * Causes: Xtensa ISA reference manual, «Exception Causes»; what each means on the ESP8266: its memory map.
 */
export function faultCause(
  { announced, exccause, said, registers }: Crash,
  elf: Elf | undefined,
): string | undefined {
  if (announced === 'stack-overflow') return `the stack overflowed${said === undefined ? '' : ` ${said}`}`;
  if (announced === 'abort') return said ?? 'the program called abort()';
  if (announced === 'watchdog')
    return `the ${said ?? 'watchdog'} fired: the program did not give way in time`;
  const cause = exccause ?? CAUSES_BY_NAME[said ?? ''];
  return cause === undefined ? said : causeText(cause, registers, elf);
}

function causeText(cause: number, registers: Crash['registers'], elf: Elf | undefined): string {
  const address = registers['excvaddr'] ?? registers['epcvaddr'];
  const at = address === undefined ? '' : ` ${hex(address)}`;
  switch (cause) {
    case 0:
      return isDivision(registers['epc1'] ?? registers['pc'], elf)
        ? 'a division by zero'
        : 'an illegal instruction';
    case 3:
      return `a read or write of less than 32 bits at${at || ' an address'} in flash or instruction RAM, which takes only whole words there`;
    case 6:
      return 'a division by zero';
    case 9:
      return `a load or store at${at || ' an address'} that is not a multiple of its size`;
    case 20:
      return `a jump to${at || ' an address'} where no code is`;
    case 28:
    case 29: {
      if (isBelowStack(address, registers['a1'])) return `the stack overflowed: it reached${at}`;
      const verb = cause === 28 ? 'load from' : 'store to';
      if (address !== undefined && address < NULL_PAGE_BYTES) {
        return `a ${verb}${at} through a null pointer`;
      }
      return `a ${verb}${at || ' an address'} where no memory is`;
    }
    default:
      return `exception cause ${cause}`;
  }
}

/** A frame is seldom larger. */
const FRAME_BYTES = 4096;
/** Data RAM of the ESP8266, up to the boot ROM. */
const DATA_RAM = { start: 0x3ffe8000, end: 0x40000000 } as const;

/** True where the fault is next to the stack pointer, and outside of the data RAM. */
function isBelowStack(address: number | undefined, stackPointer: number | undefined): boolean {
  if (address === undefined || stackPointer === undefined) return false;
  const isOutside = address < DATA_RAM.start || address >= DATA_RAM.end;
  return isOutside && Math.abs(address - stackPointer) < FRAME_BYTES;
}

/** RTOS_SDK 3.x prints the cause by its name alone (components/freertos/port/esp8266/panic.c). */
const CAUSES_BY_NAME: Readonly<Record<string, number>> = {
  IllegalInstruction: 0,
  LoadStoreError: 3,
  IntegerDivideByZero: 6,
  LoadStoreAlignment: 9,
  InstrFetchProhibited: 20,
  LoadProhibited: 28,
  StoreProhibited: 29,
};

const DIVISION_MARK = [0x44, 0x49, 0x56, 0x30];

/** libgcc divides by zero with an illegal instruction and the letters «DIV0» behind it (lib1funcs.S of GCC, xtensa). */
function isDivision(pc: number | undefined, elf: Elf | undefined): boolean {
  if (pc === undefined || elf === undefined) return false;
  const section = elf.sections.find(
    ({ address, bytes }) => bytes !== undefined && pc >= address && pc < address + bytes.length,
  );
  const behind = section?.bytes?.subarray(pc - section.address + 3, pc - section.address + 7);
  return behind !== undefined && DIVISION_MARK.every((byte, index) => behind[index] === byte);
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
