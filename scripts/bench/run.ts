import { nodeProcesses } from '../../src/io/processes.ts';
import { benchCore } from './core.ts';
import { benchFlash } from './flash.ts';
import { measureMonitor } from './monitor.ts';
import { benchRack } from './rack.ts';
import { benchSdk } from './sdk.ts';
import { benchStages } from './stages.ts';

/** Megabytes of log: some seconds. */
const LOG_MEGABYTES = 100;

type Benchmark = 'core' | 'stages' | 'monitor' | 'flash' | 'sdk' | 'rack';

// npm run bench [-- NAME...]: the virtual board's core on a compiled program, and QEMU on the same ELF where it is
// installed; the main job by stages; how fast the monitor reads a log; espaws flash against esptool.py on one board;
// espaws build beside an SDK's own make; a test plan on four boards and on one.
const wanted = process.argv.slice(2);
const isWanted = (name: Benchmark) => wanted.length === 0 || wanted.includes(name);
const result: Record<string, unknown> = {};
if (isWanted('core')) result['core'] = await benchCore(nodeProcesses);
if (isWanted('monitor')) result['monitor'] = measureMonitor(LOG_MEGABYTES);
if (isWanted('rack')) result['rack'] = await benchRack(nodeProcesses);
if (isWanted('sdk')) result['sdk'] = (await benchSdk(nodeProcesses)) ?? 'skipped: no mbedTLS 2.28';
if (isWanted('stages') || isWanted('flash')) {
  const { firmware, ...stages } = await benchStages(nodeProcesses);
  result['stages'] = stages;
  if (isWanted('flash')) {
    result['flash'] =
      (await benchFlash(nodeProcesses, firmware)) ?? 'skipped: run scripts/setup --tests first';
  }
}
process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
