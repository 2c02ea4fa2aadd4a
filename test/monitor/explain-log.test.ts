import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { CrashDecoder } from '../../src/commands/crash-decoder.ts';
import { explainLog } from '../../src/commands/explain-log.ts';
import { nodeFiles } from '../../src/io/files.ts';
import { testContext, testProject } from '../support/board-case.ts';

const PROJECT = '/nonexistent';

function explained(log: string, flags?: string, project = PROJECT) {
  const context = testContext();
  return explainLog(context, {
    project,
    input: Readable.from([Buffer.from(log)]),
    crashes: new CrashDecoder(context, { project: PROJECT }),
    ...(flags === undefined ? {} : { flags }),
  });
}

describe('explainLog', () => {
  it('says what the lines mean, and the cause', async () => {
    const { exitCode, text, json } = await explained(
      ' ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\nE (10011) aws_iot: failed! mbedtls_ssl_handshake returned -0x7200\r\n',
    );
    expect(exitCode).toBe(0);
    expect(text).toMatch(/= external reset.*; boot from flash\n/);
    expect(text).toMatch(
      /likely: A record that came was refused.*\n.*\n +or: +The port does not speak TLS\.\n +test: /,
    );
    expect(json).toMatchObject({
      lines: 2,
      causes: [{ id: 'tls.in_len_too_small.or_other' }, { id: 'net.plain_port' }],
    });
  });

  it('says that it is not sure, and names the two next', async () => {
    const { text } = await explained('E (5) esp-tls-mbedtls: mbedtls_ssl_handshake returned -0x2700\n');
    expect(text).toMatch(
      /likely: The server’s certificate was not accepted.*\n.*\n +or: .*host name.*\n +or: .*clock.*\n +test: /,
    );
    expect(text).not.toContain('cause:');
  });

  it('names two faults that are there together', async () => {
    const { text } = await explained(
      'I (5) esp-tls: verification info:   ! The certificate Common Name (CN) does not match with the expected CN\n  ! The certificate is not correctly signed by the trusted CA\n',
    );
    expect(text).toMatch(/cause:  The server’s certificate is not for the host name/);
    expect(text).toMatch(/also: +The server’s chain does not lead to/);
  });

  it('names the frames of a crash that the log itself has decoded', async () => {
    const { text, json } = await explained(
      'Exception (9):\nPC: 0x4020c454: BearSSL::PrivateKey::isRSA() const at /x/BearSSLHelpers.cpp line 734\n',
    );
    expect(text).toContain('at   0x4020c454  BearSSL::PrivateKey::isRSA() const  /x/BearSSLHelpers.cpp:734');
    expect(json).toMatchObject({
      causes: [{ id: 'crash.in_tls' }, { id: 'crash.unaligned' }, { id: 'crash' }],
    });
  });

  it('takes the verify flags that the log does not show', async () => {
    const log = 'Error: -9984\n';
    expect(await explained(log, '0x04')).toMatchObject({ json: { causes: [{ id: 'tls.cn_mismatch' }] } });
    await expect(explained(log, 'four')).rejects.toMatchObject({ code: 'usage/invalid' });
  });

  it('asks the project: a build with curves reads an EC key, unless the heap runs out', async () => {
    const log = 'E (5200) esp-tls-mbedtls: mbedtls_pk_parse_keyfile returned -0x3d00\n';
    const project = await testProject({ identity: { key: 'ec-P-256' } });
    const header = (text: string) => nodeFiles.write(join(project, 'build/mbedtls_config.h'), text);
    const first = async () => {
      const { json } = await explained(log, undefined, project);
      return (json as { causes: { id: string }[] }).causes[0]?.id;
    };
    expect(await first()).toBe('build.ec_disabled');
    await header('#define MBEDTLS_ECP_C\n');
    expect(await first()).toBe('heap.exhausted');
    await header('#define MBEDTLS_RSA_C\n');
    expect(await first()).toBe('build.ec_disabled');
  });

  it('shows no more of garbage than fits, and nothing that a terminal obeys', async () => {
    const { text } = await explained(`${'\u0007\u001B'.repeat(2000)}\n`.repeat(3));
    expect(text).toContain('another baud rate');
    expect(text).not.toMatch(/[\u0007\u001B]/);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(260);
  });

  it('decodes crashes', async () => {
    const { text } = await explained('Exception (9):\nepc1=0x40203790 excvaddr=0x33342042 depc=0x00000000\n');
    expect(text).toContain('crash: a load or store at 0x33342042 that is not a multiple of its size');
    expect(text).toContain('at   0x40203790');
  });

  it('says so where nothing is wrong, and where there is nothing', async () => {
    expect(await explained('hello\n')).toMatchObject({ text: 'The log shows no error that is known.' });
    await expect(explained('')).rejects.toMatchObject({ code: 'usage/invalid' });
  });
});
