import { EspawsError, isEspawsError } from '../errors.ts';
import type { FlashRegion } from '../image/flash-region.ts';
import { applyJobs, Compressor } from './apply.ts';
import { bytesOf, compare, type CompareOptions } from './compare.ts';
import type { FlashEvent, FlashReport, FlashRequest, FlashStage, FlashStores } from './flash-request.ts';
import { jobsFor, type FlashJob } from './jobs.ts';
import { contentsDigest, recall, remember, withRegions, type FlashIdentity } from './known-contents.ts';
import { prepareRegions, type PreparedRegions } from './regions.ts';
import { resuming } from './resume.ts';
import { BLOCK_BYTES, cut, joined, SECTOR_BYTES, spanText, type Span } from './sectors.ts';
import type { BoardAccess, Session } from './session.ts';
import { checkAliases, verify } from './verify.ts';

/** Written anew where the MD5 says that it did not take. */
const REWRITES = 1;
/** Below this, to ask for every sector of a small image is worth it. */
const SLOW_BAUD_RATE = 230_400;
const SMALL_IMAGE_BYTES = 4 * BLOCK_BYTES;

/**
 * Makes the flash of a board hold `regions`: writes what differs, verifies by MD5, resets. What goes wrong on the way is
 * tried again from where the flash is; nothing that is there already is written again. Throws `flash/no-sync`,
 * `flash/failed`, `flash/lost`, `flash/verify`, `flash/layout`, `interrupted`, each with the state the flash is in.
 */
export function flashBoard(
  request: FlashRequest,
  access: BoardAccess,
  stores: FlashStores,
  onEvent: (event: FlashEvent) => void,
): Promise<FlashReport> {
  return new FlashRun(request, access, stores, onEvent).run();
}

