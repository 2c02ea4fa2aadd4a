import type { Clock, Network } from '../host.ts';
import type { Port } from '../port.ts';
import { LinkHost, type LinkEvent } from '../link/link-host.ts';
import { parseLine } from '../monitor/events.ts';
import { LineSplitter } from '../monitor/lines.ts';
import type { Progress } from '../progress.ts';
import { Judge, type Observation } from './judge.ts';

export interface ObserveOptions {
  port: Port;
  /** By which the board's connections are made. */
  network: Network;
  clock: Clock;
  progress: Progress;
  signal: AbortSignal;
  /** Longest time without a verdict, in milliseconds. */
  timeoutMs: number;
  onLink?: (event: LinkEvent) => void;
}

/** How long a crashing firmware may go on printing its registers, in milliseconds. */
const DUMP_MS = 500;

/**
 * Listens to a board until its log decides, the time is up or the port ends, and serves the serial link meanwhile.
 * The port stays open: it is the caller's. Throws the signal's reason when aborted.
 */
export async function observe(options: ObserveOptions): Promise<Observation & { lines: string[] }> {
  const { port, clock, network, signal, timeoutMs } = options;
  const judge = new Judge();
  const lines: string[] = [];
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const link = new LinkHost({
    write: (bytes) => {
      // A port that is gone ends the reading below, which says so.
      port.write(bytes).catch(() => undefined);
    },
    network,
    clock,
    idleTimeoutMs: timeoutMs,
    ...(options.onLink === undefined ? {} : { onEvent: options.onLink }),
  });
  try {
    const how = await new Promise<'decided' | 'timeout' | 'lost'>((resolve, reject) => {
      const crashed = () => {
        void clock.sleep(DUMP_MS, both).then(resolve.bind(undefined, 'decided'), () => undefined);
      };
      listen({ port, link, judge, lines, crashed, progress: options.progress }).then(resolve, reject);
      clock.sleep(timeoutMs, both).then(resolve.bind(undefined, 'timeout'), () => {
        if (signal.aborted) reject(signal.reason as Error);
      });
    });
    return { ...judge.conclude(how), lines };
  } finally {
    stop.abort();
    link.close();
  }
}

interface Listening {
  port: Port;
  link: LinkHost;
  judge: Judge;
  lines: string[];
  progress: Progress;
  /** Called once, when the log has decided by a crash whose dump may still be coming. */
  crashed: () => void;
}

/** `lost` where the port ends before the log has decided. */
async function listen(listening: Listening): Promise<'decided' | 'lost'> {
  const { port, link, judge, lines, progress } = listening;
  const splitter = new LineSplitter();
  const take = (line: string) => {
    lines.push(line);
    progress({ kind: 'uart', text: line });
    const decides = judge.push(parseLine(line));
    if (decides && judge.crashed) listening.crashed();
  };
  for await (const bytes of port.read()) {
    for (const line of splitter.push(link.receive(bytes))) take(line);
    if (judge.ended && !judge.crashed) return 'decided';
  }
  for (const line of splitter.end()) take(line);
  return judge.ended ? 'decided' : 'lost';
}
