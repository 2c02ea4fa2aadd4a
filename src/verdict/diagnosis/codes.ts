/** Codes that tell causes apart, by the numbers of mbedTLS's headers, which are the same from 2.2 to 3.6. */
export const CODE = {
  mpiAlloc: 0x0010,
  entropySource: 0x003c,
  drbgEntropy: 0x0034,
  noEntropySources: 0x0040,
  netSocket: 0x0042,
  netConnect: 0x0044,
  netReceive: 0x004c,
  netSend: 0x004e,
  netReset: 0x0050,
  netUnknownHost: 0x0052,
  asn1Alloc: 0x006a,
  pemNoHeader: 0x1080,
  pemAlloc: 0x1180,
  x509FeatureUnavailable: 0x2080,
  x509InvalidAlgorithm: 0x2300,
  x509UnknownSignature: 0x2600,
  verifyFailed: 0x2700,
  x509Alloc: 0x2880,
  x509Fatal: 0x3000,
  dhmAlloc: 0x3400,
  pkInvalidPublicKey: 0x3b00,
  pkUnknownAlgorithm: 0x3c80,
  pkInvalidFormat: 0x3d00,
  pkUnknownCurve: 0x3a00,
  pkTypeMismatch: 0x3f00,
  pkAlloc: 0x3f80,
  ecpAlloc: 0x4d80,
  mdAlloc: 0x5180,
  cipherAlloc: 0x6180,
  sslTimeout: 0x6800,
  sslBufferTooSmall: 0x6a00,
  sslInternal: 0x6c00,
  sslNoCipherChosen: 0x7380,
  sslFeatureUnavailable: 0x7080,
  sslBadInput: 0x7100,
  sslInvalidRecord: 0x7200,
  sslInvalidMac: 0x7180,
  sslEof: 0x7280,
  sslCaChainRequired: 0x7680,
  sslCertificateTooLarge: 0x7500,
  sslFatalAlert: 0x7780,
  sslServerKeyExchange: 0x7b00,
  sslPeerClosed: 0x7880,
  sslAlloc: 0x7f00,
} as const;

/** The module's error, and the helper's below it (mbedTLS error.h, «Error code layout»). */
export function hasPart(code: number, part: number): boolean {
  const magnitude = Math.abs(code);
  if (part > 0x7f && (part & 0x7f) !== 0) return magnitude === part;
  return (part > 0x7f ? magnitude & 0x7f80 : magnitude & 0x7f) === part;
}

const ALLOC_PARTS = [
  CODE.mpiAlloc,
  CODE.asn1Alloc,
  CODE.pemAlloc,
  CODE.x509Alloc,
  CODE.dhmAlloc,
  CODE.pkAlloc,
  CODE.ecpAlloc,
  CODE.mdAlloc,
  CODE.cipherAlloc,
  CODE.sslAlloc,
];

/** True for every `..._ALLOC_FAILED`, also as the low part of another error. */
export function isAllocation(code: number): boolean {
  return ALLOC_PARTS.some((part) => hasPart(code, part));
}

/** X509_... and PEM_... codes that a parser gives for bytes that are no certificate (x509.h, pem.h). */
export function isUnparsable(code: number): boolean {
  const high = Math.abs(code) & 0x7f80;
  return (
    (high >= 0x2080 && high <= 0x2580) ||
    high === 0x2780 ||
    (high >= 0x1080 && high <= 0x1480 && high !== 0x1180)
  );
}
