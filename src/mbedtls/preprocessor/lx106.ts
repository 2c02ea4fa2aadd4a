import type { Macros } from './macros.ts';

/**
 * What `xtensa-lx106-elf-gcc -dM -E` predefines, and `<limits.h>` and `<stdint.h>` define, as far as mbedTLS's
 * configuration headers ask for it.
 */
export const LX106_MACROS: Macros = new Map(
  Object.entries({
    __GNUC__: '12',
    __GNUC_MINOR__: '2',
    __GNUC_PATCHLEVEL__: '0',
    __STDC__: '1',
    __STDC_VERSION__: '201710L',
    __CHAR_BIT__: '8',
    __SIZEOF_POINTER__: '4',
    __SIZEOF_INT__: '4',
    __SIZEOF_LONG__: '4',
    __SIZEOF_SIZE_T__: '4',
    __ORDER_LITTLE_ENDIAN__: '1234',
    __ORDER_BIG_ENDIAN__: '4321',
    __BYTE_ORDER__: '__ORDER_LITTLE_ENDIAN__',
    __ELF__: '1',
    __XTENSA__: '1',
    __xtensa__: '1',
    CHAR_BIT: '8',
    INT_MAX: '0x7fffffff',
    UINT_MAX: '0xffffffffU',
    SIZE_MAX: '0xffffffffU',
    UINT32_MAX: '0xffffffffU',
    INT32_MAX: '0x7fffffff',
  }).map(([name, body]) => [name, { body }]),
);
