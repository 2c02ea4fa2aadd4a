import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { loadProject } from '../../src/project/load.ts';

const MINIMAL = `
identity: { certificate: certs/device.pem.crt, key: certs/private.pem.key, ca: /etc/ca.pem }
endpoint: { profile: aws-iot, host: example-ats.iot.eu-west-1.amazonaws.com }
`;

describe('loadProject', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'espaws-project-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const write = (text: string) => writeFile(join(directory, 'espaws.yaml'), text);

  it('fills in the defaults and makes paths absolute', async () => {
    await write(MINIMAL);
    expect(await loadProject(nodeFiles, directory)).toMatchObject({
      sdk: { kind: 'bench' },
      identity: { certificate: join(directory, 'certs/device.pem.crt'), ca: '/etc/ca.pem' },
      endpoint: { port: 8883, profile: 'aws-iot' },
      mbedtls: { version: '2.28' },
      port: 'virtual:',
      buildDirectory: join(directory, 'build'),
    });
  });

  it('takes the file itself, too', async () => {
    await write(MINIMAL);
    expect((await loadProject(nodeFiles, join(directory, 'espaws.yaml'))).directory).toBe(directory);
  });

  it('says that there is none', async () => {
    await expect(loadProject(nodeFiles, directory)).rejects.toMatchObject({
      code: 'project/missing',
      hint: expect.stringContaining('espaws init') as string,
    });
  });

  it.each([
    ['a YAML error with its place', 'identity: {', /espaws\.yaml:\d+:\d+/],
    ['a missing key', 'endpoint: { host: a }', /identity/],
    ['an unknown key', `${MINIMAL}colour: red`, /colour/],
    ['a port out of range', MINIMAL.replace('amazonaws.com', 'amazonaws.com, port: 99999'), /endpoint\.port/],
    ['an unknown profile', MINIMAL.replace('aws-iot', 'azure'), /endpoint\.profile/],
    ['an unknown SDK', `${MINIMAL}sdk: arduino`, /sdk/],
    ['an empty file', '', /identity/],
  ])('refuses %s', async (_name, text, message) => {
    await write(text);
    await expect(loadProject(nodeFiles, directory)).rejects.toMatchObject({
      code: 'project/invalid',
      message: expect.stringMatching(message) as string,
      hint: expect.any(String) as string,
    });
  });
});
