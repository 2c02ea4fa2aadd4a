/* What a handshake makes the LX106 do: SHA-256 over a buffer, and products of large numbers by halfwords, as mbedTLS
   computes them where there is no 32 x 32 -> 64 multiply. Free-standing: no library, no boot ROM. */
#include <stdint.h>

#define BUFFER_BYTES 4096
#define LIMBS 32

/* FIPS 180-4, 4.2.2 */
static const uint32_t k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* What the program leaves behind: the digest big endian, then the number's limbs. */
struct {
    uint8_t digest[32];
    uint32_t number[LIMBS];
} result;

static uint8_t buffer[BUFFER_BYTES];

/* start.S: hands the result over and does not come back. */
void finish(void) __attribute__((noreturn));

static inline uint32_t rotate(uint32_t x, int n) {
    return (x >> n) | (x << (32 - n));
}

static void compress(uint32_t state[8], const uint8_t *block) {
    uint32_t w[64];
    for (int i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | block[1] << 16 | block[2] << 8 | block[3];
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] +
               (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; i++) {
        uint32_t s = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
        uint32_t m = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + s, d = c, c = b, b = a, a = s + m;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

/* Of the whole buffer. */
static void sha256(uint8_t digest[32]) {
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint32_t state[8];
    uint8_t last[64];
    for (int i = 0; i < 8; i++) state[i] = initial[i];
    for (int i = 0; i < BUFFER_BYTES; i += 64) compress(state, buffer + i);
    for (int i = 0; i < 64; i++) last[i] = 0;
    last[0] = 0x80;
    last[62] = (uint8_t)(BUFFER_BYTES * 8 >> 8);
    last[63] = (uint8_t)(BUFFER_BYTES * 8);
    compress(state, last);
    for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(state[i >> 2] >> (24 - 8 * (i & 3)));
}

/* d += s * b over the limbs that d has left; returns nothing: what goes beyond is dropped. */
static __attribute__((noinline)) void multiply_add(uint32_t *d, const uint32_t *s, int limbs, uint32_t b) {
    uint32_t low = b & 0xffff, high = b >> 16, carry = 0;
    for (int i = 0; i < limbs; i++) {
        uint32_t s0 = s[i] & 0xffff, s1 = s[i] >> 16;
        uint32_t r0 = s0 * low, r1 = s1 * high, x = s0 * high, y = s1 * low;
        x += y, r1 += (uint32_t)(x < y) << 16;
        r1 += x >> 16, x <<= 16;
        r0 += x, r1 += r0 < x;
        r0 += carry, r1 += r0 < carry;
        r0 += d[i], r1 += r0 < d[i];
        d[i] = r0, carry = r1;
    }
}

/* number = number * number + 1 modulo 2^(32 * LIMBS) */
static void square(uint32_t number[LIMBS]) {
    uint32_t product[LIMBS];
    for (int i = 0; i < LIMBS; i++) product[i] = i == 0;
    for (int i = 0; i < LIMBS; i++) multiply_add(product + i, number, LIMBS - i, number[i]);
    for (int i = 0; i < LIMBS; i++) number[i] = product[i];
}

void work(void) {
    for (int i = 0; i < BUFFER_BYTES; i++) buffer[i] = (uint8_t)i;
    for (int i = 0; i < LIMBS; i++) result.number[i] = 0x9e3779b9u * (uint32_t)(i + 1);
    for (int round = 0; round < ROUNDS; round++) {
        sha256(result.digest);
        for (int i = 0; i < 32; i++) buffer[(round * 32 + i) % BUFFER_BYTES] = result.digest[i];
        for (int i = 0; i < 64; i++) square(result.number);
    }
    finish();
}
