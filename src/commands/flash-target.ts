import { EXIT, EspawsError, isEspawsError } from '../errors.ts';
import type { ConnectOptions, OpenLoader } from '../port.ts';
import { openSession, type BoardAccess, type Session } from '../flash/session.ts';
import { resolvePort } from './auto-port.ts';
import { projectOf } from './monitored-port.ts';
import type { CommandContext, CommandResult } from './result.ts';

/** How boards are reached: what every `espaws flash` command takes. */
export interface FlashTarget {
  /** Over `port` of espaws.yaml; empty: that, or `auto`. */
  ports: readonly string[];
  project: string;
  baudRate: number;
  before: ConnectOptions['before'];
  after: 'hard-reset' | 'no-reset';
  useStub: boolean;
  openLoader: OpenLoader;
}

/** What was done on one port. */
export interface BoardOutcome<T> {
  port: string;
  result?: T;
  error?: EspawsError;
}

/**
 * Does `work` on every port at once; one that fails does not stop the others. Throws the error where there is one port;
 * the exit code of several is 5 where any failed.
 */
export async function onEveryPort<T>(
  context: CommandContext,
  target: FlashTarget,
  work: (access: BoardAccess, label: (text: string) => string) => Promise<T>,
): Promise<BoardOutcome<T>[]> {
  const urls = await portUrls(context, target);
  const isOne = urls.length === 1;
  const outcomes = urls.map(async (port): Promise<BoardOutcome<T>> => {
    const label = (text: string) => (isOne ? text : `${port}: ${text}`);
    try {
      return { port, result: await work(accessTo(context, target, port, label), label) };
    } catch (error) {
      if (isOne || !isEspawsError(error)) throw error;
      context.progress({
        kind: 'warning',
        text: label(error.message),
        ...(error.hint === undefined ? {} : { hint: error.hint }),
      });
      return { port, error };
    }
  });
  const settled = await Promise.allSettled(outcomes);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** One document for one board; `boards` for several. */
export function boardsResult<T extends object>(
  outcomes: readonly BoardOutcome<T>[],
  text: (result: T) => string,
): CommandResult {
  const documents = outcomes.map(({ port, result, error }) =>
    error === undefined
      ? { port, ...result }
      : {
          port,
          error: { code: error.code, message: error.message, hint: error.hint, details: error.details },
        },
  );
  const hasFailed = outcomes.some(({ error }) => error !== undefined);
  const wasInterrupted = outcomes.some(({ error }) => error?.code === 'interrupted');
  const isOne = outcomes.length === 1;
  return {
    exitCode: wasInterrupted ? EXIT.interrupted : hasFailed ? EXIT.port : EXIT.success,
    json: isOne ? documents[0] : { boards: documents },
    text: outcomes
      .map(({ port, result, error }) => {
        const lines = error === undefined ? text(result!) : `failed: ${error.message}`;
        return isOne ? lines : `${port}: ${lines}`;
      })
      .join('\n'),
  };
}

/** Connects, does `work`, and leaves the board as `after` says. */
export async function inSession<T>(
  access: BoardAccess,
  after: FlashTarget['after'],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await openSession(access);
  try {
    const result = await work(session);
    if (after === 'hard-reset') await session.loader.hardReset();
    return result;
  } finally {
    await session.loader.close().catch(() => undefined);
  }
}

async function portUrls({ host, ...context }: CommandContext, target: FlashTarget): Promise<string[]> {
  const project = target.ports.length > 0 ? undefined : await projectOf({ host, ...context }, target.project);
  const wanted = target.ports.length > 0 ? target.ports : [project?.port ?? 'auto'];
  const urls: string[] = [];
  for (const url of wanted) urls.push(await resolvePort(host, url, context.signal));
  const twice = urls.find((url, index) => urls.indexOf(url) !== index);
  if (twice === undefined) return urls;
  throw new EspawsError(`The port "${twice}" is named twice.`, {
    code: 'usage/invalid',
    hint: 'Name each board once.',
  });
}

function accessTo(
  { host, progress, signal }: CommandContext,
  { baudRate, before, useStub, openLoader }: FlashTarget,
  port: string,
  label: (text: string) => string,
): BoardAccess {
  return {
    ...{ baudRate, before, useStub, openLoader, signal },
    clock: host.clock,
    openPort: (rate, opening) => host.ports.open(port, { baudRate: rate, signal: opening }),
    note: (text) => {
      progress({ kind: 'note', text: label(text) });
    },
  };
}
