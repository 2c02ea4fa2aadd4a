/*
 * The inner loop of mbedTLS's bignum for the LX106: d += s * b, one 32-bit limb at a time. Included before each
 * mbedTLS source (-include), because mbedTLS's bn_mul.h leaves these macros alone where they are defined already.
 *
 * The LX106 has 16 x 16 -> 32 (MUL16U) and 32 x 32 -> low 32 (MULL), but not the high half of a 32 x 32 product, for
 * which the compiler calls the boot ROM at each limb.
 */
#ifndef BENCH_MULADDC_H
#define BENCH_MULADDC_H

#if defined(__XTENSA__) && !defined(__ASSEMBLER__)

/* Adds s[offset] * b and `carry` to d[offset]; leaves the carry in `next`. 23 instructions. */
#define MULADDC_LIMB(offset, carry, next, label) \
    "l32i    " next ", %[s], " offset "\n\t"     \
    "l32i    %[y], %[d], " offset "\n\t"         \
    "mull    %[low], " next ", %[b]\n\t"         \
    "mul16u  %[p], " next ", %[b]\n\t"           \
    "mul16u  %[t], " next ", %[bh]\n\t"          \
    "extui   %[p], %[p], 16, 16\n\t"             \
    "add     %[t], %[t], %[p]\n\t"               \
    "extui   " next ", " next ", 16, 16\n\t"     \
    "mul16u  %[p], " next ", %[b]\n\t"           \
    "mul16u  " next ", " next ", %[bh]\n\t"      \
    "extui   %[q], %[t], 0, 16\n\t"              \
    "extui   %[t], %[t], 16, 16\n\t"             \
    "add     %[p], %[p], %[q]\n\t"               \
    "add     " next ", " next ", %[t]\n\t"       \
    "extui   %[p], %[p], 16, 16\n\t"             \
    "add     %[low], %[low], " carry "\n\t"      \
    "add     " next ", " next ", %[p]\n\t"       \
    "bgeu    %[low], " carry ", " label "1f\n\t" \
    "addi    " next ", " next ", 1\n"            \
    label "1:\n\t"                               \
    "add     %[low], %[low], %[y]\n\t"           \
    "bgeu    %[low], %[y], " label "2f\n\t"      \
    "addi    " next ", " next ", 1\n"            \
    label "2:\n\t"                               \
    "s32i    %[low], %[d], " offset "\n\t"

#define MULADDC_TEMPORARIES                                                                                    \
    [next] "=&r"(muladdc_next), [y] "=&r"(muladdc_y), [low] "=&r"(muladdc_low), [p] "=&r"(muladdc_p),          \
        [q] "=&r"(muladdc_q), [t] "=&r"(muladdc_t)

#define MULADDC_BEGIN                                                                                     \
    {                                                                                                     \
        mbedtls_mpi_uint muladdc_high = b >> 16;                                                          \
        mbedtls_mpi_uint muladdc_next, muladdc_y, muladdc_low, muladdc_p, muladdc_q, muladdc_t;

#define MULADDC_ONE                                                                    \
    __asm__ volatile(MULADDC_LIMB("0", "%[c]", "%[next]", "1")                         \
                     "mov     %[c], %[next]\n\t"                                       \
                     "addi    %[s], %[s], 4\n\t"                                       \
                     "addi    %[d], %[d], 4\n\t"                                       \
                     : [s] "+r"(s), [d] "+r"(d), [c] "+r"(c), MULADDC_TEMPORARIES      \
                     : [b] "r"(b), [bh] "r"(muladdc_high)                              \
                     : "memory");

#define MULADDC_EIGHT                                                                                      \
    {                                                                                                      \
        mbedtls_mpi_uint muladdc_pairs = 4;                                                                \
        __asm__ volatile("9:\n\t" MULADDC_LIMB("0", "%[c]", "%[next]", "1")                                \
                         MULADDC_LIMB("4", "%[next]", "%[c]", "2")                                         \
                         "addi    %[s], %[s], 8\n\t"                                                       \
                         "addi    %[pairs], %[pairs], -1\n\t"                                              \
                         "addi    %[d], %[d], 8\n\t"                                                       \
                         "bnez    %[pairs], 9b\n\t"                                                        \
                         : [s] "+r"(s), [d] "+r"(d), [c] "+r"(c), [pairs] "+r"(muladdc_pairs),             \
                           MULADDC_TEMPORARIES                                                             \
                         : [b] "r"(b), [bh] "r"(muladdc_high)                                              \
                         : "memory");                                                                      \
    }

#define MULADDC_END }

/* Up to 2.28: eight limbs, then single ones. */
#define MULADDC_INIT  MULADDC_BEGIN
#define MULADDC_CORE  MULADDC_ONE
#define MULADDC_HUIT  MULADDC_EIGHT
#define MULADDC_STOP  MULADDC_END

/* From 3.2: the same under other names. */
#define MULADDC_X1_INIT  MULADDC_BEGIN
#define MULADDC_X1_CORE  MULADDC_ONE
#define MULADDC_X1_STOP  MULADDC_END
#define MULADDC_X8_INIT  MULADDC_BEGIN
#define MULADDC_X8_CORE  MULADDC_EIGHT
#define MULADDC_X8_STOP  MULADDC_END

#endif
#endif
