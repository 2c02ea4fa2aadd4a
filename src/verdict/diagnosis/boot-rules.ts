import type { LogFacts } from './log-facts.ts';
import { finding, type Rule } from './rule.ts';
import { hasGoneOn } from './went-on.ts';

const REFUSED_PARTITIONS = {
  'beyond-flash': ['boot.partitions.beyond_flash', 92],
  'smaller-flash': ['boot.flash_smaller', 92],
  'no-application': ['boot.partitions', 89],
  table: ['boot.partitions', 89],
} as const;
/** What the SDK and ESPHome say when the radio starts, so near before a reset. */
const RADIO = /\bphy_version\b|\bwifi:? ?Init (?:static|dynamic)\b|\bwifi_esp32:\d+\]: Ena/;
const RADIO_LINES = 5;
/** Boot mode of the ROM's banner. */
const FROM_FLASH = 3;

/** Supply, flash, memory and start of the board. */
export const BOOT_RULES: readonly Rule[] = [
  (facts) => [
    ...facts.seen('brownout').map((witness) => finding('power.brownout', 90, witness)),
    ...facts.seen('flash-failed').map((witness) => {
      // Bit 5 of the strapping is MTDI (esp32_technical_reference_manual, «Strapping Pins»).
      const strapped = facts.seen('watchdog').find(({ line }) => /\bboot:0x3\d\b/.test(line));
      return strapped === undefined
        ? finding('boot.flash_chip', 90, witness)
        : finding('boot.flash_voltage', 93, witness, strapped);
    }),
    ...facts.seen('partitions-refused').map(({ event, ...witness }) => {
      // The loader says first what is wrong with the one program that is there.
      const isTooLarge = facts.seen('update-failed').some((one) => one.event.problem === 'too-large');
      const [id, weight] = REFUSED_PARTITIONS[event.problem];
      return finding(id, event.problem === 'no-application' && isTooLarge ? 60 : weight, witness);
    }),
    ...withoutNetwork(facts, 'psram-failed').map((witness) => {
      const missed = facts.seen('allocation-failed').find(({ at }) => at > witness.at);
      return finding('boot.psram', missed === undefined ? 86 : 95, witness, missed);
    }),
    ...facts.seen('nvs-failed').map((witness) => finding('boot.nvs', 84, witness)),
    ...facts.seen('system-sectors').map((witness) => finding('boot.flash_size', 75, witness)),
    ...withoutNetwork(facts, 'image-refused').map((witness) => finding('boot.image', 88, witness)),
  ],

  // The last boot counts: a board that is flashed goes through the loader.
  (facts) => {
    const boots = facts.seen('boot');
    const boot = boots.at(-1);
    if (boot === undefined || boot.event.bootMode === FROM_FLASH) return [];
    // A watchdog that fires between two starts of the loader is not the program's.
    const never = boots.length > 1 && boots.every(({ event }) => event.bootMode !== FROM_FLASH);
    return [finding('boot.strapping', never ? 62 : 58, boot)];
  },

  // «Powered on» where the program was just beginning with its radio.
  (facts) => {
    const restart = facts.seen('other-chip').find(({ line, at }) => {
      if (!line.includes('(POWERON_RESET)')) return false;
      return facts.unreadSince(at - RADIO_LINES).some((one) => one.at < at && RADIO.test(one.line));
    });
    // A monitor that resets the board shows the end of its last run, and then the next one.
    return restart === undefined || hasGoneOn(facts, restart) ? [] : [finding('power.collapse', 62, restart)];
  },

  // The boot ROM's banner has a rate of its own: a little at the start is no fault.
  (facts) => {
    const garbage = facts.seen('garbage').filter(({ event }) => event.sentBaudRate === undefined);
    if (garbage.length * 3 < facts.lineCount) return [];
    return garbage.map((witness) => finding('port.baud', 52, witness));
  },
];

/** What a board that came to its network could do without, or had mended. */
function withoutNetwork(facts: LogFacts, kind: 'psram-failed' | 'image-refused') {
  return facts.seen(kind).filter((witness) => !hasGoneOn(facts, witness));
}
