/** What the header tells the boot ROM about the flash chip. */
export interface FlashParameters {
  mode: keyof typeof FLASH_MODES;
  size: keyof typeof FLASH_SIZES;
  frequency: keyof typeof FLASH_FREQUENCIES;
}

/** As read from a header; a name is undefined where the value has none. */
export interface ReadFlashParameters {
  mode: FlashParameters['mode'] | undefined;
  size: FlashParameters['size'] | undefined;
  frequency: FlashParameters['frequency'] | undefined;
  /** Third and fourth byte of the header. */
  bytes: readonly [number, number];
}

/** Codes of the header, by the names of esptool: «Firmware Image Format» in its documentation. */
export const FLASH_MODES = { qio: 0, qout: 1, dio: 2, dout: 3 } as const;
/** `c1`: two applications of 1 MB each, not of 512 KB. */
export const FLASH_SIZES = {
  '512KB': 0,
  '256KB': 1,
  '1MB': 2,
  '2MB': 3,
  '4MB': 4,
  '2MB-c1': 5,
  '4MB-c1': 6,
  '8MB': 8,
  '16MB': 9,
} as const;
export const FLASH_FREQUENCIES = { '40m': 0, '26m': 1, '20m': 2, '80m': 0xf } as const;

/** `4MB`, `2MB-c1` in bytes. */
export function flashSizeBytes(size: keyof typeof FLASH_SIZES): number {
  return parseInt(size) * (size.includes('MB') ? 0x100000 : 0x400);
}

/** The header's third and fourth byte. */
export function flashBytes({ mode, size, frequency }: FlashParameters): [number, number] {
  return [FLASH_MODES[mode], (FLASH_SIZES[size] << 4) | FLASH_FREQUENCIES[frequency]];
}

export function readFlashBytes(mode: number, sizeAndFrequency: number): ReadFlashParameters {
  return {
    mode: nameOf(FLASH_MODES, mode),
    size: nameOf(FLASH_SIZES, sizeAndFrequency >>> 4),
    frequency: nameOf(FLASH_FREQUENCIES, sizeAndFrequency & 0xf),
    bytes: [mode, sizeAndFrequency],
  };
}

/** `mode DIO`, `size 4MB`, `frequency 40m`, as esptool names them. */
export function flashParametersText({ mode, size, frequency, bytes }: ReadFlashParameters): string[] {
  return [
    `mode ${mode?.toUpperCase() ?? `is unknown (${bytes[0]})`}`,
    `size ${size ?? `is unknown (${bytes[1] >>> 4})`}`,
    `frequency ${frequency ?? `is unknown (${bytes[1] & 0xf})`}`,
  ];
}

function nameOf<T extends string>(values: Readonly<Record<T, number>>, value: number): T | undefined {
  return (Object.keys(values) as T[]).find((name) => values[name] === value);
}
