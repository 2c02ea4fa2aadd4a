import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/program.ts';

describe('a command line that is none', () => {
  it.each([
    [['rnu'], 'There is no command "rnu".', 'Did you mean run?'],
    [['endpoint', 'prob', '--json'], 'There is no command "endpoint prob".', 'Did you mean probe?'],
    [['frobnicate'], 'Unknown argument: frobnicate.', /--help/],
    [['run', '--bauds', '3'], 'Unknown argument: bauds.', /--help/],
    [[], 'Name a command.', /--help/],
  ])('%j', async (argv, message, hint) => {
    await expect(parseArguments(argv)).rejects.toMatchObject({
      code: 'usage/invalid',
      message,
      hint: typeof hint === 'string' ? hint : (expect.stringMatching(hint) as string),
    });
  });
});
