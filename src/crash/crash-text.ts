import type { CrashFrame, DecodedCrash } from './decode-crash.ts';

/** For a person: the cause, then each address with its place, innermost first. */
export function crashText({ cause, frames }: DecodedCrash): string {
  return [
    `crash: ${cause ?? 'no cause is shown'}`,
    ...frames.flatMap((frame, index) => frameLines(frame, index)),
  ].join('\n');
}

function frameLines({ address, role, lines, rom }: CrashFrame, index: number): string[] {
  const head = `${index === 0 && role === 'at' ? 'at  ' : 'from'} 0x${address.toString(16).padStart(8, '0')}`;
  if (rom !== undefined) return [`  ${head}  ${rom} (boot ROM)`];
  if (lines.length === 0) return [`  ${head}  ?`];
  return lines.map(({ function: name, file, line }, depth) => {
    const place = file === undefined ? '' : `  ${file}${line === undefined ? '' : `:${line}`}`;
    const inlined = depth < lines.length - 1 ? ' (inlined)' : '';
    return `  ${depth === 0 ? head : ' '.repeat(head.length)}  ${name ?? '?'}${inlined}${place}`;
  });
}
