import type { FlashRegion } from '../image/flash-region.ts';
import { applyJobs } from './apply.ts';
import type { CompareOptions } from './compare.ts';
import { Compressor } from './compressor.ts';
import { differingSectors, isWorthAsking } from './differing.ts';
import { notTaken, otherBoard, withState } from './failure.ts';
import type { FlashEvent, FlashReport, FlashRequest, FlashStage, FlashStores } from './flash-request.ts';
import { jobsFor, type FlashJob } from './jobs.ts';
import { recall, remember, withRegions, type FlashIdentity } from './known-contents.ts';
import { prepareRegions, type PreparedRegions } from './regions.ts';
import { regionReports } from './report.ts';
import { resuming } from './resume.ts';
import { cut, joined, SECTOR_BYTES, type Span } from './sectors.ts';
import type { BoardAccess, Session } from './session.ts';
import { checkAliases, verify } from './verify.ts';

/** Written anew where the MD5 says that it did not take. */
const REWRITES = 1;

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
    this.#compressor = request.compress && access.useStub ? new Compressor(access.baudRate) : undefined;
  }

  async run(): Promise<FlashReport> {
    this.#compressor?.prepare(foreseenWrites(this.#request));
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
      await session.loader.close();
      const { chip, flash, loader } = session;
      return {
        ...{ chip: chip.name, mac: chip.mac, flash, reconnects },
        regions: regionReports(prepared?.regions ?? [], this.#written),
        baudRate: loader.baudRate,
        isStub: this.#access.useStub,
        timing: this.#timing,
        verified: result !== undefined,
        verifiedBy: result,
        plan: this.#plan,
      };
    } catch (error) {
      throw withState(error, {
        wasInterrupted: this.#access.signal.aborted,
        hasBegun: this.#hasBegun,
        remaining: this.#remaining,
      });
    } finally {
      this.#compressor?.stop();
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
    await this.#eraseAll(session, identity, flashSizeBytes);
    let options: CompareOptions = {
      thoroughness: isResumed || isWorthAsking(session, regions) ? 'every-sector' : 'sampled',
      ...(known === undefined || isResumed ? {} : { known }),
    };
    for (let rewrites = 0; ; rewrites++) {
      const sectors = await this.#timed('compareMs', () =>
        differingSectors(session, regions, {
          ...options,
          onlyChanges: this.#request.onlyChanges,
          remaining: isResumed || rewrites > 0 ? this.#remaining : undefined,
          emit: this.#emit,
        }),
      );
      if (rewrites > REWRITES && sectors.length > 0) throw notTaken(joined(sectors));
      const jobs = jobsFor(regions, sectors, {
        canErase: session.loader.isStub,
        compress: this.#request.compress,
      });
      if (rewrites === 0 && !isResumed) {
        this.#plan = jobs.map(({ kind, address, sizeBytes }) => ({ kind, address, sizeBytes }));
      }
      if (this.#request.dryRun) return undefined;
      if (jobs.length > 0) {
        await remember(this.#stores, identity, undefined);
        await this.#timed('writeMs', () => this.#apply(session, jobs));
      }
      const isRight = await this.#timed('verifyMs', () => verify(session, regions, sectors, this.#emit));
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

  async #eraseAll(session: Session, identity: FlashIdentity, flashSizeBytes: number): Promise<void> {
    if (!this.#request.eraseAll || this.#hasErased || this.#request.dryRun) return;
    await remember(this.#stores, identity, undefined);
    this.#hasBegun = true;
    this.#remaining = [{ address: 0, sizeBytes: flashSizeBytes }];
    await this.#timed('writeMs', () => session.loader.eraseChip());
    this.#hasErased = true;
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
}

/** What will be sent if all is to be written, as far as it is known before the board is. */
function foreseenWrites({ regions, parameters, compress }: FlashRequest): Uint8Array[] {
  const { size, mode, frequency } = parameters;
  const isAsGiven = size === 'keep' && mode === undefined && frequency === undefined;
  const known = regions.filter(({ address, data }) => data.length > 0 && (address !== 0 || isAsGiven));
  const sectors = known.flatMap(({ address, data }) => cut(address, data.length, SECTOR_BYTES));
  const jobs = jobsFor(known, sectors, { canErase: true, compress });
  return jobs.flatMap((job) => (job.kind === 'write' ? [job.data] : []));
}
