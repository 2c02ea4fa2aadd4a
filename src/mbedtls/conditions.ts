import { linesOf } from './preprocessor/evaluate.ts';
import { parseExpression, tokenize, type Expression } from './preprocessor/expression.ts';
import type { Directive } from './preprocessor/lines.ts';

/** A directive, and the conditions that all hold where it is not skipped. */
export interface GuardedDirective {
  line: number;
  directive: Directive;
  guards: readonly Expression[];
}

/** Every directive of a source but the conditions themselves. */
export function guardedDirectives(source: string): GuardedDirective[] {
  const found: GuardedDirective[] = [];
  /** Of the open conditions: those of earlier branches, and that of the present one. */
  const open: { earlier: Expression[]; present: Expression | undefined }[] = [];
  for (const { line, directive } of linesOf(source)) {
    if (directive === undefined) continue;
    const group = open.at(-1);
    switch (directive.name) {
      case 'if':
      case 'ifdef':
      case 'ifndef':
        open.push({ earlier: [], present: conditionOf(directive) });
        break;
      case 'elif':
      case 'else':
        if (group?.present !== undefined) group.earlier.push(group.present);
        if (group !== undefined)
          group.present = directive.name === 'elif' ? conditionOf(directive) : undefined;
        break;
      case 'endif':
        open.pop();
        break;
      default:
        found.push({ line, directive, guards: open.flatMap(guardsOf) });
    }
  }
  return found;
}

function guardsOf({
  earlier,
  present,
}: {
  earlier: Expression[];
  present: Expression | undefined;
}): Expression[] {
  return [...earlier.map(negated), ...(present === undefined ? [] : [present])];
}

export function negated(operand: Expression): Expression {
  return { kind: 'unary', operator: '!', operand };
}

function conditionOf({ name, rest }: Directive): Expression {
  if (name === 'if' || name === 'elif') return parsed(rest);
  const defined: Expression = { kind: 'defined', name: /^\w*/.exec(rest)![0] };
  return name === 'ifdef' ? defined : negated(defined);
}

/** A condition of a kind that no configuration can change (`__has_feature(...)`) counts as unknown: 0. */
function parsed(text: string): Expression {
  try {
    return parseExpression(tokenize(text));
  } catch (error) {
    if (error instanceof SyntaxError) return { kind: 'number', value: 0 };
    throw error;
  }
}
