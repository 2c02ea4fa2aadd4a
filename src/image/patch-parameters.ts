import { createHash } from 'node:crypto';
import { EspawsError } from '../errors.ts';
import { FLASH_FREQUENCIES, FLASH_MODES, FLASH_SIZES, type FlashParameters } from './flash-parameters.ts';
import { IMAGE_V2_MAGIC, SHA256_BYTES } from './image-format.ts';
import { inspectImage } from './inspect-image.ts';

/**
 * The image with other flash parameters; what is undefined stays. The boot ROM reads them from the image at flash
 * address 0 alone, so that elsewhere, or in what is no such image, it throws `image/invalid` with the reason. The
 * checksum is of the segments' data and stays; an appended SHA-256 is made anew.
 */
export function patchFlashParameters(
  image: Uint8Array,
  address: number,
  changes: { [name in keyof FlashParameters]?: FlashParameters[name] | undefined },
): Uint8Array {
  if (address !== 0) {
    throw refusal(
      `it goes to 0x${address.toString(16)}, and the boot ROM reads them at 0 alone`,
      'Change them in the image at 0.',
    );
  }
  if (image[0] === IMAGE_V2_MAGIC) {
    throw refusal(
      'it is a v2 application, which a boot loader at 0 loads',
      'Change them in the boot loader at 0.',
    );
  }
  const inspected = inspectImage(image);
  const fault = inspected.findings.find(({ severity }) => severity === 'error');
  if (fault !== undefined) throw refusal(`it is damaged: ${fault.message}`, 'Build it again.');
  const { flash, sha256, sizeBytes } = inspected;
  // Not `slice`: a Buffer's gives a view.
  const patched = Uint8Array.from(image);
  const [mode, sizeAndFrequency] = flash.bytes;
  patched[2] = changes.mode === undefined ? mode : FLASH_MODES[changes.mode];
  const size = changes.size === undefined ? sizeAndFrequency >>> 4 : FLASH_SIZES[changes.size];
  const frequency =
    changes.frequency === undefined ? sizeAndFrequency & 0xf : FLASH_FREQUENCIES[changes.frequency];
  patched[3] = (size << 4) | frequency;
  if (sha256 !== undefined) {
    const body = patched.subarray(0, sizeBytes - SHA256_BYTES);
    patched.set(createHash('sha256').update(body).digest(), body.length);
  }
  return patched;
}

function refusal(reason: string, hint: string): EspawsError {
  return new EspawsError(`The flash parameters of this image are not changed: ${reason}.`, {
    code: 'image/invalid',
    hint,
  });
}
