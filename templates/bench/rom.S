/*
 * The boot ROM's arithmetic, memory and string functions under the names that compiler and C library use. The ROM is
 * out of reach of a call0 from flash; one jump for each function keeps each call of it short.
 */
    .macro  rom name, address
    .section .text.\name, "ax"
    .literal_position
    .align  4
    .global \name
    .type   \name, @function
\name:
    movi    a9, \address
    jx      a9
    .endm

    rom     __divsi3, rom_divsi3
    rom     __udivsi3, rom_udivsi3
    rom     __umodsi3, rom_umodsi3
    rom     __divdi3, rom_divdi3
    rom     __udivdi3, rom_udivdi3
    rom     __umoddi3, rom_umoddi3
    rom     __muldi3, rom_muldi3
    rom     memcmp, rom_memcmp
    rom     memcpy, rom_memcpy
    rom     memmove, rom_memmove
    rom     memset, rom_memset
    rom     strcmp, rom_strcmp
    rom     strlen, rom_strlen
    rom     strncmp, rom_strncmp
    rom     strstr, rom_strstr
    rom     __umulsidi3, rom_umulsidi3
