import { EXIT, EspawsError } from '../errors.ts';
import { flashContents } from '../flash/contents.ts';
import { BLOCK_BYTES, SECTOR_BYTES, spanText, type Span } from '../flash/sectors.ts';
import { remember } from '../flash/known-contents.ts';
import type { FlashFacts, ChipFacts } from '../port.ts';
import { addressedFiles } from './addressed-files.ts';
import { readInput } from './input-file.ts';
import { boardsResult, inSession, onEveryPort, type FlashTarget } from './flash-target.ts';
import type { CommandContext, CommandResult } from './result.ts';
import { bytesText, table } from './table.ts';

/** `espaws flash id`: the chip, its flash, what the loader can do. */
export async function flashIdCommand(context: CommandContext, target: FlashTarget): Promise<CommandResult> {
  const outcomes = await onEveryPort(context, target, (access) =>
    inSession(access, target.after, ({ chip, flash, loader, timing }) =>
      Promise.resolve({ ...factsOf(chip, flash), baudRate: loader.baudRate, timing }),
    ),
  );
  return boardsResult(outcomes, ({ chip, mac, features, crystalMhz, flash }) =>
    table([
      ['chip', `${chip} (${features.join(', ')})`],
      ['crystal', `${crystalMhz} MHz`],
      ['MAC', mac],
      ['flash id', flash.id],
      ['flash size', flash.sizeBytes === undefined ? 'not known by its id' : bytesText(flash.sizeBytes)],
    ]),
  );
}

/** `espaws flash read ADDRESS SIZE FILE`; the size may be `all`. Throws `usage/invalid`. */
export async function flashReadCommand(
  context: CommandContext,
  { address, size, out, ...target }: FlashTarget & { address: string; size: string; out: string },
): Promise<CommandResult> {
  const { host, progress } = context;
  needsStub(target, 'read');
  if (target.ports.length > 1) throw usage('Only one board can be read at a time.', 'Name one --port.');
  const from = number(address);
  const outcomes = await onEveryPort(context, target, (access) =>
    inSession(access, target.after, async ({ loader, chip, flash }) => {
      const sizeBytes = size === 'all' ? (flash.sizeBytes ?? 0) - from : number(size);
      checkSpan({ address: from, sizeBytes }, flash);
      const contents = await loader.read(from, sizeBytes, (done) => {
        progress({ kind: 'stage-progress', stage: 'flash', done, total: sizeBytes, text: 'read' });
      });
      await host.files.write(out, contents, { mode: 0o600 });
      return { ...factsOf(chip, flash), address: from, sizeBytes, path: out };
    }),
  );
  return boardsResult(outcomes, ({ sizeBytes, path }) => `  ${bytesText(sizeBytes)} -> ${path}`);
}

/** `espaws flash erase ADDRESS SIZE`, or all of it. Throws `usage/invalid`. */
export async function flashEraseCommand(
  context: CommandContext,
  { region, ...target }: FlashTarget & { region: readonly [string, string] | 'all' },
): Promise<CommandResult> {
  const { host, signal } = context;
  needsStub(target, 'erase');
  const span = region === 'all' ? undefined : { address: number(region[0]), sizeBytes: number(region[1]) };
  if (span !== undefined && (span.address % SECTOR_BYTES !== 0 || span.sizeBytes % SECTOR_BYTES !== 0)) {
    throw usage('Flash is erased by sectors of 4096 bytes.', 'Make address and size multiples of 0x1000.');
  }
  const outcomes = await onEveryPort(context, target, (access) =>
    inSession(access, target.after, async ({ loader, chip, flash }) => {
      await remember(host, { mac: chip.mac, flashId: flash.id }, undefined);
      if (span === undefined) await loader.eraseChip();
      else {
        checkSpan(span, flash);
        for (let at = 0; at < span.sizeBytes; at += BLOCK_BYTES) {
          signal.throwIfAborted();
          await loader.eraseRegion(span.address + at, Math.min(BLOCK_BYTES, span.sizeBytes - at));
        }
      }
      return { ...factsOf(chip, flash), erased: span ?? { address: 0, sizeBytes: flash.sizeBytes } };
    }),
  );
  return boardsResult(outcomes, () => (span === undefined ? '  Erased all.' : `  Erased ${spanText(span)}.`));
}

/** `espaws flash verify 0x0 FILE ...`: whether the flash holds the files. Exit code 5 where it does not. */
export async function flashVerifyCommand(
  context: CommandContext,
  { regions: words, ...target }: FlashTarget & { regions: readonly string[] },
): Promise<CommandResult> {
  needsStub(target, 'verify');
  const regions: { name: string; address: number; data: Uint8Array }[] = [];
  for (const { address, path } of addressedFiles(words)) {
    regions.push({ name: path, address, data: await readInput(context.host.files, path) });
  }
  const outcomes = await onEveryPort(context, target, (access) =>
    inSession(access, target.after, async ({ loader, chip, flash }) => {
      for (const { address, data } of regions) checkSpan({ address, sizeBytes: data.length }, flash);
      const checked = await flashContents(loader, regions);
      return { ...factsOf(chip, flash), regions: checked, verified: checked.every(({ equal }) => equal) };
    }),
  );
  const result = boardsResult(outcomes, ({ regions: checked }) =>
    table(
      checked.map(({ name, address, equal, differing }) => [
        equal ? 'equal' : 'DIFFERS',
        spanText({ address, sizeBytes: 1 }).split('-')[0]!,
        name,
        equal ? '' : `in ${differing.map(spanText).join(', ')}`,
      ]),
    ),
  );
  const isEqual = outcomes.every(({ result: one }) => one?.verified);
  return isEqual || result.exitCode !== EXIT.success ? result : { ...result, exitCode: EXIT.port };
}

function factsOf({ name, mac, features, crystalMhz }: ChipFacts, flash: FlashFacts) {
  return { chip: name, mac, features, crystalMhz, flash };
}

function needsStub({ useStub }: FlashTarget, what: string): void {
  if (!useStub) throw usage(`The boot ROM's loader cannot ${what} flash.`, 'Leave --no-stub out.');
}

function checkSpan({ address, sizeBytes }: Span, { sizeBytes: flashBytes }: FlashFacts): void {
  if (sizeBytes > 0 && (flashBytes === undefined || address + sizeBytes <= flashBytes)) return;
  throw new EspawsError(
    `The flash ends at 0x${(flashBytes ?? 0).toString(16)}; 0x${(address + sizeBytes).toString(16)} is asked for.`,
    { code: 'flash/layout', hint: 'espaws flash id tells its size.' },
  );
}

function number(text: string): number {
  if (/^(0x[\da-f]{1,8}|\d{1,9})$/i.test(text)) return Number(text);
  throw usage(`"${text}" is not a number of bytes.`, 'Write it as 0x10000 or 65536.');
}

function usage(message: string, hint: string): EspawsError {
  return new EspawsError(message, { code: 'usage/invalid', hint });
}
