/* Runs one case after another and writes down what each left behind: registers, special registers, a sum of the
   memory it could reach. The same image runs on QEMU and on the virtual board's core. */
        .equ DATA, 0x3ffe8000
        .equ RESULT, 0x3ffec000
        .equ WORDS, 64

        .section .text, "ax"
        .literal_position
        .global _start
_start:
        j       begin
        .align 4
        .org 0x100
        .literal result_address, RESULT
        .literal data_address, DATA
        .literal table_address, table
        .literal vectors_address, vectors
        .literal multiplier, 1664525
        .literal increment, 1013904223

        .macro stub kind
        wsr     a0, excsave1
        l32r    a0, result_address
        s32i    a1, a0, 4
        movi    a1, \kind
        j       record
        .endm

        .org 0x1000
vectors:
        .org 0x1010
        stub 1
        .org 0x1020
        stub 2
        .org 0x1030
        stub 3
        .org 0x1050
        stub 4
        .org 0x1070
        stub 5
        .org 0x1100
/* Every case ends by coming here. */
normal:
        stub 6

begin:
        l32r    a2, vectors_address
        wsr     a2, vecbase
        l32r    a2, table_address
        l32r    a3, result_address
        s32i    a2, a3, 256
next:
        movi    a2, 0
        wsr     a2, intenable
        l32r    a2, vectors_address
        wsr     a2, vecbase
        movi    a2, 0x3f
        wsr     a2, exccause
        movi    a2, 0
        wsr     a2, excvaddr
        wsr     a2, depc
        movi    a2, 0x30
        wsr     a2, ps
        rsync
        l32r    a3, result_address
        l32i    a0, a3, 256
        l32i    a2, a0, 64      /* entry; 0 ends the table */
        beqz    a2, finish
        wsr     a2, epc1
        l32i    a2, a0, 68
        wsr     a2, sar
        l32i    a2, a0, 72      /* seed of the memory */
        l32r    a3, data_address
        l32r    a4, multiplier
        l32r    a5, increment
        movi    a6, WORDS
fill:
        mull    a2, a2, a4
        add     a2, a2, a5
        s32i    a2, a3, 0
        addi    a3, a3, 4
        addi    a6, a6, -1
        bnez    a6, fill
        .irp n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        l32i    a\n, a0, 4*\n
        .endr
        l32i    a0, a0, 0
        rfe

record:
        s32i    a1, a0, 64
        .irp n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        s32i    a\n, a0, 4*\n
        .endr
        rsr     a2, excsave1
        s32i    a2, a0, 0
        rsr     a2, sar
        s32i    a2, a0, 68
        rsr     a2, ps
        s32i    a2, a0, 72
        rsr     a2, epc1
        s32i    a2, a0, 76
        rsr     a2, exccause
        s32i    a2, a0, 80
        rsr     a2, excvaddr
        s32i    a2, a0, 84
        rsr     a2, depc
        s32i    a2, a0, 88
        l32r    a3, data_address
        l32r    a4, multiplier
        movi    a5, WORDS
        movi    a2, 0
sum:
        mull    a2, a2, a4
        l32i    a6, a3, 0
        add     a2, a2, a6
        addi    a3, a3, 4
        addi    a5, a5, -1
        bnez    a5, sum
        s32i    a2, a0, 92
        call0   output
        l32r    a3, result_address
        l32i    a2, a3, 256
        addi    a2, a2, 76
        s32i    a2, a3, 256
        j       next
finish:
        call0   done

/* QEMU carries these two out; the test replaces them on the virtual core. */
        .align 4
        .global output
output:
        movi    a2, 4
        movi    a3, 1
        l32r    a4, result_address
        movi    a5, 96
        simcall
        ret
        .align 4
        .global done
done:
        movi    a2, 1
        movi    a3, 0
        simcall
        j       done

        .org 0x2000
        .incbin CASES
        .align 4
table:
        .incbin TABLE

/* Where QEMU's `sim` machine starts. */
        .section .reset, "ax"
        .global reset
        j       1f
        .align 4
start_address: .word _start
1:      l32r    a0, start_address
        jx      a0
