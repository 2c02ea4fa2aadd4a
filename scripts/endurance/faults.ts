import { draw } from './draw.ts';

interface FaultKind {
  /** The number that it takes is drawn from these. */
  values?: readonly number[];
  /** What a run that does not pass must say; undefined: it must pass. */
  says?: RegExp;
  /** A board that can pass with it has not got it. */
  neverPasses?: true;
}

/** The firmware waits for what does not come any more: the serial link sends nothing twice. */
const SILENT = /^expected verdict pass, found timeout: No verdict in time/;
/** Met before the program runs: the frame was of the loader. */
const OF_LOADER = /loader did not|does not answer|not start|went away/;
const FRAME: FaultKind = { values: [2, 5, 9, 14], says: new RegExp(`${SILENT.source}|${OF_LOADER.source}`) };

/** What a line or a flash does wrong. */
const FAULTS: Readonly<Record<string, FaultKind>> = {
  none: {},
  noise: { values: [2000, 5000, 20_000], says: /./ },
  'drop-frame': FRAME,
  'corrupt-frame': FRAME,
  'duplicate-frame': FRAME,
  'baud-limit': { values: [115_200, 460_800, 921_600] },
  unplug: { values: [500, 3000, 9000, 20_000], says: /went away/ },
  'gpio0-high': { says: /GPIO0 was high/, neverPasses: true },
  mute: { says: /does not hear what is sent/, neverPasses: true },
  'no-stub': { says: /stub does not start/, neverPasses: true },
};

export interface DrawnFault extends FaultKind {
  name: string;
  /** As a port's URL takes it; undefined: a good board. */
  query: string | undefined;
}

/** The fault of one run, the same for the same seed and run. */
export function drawFault(seed: number, run: number): DrawnFault {
  const random = draw(seed, run);
  const names = Object.keys(FAULTS);
  const name = names[random(names.length)]!;
  const kind = FAULTS[name]!;
  const fault = kind.values === undefined ? name : `${name}:${kind.values[random(kind.values.length)]!}`;
  return { ...kind, name, query: name === 'none' ? undefined : `fault=${fault}&seed=${run + 1}` };
}
