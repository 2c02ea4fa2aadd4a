import { createServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  createSecureContext,
  rootCertificates,
  TLSSocket,
  type SecureContext,
  type TLSSocketOptions,
} from 'node:tls';
import type { Servers, TcpListener, TcpListenOptions, TlsAcceptOptions, TlsAccepted } from '../host.ts';

/** TCP and TLS servers of this machine. */
export const nodeServers: Servers = {
  listenTcp,
  acceptTls,
  rootCertificates: () => rootCertificates,
};

async function listenTcp({ host, port, onConnection }: TcpListenOptions): Promise<TcpListener> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    onConnection({
      stream: socket,
      peer: `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`,
      reset: () => {
        socket.resetAndDestroy();
      },
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The listener has no TCP address.');
  return {
    host: address.address,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}

/**
 * A bare `TLSSocket` and not `tls.Server`: the latter either asks for no certificate or ends a finished handshake
 * with an unknown issuer, while AWS IoT wants a certificate and decides on it at MQTT CONNECT.
 */
function acceptTls(stream: Duplex, options: TlsAcceptOptions): Promise<TlsAccepted> {
  const { clientCertificate, alpnProtocols } = options;
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    const settings: TLSSocketOptions = {
      isServer: true,
      secureContext: secureContextOf(options),
      requestCert: clientCertificate !== 'none',
      rejectUnauthorized: clientCertificate === 'required',
      ...(alpnProtocols.length === 0 ? {} : { ALPNProtocols: [...alpnProtocols] }),
    };
    const socket = new TLSSocket(stream, settings);
    const fail = (error: Error) => {
      reject(error);
      socket.destroy();
    };
    // Before the handshake is done, the server's end reports errors by `_tlsError` alone.
    socket.once('_tlsError', fail);
    socket.once('error', fail);
    socket.once('close', () => {
      reject(Object.assign(new Error('The client closed the connection.'), { code: 'ECONNRESET' }));
    });
    socket.once('secure', () => {
      socket.off('error', fail);
      resolve(acceptedOf(socket));
    });
  });
}

function acceptedOf(socket: TLSSocket): TlsAccepted {
  const certificate = socket.getPeerX509Certificate();
  return {
    stream: socket,
    protocol: socket.getProtocol() ?? 'unknown',
    suite: socket.getCipher().standardName,
    ...(typeof socket.alpnProtocol === 'string' ? { alpn: socket.alpnProtocol } : {}),
    ...(certificate === undefined ? {} : { clientCertificate: certificate.raw }),
  };
}

const contexts = new WeakMap<TlsAcceptOptions, SecureContext>();

function secureContextOf(options: TlsAcceptOptions): SecureContext {
  const known = contexts.get(options);
  if (known !== undefined) return known;
  const { certificates, ciphers, sigalgs, ecdhCurve, minVersion, maxVersion, preference, clientCa } = options;
  const context = createSecureContext({
    cert: certificates.map(({ chain }) => chain),
    key: certificates.map(({ key }) => key),
    ciphers,
    minVersion,
    maxVersion,
    honorCipherOrder: preference === 'server',
    ...(sigalgs === undefined ? {} : { sigalgs }),
    ...(ecdhCurve === undefined ? {} : { ecdhCurve }),
    ...(clientCa.length === 0 ? {} : { ca: [...clientCa] }),
  });
  contexts.set(options, context);
  return context;
}
