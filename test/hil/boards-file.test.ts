import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boardsJsonSchema, boardsOfPorts, loadBoards } from '../../src/hil/boards-file.ts';
import { nodeFiles } from '../../src/io/files.ts';

describe('boards', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-boards-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  const loaded = async (text: string) => {
    const path = join(directory, 'boards.yaml');
    await writeFile(path, text);
    return loadBoards(nodeFiles, path);
  };

  it('are read from a file, with what is known of each', async () => {
    const boards = await loaded(`
boards:
  - { name: bench-1, port: /dev/ttyUSB0, tags: [4MB], powerCycle: 'uhubctl -a cycle -p 2' }
  - { port: 'virtual:', count: 2 }
`);
    expect(boards).toEqual([
      {
        name: 'bench-1',
        port: '/dev/ttyUSB0',
        tags: ['hardware', '4MB'],
        powerCycle: 'uhubctl -a cycle -p 2',
      },
      { name: 'virtual-1', port: 'virtual:', tags: ['virtual'] },
      { name: 'virtual-2', port: 'virtual:', tags: ['virtual'] },
    ]);
  });

  it.each([
    ['boards: []', /boards.yaml:1:9: boards: /],
    ['boards:\n  - { port: a, colour: red }', /boards.yaml:2:5: .*colour/],
    ['boards:\n  - { port: a }\n  - { port: a }', /Two boards are called "a"/],
    ['boards:\n  - { port: /dev/ttyUSB0, count: 2 }', /boards.yaml:2:\d+: Only "virtual:"/],
    ['boards: [', /boards.yaml:\d+:\d+/],
  ])('in %j are refused with the place', async (text, message) => {
    await expect(loaded(text)).rejects.toThrow(message);
  });

  it('at ports are called by them, but for what is secret', () => {
    expect(boardsOfPorts(['rfc2217://hunter2@rack:2217', 'virtual:']).map(({ name }) => name)).toEqual([
      'rfc2217://rack:2217',
      'virtual',
    ]);
    expect(boardsOfPorts(['virtual:', 'virtual:']).map(({ name }) => name)).toEqual([
      'virtual-1',
      'virtual-2',
    ]);
    expect(() => boardsOfPorts(['/dev/ttyUSB0', '/dev/ttyUSB0'])).toThrow('named twice');
  });

  it('have a schema', () => {
    expect(boardsJsonSchema()).toMatchObject({ type: 'object', required: ['boards'] });
  });
});
