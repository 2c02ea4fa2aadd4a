/** What the boot ROM says at reset, at 74880 baud with the usual 26 MHz crystal. */
export const BOOT_TEXT_BAUD_RATE = 74_880;

export interface Heard {
  /** What came while the loader was asked, at the rate of the asking. */
  bytes: Uint8Array;
  /** What came behind a further reset, at the rate of the boot text; undefined where the lines do nothing. */
  bootText: Uint8Array | undefined;
}

/**
 * Why the serial loader does not answer, from what was heard. The boot ROM prints `boot mode:(a,b)`: `a` is what it
 * read from GPIO15, GPIO0 and GPIO2 (ESP8266 Technical Reference, «Strapping pins»): 1 is its serial loader, 3 the
 * program in flash.
 */
export function whyNoSync({ bytes, bootText }: Heard): { because: string; hint: string } {
  const mode = bootMode(bootText) ?? bootMode(bytes);
  if (mode === 1) {
    return {
      because: 'it is in its loader (boot mode 1), and does not hear what is sent',
      hint: 'Check the wire to its RX pin, and that nothing else drives that pin.',
    };
  }
  if (mode !== undefined) {
    return {
      because: `it started with boot mode ${mode}, not 1: ${mode === 3 ? 'GPIO0 was high' : 'GPIO15, GPIO0 or GPIO2 had the wrong level'}`,
      hint: 'Hold the FLASH button (GPIO0 to ground) while it resets, or wire DTR to GPIO0.',
    };
  }
  if (bytes.length === 0 && (bootText === undefined || bootText.length === 0)) {
    return {
      because: 'nothing came back at all',
      hint: 'Check power, the TX and RX wires, and that this is the right port.',
    };
  }
  return {
    because: `${bytes.length + (bootText?.length ?? 0)} bytes came that are no answer: its program runs, or the rate is wrong`,
    hint: 'Check that RTS is wired to EN; without it hold FLASH, press RESET and add --before no-reset. Else try --baud 115200.',
  };
}

function bootMode(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined) return undefined;
  const all = [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/boot mode:\((\d),\d\)/g),
  ];
  const last = all.at(-1)?.[1];
  return last === undefined ? undefined : Number(last);
}
