import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { amazonRoots } from '../../src/endpoint/amazon-roots.ts';
import { nodeNetwork } from '../../src/io/network.ts';

test('Node carries Amazon Root CA 1 to 4', () => {
  const roots = amazonRoots(nodeNetwork.rootCertificates());
  expect([...roots.keys()].sort()).toEqual([1, 2, 3, 4]);
  // Fingerprint as published at https://www.amazontrust.com/repository/
  expect(new X509Certificate(roots.get(1)!).fingerprint256.replaceAll(':', '').toLowerCase()).toBe(
    '8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e',
  );
  expect(new X509Certificate(roots.get(3)!).publicKey.asymmetricKeyDetails).toEqual({
    namedCurve: 'prime256v1',
  });
});
