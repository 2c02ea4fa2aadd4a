import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeFiles } from '../../src/io/files.ts';
import { describeCode, namesOfCode } from '../../src/mbedtls/error-codes.ts';
import { readTree } from '../../src/mbedtls/tree.ts';
import { MBEDTLS_ERRORS } from '../../src/monitor/dialects/mbedtls-errors.ts';
import { explainCode } from '../../src/verdict/explain.ts';
import { verifyFlagNames } from '../../src/verdict/verify-flags.ts';
import { testTree, treeTitle, type TestVersion } from '../support/trees.ts';

const VERSIONS: readonly TestVersion[] = ['2.2', '2.7', '2.16', '2.28', '3.6'];

/** What certificates, keys and a handshake of TLS end in. */
const OF_HANDSHAKE = /^(?:MBEDTLS_ERR_)?(?:SSL|X509|PK|PEM|NET|DHM)_/;
/**
 * Of DTLS, of calls that are to be repeated, of hardware that no ESP8266 has, of what was removed, and of the program's
 * own files and buffers.
 */
const NO_FAULT =
  /_WANT_|IN_PROGRESS|CONTINUE|NON_FATAL|EARLY_MESSAGE|CLIENT_RECONNECT|HELLO_VERIFY|CID|HW_ACCEL|COMPRESSION|RENEGO|COUNTER_WRAPPING|TICKET|UNKNOWN_IDENTITY|FILE_IO|BUFFER_TOO_SMALL|BAD_INPUT|DHM_INVALID_FORMAT|EARLY_DATA|CACHE/;

const directory = mkdtempSync(join(tmpdir(), 'espaws-strerror-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe.each(VERSIONS)('what mbedTLS %s says of its numbers', (version) => {
  const path = testTree(version);

  it.skipIf(path === undefined)(`is said of every code and flag: ${treeTitle(version)}`, async () => {
    const { errorCodes } = await readTree(nodeFiles, path!);
    const { codes, flags } = strerror(path!);

    expect([...codes.values()].filter((text) => text !== undefined).length).toBeGreaterThan(8000);
    const different = [...codes].flatMap(([code, text]) => {
      const ours = describeCode(errorCodes, code);
      return ours === text || isOmitted(code, namesOfCode(errorCodes, code)) ? [] : [{ code, text, ours }];
    });
    expect(different).toEqual([]);
    for (const [name, code] of errorCodes.codes) {
      expect(namesOfCode(errorCodes, code), name).not.toEqual([]);
    }

    const known = new Map(
      MBEDTLS_ERRORS.flatMap(([code, ours, texts]) => ours.map((name) => [name, { code, texts }])),
    );
    for (const [name, code] of errorCodes.codes) {
      const entry = known.get(name.replace('MBEDTLS_ERR_', ''));
      if (entry === undefined) continue;
      expect(-entry.code, name).toBe(code);
      const text = describeCode(errorCodes, code);
      expect(
        entry.texts.some((start) => text?.startsWith(start)),
        name,
      ).toBe(true);
    }
    const unknown = [...errorCodes.codes.keys()].filter(
      (name) =>
        OF_HANDSHAKE.test(name) && !NO_FAULT.test(name) && !known.has(name.replace('MBEDTLS_ERR_', '')),
    );
    expect(unknown).toEqual([]);

    const names = { namesOf: (code: number) => namesOfCode(errorCodes, code) };
    const withoutCause = [...errorCodes.codes]
      .filter(([name]) => OF_HANDSHAKE.test(name) && !NO_FAULT.test(name))
      .filter(([, code]) => explainCode(code, names).cause.startsWith('No cause'))
      .map(([name]) => name);
    expect(withoutCause).toEqual([]);

    expect(flags.filter(({ text }) => text !== '').length).toBeGreaterThanOrEqual(20);
    for (const { flag, text } of flags) {
      expect(verifyFlagNames(flag), text).toHaveLength(text.startsWith('Unknown reason') ? 0 : 1);
    }
  });
});

/** strerror has no words for HKDF, for VIA's PadLock elsewhere than there, and for what is added to a fatal alert. */
function isOmitted(code: number, names: readonly string[]): boolean {
  if (names[0] === 'SSL_FATAL_ALERT_MESSAGE') return (-code & 0x7f) !== 0;
  return names.some((name) => name.startsWith('HKDF_') || name.startsWith('PADLOCK_'));
}

/** Of the tree's own library/error.c and library/x509_crt.c, with every module turned on. */
function strerror(tree: string) {
  const source = join(tree, 'library/error.c');
  const modules = readFileSync(source, 'utf8').match(/(?<=defined\()MBEDTLS_\w+_C(?=\))/g) ?? [];
  const program = join(directory, 'strerror');
  execaSync('gcc', [
    ...[
      '-w',
      '-include',
      'limits.h',
      '-ffunction-sections',
      '-fdata-sections',
      '-Wl,--gc-sections',
      '-o',
      program,
    ],
    ...['-DMBEDTLS_CHECK_CONFIG_H', '-DMBEDTLS_THREADING_PTHREAD', ...modules.map((name) => `-D${name}`)],
    ...[`-I${join(tree, 'include')}`, `-I${join(tree, 'library')}`],
    ...[join(import.meta.dirname, 'strerror.c'), source, join(tree, 'library/x509_crt.c')],
  ]);
  const rows = execaSync(program, { maxBuffer: 10e6 }).stdout.split('\n');
  const split = rows.map((row) => row.split('\t') as [string, string]);
  return {
    codes: new Map(
      split.filter(([key]) => !key.startsWith('flag')).map(([key, text]) => [Number(key), known(text)]),
    ),
    flags: split
      .filter(([key]) => key.startsWith('flag'))
      .map(([key, text]) => ({ flag: Number(key.slice('flag '.length)), text })),
  };
}

/** 3.6's error.c holds the asterisk that begins a line of a comment. */
function known(text: string): string | undefined {
  return text.startsWith('UNKNOWN ERROR CODE') ? undefined : text.replace(' - * ', ' - ');
}
