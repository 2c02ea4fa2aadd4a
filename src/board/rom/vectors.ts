import { EXCCAUSE, VECTOR, type Lx106 } from '../lx106/cpu.ts';
import { ROM_ADDRESSES } from './addresses.ts';
import { GuestMemory } from './guest-memory.ts';
import { SMALL_COST, type RomCall, type RomFunctions } from './rom-call.ts';

const ROM_BASE = 0x40000000;

const PS_EXCM = 0x10;
const PS_UM = 0x20;
const PS_INTLEVEL = 0xf;

/** struct UserFrame of XTOS: pc, ps, sar, vpri, a0, a2 to a15; 256 bytes of stack. */
const FRAME_BYTES = 256;
const FRAME = { pc: 0, ps: 4, sar: 8, a0: 16, a2: 20, cause: 76 } as const;

const DISPATCH_COST = 60;

/** Where handlers in the firmware return to. */
const FROM_INTERRUPT = ROM_ADDRESSES._xtos_l1int_handler + 1;
const FROM_EXCEPTION = ROM_ADDRESSES._xtos_return_from_exc;

/**
 * The boot ROM's exception vectors, in force until the firmware moves VECBASE: they save the registers on the stack
 * and call the handler that the firmware has set for the interrupt or the exception. Without one it is a fault.
 */
export class RomVectors {
  readonly #interrupts = new Map<number, { handler: number; argument: number }>();
  readonly #exceptions = new Map<number, number>();
  readonly #fault: (cpu: Lx106) => void;

  constructor(fault: (cpu: Lx106) => void) {
    this.#fault = fault;
  }

  reset(): void {
    this.#interrupts.clear();
    this.#exceptions.clear();
  }

  get functions(): RomFunctions {
    const attach: RomCall = ({ a }) => {
      this.#interrupts.set(a[2]!, { handler: a[3]! >>> 0, argument: a[4]! });
      return SMALL_COST;
    };
    return {
      ets_isr_attach: attach,
      _xtos_set_interrupt_handler_arg: attach,
      // Without an argument of its own, the handler gets its interrupt's number.
      _xtos_set_interrupt_handler: ({ a }) => {
        this.#interrupts.set(a[2]!, { handler: a[3]! >>> 0, argument: a[2]! });
        return SMALL_COST;
      },
      _xtos_set_exception_handler: ({ a }) => {
        const before = this.#exceptions.get(a[2]!) ?? 0;
        this.#exceptions.set(a[2]!, a[3]! >>> 0);
        a[2] = before;
        return SMALL_COST;
      },
      _xtos_return_from_exc: (cpu) => this.#return(cpu),
    };
  }

  get continuations(): ReadonlyMap<number, RomCall> {
    const fault: RomCall = (cpu) => this.#unhandled(cpu);
    return new Map([
      ...Object.values(VECTOR).map((offset): [number, RomCall] => [ROM_BASE + offset, fault]),
      [ROM_BASE + VECTOR.user, (cpu: Lx106) => this.#user(cpu)],
      [FROM_INTERRUPT, (cpu: Lx106) => this.#nextInterrupt(cpu)],
    ]);
  }

  #user(cpu: Lx106): number {
    if (cpu.exccause === EXCCAUSE.levelOneInterrupt) {
      save(cpu);
      return this.#nextInterrupt(cpu);
    }
    const handler = this.#exceptions.get(cpu.exccause) ?? 0;
    if (handler === 0) return this.#unhandled(cpu);
    save(cpu);
    cpu.a[2] = cpu.a[1]!;
    cpu.a[3] = cpu.exccause;
    return call(cpu, handler, FROM_EXCEPTION, cpu.ps & PS_INTLEVEL);
  }

  /** The pending one with the highest number, as XTOS does; back to the program where there is none. */
  #nextInterrupt(cpu: Lx106): number {
    const pending = cpu.interrupts.pending & cpu.intenable;
    const line = 31 - Math.clz32(pending);
    const attached = this.#interrupts.get(line);
    if (pending === 0 || attached === undefined) return this.#return(cpu);
    // An edge is done with; a level is ended at its device.
    cpu.interrupts.clear(1 << line);
    cpu.a[2] = attached.argument;
    return call(cpu, attached.handler, FROM_INTERRUPT, 1);
  }

  #return(cpu: Lx106): number {
    restore(cpu);
    // What is pending may be due again.
    cpu.stop();
    return DISPATCH_COST;
  }

  #unhandled(cpu: Lx106): number {
    this.#fault(cpu);
    cpu.stop();
    return 1;
  }
}

function call(cpu: Lx106, handler: number, returnTo: number, level: number): number {
  cpu.ps = PS_UM | level;
  cpu.a[0] = returnTo;
  cpu.pc = handler;
  return DISPATCH_COST;
}

function save(cpu: Lx106): void {
  const frame = (cpu.a[1]! - FRAME_BYTES) >>> 0;
  const memory = new GuestMemory(cpu);
  memory.setWord(frame + FRAME.pc, cpu.epc1);
  memory.setWord(frame + FRAME.ps, cpu.ps & ~PS_EXCM);
  memory.setWord(frame + FRAME.sar, cpu.sar);
  memory.setWord(frame + FRAME.a0, cpu.a[0]!);
  for (let n = 2; n < 16; n++) memory.setWord(frame + FRAME.a2 + (n - 2) * 4, cpu.a[n]!);
  memory.setWord(frame + FRAME.cause, cpu.exccause);
  cpu.a[1] = frame;
}

/** From the frame on the stack: a handler may have changed it, to go on elsewhere. */
function restore(cpu: Lx106): void {
  const frame = cpu.a[1]! >>> 0;
  const memory = new GuestMemory(cpu);
  cpu.pc = memory.word(frame + FRAME.pc) >>> 0;
  cpu.ps = memory.word(frame + FRAME.ps);
  cpu.sar = memory.word(frame + FRAME.sar);
  cpu.a[0] = memory.word(frame + FRAME.a0);
  for (let n = 2; n < 16; n++) cpu.a[n] = memory.word(frame + FRAME.a2 + (n - 2) * 4);
  cpu.a[1] = frame + FRAME_BYTES;
}
