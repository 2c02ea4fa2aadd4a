import { EspawsError } from '../../errors.ts';
import { parseFault, FAULT_NAMES, type VirtualFault } from './faults.ts';

/** What `virtual:` in a port's URL asks for. */
export interface VirtualTarget {
  /** File with the flash contents; undefined: the one in the user's cache. */
  file: string | undefined;
  flashSizeBytes: number;
  /** JEDEC identification, manufacturer in the highest byte; undefined: a Winbond of that size. */
  flashId: number | undefined;
  timing: 'none' | 'real';
  /** Six bytes; undefined: the usual one. */
  macAddress: number[] | undefined;
  seed: number;
  faults: VirtualFault[];
}

const FLASH_SIZES: Readonly<Record<string, number>> = {
  '512KB': 0x80000,
  '1MB': 0x100000,
  '2MB': 0x200000,
  '4MB': 0x400000,
  '8MB': 0x800000,
  '16MB': 0x1000000,
};

/**
 * Reads `virtual:[FILE][?flash=4MB&id=ef4016&timing=real&mac=5c:cf:7f:00:00:01&seed=1&fault=NAME[:NUMBER]]`. Throws
 * `port/unknown` for what it does not know.
 */
export function parseVirtualUrl(url: string): VirtualTarget {
  const [, file = '', query = ''] = /^virtual:([^?]*)(?:\?(.*))?$/s.exec(url) ?? [];
  const target: VirtualTarget = {
    file: file === '' ? undefined : file,
    flashSizeBytes: 0x400000,
    flashId: undefined,
    timing: 'none',
    macAddress: undefined,
    seed: 1,
    faults: [],
  };
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === 'flash' && FLASH_SIZES[value] !== undefined) target.flashSizeBytes = FLASH_SIZES[value];
    else if (name === 'id' && /^[\da-f]{6}$/i.test(value)) target.flashId = parseInt(value, 16);
    else if (name === 'fault' && parseFault(value) !== undefined) target.faults.push(parseFault(value)!);
    else if (name === 'timing' && (value === 'none' || value === 'real')) target.timing = value;
    else if (name === 'mac' && /^([\da-f]{2}:){5}[\da-f]{2}$/i.test(value)) {
      target.macAddress = value.split(':').map((part) => parseInt(part, 16));
    } else if (name === 'seed' && /^\d{1,9}$/.test(value)) target.seed = Number(value);
    else {
      throw new EspawsError(`"${name}=${value}" is nothing that "virtual:" knows.`, {
        code: 'port/unknown',
        hint: `Known: flash=${Object.keys(FLASH_SIZES).join('|')}, id=XXXXXX, timing=none|real, mac=XX:XX:XX:XX:XX:XX, seed=NUMBER, fault=${FAULT_NAMES.join('|')}.`,
      });
    }
  }
  return target;
}
