import { setFlagsFromString } from 'node:v8';

/**
 * A board at the chip's own pace has time to spare, and V8's optimizing compiler takes more of it than it gives back
 * before a function has run for seconds: on a rack of boards it took more of the processors than all of them. Ten times
 * the usual budget, in bytes executed.
 */
export function optimizeLater(): void {
  setFlagsFromString('--wasm-tiering-budget=18000000');
}
