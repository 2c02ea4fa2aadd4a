/*
 * Exception and interrupt vectors of the LX106 (offsets from VECBASE), and what they lead to:
 *
 * - a byte or halfword load from flash, IRAM or ROM raises LoadStoreError, because those buses know only 32-bit
 *   words: the load is carried out here and the program goes on;
 * - a level-1 interrupt calls `interrupt_handle`;
 * - everything else calls `panic`.
 */
#define FRAME_SIZE      96
#define FRAME_A(n)      ((n) * 4)
#define FRAME_SAR       64
#define FRAME_EPC1      68
#define FRAME_EXCCAUSE  72
#define FRAME_EXCVADDR  76
#define FRAME_PS        80

#define CAUSE_LOAD_STORE_ERROR  3
#define CAUSE_LEVEL1_INTERRUPT  4

    .section .iram.vectors, "ax"
    .align  16
vectors:
    .org    vectors + 0x10      /* debug */
    wsr     a0, excsave1
    j       fatal_frame
    .org    vectors + 0x20      /* NMI: no source of it is ever enabled */
    wsr     a0, excsave1
    j       fatal_frame
    .org    vectors + 0x30      /* kernel */
    wsr     a0, excsave1
    j       exception
    .org    vectors + 0x50      /* user */
    wsr     a0, excsave1
    j       exception
    .org    vectors + 0x70      /* double */
    j       double_exception
    .org    vectors + 0x80

    .literal_position
    .align  4
exception:
    addi    a1, a1, -FRAME_SIZE
    s32i    a2, a1, FRAME_A(2)
    s32i    a3, a1, FRAME_A(3)
    s32i    a4, a1, FRAME_A(4)
    s32i    a5, a1, FRAME_A(5)
    rsr     a2, exccause
    beqi    a2, CAUSE_LOAD_STORE_ERROR, narrow_load
    beqi    a2, CAUSE_LEVEL1_INTERRUPT, interrupt
    j       fatal

/*
 * a0: value, a2: epc1, a4: the instruction (l8ui, l16ui, l16si: op0 = 2, r = 0, 1, 9; t = the target register).
 * The whole range 0x40000000..0x403FFFFF is word-only: boot ROM, IRAM, flash.
 */
narrow_load:
    rsr     a3, sar
    s32i    a3, a1, FRAME_SAR
    rsr     a2, epc1
    movi    a0, -4
    and     a3, a2, a0
    l32i    a4, a3, 0
    l32i    a3, a3, 4
    ssa8l   a2
    src     a4, a3, a4
    extui   a3, a4, 0, 4
    bnei    a3, 2, not_a_load
    rsr     a5, excvaddr
    extui   a3, a5, 22, 10
    addmi   a3, a3, -256
    bnez    a3, not_a_load
    and     a0, a5, a0
    l32i    a0, a0, 0
    ssa8l   a5
    srl     a0, a0
    extui   a3, a4, 12, 4
    beqz    a3, load_byte
    beqi    a3, 1, load_unsigned_halfword
    addi    a3, a3, -9
    bnez    a3, not_a_load
    slli    a0, a0, 16
    srai    a0, a0, 16
    j       write_target
load_byte:
    extui   a0, a0, 0, 8
    j       write_target
load_unsigned_halfword:
    extui   a0, a0, 0, 16
write_target:
    addi    a2, a2, 3
    wsr     a2, epc1
    l32i    a3, a1, FRAME_SAR
    wsr     a3, sar
    movi    a3, targets
    extui   a4, a4, 4, 4
    addx8   a3, a4, a3
    jx      a3

    .macro  target_saved register
    .align  8
    s32i    a0, a1, FRAME_A(\register)
    j       resume
    .endm
    .macro  target_live register
    .align  8
    mov     a\register, a0
    j       resume
    .endm

    .align  8
