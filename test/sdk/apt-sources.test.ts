import { describe, expect, it } from 'vitest';
import { readAptSources } from '../../src/sdk/apt-sources.ts';

const URI = 'http://archive.example/debian';

describe('readAptSources', () => {
  it.each([
    ['one-line', 'a.list', `deb ${URI} bookworm main contrib\n`, [{ uri: URI, signedBy: undefined }]],
    [
      'one-line with options',
      'a.list',
      `deb [arch=amd64 signed-by=/k.gpg] ${URI} bookworm main # note`,
      [{ uri: URI, signedBy: '/k.gpg' }],
    ],
    ['a comment', 'a.list', `# deb ${URI} bookworm main`, []],
    ['a foreign archive', 'a.list', 'deb https://other.example/apt stable contrib', []],
    ['a security suite', 'a.list', `deb ${URI} bookworm-security main`, []],
    [
      'deb822',
      'a.sources',
      `Types: deb\nURIs: ${URI}\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: /k.gpg\n`,
      [{ uri: URI, signedBy: '/k.gpg' }],
    ],
    [
      'a disabled stanza',
      'a.sources',
      `Enabled: no\nTypes: deb\nURIs: ${URI}\nSuites: x\nComponents: main\n`,
      [],
    ],
  ])('%s', (_title, name, text, expected) => {
    const found = readAptSources([{ name, text }], 'bookworm');
    expect(found.map(({ uri, signedBy }) => ({ uri, signedBy }))).toEqual(expected);
  });

  it('names each archive once', () => {
    const text = `deb ${URI} bookworm main\ndeb-src ${URI} bookworm main\n`;
    expect(readAptSources([{ name: 'a.list', text }], 'bookworm')).toHaveLength(1);
  });

  it("takes the machine's own release before archives that name none", () => {
    const text = `deb https://other.example/apt stable main\ndeb ${URI} bookworm main\n`;
    const uris = (codename: string | undefined) =>
      readAptSources([{ name: 'a.list', text }], codename).map(({ uri }) => uri);
    expect(uris('bookworm')).toEqual([URI]);
    expect(uris('forky')).toHaveLength(2);
    expect(uris(undefined)).toHaveLength(2);
  });
});
