import { VirtualBoard, type BoardOptions, type RunStatus } from '../../src/board/board.ts';
import { compileProgram } from './board-image.ts';

export interface Run {
  board: VirtualBoard;
  /** What UART0 has sent. */
  text: () => string;
  /** What the program has sent behind the boot ROM's lines. */
  said: () => string;
  /** In the order of their first use. */
  baudRates: () => number[];
  status: RunStatus;
}

/** Boots flash contents and runs them until there is nothing to do, or for so many instructions. */
export function runFlash(
  flash: Uint8Array,
  { instructions = 1_000_000, ...options }: Partial<BoardOptions> & { instructions?: number } = {},
): Run {
  let text = '';
  const rates = new Set<number>();
  const board = new VirtualBoard({
    flash,
    flashSizeBytes: 0x400000,
    ...options,
    onUart: (bytes, baudRate) => {
      text += Buffer.from(bytes).toString('latin1');
      rates.add(baudRate);
    },
  });
  board.reset('power-on');
  return {
    board,
    text: () => text,
    said: () => text.slice(text.indexOf('csum')).replace(/^.*\r\n/, ''),
    baudRates: () => [...rates],
    status: board.run(instructions),
  };
}

/** Compiles a program and runs it. */
export function runProgram(source: string, options: Parameters<typeof runFlash>[1] = {}): Run {
  return runFlash(compileProgram(source).flash, options);
}
