/* Registers of the ESP8266 that the bench uses. Sources: "ESP8266 Technical Reference"; the SDKs' eagle_soc.h,
 * uart_register.h and wdev registers. */
#ifndef BENCH_CHIP_H
#define BENCH_CHIP_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *) (address))

#define UART0_FIFO     REGISTER(0x60000000)
#define UART0_INT_ST   REGISTER(0x60000008)
#define UART0_INT_ENA  REGISTER(0x6000000C)
#define UART0_INT_CLR  REGISTER(0x60000010)
#define UART0_STATUS   REGISTER(0x6000001C)
#define UART0_CONF1    REGISTER(0x60000024)

#define UART_INT_RXFIFO_FULL  (1u << 0)
#define UART_INT_RXFIFO_OVF   (1u << 4)
#define UART_INT_RXFIFO_TOUT  (1u << 8)
#define UART_STATUS_RX_COUNT(status) ((status) & 0xFF)
#define UART_STATUS_TX_COUNT(status) (((status) >> 16) & 0xFF)
#define UART_FIFO_SIZE  128

/* CONF1: RX full threshold in bits 0..6, RX time-out (in byte times) in bits 24..30, its enable in bit 31. */
#define UART_CONF1(full_threshold, timeout) ((1u << 31) | ((timeout) << 24) | (full_threshold))

/* Hardware watchdog: enabled by the boot ROM, it resets the chip with cause 4. */
#define WDT_CTL   REGISTER(0x60000900)
#define WDT_FEED  REGISTER(0x60000914)
#define WDT_FEED_MAGIC  0x73

/* DPORT: bit 0 doubles the CPU clock. */
#define DPORT_CPU_CLOCK  REGISTER(0x3FF00014)
/* Which peripheral drives an edge interrupt: UART0 needs none of these. */
#define DPORT_EDGE_INT_ENABLE  REGISTER(0x3FF00004)

/* Hardware random number generator: a new 32-bit word at each read. */
#define RNG_DATA  REGISTER(0x3FF20E44)

#define INTERRUPT_UART   5
#define INTERRUPT_TIMER  6

/* Boot ROM functions, at the addresses that bench.ld gives them. */
void uart_div_modify(uint32_t uart, uint32_t divider);
void rom_i2c_writeReg(uint8_t block, uint8_t host, uint8_t address, uint8_t data);

#define READ_SPECIAL(name, value)  __asm__ volatile("rsr %0, " name : "=a"(value))
#define WRITE_SPECIAL(name, value) __asm__ volatile("wsr %0, " name "\n\trsync" : : "a"(value) : "memory")

/* Code that must run while flash is not mapped, or often enough that a cache miss counts. */
#define IN_IRAM  __attribute__((section(".iram.text"), noinline))

/** Masks all interrupts; the result is for `interrupts_restore`. */
static inline uint32_t interrupts_disable(void)
{
    uint32_t ps;
    __asm__ volatile("rsil %0, 15" : "=a"(ps) : : "memory");
    return ps;
}

static inline void interrupts_restore(uint32_t ps)
{
    WRITE_SPECIAL("ps", ps);
}

/** Sleeps until an interrupt; one that came since `interrupts_disable` is not missed. Interrupts are on afterwards. */
static inline void interrupts_wait(void)
{
    __asm__ volatile("waiti 0" : : : "memory");
}

#endif
