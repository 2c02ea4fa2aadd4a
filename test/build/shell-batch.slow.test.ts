import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runBatch, shellWord } from '../../src/build/shell-batch.ts';
import { nodeProcesses as processes } from '../../src/io/processes.ts';
import { processesOf } from '../support/command.ts';

describe('commands as one child', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-batch-'));
    await writeFile(join(directory, 'file'), '');
  });
  afterAll(() => rm(directory, { recursive: true }));

  const signal = new AbortController().signal;

  it('end at the first that fails, each with what it says', async () => {
    const say = (text: string, code: number) => ({
      program: 'sh',
      args: ['-c', `echo ${shellWord(text)} >&2; echo out; exit ${code}`],
    });
    const ended = await runBatch({ processes, signal }, [
      say("it's one", 0),
      { ...say('two', 3), mayFail: true },
      say('three', 4),
      say('four', 0),
    ]);
    expect(ended).toEqual([
      { failed: false, stderr: "it's one\n" },
      { failed: true, stderr: 'two\n' },
      { failed: true, stderr: 'three\n' },
    ]);
  });

  it('leave nothing behind, whenever they are ended', async () => {
    const never = { program: 'tail', args: ['-f', join(directory, 'file')] };
    const soon = { program: 'true', args: [] };
    const interrupted = async (afterMs: number) => {
      const controller = new AbortController();
      const ended = runBatch({ processes, signal: controller.signal }, [soon, soon, never, never]);
      setTimeout(() => {
        controller.abort(new Error('stop'));
      }, afterMs);
      await expect(ended).rejects.toThrow('stop');
    };
    for (let round = 0; round < 20; round++) {
      await Promise.all(Array.from({ length: 8 }, (_, index) => interrupted(round + index)));
    }
    expect(await processesOf(directory)).toEqual([]);
  });
});