targets:
    wsr     a0, excsave1
    j       resume
    .align  8
    j       fatal                /* a1: no compiler loads a byte into the stack pointer */
    target_saved 2
    target_saved 3
    target_saved 4
    target_saved 5
    target_live 6
    target_live 7
    target_live 8
    target_live 9
    target_live 10
    target_live 11
    target_live 12
    target_live 13
    target_live 14
    target_live 15

    .align  4
resume:
    l32i    a2, a1, FRAME_A(2)
    l32i    a3, a1, FRAME_A(3)
    l32i    a4, a1, FRAME_A(4)
    l32i    a5, a1, FRAME_A(5)
    rsr     a0, excsave1
    addi    a1, a1, FRAME_SIZE
    rsync
    rfe

not_a_load:
    l32i    a3, a1, FRAME_SAR
    wsr     a3, sar
    j       fatal

    .align  4
interrupt:
    rsr     a2, excsave1
    s32i    a2, a1, FRAME_A(0)
    s32i    a6, a1, FRAME_A(6)
    s32i    a7, a1, FRAME_A(7)
    s32i    a8, a1, FRAME_A(8)
    s32i    a9, a1, FRAME_A(9)
    s32i    a10, a1, FRAME_A(10)
    s32i    a11, a1, FRAME_A(11)
    rsr     a2, sar
    s32i    a2, a1, FRAME_SAR
    rsr     a2, epc1
    s32i    a2, a1, FRAME_EPC1
    /* EXCM = 0 so that the handler may load bytes from flash, INTLEVEL = 1 so that it is not interrupted. */
    movi    a2, 0x21
    wsr     a2, ps
    rsync
    movi    a0, interrupt_handle
    callx0  a0
    movi    a2, 0x30
    wsr     a2, ps
    rsync
    l32i    a2, a1, FRAME_EPC1
    wsr     a2, epc1
    l32i    a2, a1, FRAME_SAR
    wsr     a2, sar
    l32i    a6, a1, FRAME_A(6)
    l32i    a7, a1, FRAME_A(7)
    l32i    a8, a1, FRAME_A(8)
    l32i    a9, a1, FRAME_A(9)
    l32i    a10, a1, FRAME_A(10)
    l32i    a11, a1, FRAME_A(11)
    l32i    a2, a1, FRAME_A(0)
    wsr     a2, excsave1
    j       resume

fatal_frame:
    addi    a1, a1, -FRAME_SIZE
    s32i    a2, a1, FRAME_A(2)
    s32i    a3, a1, FRAME_A(3)
    s32i    a4, a1, FRAME_A(4)
    s32i    a5, a1, FRAME_A(5)
fatal:
    rsr     a2, excsave1
    s32i    a2, a1, FRAME_A(0)
    addi    a2, a1, FRAME_SIZE
    s32i    a2, a1, FRAME_A(1)
    s32i    a6, a1, FRAME_A(6)
    s32i    a7, a1, FRAME_A(7)
    s32i    a8, a1, FRAME_A(8)
    s32i    a9, a1, FRAME_A(9)
    s32i    a10, a1, FRAME_A(10)
    s32i    a11, a1, FRAME_A(11)
    s32i    a12, a1, FRAME_A(12)
    s32i    a13, a1, FRAME_A(13)
    s32i    a14, a1, FRAME_A(14)
    s32i    a15, a1, FRAME_A(15)
    rsr     a2, sar
    s32i    a2, a1, FRAME_SAR
    rsr     a2, epc1
    s32i    a2, a1, FRAME_EPC1
    rsr     a2, exccause
    s32i    a2, a1, FRAME_EXCCAUSE
    rsr     a2, excvaddr
    s32i    a2, a1, FRAME_EXCVADDR
    rsr     a2, ps
    s32i    a2, a1, FRAME_PS
    mov     a2, a1
    j       enter_panic

/* The stack pointer itself may be what is wrong: the dump runs on a fresh stack, and the registers are lost. */
    .align  4
double_exception:
    movi    a1, _stack_top
    movi    a2, 0
enter_panic:
    movi    a3, 0x2f
    wsr     a3, ps
    rsync
    movi    a0, panic
    callx0  a0
1:  j       1b
