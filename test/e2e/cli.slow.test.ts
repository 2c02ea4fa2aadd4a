import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testProject } from '../support/board-case.ts';
import { espaws, leftovers } from '../support/command.ts';
import { testTree, treeTitle } from '../support/trees.ts';

const FIELD_HEADER = join(import.meta.dirname, '../fixtures/configs/rtos-sdk-1.5.h');

describe.skipIf(testTree('2.28') === undefined)(`the espaws command, ${treeTitle('2.28')}`, () => {
  it('passes, and prints one JSON document', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const { code, stdout, stderr } = await espaws(['run', '--project', project, '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'pass',
      handshake: { version: 'TLSv1.2', ciphersuite: 'TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256' },
      error: null,
      verifyFlags: [],
    });
    expect(stdout + stderr).not.toMatch(/PRIVATE KEY/);
    expect(await leftovers(project)).toEqual([]);
  });

  it('predicts the field case: an RSA-only header and an RSA-signed EC certificate give -15488', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const checked = await espaws(['config', '--check', FIELD_HEADER, '--project', project, '--json']);
    expect(checked.code, checked.stderr).toBe(6);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      prediction: {
        outcome: 'error',
        call: 'mbedtls_x509_crt_parse(certificate)',
        code: -15488,
        name: 'MBEDTLS_ERR_PK_UNKNOWN_PK_ALG',
        missing: ['MBEDTLS_ECP_C', 'MBEDTLS_ECP_DP_SECP256R1_ENABLED'],
      },
    });
    const run = await espaws(['run', '--header', FIELD_HEADER, '--project', project, '--json']);
    expect(run.code, run.stderr).toBe(6);
    expect(JSON.parse(run.stdout)).toMatchObject({
      verdict: 'fail',
      error: { code: -15488, hex: '-0x3C80', call: 'mbedtls_x509_crt_parse(certificate)' },
    });
  });

  it('names the flag and the cause of -9984', async () => {
    const project = await testProject({ identity: { ca: 'rsa' }, faults: ['wrong-host'] });
    const { code, stdout, stderr } = await espaws(['run', '--project', project, '--json']);
    expect(code, stderr).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'fail',
      verifyFlags: ['CN_MISMATCH'],
      error: { code: -9984, call: 'mbedtls_ssl_handshake' },
    });
  });

  it('writes the same header twice', async () => {
    const project = await testProject({ identity: { ca: 'rsa' } });
    const [one, two] = [join(project, 'one.h'), join(project, 'two.h')];
    for (const out of [one, two]) {
      expect(await espaws(['config', '--project', project, '--out', out])).toMatchObject({ code: 0 });
    }
    expect(await readFile(one, 'utf8')).toBe(await readFile(two, 'utf8'));
  });
});
