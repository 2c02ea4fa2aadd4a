import { EspawsError } from '../errors.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { aliasChecks } from './alias.ts';
import { bytesOf } from './compare.ts';
import type { FlashEvent } from './flash-request.ts';
import { contentsDigest } from './known-contents.ts';
import { cut, joined, spanText, type Span } from './sectors.ts';
import type { Session } from './session.ts';

/** One MD5 is asked for so many bytes. */
const VERIFY_BYTES = 0x40000;

/** False where what was `written` of the regions is not what it should be; the rest was asked for before. */
export async function verify(
  { loader }: Session,
  regions: readonly FlashRegion[],
  written: readonly Span[],
  emit: (event: FlashEvent) => void,
): Promise<boolean> {
  // The boot ROM has read back every block.
  if (!loader.isStub) return true;
  const spans = joined(written).flatMap(({ address, sizeBytes }) => cut(address, sizeBytes, VERIFY_BYTES));
  const total = spans.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  for (const span of spans) {
    const digest = await loader.md5(span.address, span.sizeBytes);
    if (digest !== contentsDigest(bytesOf(regions, span))) return false;
    done += span.sizeBytes;
    emit({ kind: 'progress', stage: 'verify', done, total });
  }
  return true;
}

/** Throws `flash/verify` where the flash is smaller than it says, so that addresses beyond its end come round. */
export async function checkAliases(
  { loader }: Session,
  regions: readonly FlashRegion[],
  flashSizeBytes: number,
  hasWritten: boolean,
): Promise<void> {
  if (!loader.isStub || !hasWritten) return;
  for (const { flashBytes, sector, mirror, digest } of aliasChecks(regions, flashSizeBytes)) {
    if ((await loader.md5(mirror, sector.sizeBytes)) !== digest) continue;
    throw new EspawsError(
      `The flash has ${flashBytes / 1024} KB, not the ${flashSizeBytes / 1024} KB that its id says: what was written at ${spanText(sector)} is at 0x${mirror.toString(16).padStart(5, '0')} too.`,
      {
        code: 'flash/verify',
        hint: `Build for a flash of ${flashBytes / 1024} KB, or change the chip.`,
      },
    );
  }
}
