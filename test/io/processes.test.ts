import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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

  it('ends a child that will not hear', async () => {
    const controller = new AbortController();
    const script = 'trap "" TERM; echo ready >&2; while :; do sleep 0.1; done';
    const running = nodeProcesses.run('sh', ['-c', script], {
      signal: controller.signal,
      onStderr: () => {
        controller.abort(new Error('stop'));
      },
    });
    await expect(running).rejects.toThrow('stop');
  });

  it('reads what is long, and whole characters of it', async () => {
    const program = "process.stdout.write('ä€'.repeat(1_000_000))";
    const { stdout } = await nodeProcesses.run(process.execPath, ['-e', program]);
    expect(stdout === 'ä€'.repeat(1_000_000)).toBe(true);
  });

  it('minds no child that does not read its input', async () => {
    const input = 'x'.repeat(1_000_000);
    expect(await nodeProcesses.run('true', [], { input })).toMatchObject({ exitCode: 0 });
  });

  it('lets a child write for this user alone', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'espaws-processes-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const modes = async (isPrivate: boolean) => {
      const script = 'umask 022; exec sh -c "$1"';
      const write = `echo key > '${directory}/file'; stat -c %a '${directory}/file'; rm '${directory}/file'`;
      const { stdout } = await nodeProcesses.run('sh', ['-c', isPrivate ? write : script, 'sh', write], {
        isPrivate,
      });
      return stdout.trim();
    };
    expect([await modes(true), await modes(false)]).toEqual(['600', '644']);
    await expect(nodeProcesses.run('espaws-no-such-tool', [], { isPrivate: true })).rejects.toMatchObject({
      code: 'build/tool-missing',
    });
  });

  it('finds programs on PATH', async () => {
    expect(await nodeProcesses.find('sh')).toMatch(/\/sh$/);
    expect(await nodeProcesses.find('espaws-no-such-tool')).toBeUndefined();
  });
});
