import type { Lx106 } from '../lx106/cpu.ts';
import { ROM_ADDRESSES } from './addresses.ts';
import { GuestMemory } from './guest-memory.ts';
import { doing, SMALL_COST, type RomCall, type RomFunctions } from './rom-call.ts';

export interface RomUart {
  transmit(byte: number): void;
  take(): number | undefined;
  setDivider(divider: number): void;
}

/** STATUS of the SDKs. */
const OK = 0;
const FAIL = 1;

const POLL_COST = 20;

/** Inside `uart_rx_one_char_block`: a wait goes round through here, so that interrupts are taken meanwhile. */
const WAIT_AGAIN = ROM_ADDRESSES.uart_rx_one_char_block + 1;

/** UART functions; those without a number act on UART0. */
export function uartFunctions(uarts: readonly RomUart[]): RomFunctions {
  const uart0 = uarts[0]!;
  return {
    uart_div_modify: doing((number, divider) => {
      uarts[number & 0xff]?.setDivider(divider);
    }),
    uart_tx_one_char: (cpu) => {
      uart0.transmit(cpu.a[2]!);
      cpu.a[2] = OK;
      return POLL_COST;
    },
    uart_rx_one_char: (cpu) => {
      const byte = uart0.take();
      if (byte !== undefined) new GuestMemory(cpu).setByte(cpu.a[2]! >>> 0, byte);
      cpu.a[2] = byte === undefined ? FAIL : OK;
      return POLL_COST;
    },
    uart_rx_one_char_block: (cpu) => waitForByte(cpu, uart0, WAIT_AGAIN),
    // Nothing there is 0 as well as the byte 0.
    ets_getc: (cpu) => {
      cpu.a[2] = uart0.take() ?? 0;
      return POLL_COST;
    },
    uartAttach: doing(() => undefined),
    Uart_Init: doing(() => undefined),
    uart_buff_switch: doing(() => undefined),
  };
}

export function uartContinuations(uarts: readonly RomUart[]): ReadonlyMap<number, RomCall> {
  const uart0 = uarts[0]!;
  const entry = ROM_ADDRESSES.uart_rx_one_char_block;
  return new Map([[WAIT_AGAIN, (cpu: Lx106) => waitForByte(cpu, uart0, entry)]]);
}

function waitForByte(cpu: Lx106, uart: RomUart, again: number): number {
  const byte = uart.take();
  if (byte === undefined) {
    cpu.pc = again;
    return POLL_COST;
  }
  cpu.a[2] = byte;
  cpu.pc = cpu.a[0]! >>> 0;
  return SMALL_COST;
}