class FlashRun {
  readonly #request: FlashRequest;
  readonly #access: BoardAccess;
  readonly #stores: FlashStores;
  readonly #emit: (event: FlashEvent) => void;
  readonly #compressor: Compressor | undefined;
  readonly #timing: Record<FlashStage, number> = {
    ...{ connectMs: 0, stubMs: 0, backupMs: 0, compareMs: 0, writeMs: 0, verifyMs: 0, resetMs: 0 },
  };
  /** What is begun, or to come, and not known to be as wanted. */
  #remaining: readonly Span[] = [];
  #hasBegun = false;
  /** Of the board that was met first. */
  #mac: string | undefined;
  #hasBackup = false;
  #hasErased = false;
  /** Grows with every byte that is done. */
  #doneBytes = 0;
  readonly #written = new Set<number>();
  #plan: FlashReport['plan'] = [];

  constructor(
    request: FlashRequest,
    access: BoardAccess,
    stores: FlashStores,
    emit: (event: FlashEvent) => void,
  ) {
    this.#request = request;
    this.#access = access;
    this.#stores = stores;
    this.#emit = emit;
    this.#compressor = request.compress && access.useStub ? new Compressor() : undefined;
  }

  async run(): Promise<FlashReport> {
    for (const { address, data } of this.#request.regions) this.#compressor?.prepare(address, data);
    let prepared: PreparedRegions | undefined;
    try {
      const { session, result, reconnects } = await resuming(
        this.#access,
        async (current, isResumed) => {
          this.#connected(current);
          this.#mac ??= current.chip.mac;
          if (current.chip.mac !== this.#mac) throw otherBoard(this.#mac, current.chip.mac);
          prepared ??= this.#prepare(current);
          await current.loader.setFlashSize(prepared.flashSizeBytes);
          return this.#make(current, prepared.regions, prepared.flashSizeBytes, isResumed);
        },
        () => this.#doneBytes,
      );
      await this.#timed('resetMs', async () => {
        if (this.#request.after === 'hard-reset') await session.loader.hardReset();
      });
      const report = this.#report(session, prepared?.regions ?? [], result, reconnects);
      await session.loader.close();
      return report;
    } catch (error) {
      throw this.#withState(error);
    }
  }

  #prepare({ flash }: Session): PreparedRegions {
    const { regions, parameters, map } = this.#request;
    const prepared = prepareRegions(regions, {
      detectedBytes: flash.sizeBytes,
      parameters,
      ...(map === undefined ? {} : { map }),
    });
    for (const text of prepared.warnings) this.#emit({ kind: 'warning', text });
    return prepared;
  }

  /** One pass over everything that may be left to do. */
  async #make(
    session: Session,
    regions: readonly FlashRegion[],
    flashSizeBytes: number,
    isResumed: boolean,
  ): Promise<FlashReport['verifiedBy']> {
    const identity = { mac: session.chip.mac, flashId: session.flash.id };
    const known = await recall(this.#stores, identity);
    await this.#backUp(session, flashSizeBytes);
    await this.#eraseAll(session, identity);
    let options: CompareOptions = {
      thoroughness: isResumed || isWorthAsking(session, regions) ? 'every-sector' : 'sampled',
      ...(known === undefined || isResumed ? {} : { known }),
    };
    for (let rewrites = 0; ; rewrites++) {
      const sectors = await this.#timed('compareMs', () =>
        this.#differing(session, regions, options, isResumed || rewrites > 0),
      );
      if (rewrites > REWRITES && sectors.length > 0) throw notTaken(joined(sectors));
      const jobs = jobsFor(regions, sectors, { canErase: session.loader.isStub });
      if (rewrites === 0 && !isResumed) {
        this.#plan = jobs.map(({ kind, address, sizeBytes }) => ({ kind, address, sizeBytes }));
      }
      if (this.#request.dryRun) return undefined;
      if (jobs.length > 0) {
        await remember(this.#stores, identity, undefined);
        await this.#timed('writeMs', () => this.#apply(session, jobs));
      }
      const isRight = await this.#timed('verifyMs', () =>
        verify(session, regions, jobs.length > 0, this.#emit),
      );
      if (isRight) {
        await this.#timed('verifyMs', () => checkAliases(session, regions, flashSizeBytes, jobs.length > 0));
        await remember(this.#stores, identity, withRegions(known ?? new Map(), regions));
        return session.loader.isStub ? 'md5' : 'read-back';
      }
      this.#emit({
        kind: 'warning',
        text: 'The flash does not hold all that was written; writing it again.',
      });
      options = { thoroughness: 'every-sector' };
    }
  }

  async #backUp(session: Session, flashSizeBytes: number): Promise<void> {
    const { backup, dryRun } = this.#request;
    if (backup === undefined || this.#hasBackup || dryRun) return;
    await this.#timed('backupMs', async () => {
      const contents = await session.loader.read(0, flashSizeBytes, (done) => {
        this.#emit({ kind: 'progress', stage: 'backup', done, total: flashSizeBytes });
      });
      await backup(contents);
    });
    this.#hasBackup = true;
  }

  async #eraseAll(session: Session, identity: FlashIdentity): Promise<void> {
    if (!this.#request.eraseAll || this.#hasErased || this.#request.dryRun) return;
    await remember(this.#stores, identity, undefined);
    this.#hasBegun = true;
    await this.#timed('writeMs', () => session.loader.eraseChip());
    this.#hasErased = true;
  }

  async #differing(
    { loader }: Session,
    regions: readonly FlashRegion[],
    options: CompareOptions,
    isAgain: boolean,
  ): Promise<Span[]> {
    const all = () => regions.flatMap(({ address, data }) => cut(address, data.length, SECTOR_BYTES));
    if (!loader.isStub) return isAgain ? within(all(), this.#remaining) : all();
    if (!this.#request.onlyChanges && !isAgain) return all();
    const total = regions.reduce((sum, { data }) => sum + data.length, 0);
    const comparison = compare(regions, options);
    let step = comparison.next();
    while (!step.done) {
      const span = step.value;
      const digest = await loader.md5(span.address, span.sizeBytes);
      step = comparison.next(digest === contentsDigest(bytesOf(regions, span)));
      const done = Math.min(total, span.address - regions[0]!.address + span.sizeBytes);
      this.#emit({ kind: 'progress', stage: 'compare', done, total });
    }
    return step.value;
  }

  async #apply({ loader }: Session, jobs: readonly FlashJob[]): Promise<void> {
    const total = jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const doneBefore = this.#doneBytes;
    this.#hasBegun = true;
    await applyJobs(loader, jobs, {
      compressor: this.#compressor,
      signal: this.#access.signal,
      onBegin: (remaining) => {
        this.#remaining = remaining;
      },
      onDone: (done) => {
        this.#doneBytes = doneBefore + done;
        this.#emit({ kind: 'progress', stage: 'write', done, total });
      },
    });
    for (const { address, sizeBytes } of jobs) {
      for (const sector of cut(address, sizeBytes, SECTOR_BYTES)) this.#written.add(sector.address);
    }
  }

  #connected({ chip, flash, loader, timing }: Session): void {
    this.#timing.connectMs += timing.connectMs;
    this.#timing.stubMs += timing.stubMs;
    this.#emit({ kind: 'connected', chip: chip.name, mac: chip.mac, flash, baudRate: loader.baudRate });
  }

  async #timed<T>(stage: FlashStage, work: () => Promise<T>): Promise<T> {
    const { clock } = this.#access;
    const startMs = clock.monotonicMs();
    try {
      return await work();
    } finally {
      this.#timing[stage] += Math.round(clock.monotonicMs() - startMs);
    }
  }

  #report(
    { chip, flash, loader }: Session,
    regions: readonly FlashRegion[],
    verifiedBy: FlashReport['verifiedBy'],
    reconnects: number,
  ): FlashReport {
    return {
      chip: chip.name,
      mac: chip.mac,
      flash,
      regions: regions.map(({ name, address, data }) => {
        const written = cut(address, data.length, SECTOR_BYTES).filter((one) =>
          this.#written.has(one.address),
        );
        const writtenBytes = written.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
        return {
          ...{ name, address, writtenBytes },
          sizeBytes: data.length,
          skippedBytes: data.length - writtenBytes,
          md5: contentsDigest(data),
        };
      }),
      baudRate: loader.baudRate,
      isStub: this.#access.useStub,
      reconnects,
      timing: this.#timing,
      verified: verifiedBy !== undefined,
      verifiedBy,
      plan: this.#plan,
    };
  }

  /** The error, with what the flash is like now. */
  #withState(thrown: unknown): unknown {
    const error =
      this.#access.signal.aborted && !isEspawsError(thrown)
        ? new EspawsError('Interrupted.', { code: 'interrupted', cause: thrown })
        : thrown;
    if (!isEspawsError(error)) return error;
    const partly = joined(this.#remaining);
    const state = !this.#hasBegun
      ? 'Nothing was written: the flash is as it was.'
      : partly.length === 0
        ? 'Everything was written, not all of it verified.'
        : `Flash ${partly.map(spanText).join(', ')} is partly written; run it again to finish.`;
    return new EspawsError(error.message, {
      code: error.code,
      hint: error.hint === undefined || error.code === 'interrupted' ? state : `${state} ${error.hint}`,
      cause: error,
      details: { ...error.details, partlyWritten: this.#hasBegun ? partly : [] },
    });
  }
}

function isWorthAsking({ loader }: Session, regions: readonly FlashRegion[]): boolean {
  const sizeBytes = regions.reduce((sum, { data }) => sum + data.length, 0);
  return loader.baudRate <= SLOW_BAUD_RATE && sizeBytes <= SMALL_IMAGE_BYTES;
}

function within(sectors: readonly Span[], spans: readonly Span[]): Span[] {
  return sectors.filter(({ address }) =>
    spans.some((span) => address >= span.address && address < span.address + span.sizeBytes),
  );
}

function notTaken(spans: readonly Span[]): EspawsError {
  return new EspawsError(`The flash does not hold what was written at ${spans.map(spanText).join(', ')}.`, {
    code: 'flash/verify',
    hint: 'The flash chip is worn or write-protected there, or has less room than its id says.',
    details: { differing: spans },
  });
}

function otherBoard(wanted: string, found: string): EspawsError {
  return new EspawsError(`Another board answers now: ${found}, not ${wanted}.`, {
    code: 'flash/verify',
    hint: 'Connect the first one again.',
  });
}
