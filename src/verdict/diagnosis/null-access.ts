import type { RegisterValues } from '../../monitor/event.ts';
import type { LogFacts, Witness } from './log-facts.ts';

/** LoadProhibited and StoreProhibited (Xtensa ISA reference manual, «Exception Causes»). */
export const PROHIBITED: ReadonlySet<number> = new Set([28, 29]);

/** Between a crash and the register that names its address, blank lines included. */
const DUMP_LINES = 14;
/** Beyond this no member of a structure lies. */
const NULL_END = 0x1000;

/** Where a crash shows an access near address 0: its own line, or the registers behind it. */
export function nullAccess(
  facts: LogFacts,
  crash: Witness,
  registers: RegisterValues = {},
): Witness | undefined {
  if (isNullValue(registers)) return crash;
  return facts
    .seen('registers')
    .find(({ at, event }) => at >= crash.at && at <= crash.at + DUMP_LINES && isNullValue(event.values));
}

/** The address that a crash could not use, in its own line or in the registers behind it. */
export function badAddress(facts: LogFacts, crash: Witness, registers: RegisterValues): number | undefined {
  const behind = facts
    .seen('registers')
    .find(
      ({ at, event }) =>
        at >= crash.at && at <= crash.at + DUMP_LINES && addressOf(event.values) !== undefined,
    );
  return addressOf(registers) ?? addressOf(behind?.event.values ?? {});
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
