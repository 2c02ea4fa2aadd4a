import { dirname, join } from 'node:path';
import { evaluateCondition } from './expression.ts';
import type { MacroSet } from './options.ts';

/** Files by absolute path; undefined where there is none. */
export type Sources = (path: string) => string | undefined;

export interface PreprocessOptions {
  sources: Sources;
  /** Folders for `#include`, after the including file's own. */
  includeDirectories: readonly string[];
  predefined: MacroSet;
}

export interface HeaderError {
  /** Text of the `#error`. */
  message: string;
  file: string;
  line: number;
  /** The `#if` that guards it, as it stands there. */
  condition: string;
}

export interface Preprocessed {
  macros: Map<string, string>;
  errors: HeaderError[];
  /** Lines of the entry file itself that are no directives and not left out. */
  lines: string[];
}

/** What the ESP8266's compiler and its limits.h say, as far as mbedTLS's headers ask. */
export const XTENSA_PREDEFINED: MacroSet = new Map([
  ['__GNUC__', '12'],
  ['__GNUC_MINOR__', '2'],
  ['__xtensa__', '1'],
  ['__XTENSA__', '1'],
  ['__STDC__', '1'],
  ['__STDC_VERSION__', '201112L'],
  ['__CHAR_BIT__', '8'],
  ['CHAR_BIT', '8'],
  ['INT_MAX', '2147483647'],
  ['UINT_MAX', '4294967295U'],
  ['LONG_MAX', '2147483647L'],
  ['SIZE_MAX', '4294967295U'],
]);

/**
 * A C preprocessor for configuration headers: conditions, `#define`, `#undef`, `#include` and `#error`. Headers that
 * are not in `sources` (the C library's) count as empty. Held equal to the compiler by a test over random
 * configurations.
 */
export function preprocess(entry: string, options: PreprocessOptions): Preprocessed {
  const run = new Run(options);
  run.file(entry, true);
  return { macros: run.macros, errors: run.errors, lines: run.lines };
}

interface Branch {
  active: boolean;
  /** One of the group's branches was taken. */
  taken: boolean;
  parentActive: boolean;
  condition: string;
}

/** Headers that include each other: deeper than any tree goes. */
const MAX_INCLUDE_DEPTH = 40;

class Run {
  readonly macros: Map<string, string>;
  readonly errors: HeaderError[] = [];
  readonly lines: string[] = [];
  readonly #options: PreprocessOptions;
  #depth = 0;

  constructor(options: PreprocessOptions) {
    this.#options = options;
    this.macros = new Map(options.predefined);
  }

  file(path: string, isEntry: boolean): void {
    const text = this.#options.sources(path);
    if (text === undefined || this.#depth > MAX_INCLUDE_DEPTH) return;
    this.#depth += 1;
    const branches: Branch[] = [];
    for (const { text: content, line } of logicalLines(text)) {
      const active = branches.at(-1)?.active ?? true;
      const directive = /^\s*#\s*(\w+)\s*(.*)$/s.exec(content);
      if (directive === null) {
        if (active && isEntry && content.trim() !== '') this.lines.push(content);
        continue;
      }
      const [, name, rest] = directive;
      if (!this.#conditional(name!, rest!, branches) && active) {
        this.#directive(name!, rest!.trim(), { path, line, condition: branches.at(-1)?.condition ?? '' });
      }
    }
    this.#depth -= 1;
  }

  #conditional(name: string, rest: string, branches: Branch[]): boolean {
    const current = branches.at(-1);
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef': {
        const condition =
          name === 'if'
            ? rest.trim()
            : `${name === 'ifdef' ? '' : '!'}defined(${rest.trim().split(/\s/)[0]!})`;
        const parentActive = current?.active ?? true;
        const active = parentActive && evaluateCondition(condition, this.macros);
        branches.push({ active, taken: active, parentActive, condition });
        return true;
      }
      case 'elif':
        if (current !== undefined) {
          current.active = current.parentActive && !current.taken && evaluateCondition(rest, this.macros);
          current.taken ||= current.active;
          current.condition = rest.trim();
        }
        return true;
      case 'else':
        if (current !== undefined) {
          current.active = current.parentActive && !current.taken;
          current.taken = true;
          current.condition = `!(${current.condition})`;
        }
        return true;
      case 'endif':
        branches.pop();
        return true;
      default:
        return false;
    }
  }

  #directive(name: string, rest: string, at: { path: string; line: number; condition: string }): void {
    switch (name) {
      case 'define': {
        const match = /^(\w+)(\([^)]*\))?\s*(.*)$/s.exec(rest);
        // Function-like macros are never asked for in conditions; that they are defined may be.
        if (match !== null) this.macros.set(match[1]!, match[2] === undefined ? match[3]!.trim() : '');
        return;
      }
      case 'undef':
        this.macros.delete(rest.split(/\s/)[0]!);
        return;
      case 'include':
        this.#include(rest, at.path);
        return;
      case 'error':
        this.errors.push({
          message: rest.replace(/^"|"$/g, '').replace(/"\s*"/g, ''),
          file: at.path,
          line: at.line,
          condition: at.condition,
        });
        return;
    }
  }

  #include(rest: string, from: string): void {
    let target = rest;
    for (let i = 0; i < 8 && /^\w+$/.test(target); i++) target = this.macros.get(target) ?? '';
    const match = /^["<]([^">]+)[">]/.exec(target);
    if (match === null) return;
    const name = match[1]!;
    const own = target.startsWith('"') ? [dirname(from)] : [];
    const folders = name.startsWith('/') ? [''] : [...own, ...this.#options.includeDirectories];
    for (const folder of folders) {
      const path = folder === '' ? name : join(folder, name);
      if (this.#options.sources(path) === undefined) continue;
      this.file(path, false);
      return;
    }
  }
}

/** Lines with their continuations joined and comments taken out, each with the number of its first line. */
function logicalLines(text: string): { text: string; line: number }[] {
  const clean = withoutComments(text.replace(/\r\n/g, '\n'));
  const lines: { text: string; line: number }[] = [];
  const physical = clean.split('\n');
  for (let i = 0; i < physical.length; i++) {
    const line = i + 1;
    let joined = physical[i]!;
    while (joined.endsWith('\\') && i + 1 < physical.length) joined = joined.slice(0, -1) + physical[++i]!;
    lines.push({ text: joined, line });
  }
  return lines;
}

/** Comments become a space; the line ends in them stay, so that line numbers do. */
function withoutComments(text: string): string {
  return text.replace(
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/(?:\\\n|[^\n])*|\/\*[\s\S]*?\*\//g,
    (found) => (found.startsWith('/') ? ` ${found.replace(/[^\n]/g, '')}` : found),
  );
}
