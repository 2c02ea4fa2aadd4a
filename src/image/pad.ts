/** The bytes with zeros behind them, to a whole multiple of `alignment`. */
export function padTo(bytes: Uint8Array, alignment: number): Uint8Array {
  const padded = new Uint8Array(Math.ceil(bytes.length / alignment) * alignment);
  padded.set(bytes);
  return padded;
}
