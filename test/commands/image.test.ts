import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/program.ts';
import { addressedFiles } from '../../src/commands/addressed-files.ts';
import type { CommandContext } from '../../src/commands/result.ts';
import { inspectImage } from '../../src/image/inspect-image.ts';
import { nodeFiles } from '../../src/io/files.ts';
import type { ProgressEvent } from '../../src/progress.ts';
import { linkedElf, removeLinkedElves } from '../support/linked-elf.ts';

let directory: string;
let elf: string;
const events: ProgressEvent[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'espaws-image-command-'));
  elf = linkedElf('neighbours in IRAM').path;
  const options = ['-O0', '-nostdlib', '-mlongcalls', '-mtext-section-literals', '-T', 'a.ld'];
  execFileSync('xtensa-lx106-elf-gcc', [...options, '-Wl,-Map=a.map', 'a.c', '-o', 'a.elf'], {
    cwd: dirname(elf),
  });
});
afterAll(() => {
  rmSync(directory, { recursive: true });
  removeLinkedElves();
});

/** Runs a command line as the program does. The image commands use nothing of the host but files. */
async function espaws(...argv: string[]) {
  const parsed = await parseArguments(argv);
  if (parsed.kind === 'said') throw new Error(parsed.text);
  const host = { files: nodeFiles } as CommandContext['host'];
  return parsed.run({
    host,
    progress: (event) => events.push(event),
    signal: new AbortController().signal,
  });
}
const at = (name: string) => join(directory, name);

describe('espaws image elf2image', () => {
  it('makes a v1 pair, named by where it belongs', async () => {
    const { json } = await espaws('image', 'elf2image', elf, '-o', at('pair-'), '--flash-mode', 'dio');
    expect(json).toMatchObject({
      version: 1,
      files: [
        { path: at('pair-0x00000.bin'), flashAddress: 0, holds: 'ram' },
        { path: at('pair-0x10010.bin'), flashAddress: 0x10010, holds: 'resident' },
      ],
    });
    expect(inspectImage(readFileSync(at('pair-0x00000.bin')))).toMatchObject({
      version: 1,
      flash: { mode: 'dio', size: '1MB', frequency: '40m' },
    });
  });

  it('makes a v2 image, named by where it belongs, beside the ELF', async () => {
    const { text } = await espaws('image', 'elf2image', elf, '--version', '2');
    expect(text).toContain(`0x10000`);
    expect(inspectImage(readFileSync(elf.replace('.elf', '-0x10000.bin'))).version).toBe(2);
  });

  it('warns of an ELF that was not linked for it', async () => {
    const { path } = linkedElf('no data, at a sector');
    await espaws('image', 'elf2image', path, '--version', '3', '-o', at('b.bin'));
    expect(events).toContainEqual({
      kind: 'warning',
      text: expect.stringContaining('linked at 0x40210000') as string,
    });
  });
});

