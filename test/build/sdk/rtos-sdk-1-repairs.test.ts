import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { oidRepair } from '../../../src/build/sdk/oid-repair.ts';
import { repairTree } from '../../../src/build/sdk/repair-tree.ts';
import { socketsRepair } from '../../../src/build/sdk/sockets-repair.ts';
import { nodeFiles } from '../../../src/io/files.ts';
import { readTreeFiles } from '../../../src/mbedtls/tree-files.ts';
import { MbedtlsTree } from '../../../src/mbedtls/tree.ts';
import { testTree, treeTitle } from '../../support/trees.ts';
import { withoutEcdsa } from './rtos-sdk-1-miniature.ts';
import { miniatureSdk } from './rtos-sdk-1-tree.ts';

/** The shape of the SDK's table, with one entry of each kind. */
const TABLE = `static const oid_sig_alg_t oid_sig_alg[] ICACHE_RODATA_ATTR =
{
    {
        { ADD_LEN( MBEDTLS_OID_PKCS1_SHA1 ), "rsa", "RSA with SHA1" },
        MBEDTLS_MD_SHA1,     MBEDTLS_PK_RSA,
    },
    {
        { ADD_LEN( MBEDTLS_OID_ECDSA_SHA256 ), "ecdsa-with-SHA256", "ECDSA with SHA256" },
        MBEDTLS_MD_SHA256,   MBEDTLS_PK_ECDSA,
    },
    { { NULL, 0, NULL, NULL }, MBEDTLS_MD_NONE, MBEDTLS_PK_NONE },
};
// { ADD_LEN( MBEDTLS_OID_ECDSA_SHA256 ), a remark behind the table
`;

describe('oid.c', () => {
  it('gets back exactly what was commented out', () => {
    const commented = withoutEcdsa(TABLE);
    expect(commented).toContain('//        MBEDTLS_MD_SHA256,');
    expect(oidRepair.apply(commented, 'oid.c')).toBe(TABLE);
  });

  it('stays as it is where nothing is commented out, or there is no such table', () => {
    expect(oidRepair.apply(TABLE, 'oid.c')).toBe(TABLE);
    expect(oidRepair.apply('int x;\n', 'oid.c')).toBe('int x;\n');
  });

  it.each([
    ['another hash', 'MBEDTLS_MD_SHA256,', 'MBEDTLS_MD_SHA1,', 9],
    ['another kind of key', 'MBEDTLS_PK_ECDSA', 'MBEDTLS_PK_RSA', 9],
    ['a line that is not commented out', '//        MBEDTLS_MD_SHA256', '        MBEDTLS_MD_SHA256', 9],
    ['a lost brace', '//    {', '//', 7],
  ])('is refused, with the line, where it differs: %s', (_title, from, to, line) => {
    const text = withoutEcdsa(TABLE).replace(from, to);
    expect(() => oidRepair.apply(text, 'sdk/oid.c')).toThrow(
      expect.objectContaining({
        code: 'config/tree-invalid',
        message: expect.stringContaining(`sdk/oid.c:${line}:`) as string,
      }) as Error,
    );
  });
});

describe('sockets_mt.h', () => {
  it.each([
    [
      '#define connect(a,b,c)        lwip_connect_mt(a,b,c);',
      '#define connect(a,b,c)        lwip_connect_mt(a,b,c)',
    ],
    [
      '#define recv(a,b,c,d)         lwip_recv_mt(a,b,c,d); ',
      '#define recv(a,b,c,d)         lwip_recv_mt(a,b,c,d) ',
    ],
    [
      '#define ioctlsocket(a,b,c)    lwip_ioctl_mt(a,b,c) ;',
      '#define ioctlsocket(a,b,c)    lwip_ioctl_mt(a,b,c)',
    ],
    [
      '#define listen(a,b)           lwip_listen_mt(a,b)',
      '#define listen(a,b)           lwip_listen_mt(a,b)',
    ],
    [
      '#define bind(a,b,c) lwip_bind_mt(a,b,c); os_printf("%s", __FUNCTION__);',
      '#define bind(a,b,c) lwip_bind_mt(a,b,c); os_printf("%s", __FUNCTION__);',
    ],
    ['int lwip_send_mt(int s);', 'int lwip_send_mt(int s);'],
  ])('%s', (line, mended) => {
    expect(socketsRepair.apply(`${line}\n`, 'sockets_mt.h')).toBe(`${mended}\n`);
  });

  it('is refused where a macro is more than one call', () => {
    expect(() => socketsRepair.apply('\n#define send(a) { one(a); two(a); }\n', 'sockets_mt.h')).toThrow(
      /sockets_mt\.h:2: .*a macro for one call/,
    );
  });
});

describe.skipIf(testTree('2.28') === undefined)(`a miniature SDK, ${treeTitle('2.28')}`, () => {
  it('is read as repaired; the file in the SDK stays as it is', async () => {
    const sdk = await miniatureSdk(testTree('2.28')!);
    const files = await readTreeFiles(nodeFiles, sdk);
    const path = join(sdk, 'third_party/mbedtls/library/oid.c');
    const before = await readFile(path, 'utf8');
    const mended = repairTree(files);
    const all = new MbedtlsTree(files).stockMacros();
    const ecdsa = (tree: MbedtlsTree) =>
      tree.signatureAlgorithmsOf(all).filter(({ algorithm }) => algorithm === 'ecdsa').length;
    expect(ecdsa(new MbedtlsTree(files))).toBe(0);
    expect(ecdsa(new MbedtlsTree(mended.files))).toBe(5);
    expect([...mended.repaired.keys()]).toEqual([path]);
    expect(mended.repaired.get(path)).toBe(await readFile(join(testTree('2.28')!, 'library/oid.c'), 'utf8'));
    expect(await readFile(path, 'utf8')).toBe(before);
  });
});
