import { dirname, join } from 'node:path';
import { expand, evaluateExpression, parseCondition, readDefinition } from './macros.ts';
import type { Macro, Macros, ParsedCondition } from './macros.ts';
import { tokenize } from './expression.ts';
import { sourceLines, type SourceLine } from './lines.ts';

/** Headers in memory: texts by absolute path, and the folders in which `#include` looks. */
export interface HeaderSources {
  read(path: string): string | undefined;
  includeDirectories: readonly string[];
}

/** An `#error` that was met. */
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
 * Headers that are found nowhere are passed over. Throws SyntaxError, with file and line, at a bad expression.
 */
export function evaluateHeader(sources: HeaderSources, entry: string, predefined: Macros): Evaluation {
  const run = new Run(sources, entry, predefined);
  run.file(entry, 0);
  return run;
}

/** gcc's own limit is 200. */
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
    const text = this.#sources.read(path);
    if (text === undefined) {
      this.unresolved.push(path);
      return;
    }
    if (depth > DEEPEST_INCLUDE) throw new SyntaxError(`${path}: #include nested too deeply`);
    /** Of the open conditions: is this branch taken, and has one been taken already? */
    const open: { active: boolean; taken: boolean }[] = [];
    let skipping = 0;
    for (const one of linesOf(text)) {
      const { directive, line } = one;
      if (directive === undefined) {
        if (skipping === 0 && path === this.#entry) this.activeText.push(one.text);
        continue;
      }
      try {
        switch (directive.name) {
          case 'if':
          case 'ifdef':
          case 'ifndef': {
            const active = skipping === 0 && this.#holds(one);
            open.push({ active, taken: active });
            if (!active) skipping += 1;
            break;
          }
          case 'elif':
          case 'else': {
            const group = open.at(-1);
            if (group === undefined) throw new SyntaxError(`#${directive.name} without #if`);
            const outer = skipping - (group.active ? 0 : 1);
            const active = outer === 0 && !group.taken && (directive.name === 'else' || this.#holds(one));
            skipping = outer + (active ? 0 : 1);
            group.active = active;
            group.taken ||= active;
            break;
          }
          case 'endif': {
            const group = open.pop();
            if (group === undefined) throw new SyntaxError('#endif without #if');
            if (!group.active) skipping -= 1;
            break;
          }
          default:
            if (skipping === 0) this.#directive(one, path, depth);
        }
      } catch (error) {
        throw located(error, path, line);
      }
    }
    if (open.length > 0) throw new SyntaxError(`${path}: unterminated #if`);
  }

  #holds({ directive, text }: SourceLine): boolean {
    const { name, rest } = directive!;
    if (name === 'ifdef') return this.macros.has(firstName(rest));
    if (name === 'ifndef') return !this.macros.has(firstName(rest));
    return evaluateExpression(conditionOf(text, rest), this.macros);
  }

  #directive({ directive, line }: SourceLine, path: string, depth: number): void {
    const { name, rest } = directive!;
    if (name === 'define') {
      const definition = readDefinition(rest);
      if (definition !== undefined) this.macros.set(definition.name, definition.macro);
    } else if (name === 'undef') {
      this.macros.delete(firstName(rest));
    } else if (name === 'error') {
      this.errors.push({ file: path, line, message: messageOf(rest) });
    } else if (name === 'include') {
      this.#include(rest, path, depth);
    } else if (name === 'pragma' && rest === 'once') {
      this.#once.add(path);
    }
  }

  #include(rest: string, from: string, depth: number): void {
    const written = /^["<]/.test(rest) ? rest : expand(tokenize(rest), this.macros, []).join('');
    const path = resolveInclude(this.#sources, written, from);
    if (path === undefined) this.unresolved.push(written);
    else if (!this.#once.has(path)) this.file(path, depth + 1);
  }
}

/** Absolute path of the header that an `#include "..."` or `<...>` in the file `from` means. */
export function resolveInclude(sources: HeaderSources, written: string, from: string): string | undefined {
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

const lineCache = new Map<string, SourceLine[]>();
const conditionCache = new Map<string, ParsedCondition>();

/** Lines by text: a tree's headers are evaluated again and again under other macros. */
export function linesOf(text: string): readonly SourceLine[] {
  const known = lineCache.get(text);
  if (known !== undefined) return known;
  const lines = sourceLines(text);
  if (text.length > 2000) lineCache.set(text, lines);
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

function located(error: unknown, path: string, line: number): unknown {
  if (!(error instanceof SyntaxError) || error.message.startsWith('/')) return error;
  return new SyntaxError(`${path}:${line}: ${error.message}`, { cause: error });
}
