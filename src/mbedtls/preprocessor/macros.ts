import { parseExpression, tokenize, type Expression } from './expression.ts';

/** A macro as `#define` has it. */
export interface Macro {
  /** Undefined for an object-like macro. */
  parameters?: readonly string[];
  /** Replacement text, white space normalized as the preprocessor's `-dM` prints it. */
  body: string;
}

export type Macros = ReadonlyMap<string, Macro>;

/** Reads what follows `#define`. */
export function readDefinition(rest: string): { name: string; macro: Macro } | undefined {
  const [, name, parameters, body = ''] = /^([A-Za-z_]\w*)(?:\(([^)]*)\))?(.*)$/s.exec(rest) ?? [];
  if (name === undefined) return undefined;
  const text = normalized(body);
  if (parameters === undefined) return { name, macro: { body: text } };
  const names = parameters
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  return { name, macro: { parameters: names, body: text } };
}

/** The value of an `#if` expression. Throws SyntaxError where gcc would report a bad one. */
export function evaluateExpression(expression: ParsedCondition, macros: Macros): boolean {
  if (expression.parsed !== undefined) return valueOf(expression.parsed, macros) !== 0;
  const tokens = expand(keepDefined(expression.tokens, macros), macros, []);
  return valueOf(parseExpression(tokens), macros) !== 0;
}

/** Does an expression that was parsed before its macros were known hold? A name stands for its macro's number. */
export function expressionHolds(expression: Expression, macros: Macros): boolean {
  return (
    valueOf(expression, macros, (name) => {
      const tokens = expand([name], macros, []);
      try {
        return valueOf(parseExpression(tokens), macros);
      } catch (error) {
        if (error instanceof SyntaxError) return 0;
        throw error;
      }
    }) !== 0
  );
}

/** A condition ready to be evaluated many times. */
export interface ParsedCondition {
  tokens: readonly string[];
  /** Only where no macro has to be expanded: `defined` and numbers. */
  parsed?: Expression;
}

export function parseCondition(text: string): ParsedCondition {
  const tokens = tokenize(text);
  const names = tokens.filter((token) => /^[A-Za-z_]/.test(token));
  const operands = tokens.filter((token) => token === 'defined').length;
  if (names.length !== 2 * operands) return { tokens };
  return { tokens, parsed: parseExpression(tokens) };
}

/** White space as one blank, outside of literals. */
function normalized(text: string): string {
  return text
    .trim()
    .replace(/("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s+/g, (_, literal?: string) => literal ?? ' ');
}

/** Operands of `defined` are not expanded (C11 6.10.1): each becomes 1 or 0 first. */
function keepDefined(tokens: readonly string[], macros: Macros): string[] {
  const result: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    if (tokens[index] !== 'defined') {
      result.push(tokens[index]!);
      continue;
    }
    const isParenthesized = tokens[index + 1] === '(';
    const name = tokens[index + (isParenthesized ? 2 : 1)];
    if (name === undefined) throw new SyntaxError('operator "defined" requires an identifier');
    result.push(macros.has(name) ? '1' : '0');
    index += isParenthesized ? 3 : 1;
  }
  return result;
}

/** Replaces macros; `within`: those being replaced, which are not replaced again (C11 6.10.3.4). */
export function expand(tokens: readonly string[], macros: Macros, within: readonly string[]): string[] {
  const result: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    const macro = within.includes(token) ? undefined : macros.get(token);
    if (macro === undefined) {
      result.push(token);
      continue;
    }
    const inside = [...within, token];
    if (macro.parameters === undefined) {
      result.push(...expand(tokenize(macro.body), macros, inside));
      continue;
    }
    const call = readArguments(tokens, index + 1);
    if (call === undefined) {
      result.push(token);
      continue;
    }
    const values = new Map(macro.parameters.map((name, position) => [name, call.values[position] ?? []]));
    const body = tokenize(macro.body).flatMap((one) => values.get(one) ?? [one]);
    result.push(...expand(body, macros, inside));
    index = call.end;
  }
  return result;
}

function readArguments(
  tokens: readonly string[],
  start: number,
): { values: string[][]; end: number } | undefined {
  if (tokens[start] !== '(') return undefined;
  const values: string[][] = [[]];
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth === 0) return { values, end: index };
    if (token === '(' && depth === 1) continue;
    if (token === ',' && depth === 1) values.push([]);
    else values.at(-1)!.push(token);
  }
  return undefined;
}

function valueOf(
  expression: Expression,
  macros: Macros,
  nameValue: (name: string) => number = () => 0,
): number {
  switch (expression.kind) {
    case 'defined':
      return macros.has(expression.name) ? 1 : 0;
    case 'number':
      return expression.value;
    case 'name':
      return nameValue(expression.name);
    case 'unary':
      return unary(expression.operator, valueOf(expression.operand, macros, nameValue));
    case 'conditional': {
      const { condition, whenTrue, whenFalse } = expression;
      return valueOf(valueOf(condition, macros, nameValue) === 0 ? whenFalse : whenTrue, macros, nameValue);
    }
    case 'binary': {
      const left = valueOf(expression.left, macros, nameValue);
      if (expression.operator === '&&' && left === 0) return 0;
      if (expression.operator === '||' && left !== 0) return 1;
      return binary(expression.operator, left, valueOf(expression.right, macros, nameValue));
    }
  }
}

function unary(operator: '!' | '-' | '+' | '~', value: number): number {
  if (operator === '!') return value === 0 ? 1 : 0;
  if (operator === '-') return -value;
  return operator === '~' ? -value - 1 : value;
}

function binary(operator: string, left: number, right: number): number {
  switch (operator) {
    case '&&':
    case '||':
      return right === 0 ? 0 : 1;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<':
      return Number(left < right);
    case '>':
      return Number(left > right);
    case '<=':
      return Number(left <= right);
    case '>=':
      return Number(left >= right);
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
    case '%':
      if (right === 0) throw new SyntaxError('division by zero in an expression');
      return operator === '/' ? Math.trunc(left / right) : left % right;
    default:
      return Number(bitwise(operator, BigInt(left), BigInt(right)));
  }
}

function bitwise(operator: string, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '<<':
      return BigInt.asIntN(64, left << right);
    case '>>':
      return left >> right;
    case '&':
      return left & right;
    case '|':
      return left | right;
    default:
      return left ^ right;
  }
}
