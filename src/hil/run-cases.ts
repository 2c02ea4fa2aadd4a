import type { CaseReport, TestReport } from '../report/report.ts';
import { caseReport, hasAnotherAttempt, type CaseRecord } from '../test-plan/attempts.ts';
import type { PlannedCase } from '../test-plan/case.ts';
import { judgeCase, type CaseJudgement } from '../test-plan/judge.ts';
import { CaseQueue } from './case-queue.ts';

/** What one attempt at a case came to. */
export interface Attempt {
  judgement: CaseJudgement;
  record: CaseRecord;
  /** Why the board cannot be used any more; then it was no attempt. */
  boardLost?: string;
}

/** What runs cases: a board, or whatever a test puts in its place. */
export interface RunnerBoard {
  name: string;
}

export interface CaseRunner<Board extends RunnerBoard> {
  boards: readonly Board[];
  fits: (board: Board, one: PlannedCase) => boolean;
  /** What a board then has in its flash: cases alike follow each other, for nothing is written between them. */
  contentsOf: (one: PlannedCase) => string;
  /** What the case took when it last ran, in milliseconds; undefined where nobody knows. */
  expectedMs: (one: PlannedCase) => number | undefined;
  /** One attempt, the `number`-th from 1 on. */
  attempt: (one: PlannedCase, board: Board, number: number) => Promise<Attempt>;
  /** A case is over. */
  onCase: (report: CaseReport) => void;
  onLost: (board: Board, because: string) => void;
  /** Times of what never ran. */
  now: () => Date;
  signal: AbortSignal;
}

/** A case that was on so many boards when they went away gets no other: it may be what does it. */
const MAX_LOST_BOARDS = 2;

/**
 * Runs every case once, and again where the plan says so: those of one board one behind the other, boards beside each
 * other, each case on any board that fits. A board that goes away gets no more cases, and its case goes to another one.
 * The reports are in the order of the cases. Throws the signal's reason, and what an attempt throws, when every board
 * has ended.
 */
export async function runCases<Board extends RunnerBoard>(
  cases: readonly PlannedCase[],
  runner: CaseRunner<Board>,
): Promise<Pick<TestReport, 'cases' | 'lostBoards'>> {
  return new Run(cases, runner).run();
}

class Run<Board extends RunnerBoard> {
  readonly #cases: readonly PlannedCase[];
  readonly #runner: CaseRunner<Board>;
  readonly #queue: CaseQueue;
  readonly #reports = new Map<PlannedCase, CaseReport>();
  readonly #lost = new Map<string, string>();
  readonly #lostWith = new Map<PlannedCase, string[]>();
  /** What is in the flash of a board. */
  readonly #held = new Map<string, string>();
  readonly #usualMs: number;
  #failure: { error: unknown } | undefined;

  constructor(cases: readonly PlannedCase[], runner: CaseRunner<Board>) {
    this.#cases = cases;
    this.#runner = runner;
    const known = cases.flatMap((one) => runner.expectedMs(one) ?? []);
    this.#usualMs = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length;
    this.#queue = new CaseQueue(cases.filter((one) => !isSettled(one)));
  }

