import type { CertificateFacts, CurveName, HashName } from '../certificate/facts.ts';

export type TlsVersion = '1.2' | '1.3';

/** IANA name of a TLS cipher suite: `TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256`, `TLS_AES_128_GCM_SHA256`. */
export type SuiteName = string;

export type ProfileName = 'aws-iot' | 'local' | 'generic';

/** What is known of the TLS server: from a profile (`endpoint/profiles/*.yaml`), or probed from the live one. */
export interface EndpointFacts {
  host: string;
  port: number;
  profile: ProfileName;
  /** Where these facts come from, for `because`: `profile aws-iot`, `probe of host:port at 2026-11-23T...`. */
  source: string;
  versions: readonly TlsVersion[];
  /** Suites the server accepts, in the order of its preference where that is known. */
  suites: readonly SuiteName[];
  /** Which side's order decides the suite; OpenSSL servers follow the client unless told otherwise. */
  preference: 'server' | 'client' | 'unknown';
  /** Named groups that the server accepts for ECDHE, in its order; empty: unknown. */
  curves: readonly CurveName[];
  /**
   * Chains the server presents, leaf first and without the root: to clients that can only verify RSA, and to
   * those that offer ECDSA. Absent: the server has none of that kind, or it is unknown (see `chainsKnown`).
   */
  chains: { rsa?: readonly CertificateFacts[]; ecdsa?: readonly CertificateFacts[] };
  /** The two chains above are what this server really has (probe, or an issued stand-in); else only its usual shape. */
  chainsKnown: boolean;
  /** For a server whose chains are not known: how its usual chains are signed, from the profile. */
  usualChains: readonly UsualChain[];
  /** With both chains, the kind that it presents to a client that accepts both. */
  prefersChain: 'rsa' | 'ecdsa' | 'unknown';
  /**
   * With what an RSA server signs a TLS 1.2 handshake for a client that offers PKCS#1 v1.5 and RSASSA-PSS. Absent:
   * unknown; a server that follows the client takes the first that it offers.
   */
  rsaSignature12?: 'pkcs1' | 'pss';
  clientCertificate: 'required' | 'requested' | 'none' | 'unknown';
  /** The server refuses, or misroutes, a handshake without server_name. */
  requiresSni: boolean;
  /** Protocols that must be offered (AWS IoT on 443: `x-amzn-mqtt-ca`); empty: no ALPN. */
  alpn: readonly string[];
  /** Largest record the client must accept and send, in bytes of content, with the reason. */
  records: { in: number; out: number; because: string };
}

export interface UsualChain {
  /** Key kind of the leaf: the suites it serves. */
  kind: 'rsa' | 'ecdsa';
  /** Of any certificate in the chain, the root included. */
  rsaBits: readonly number[];
  curves: readonly CurveName[];
  signatures: readonly { algorithm: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'; hash: HashName }[];
  /** Common name of the root that it ends in. */
  roots: readonly string[];
}
