import { X509Certificate } from 'node:crypto';

/**
 * PEM of Amazon Root CA 1 to 4, by number, out of a list of roots such as Node's. AWS IoT's chains end in 1 (RSA-2048)
 * and 3 (P-256); 2 and 4 are reserved (AWS IoT Core developer guide, «Server authentication»).
 */
export function amazonRoots(rootCertificates: readonly string[]): Map<number, string> {
  const roots = new Map<number, string>();
  for (const pem of rootCertificates) {
    const number = /^CN=Amazon Root CA (\d)$/m.exec(new X509Certificate(pem).subject)?.[1];
    if (number !== undefined) roots.set(Number(number), pem);
  }
  return roots;
}
