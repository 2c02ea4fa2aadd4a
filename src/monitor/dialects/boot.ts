import type { Rule } from '../rule.ts';

/**
 * The boot ROM (texts of the ROM itself: ESP8266_RTOS_SDK docs/en/get-started, api-guides/factory-test), the loaders and
 * the SDKs while they start (components/bootloader_support, and the strings of libmain.a of 1.x, 2.x and NONOS).
 */
export const BOOT_RULES: readonly Rule[] = [
  {
    mark: 'rst cause:',
    pattern: /rst cause: ?(\d+), boot mode: ?\((\d+),\d+\)/,
    read: ([cause, mode]) => ({ kind: 'boot', resetCause: Number(cause), bootMode: Number(mode) }),
  },
  {
    mark: 'load 0x',
    pattern: /^ *load 0x([0-9a-f]{8}), len (\d+), room/,
    read: ([address, bytes]) => ({
      kind: 'segment',
      address: Number.parseInt(address!, 16),
      bytes: Number(bytes),
    }),
  },
  {
    // ESP32 and its family: «rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)».
    mark: 'rst:0x',
    pattern: /^rst:0x[\da-f]+ \(/,
    read: () => ({ kind: 'other-chip' }),
  },
  { mark: 'csum err', pattern: /^(csum err)/, read: refused },
  // The ROM of later chips, of what stands where the loader should: 0xffffffff of blank flash.
  { mark: 'invalid header: 0x', pattern: /^(invalid header: 0x[\da-f]{8})/, read: refused },
  { mark: 'ets_main.c', pattern: /^(ets_main\.c.*)/, read: refused },
  { mark: 'e:', pattern: /^(e:[0-9a-f].*)/, read: refused },
  // The second-stage loader of the SDKs before 3.x.
  { mark: 'error magic!', pattern: /^(error magic!)/, read: refused },
  { mark: 'backup boot failed', pattern: /^(backup boot failed)/, read: refused },
  // The SDKs before 3.x, of their sectors at the end of flash.
  {
    mark: 'rf_cal[',
    pattern: /\brf_cal\[0\] ?!=/,
    read: () => ({ kind: 'system-sectors', state: 'unreadable' }),
  },
  {
    // bootloader_support of 3.x.
    mark: ['No bootable', 'not bootable', 'no factory, can'],
    pattern:
      /\bNo bootable (?:app|test) partitions?\b|\bapp partition is not bootable\b|\bno factory, can't boot\b/,
    read: () => ({ kind: 'partitions-refused', problem: 'no-application' }),
  },
  {
    mark: 'no app partitions',
    pattern: /\binvalid partition table, no app partitions\b/,
    read: () => ({ kind: 'partitions-refused', problem: 'no-application' }),
  },
  {
    mark: 'exceeds flash chip size',
    pattern: /\bexceeds flash chip size\b/,
    read: () => ({ kind: 'partitions-refused', problem: 'beyond-flash' }),
  },
  {
    // spi_flash's probe of ESP-IDF.
    mark: 'smaller than the size in',
    pattern: /\bDetected size\(\d+k\) smaller than the size in the binary image header\b/,
    read: () => ({ kind: 'partitions-refused', problem: 'smaller-flash' }),
  },
  {
    mark: ['partition table', 'invalid magic number'],
    pattern:
      /\bFailed to (?:verify|read) partition table\b|\bload partition table error\b|\bpartition table has no terminating entry\b|\bpartition \d+ invalid magic number\b/,
    read: () => ({ kind: 'partitions-refused', problem: 'table' }),
  },
  {
    // nvs_flash.h, by the names of its errors and the calls of the examples.
    mark: ['nvs_flash_init', 'ERR_NVS_N', 'ERR_NVS_PART'],
    pattern:
      /\bnvs_flash_init\w*\b(?!.*\b(?:ok|done|succe\w+)\b).{0,20}\b(?:fail\w*|error|return\w*|== 0)|\bESP_ERR_NVS_(?:NO_FREE_PAGES|NEW_VERSION_FOUND|PART_NOT_FOUND)\b/,
    read: () => ({ kind: 'nvs-failed' }),
  },
  {
    mark: 'invalid magic number',
    pattern: /\bpartition \d+ invalid magic number\b/,
    read: () => ({ kind: 'partitions-refused', problem: 'table' }),
  },
  {
    mark: ['lash read err', 'read flash id', 'lash id', 'lash not', 'lash chip not'],
    pattern:
      /\bflash read err\b|\b[Ff]ailed to read flash ID\b|\bflash (?:chip )?not (?:detected|found)\b|\bflash id\W{0,4}0x(?:0{6}|f{6})\b/i,
    read: () => ({ kind: 'flash-failed' }),
  },
  {
    mark: 'lash operation failed',
    pattern: /\bflash operation failed: 0x/,
    read: () => ({ kind: 'flash-failed' }),
  },
  {
    mark: ['rownout', 'rown-out', 'rown out'],
    pattern: /\bbrown[- ]?out\b(?!.*\b(?:disabled?|enabled?|init\w*)\b)/i,
    read: () => ({ kind: 'brownout' }),
  },
  { mark: 'waiting for host', pattern: /^waiting for host/, read: () => ({ kind: 'loader' }) },
  {
    mark: 'SDK ver',
    pattern: /SDK ver(?:sion)?: ?(\S+)/,
    read: ([version]) => ({ kind: 'version', of: 'sdk', version: version! }),
  },
  {
    mark: 'SDK:',
    pattern: /^SDK:([^/]+)\/Core:/,
    read: ([version]) => ({ kind: 'version', of: 'sdk', version: version! }),
  },
  {
    mark: 'phy ver',
    pattern: /phy ver(?:sion)?: ?(\w+)/,
    read: ([version]) => ({ kind: 'version', of: 'phy', version: version! }),
  },
  {
    mark: 'nd stage boot',
    pattern: /^(?:ESP-IDF )?(\S+) 2nd stage bootloader/,
    read: ([version]) => ({ kind: 'version', of: 'bootloader', version: version! }),
  },
  {
    mark: 'nd boot version',
    pattern: /^2nd boot version ?: ?(\S+)/,
    read: ([version]) => ({ kind: 'version', of: 'bootloader', version: version! }),
  },
  {
    mark: 'App version',
    pattern: /App version: +(\S+)/,
    read: ([version]) => ({ kind: 'version', of: 'application', version: version! }),
  },
];

/** Of the second-stage bootloader (tag `boot`): `## Label Usage Type ST Offset Length`. */
export const PARTITION_RULES: readonly Rule[] = [
  {
    mark: ' 0',
    pattern: /^ *\d+ (\S+) +.*? ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{8}) ([0-9a-f]{8})$/,
    read: ([label, ...numbers]) => {
      const [type, subtype, offset, bytes] = numbers.map((text) => Number.parseInt(text!, 16));
      return {
        kind: 'partition',
        label: label!,
        type: type!,
        subtype: subtype!,
        offset: offset!,
        bytes: bytes!,
      };
    },
  },
];

function refused([reason]: readonly (string | undefined)[]): { kind: 'image-refused'; reason: string } {
  return { kind: 'image-refused', reason: reason! };
}
