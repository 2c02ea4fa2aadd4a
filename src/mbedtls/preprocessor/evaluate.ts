import { dirname, join } from 'node:path';
import { Branches } from './branches.ts';
import { tokenize } from './expression.ts';
import { sourceLines, type SourceLine } from './lines.ts';
import { evaluateExpression, expand, parseCondition, readDefinition } from './macros.ts';
import type { Macro, Macros, ParsedCondition } from './macros.ts';

/** Headers in memory: texts by absolute path, and the folders in which `#include` looks. */
export interface HeaderSources {
  read: (path: string) => string | undefined;
  includeDirectories: readonly string[];
}

/** An `#error` that was met, or something that the compiler reports as one. */
export interface PreprocessorError {
  file: string;
  line: number;
  message: string;
}

export interface Evaluation {
  macros: Macros;
  errors: readonly PreprocessorError[];
  /** `#include`s that were found nowhere, as written: system headers. */
  unresolved: readonly string[];
  /** Lines of the entry file itself, but for directives, that were not skipped. */
  activeText: readonly string[];
}

/**
 * Preprocesses a header as gcc does, as far as a configuration needs it: conditions, macros, includes, `#error`.
 * Headers that are found nowhere are passed over.
 */
export function evaluateHeader(sources: HeaderSources, entry: string, predefined: Macros): Evaluation {
  const run = new Run(sources, entry, predefined);
  run.file(entry, 0);
  return run;
}

/** gcc's own limit. */
const DEEPEST_INCLUDE = 200;

class Run implements Evaluation {
  readonly macros: Map<string, Macro>;
  readonly errors: PreprocessorError[] = [];
  readonly unresolved: string[] = [];
  readonly activeText: string[] = [];
  readonly #sources: HeaderSources;
  readonly #entry: string;
  readonly #once = new Set<string>();

  constructor(sources: HeaderSources, entry: string, predefined: Macros) {
    this.#sources = sources;
    this.#entry = entry;
    this.macros = new Map(predefined);
  }

  file(path: string, depth: number): void {
    const branches = new Branches();
    let lastLine = 1;
    for (const one of linesOf(this.#sources.read(path) ?? '')) {
      lastLine = one.line;
      if (one.directive !== undefined) this.#directive(one, branches, path, depth);
      else if (branches.active && path === this.#entry) this.activeText.push(one.text);
    }
    if (branches.depth > 0) this.#report(path, lastLine, 'unterminated #if');
  }

  #directive(one: SourceLine, branches: Branches, path: string, depth: number): void {
    const { name, rest } = one.directive!;
    switch (name) {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        branches.open(() => this.#holds(one, path));
        return;
      case 'elif':
      case 'else':
        if (!branches.next(() => name === 'else' || this.#holds(one, path))) {
          this.#report(path, one.line, `#${name} without #if`);
        }
        return;
      case 'endif':
        if (!branches.close()) this.#report(path, one.line, '#endif without #if');
        return;
      default:
        if (branches.active) this.#effect(name, rest, { path, depth, line: one.line });
    }
  }

  #effect(name: string, rest: string, at: { path: string; depth: number; line: number }): void {
    switch (name) {
      case 'define': {
        const definition = readDefinition(rest);
        if (definition === undefined) this.#report(at.path, at.line, `bad #define ${rest}`);
        else this.macros.set(definition.name, definition.macro);
        return;
      }
      case 'undef':
        this.macros.delete(firstName(rest));
        return;
      case 'error':
        this.#report(at.path, at.line, messageOf(rest));
        return;
      case 'include':
        this.#include(rest, at);
        return;
      case 'pragma':
        if (rest === 'once') this.#once.add(at.path);
    }
  }

  /** The compiler reports a bad expression, and does not take its branch. */
  #holds({ directive, text, line }: SourceLine, file: string): boolean {
    const { name, rest } = directive!;
    if (name === 'ifdef') return this.macros.has(firstName(rest));
    if (name === 'ifndef') return !this.macros.has(firstName(rest));
    try {
      return evaluateExpression(conditionOf(text, rest), this.macros);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#report(file, line, `${error.message}: #${name} ${rest}`);
      return false;
    }
  }

  #include(rest: string, { path: from, depth, line }: { path: string; depth: number; line: number }): void {
    const written = /^["<]/.test(rest) ? rest : expand(tokenize(rest), this.macros, []).join('');
    const path = resolveInclude(this.#sources, written, from);
    if (path === undefined) this.unresolved.push(written);
    else if (depth >= DEEPEST_INCLUDE) this.#report(from, line, `#include nested too deeply: ${written}`);
    else if (!this.#once.has(path)) this.file(path, depth + 1);
  }

  #report(file: string, line: number, message: string): void {
    this.errors.push({ file, line, message });
  }
}

/** Absolute path of the header that an `#include "..."` or `<...>` in the file `from` means. */
function resolveInclude(sources: HeaderSources, written: string, from: string): string | undefined {
  const [, quoted, bracketed] = /^\s*(?:"([^"]+)"|<([^>]+)>)/.exec(written) ?? [];
  const name = quoted ?? bracketed;
  if (name === undefined) return undefined;
  const folders = [...(quoted === undefined ? [] : [dirname(from)]), ...sources.includeDirectories];
  const candidates = name.startsWith('/') ? [name] : folders.map((folder) => join(folder, name));
  return candidates.find((path) => sources.read(path) !== undefined);
}

/** The text of an `#error`, with the quotes of its strings gone. */
export function messageOf(rest: string): string {
  return rest
    .replace(/"\s*"/g, '')
    .replace(/^"|"\.?$/g, '')
    .trim();
}

const lineCache = new Map<string, readonly SourceLine[]>();
const conditionCache = new Map<string, ParsedCondition>();

/** Shorter texts are headers that were written for one question. */
const WORTH_REMEMBERING_BYTES = 8192;

/** Lines by text: a tree's headers are evaluated again and again under other macros. */
export function linesOf(text: string): readonly SourceLine[] {
  const known = lineCache.get(text);
  if (known !== undefined) return known;
  const lines = sourceLines(text);
  if (text.length >= WORTH_REMEMBERING_BYTES) lineCache.set(text, lines);
  return lines;
}

function conditionOf(key: string, rest: string): ParsedCondition {
  const known = conditionCache.get(key);
  if (known !== undefined) return known;
  const parsed = parseCondition(rest);
  conditionCache.set(key, parsed);
  return parsed;
}

function firstName(rest: string): string {
  return /^[A-Za-z_]\w*/.exec(rest)?.[0] ?? '';
}
