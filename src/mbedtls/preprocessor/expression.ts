/** The expression of an `#if`, parsed (C11 6.10.1). */
export type Expression =
  | { kind: 'defined'; name: string }
  | { kind: 'number'; value: number }
  /** An identifier: stands for its macro, or for 0. */
  | { kind: 'name'; name: string }
  | { kind: 'unary'; operator: '!' | '-' | '+' | '~'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'conditional'; condition: Expression; whenTrue: Expression; whenFalse: Expression };

/** Splits the text of an expression; white space is dropped. */
export function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** Throws SyntaxError where gcc would report a bad expression. */
export function parseExpression(tokens: readonly string[]): Expression {
  const parser = new ExpressionParser(tokens);
  return parser.whole();
}

const TOKEN =
  /[A-Za-z_]\w*|\.?\d(?:[eEpP][+-]|[\w.])*|'(?:\\.|[^'\\])+'|"(?:\\.|[^"\\])*"|<<|>>|<=|>=|==|!=|&&|\|\||##|\S/g;

const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};

class ExpressionParser {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const result = this.#conditional();
    if (this.#position < this.#tokens.length) throw this.#unexpected();
    return result;
  }

  #conditional(): Expression {
    const condition = this.#binary(1);
    if (!this.#accept('?')) return condition;
    const whenTrue = this.#conditional();
    this.#expect(':');
    return { kind: 'conditional', condition, whenTrue, whenFalse: this.#conditional() };
  }

  #binary(lowest: number): Expression {
    let left = this.#unary();
    for (;;) {
      const operator = this.#peek();
      const precedence = operator === undefined ? undefined : PRECEDENCE[operator];
      if (operator === undefined || precedence === undefined || precedence < lowest) return left;
      this.#position += 1;
      left = { kind: 'binary', operator, left, right: this.#binary(precedence + 1) };
    }
  }

  #unary(): Expression {
    const token = this.#next();
    if (token === '!' || token === '-' || token === '+' || token === '~') {
      return { kind: 'unary', operator: token, operand: this.#unary() };
    }
    if (token === '(') {
      const inner = this.#conditional();
      this.#expect(')');
      return inner;
    }
    if (token === 'defined') return this.#defined();
    if (/^[A-Za-z_]/.test(token)) return { kind: 'name', name: token };
    if (/^\d/.test(token)) return { kind: 'number', value: integer(token) };
    if (token.startsWith("'")) return { kind: 'number', value: character(token) };
    this.#position -= 1;
    throw this.#unexpected();
  }

  #defined(): Expression {
    const isParenthesized = this.#accept('(');
    const name = this.#next();
    if (!/^[A-Za-z_]\w*$/.test(name)) throw new SyntaxError(`operator "defined" requires an identifier`);
    if (isParenthesized) this.#expect(')');
    return { kind: 'defined', name };
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #next(): string {
    const token = this.#peek();
    if (token === undefined) throw new SyntaxError('the expression ends too early');
    this.#position += 1;
    return token;
  }

  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#position += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token)) throw this.#unexpected();
  }

  #unexpected(): SyntaxError {
    return new SyntaxError(`unexpected "${this.#peek() ?? 'end'}" in an expression`);
  }
}

/** Decimal, octal, hexadecimal or binary, with any suffix of u and l. */
function integer(token: string): number {
  const digits = token.replace(/[uUlL]+$/, '');
  if (/^0[xX][0-9a-fA-F]+$/.test(digits) || /^0[bB][01]+$/.test(digits)) return Number(digits);
  if (/^0[0-7]*$/.test(digits)) return Number.parseInt(digits, 8);
  if (/^[1-9]\d*$/.test(digits)) return Number(digits);
  throw new SyntaxError(`"${token}" is not an integer`);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '0': 0, '\\': 92, "'": 39, '"': 34 };

function character(token: string): number {
  const inner = token.slice(1, -1);
  if (!inner.startsWith('\\')) return inner.charCodeAt(0);
  return ESCAPES[inner.slice(1)] ?? inner.charCodeAt(1);
}
