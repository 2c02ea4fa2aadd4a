import { describe, expect, it } from 'vitest';
import { nodeProcesses } from '../../src/io/processes.ts';

describe('nodeProcesses', () => {
  it('gives exit code and both streams, whatever the code', async () => {
    const result = await nodeProcesses.run('sh', ['-c', 'cat; echo err >&2; exit 3'], { input: 'in' });
    expect(result).toEqual({ exitCode: 3, stdout: 'in', stderr: 'err\n' });
  });

  it('gives a child no terminal to wait on', async () => {
    expect((await nodeProcesses.run('cat', [])).stdout).toBe('');
  });

  it('says which program is missing', async () => {
    await expect(nodeProcesses.run('espaws-no-such-tool', [])).rejects.toMatchObject({
      code: 'build/tool-missing',
      message: expect.stringContaining('espaws-no-such-tool') as string,
    });
  });

  it('ends the child when the signal comes', async () => {
    const controller = new AbortController();
    const running = nodeProcesses.run('sleep', ['60'], { signal: controller.signal });
    controller.abort(new Error('stop'));
    await expect(running).rejects.toThrow('stop');
  });

  it('finds programs on PATH', async () => {
    expect(await nodeProcesses.find('sh')).toMatch(/\/sh$/);
    expect(await nodeProcesses.find('espaws-no-such-tool')).toBeUndefined();
  });
});