  async run(): Promise<Pick<TestReport, 'cases' | 'lostBoards'>> {
    for (const one of this.#cases.filter(isSettled)) this.#unable(one, undefined);
    await Promise.all(this.#runner.boards.map((board) => this.#work(board)));
    this.#runner.signal.throwIfAborted();
    if (this.#failure !== undefined) throw this.#failure.error;
    for (const one of this.#queue.rest()) this.#unable(one, this.#whyNoBoard(one));
    return {
      cases: this.#cases.flatMap((one) => this.#reports.get(one) ?? []),
      lostBoards: [...this.#lost].map(([board, because]) => ({ board, because })),
    };
  }

  async #work(board: Board): Promise<void> {
    const { fits, contentsOf, signal } = this.#runner;
    for (;;) {
      if (signal.aborted || this.#failure !== undefined || this.#lost.has(board.name)) return;
      const one = await this.#queue.take(
        (candidate) => fits(board, candidate),
        (fitting) => this.#choose(fitting, board),
      );
      if (one === undefined) return;
      this.#held.set(board.name, contentsOf(one));
      try {
        signal.throwIfAborted();
        await this.#carryOut(one, board);
      } catch (error) {
        this.#failure ??= { error };
        this.#queue.stop();
      } finally {
        this.#queue.done(one);
      }
    }
  }

  /**
   * Writing another program takes longer than most cases: one for the program that the board holds; else one of the
   * program for which most is left to do, shared by the boards that hold it. Of these the longest, so that no board is
   * still at it when the others have nothing left; of equal ones the first of the plan.
   */
  #choose(fitting: readonly PlannedCase[], { name }: Board): PlannedCase | undefined {
    const { contentsOf } = this.#runner;
    const waiting = new Map<string | undefined, PlannedCase[]>();
    for (const one of fitting) {
      const contents = contentsOf(one);
      waiting.set(contents, [...(waiting.get(contents) ?? []), one]);
    }
    // A board that holds nothing yet is asked for undefined, which no program is.
    const own = waiting.get(this.#held.get(name));
    if (own !== undefined) return this.#longest(own);
    const shareOf = ([contents, those]: [string | undefined, PlannedCase[]]) =>
      those.reduce((sum, one) => sum + this.#expectedMs(one), 0) /
      (1 + [...this.#held.values()].filter((other) => other === contents).length);
    const [most] = [...waiting].sort((a, b) => shareOf(b) - shareOf(a));
    return most === undefined ? undefined : this.#longest(most[1]);
  }

  #longest(cases: readonly PlannedCase[]): PlannedCase {
    return cases.reduce((longest, one) =>
      this.#expectedMs(one) > this.#expectedMs(longest) ? one : longest,
    );
  }

  /** Of a new case, what the others take. */
  #expectedMs(one: PlannedCase): number {
    return this.#runner.expectedMs(one) ?? this.#usualMs;
  }

  async #carryOut(one: PlannedCase, board: Board): Promise<void> {
    const { attempt, onCase } = this.#runner;
    const judgements: CaseJudgement[] = [];
    for (;;) {
      const { judgement, record, boardLost } = await attempt(one, board, judgements.length + 1);
      if (boardLost !== undefined && this.#moved(one, board, boardLost)) return;
      judgements.push(judgement);
      // What comes next would be on a board that is not there.
      if (boardLost === undefined && hasAnotherAttempt(one, judgements)) continue;
      const report = caseReport(one, judgements as [CaseJudgement, ...CaseJudgement[]], {
        ...record,
        board: board.name,
      });
      this.#reports.set(one, report);
      onCase(report);
      return;
    }
  }

  /** True where another board takes the case. */
  #moved(one: PlannedCase, board: Board, because: string): boolean {
    this.#lost.set(board.name, because);
    this.#runner.onLost(board, because);
    const lostWith = [...(this.#lostWith.get(one) ?? []), board.name];
    this.#lostWith.set(one, lostWith);
    const others = this.#runner.boards.filter(
      (other) => !this.#lost.has(other.name) && this.#runner.fits(other, one),
    );
    if (lostWith.length >= MAX_LOST_BOARDS || others.length === 0) return false;
    this.#queue.putBack(one);
    return true;
  }

  #unable(one: PlannedCase, problem: string | undefined): void {
    const { now, onCase } = this.#runner;
    const judgement = judgeCase(one, problem === undefined ? {} : { problem });
    const report = caseReport(one, [judgement], { startedAt: now(), durationMs: 0 });
    this.#reports.set(one, problem === undefined ? report : { ...report, attempts: 0 });
    onCase(report);
  }

  #whyNoBoard(one: PlannedCase): string {
    const { boards, fits } = this.#runner;
    const fitting = boards.filter((board) => fits(board, one)).map(({ name }) => name);
    if (fitting.length > 0) return `every board that fits was lost: ${fitting.join(', ')}`;
    const needs = one.boardTags.length === 0 ? '' : `, which must be: ${one.boardTags.join(', ')}`;
    const exact = one.exact ? '; an exact case runs on `virtual:` alone, a fresh board' : '';
    return `no board fits${needs}${exact}`;
  }
}

function isSettled({ skip, blocked }: PlannedCase): boolean {
  return skip !== undefined || blocked !== undefined;
}
