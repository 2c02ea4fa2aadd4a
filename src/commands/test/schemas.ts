import { EXIT } from '../../errors.ts';
import { boardsJsonSchema } from '../../hil/boards-file.ts';
import { testPlanJsonSchema } from '../../test-plan/plan.ts';
import type { CommandResult } from '../result.ts';

/** `espaws report schema`: for editors. */
export function schemaResult(of: 'plan' | 'boards'): CommandResult {
  const schema = of === 'plan' ? testPlanJsonSchema() : boardsJsonSchema();
  return { exitCode: EXIT.success, json: schema, text: JSON.stringify(schema, undefined, 2) };
}
