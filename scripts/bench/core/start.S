/* Start and end of the workload. QEMU carries out the simcalls; the virtual board's core is stopped at `finish`. */
        .section .text.start, "ax"
        .literal_position
        .literal stack, 0x3fffc000
        .align 4
        .global _start
_start: l32r    a1, stack
        call0   work

        .align 4
        .global finish
finish: movi    a2, 4           /* write(1, &result, 160) */
        movi    a3, 1
        movi    a4, result
        movi    a5, 160
        simcall
        movi    a2, 1           /* exit(0) */
        movi    a3, 0
        simcall
        j       finish

/* Where QEMU's `sim` machine comes out of reset. */
        .section .reset, "ax"
        j       1f
        .align 4
start_address: .word _start
1:      l32r    a0, start_address
        jx      a0
