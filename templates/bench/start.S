/*
 * The boot ROM's loader jumps here, after it has copied the RAM segments of the image. Flash is not mapped yet: all
 * of this file is in IRAM.
 */
    .section .iram.text.start, "ax"
    .literal_position
    .align  4
    .global bench_start
    .type   bench_start, @function
bench_start:
    rsil    a0, 15
    movi    a0, 0
    wsr     a0, intenable
    movi    a1, _stack_top
    movi    a0, _vectors
    wsr     a0, vecbase
    /* UM = 1: exceptions go to the user vector. INTLEVEL = 15 until the devices are set up. */
    movi    a0, 0x2f
    wsr     a0, ps
    rsync

    movi    a2, _bss_start
    movi    a3, _bss_end
    movi    a4, 0
    bgeu    a2, a3, 2f
1:  s32i    a4, a2, 0
    addi    a2, a2, 4
    bltu    a2, a3, 1b
2:
    /* Marks the unused stack, so that its real depth can be measured. */
    movi    a2, _stack_bottom
    movi    a3, _stack_top
    movi    a4, 0xa5a5a5a5
3:  s32i    a4, a2, 0
    addi    a2, a2, 4
    bltu    a2, a3, 3b

    /* Maps the first 1 MB of flash at 0x40200000, with 32 KB of cache (the RTOS_SDK bootloader's arguments). */
    movi    a2, 0
    movi    a3, 0
    movi    a4, 1
    movi    a0, Cache_Read_Enable
    callx0  a0

    movi    a0, bench_main
    callx0  a0
4:  waiti   15
    j       4b
