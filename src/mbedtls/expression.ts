/** The value of a `#if` expression: C integers, `defined`, object-like macros (C11, 6.10.1). Unknown names are 0. */
export function evaluateCondition(text: string, macros: ReadonlyMap<string, string>): boolean {
  return new Evaluation(tokenize(text), macros, 0).condition() !== 0;
}

/** Macros that expand into macros: deeper than any header goes. */
const MAX_DEPTH = 32;

function tokenize(text: string): string[] {
  return (
    text.match(/\w+|'(?:\\.|[^'])'|&&|\|\||==|!=|<=|>=|<<|>>|[()!~<>+\-*/%&|^?:,]|"(?:\\.|[^"])*"/g) ?? []
  );
}

const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

class Evaluation {
  readonly #tokens: readonly string[];
  readonly #macros: ReadonlyMap<string, string>;
  readonly #depth: number;
  #at = 0;

  constructor(tokens: readonly string[], macros: ReadonlyMap<string, string>, depth: number) {
    this.#tokens = tokens;
    this.#macros = macros;
    this.#depth = depth;
  }

  condition(): number {
    const value = this.#binary(0);
    if (this.#peek() !== '?') return value;
    this.#at += 1;
    const [yes] = [this.condition(), this.#take(':')];
    const no = this.condition();
    return value !== 0 ? yes : no;
  }

  #binary(level: number): number {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (let token = this.#peek(); token !== undefined && operators.includes(token); token = this.#peek()) {
      this.#at += 1;
      left = apply(token, left, this.#binary(level + 1));
    }
    return left;
  }

  #unary(): number {
    const token = this.#tokens[this.#at++];
    switch (token) {
      case undefined:
        return 0;
      case '!':
        return this.#unary() === 0 ? 1 : 0;
      case '~':
        return ~this.#unary();
      case '-':
        return -this.#unary();
      case '+':
        return this.#unary();
      case '(': {
        const value = this.condition();
        this.#take(')');
        return value;
      }
      case 'defined':
        return this.#defined();
      default:
        return this.#operand(token);
    }
  }

  #defined(): number {
    const parenthesis = this.#take('(');
    const name = this.#tokens[this.#at++] ?? '';
    if (parenthesis) this.#take(')');
    return this.#macros.has(name) ? 1 : 0;
  }

  #operand(token: string): number {
    if (/^\d/.test(token)) return numberOf(token);
    if (token.startsWith("'")) return token.charCodeAt(1);
    const body = this.#macros.get(token);
    // A call of something that is no macro here (`__has_feature(x)`) is 0, its arguments are passed over.
    if (body === undefined && this.#peek() === '(') this.#skipArguments();
    if (body === undefined || body === '' || this.#depth > MAX_DEPTH) return 0;
    return new Evaluation(tokenize(body), this.#macros, this.#depth + 1).condition();
  }

  #skipArguments(): void {
    let open = 0;
    do {
      const token = this.#tokens[this.#at++];
      if (token === '(') open += 1;
      else if (token === ')') open -= 1;
      else if (token === undefined) return;
    } while (open > 0);
  }

  #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at += 1;
    return true;
  }
}

function numberOf(token: string): number {
  const digits = token.replace(/[uUlL]+$/, '');
  return /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
}

function apply(operator: string, left: number, right: number): number {
  switch (operator) {
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '|':
      return Number(BigInt.asIntN(64, BigInt(left) | BigInt(right)));
    case '^':
      return Number(BigInt.asIntN(64, BigInt(left) ^ BigInt(right)));
    case '&':
      return Number(BigInt.asIntN(64, BigInt(left) & BigInt(right)));
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left !== right ? 1 : 0;
    case '<':
      return left < right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '<<':
      return left * 2 ** right;
    case '>>':
      return Math.floor(left / 2 ** right);
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? 0 : Math.trunc(left / right);
    default:
      return right === 0 ? 0 : left % right;
  }
}
