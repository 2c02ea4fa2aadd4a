import type { RegisterValues } from '../../monitor/event.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** Of the Xtensa ISA reference manual, «Exception Causes». */
export const STORE_PROHIBITED = 29;
/** LoadProhibited and StoreProhibited. */
export const PROHIBITED: ReadonlySet<number> = new Set([28, STORE_PROHIBITED]);

/** Between a crash and the register that names its address; a terminal may have wrapped the lines between them. */
const DUMP_LINES = 20;
/** Beyond this no member of a structure lies. */
const NULL_END = 0x1000;

/** Where a crash shows an access near address 0: its own line, or the registers behind it. */
export function nullAccess(
  facts: LogFacts,
  crash: Witness,
  registers: RegisterValues = {},
): Witness | undefined {
  return isNullValue(registers)
    ? crash
    : registersBehind(facts, crash).find(({ event }) => isNullValue(event.values));
}

/** The address that a crash could not use, in its own line or in the registers behind it. */
export function badAddress(facts: LogFacts, crash: Witness, registers: RegisterValues): number | undefined {
  return valuesOf(facts, crash, registers)
    .map(addressOf)
    .find((address) => address !== undefined);
}

/**
 * memcpy and its kin of the ESP8266's boot ROM (eagle.rom.addr.v6.ld), from bzero to what lies behind memset: what they
 * store to address 0 was to go to memory that was not given.
 */
const ROM_STORES = { start: 0x4000_de84, end: 0x4000_e21c };

/** A crash in which such a function stored near address 0. */
export function isRomStore(facts: LogFacts, crash: Witness, registers: RegisterValues): boolean {
  return valuesOf(facts, crash, registers).some((values) => {
    const { epc1 } = values;
    return epc1 !== undefined && epc1 >= ROM_STORES.start && epc1 < ROM_STORES.end && isNullValue(values);
  });
}

/** The illegal instruction to which the ESP8266's boot ROM jumps where a divisor is 0 (core_esp8266_postmortem.cpp). */
const ROM_DIVISION = 0x4000_dce5;

/** A crash in which the boot ROM divided by zero. */
export function isRomDivision(facts: LogFacts, crash: Witness, registers: RegisterValues): boolean {
  return valuesOf(facts, crash, registers).some(({ epc1 }) => epc1 === ROM_DIVISION);
}

function valuesOf(facts: LogFacts, crash: Witness, own: RegisterValues): RegisterValues[] {
  return [own, ...registersBehind(facts, crash).map(({ event }) => event.values)];
}

function registersBehind(facts: LogFacts, crash: Witness) {
  return facts.seen('registers').filter(({ at }) => at >= crash.at && at <= crash.at + DUMP_LINES);
}

/** EXCVADDR of the LX106 and LX6, MTVAL of RISC-V. */
function addressOf(values: RegisterValues): number | undefined {
  return values['excvaddr'] ?? values['epcvaddr'] ?? values['mtval'];
}

/** True where it lies so near 0 that a null pointer led there. */
export function isNullValue(values: RegisterValues): boolean {
  const address = addressOf(values);
  return address !== undefined && address < NULL_END;
}