describe('espaws image', () => {
  const images = () => [1, 2, 3].map((version) => at(`v${version}-0x00000.bin`));
  beforeAll(async () => {
    for (const version of ['1', '2', '3']) {
      const out = at(version === '1' ? 'v1-' : `v${version}-0x00000.bin`);
      await espaws('image', 'elf2image', elf, '--version', version, '-o', out);
    }
  });

  it('tells of each image', async () => {
    const { exitCode, json, text } = await espaws('image', ...images());
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      images: [
        { version: 1, checksum: { valid: true }, crc32: undefined, findings: [] },
        { version: 2, checksum: { valid: true }, crc32: { valid: true }, findings: [] },
        { version: 3, checksum: { valid: true }, sha256: { valid: true }, findings: [] },
      ],
    });
    expect(JSON.parse(JSON.stringify(json))).toMatchObject({
      images: [{ segments: [{ memory: 'iram' }, { memory: 'dram' }] }, {}, {}],
    });
    expect(text).toMatch(/v1-0x00000.bin:\n {2}image +v1, loaded by the boot ROM/);
    expect(text).toMatch(/flash +as flashed +\d+ B +at 0x10 of the file/);
  });

  it('tells of the memory of its ELF, and of its map', async () => {
    const map = join(dirname(elf), 'a.map');
    const { json, text } = await espaws('image', images()[0]!, '--elf', elf, '--map', map, '--top', '2');
    expect(json).toMatchObject({
      images: [{ findings: [] }],
      elf: {
        memory: [{ name: 'dram', usedBytes: 44, clearedBytes: 40 }, { name: 'iram' }, { name: 'flash' }],
        symbols: [{}, {}],
      },
      map: { archives: [{ name: '(objects)', bytes: { dram: 44 } }, { name: '(fill)' }] },
    });
    expect(text).toMatch(/dram +44 B +of 81,920 B +0.1 % +40 B of it cleared/);
    expect(text).toMatch(/\(\d more\)/);
  });

  it.each([
    ['its entry', (bytes: Buffer) => bytes.writeUInt32LE(0x40100001, 24), [1, 1, 1]],
    [
      'its code in RAM',
      (bytes: Buffer) =>
        bytes.write('\x07\x06\x05\x04\x03\x02\x01', bytes.indexOf('\x01\x02\x03\x04\x05\x06\x07')),
      [1, 1, 1],
    ],
    // Not in the RAM image of a v1 pair.
    ['its code in flash', (bytes: Buffer) => bytes.write('IN FLASH', bytes.indexOf('in flash')), [0, 1, 1]],
  ])('says that an image is not of an ELF that differs in %s', async (_, change, notes) => {
    const bytes = readFileSync(elf);
    change(bytes);
    writeFileSync(at('other.elf'), bytes);
    const { exitCode, json } = await espaws('image', ...images(), '--elf', at('other.elf'));
    expect(exitCode).toBe(0);
    const note = { severity: 'warning', message: expect.stringContaining('not made of this ELF') as string };
    expect(json).toMatchObject({ images: notes.map((count) => ({ findings: count === 0 ? [] : [note] })) });
  });

  it('fails for a damaged image', async () => {
    const bytes = readFileSync(images()[0]!);
    bytes[20]! ^= 1;
    writeFileSync(at('damaged.bin'), bytes);
    const { exitCode, text } = await espaws('image', at('damaged.bin'));
    expect(exitCode).toBe(4);
    expect(text).toMatch(/checksum +0x\w\w, INVALID: the bytes give 0x\w\w[^]*FAULT {2}The checksum is/);
  });

  it('tells of a partition table', async () => {
    const entry = Buffer.alloc(32);
    entry.set([0xaa, 0x50, 0, 0x10, 0, 0, 1, 0, 0, 0, 0xf, 0, ...Buffer.from('ota_0')]);
    const table = Buffer.alloc(0xc00, 0xff);
    table.set(entry);
    writeFileSync(at('partitions.bin'), table);
    const { exitCode, json, text } = await espaws('image', at('partitions.bin'));
    expect([exitCode, text]).toEqual([
      0,
      `${at('partitions.bin')}: partition table, MD5 none\n  0x10000  983,040 B  ota_0  app, ota_0`,
    ]);
    expect(json).toMatchObject({ partitionTables: [{ partitions: [{ name: 'ota_0', address: 0x10000 }] }] });
    table.set([0xeb, 0xeb], 32);
    writeFileSync(at('partitions.bin'), table);
    expect((await espaws('image', at('partitions.bin'))).exitCode).toBe(4);
  });

  it.each([
    ['what is no image', () => elf, { code: 'image/invalid', message: /a.elf": This is no firmware image/ }],
    [
      'what is not there',
      () => at('nothing.bin'),
      { code: 'usage/invalid', message: /nothing.bin" is not there/ },
    ],
    ['a folder', () => directory, { code: 'usage/invalid', message: /is a folder/ }],
  ])('refuses %s', async (_, path, { code, message }) => {
    await expect(espaws('image', path())).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('espaws image merge', () => {
  const boot = () => at('m-0x00000.bin');
  const code = () => at('m-0x10010.bin');
  beforeAll(() => espaws('image', 'elf2image', elf, '-o', at('m-')));
  const merge = (...words: string[]) => espaws('image', 'merge', '-o', at('merged.bin'), ...words);

  it('puts each file at its address, erased flash between', async () => {
    await merge('0x0', boot(), '65552', code());
    const merged = readFileSync(at('merged.bin'));
    const first = readFileSync(boot());
    expect(merged.subarray(0, first.length).equals(first)).toBe(true);
    expect(merged.subarray(first.length, 0x10010).every((byte) => byte === 0xff)).toBe(true);
    expect(merged.subarray(0x10010).equals(readFileSync(code()))).toBe(true);
  });

  it('fills up to the flash and says its parameters', async () => {
    await merge('0x0', boot(), '--fill', '--flash-size', '512KB', '--flash-mode', 'dout');
    const merged = readFileSync(at('merged.bin'));
    expect(merged.length).toBe(0x80000);
    expect(inspectImage(merged)).toMatchObject({
      flash: { mode: 'dout', size: '512KB', frequency: '40m' },
      checksum: { valid: true },
    });
  });

  it.each([
    ['overlap', () => ['0x0', boot(), '0x10', code()], 'flash/layout'],
    ['a flash too small', () => ['0x0', boot(), '0x100000', code(), '--flash-size', '1MB'], 'flash/layout'],
    ['no place of a map', () => ['0x0', boot(), '0x3000', code(), '--layout', 'rtos-sdk/4'], 'flash/layout'],
    ['an unknown map', () => ['0x0', boot(), '--layout', 'rtos-sdk/7'], 'sdk/unknown'],
    ['a fill without end', () => ['0x0', boot(), '--fill'], 'usage/invalid'],
    ['parameters for nothing', () => ['0x1000', boot(), '--flash-mode', 'qio'], 'usage/invalid'],
    ['parameters in no image', () => ['0x0', code(), '--flash-mode', 'qio'], 'image/invalid'],
    ['an odd word', () => ['0x0', boot(), '0x1000'], 'usage/invalid'],
  ])('refuses %s', async (_, words, expected) => {
    await expect(merge(...words())).rejects.toMatchObject({ code: expected });
  });

  it.each([['-1'], ['0x'], ['boot'], ['1e3'], ['']])('does not take "%s" for an address', (word) => {
    expect(() => addressedFiles([word, 'a.bin'])).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
  });
});

describe('espaws image layout', () => {
  it('shows the places of a map', async () => {
    const { text } = await espaws('image', 'layout', 'rtos-sdk/4');
    expect(text).toMatch(/0x81000 +499,712 B +user2 +application/);
  });

  it('lists the maps', async () => {
    const { text } = await espaws('image', 'layout');
    expect(text).toMatch(/rtos-sdk-3\/two-ota +2MB/);
  });
});
