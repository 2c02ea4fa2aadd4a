import { isEspawsError } from '../errors.ts';
import { windowAddress } from './chip-memory.ts';
import { codeElsewhere, windowPointers } from './code-pointers.ts';
import { flashOffset, layoutError, type FlashRegion } from './flash-region.ts';
import { inspectImage } from './inspect-image.ts';

/** Less is data: initial values of the radio, an erased sector. More is a file system. */
const CODE_BYTES = { least: 0x4000, most: 0x80000 };

/**
 * A v1 image at 0 and code that runs from flash, in a file of its own, are one program. Throws `flash/layout` where both
 * refer to that code elsewhere than it is put: its file has no header that would say where it belongs.
 */
export function checkPair(regions: readonly FlashRegion[]): void {
  const boot = regions.find(({ address }) => address === 0);
  const ram = boot === undefined ? undefined : ramOf(boot.data);
  if (boot === undefined || ram === undefined) return;
  for (const region of regions) {
    const { name, address, data } = region;
    if (data.length < CODE_BYTES.least || data.length > CODE_BYTES.most || ramOf(data) !== undefined)
      continue;
    const mapped = { address: windowAddress(address), sizeBytes: data.length };
    const elsewhere = codeElsewhere(windowPointers([data]), mapped);
    if (elsewhere === undefined) continue;
    const { low, high } = elsewhere;
    const strangers = windowPointers(ram).filter((pointer) => pointer < low || pointer > high);
    // Of another program, or no code at all.
    if (strangers.length * 2 > windowPointers(ram).length) continue;
    throw layoutError(
      `"${boot.name}" and "${name}" refer to code at 0x${low.toString(16)} to 0x${high.toString(16)}, but at flash ${flashOffset(address)} "${name}" is seen at 0x${mapped.address.toString(16)}.`,
      `Put "${name}" where its linker script says (irom0: 0x40200000 + its flash address).`,
    );
  }
}

/** Data of the segments, of an image that the boot ROM loads; undefined for anything else. */
function ramOf(bytes: Uint8Array): Uint8Array[] | undefined {
  try {
    const { segments } = inspectImage(bytes);
    return segments.every(({ placement }) => placement === 'loaded')
      ? segments.map(({ data }) => data)
      : undefined;
  } catch (error) {
    if (isEspawsError(error, 'image/invalid')) return undefined;
    throw error;
  }
}
