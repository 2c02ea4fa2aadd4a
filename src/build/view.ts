import type { BuildPlan, Unit } from './plan.ts';

/** How a unit's compilation is noted down, so that builds in other folders know it again. */
export interface View {
  flags: readonly string[];
  isInside: (path: string) => boolean;
  noted: (path: string) => string;
  notedFlag: (flag: string) => string;
  /** Takes `noted` back. */
  placed: (path: string) => string;
}

/** Stands for the build folder. */
const BUILD = '{build}/';

/** What is in the build folder is noted by its place there. */
export function viewOf({ buildDirectory }: BuildPlan, { source, flags }: Unit): View {
  const inside = `${buildDirectory}/`;
  const isInside = (path: string) => path.startsWith(inside);
  // The compiler writes the source's path into the object where the text says `__FILE__`.
  if (isInside(source)) {
    const same = (text: string) => text;
    return { flags, isInside, noted: same, notedFlag: same, placed: same };
  }
  return {
    flags,
    isInside,
    noted: (path) => (isInside(path) ? BUILD + path.slice(inside.length) : path),
    notedFlag: (flag) =>
      `${flag}/`.startsWith(`-I${inside}`)
        ? `-I${BUILD}${flag.slice(`-I${inside}`.length)}`
        : flag.replaceAll(`"${inside}`, `"${BUILD}`),
    placed: (path) => (path.startsWith(BUILD) ? inside + path.slice(BUILD.length) : path),
  };
}
