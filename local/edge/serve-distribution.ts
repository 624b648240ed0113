/** Puts a distribution on a port: HTTPS with the local authority's certificate, and plain HTTP where one asks for it. */
import type { Recorder } from '../alarms/recorder.ts';
import { obtainServerCertificate, type ServerCertificate } from './certificate-authority.ts';
import type { Distribution } from './distribution.ts';
import { createEdge } from './edge.ts';
import type { Firewall } from './firewall.ts';
import { type Listener, listenPlainly, listenSecurely } from './server.ts';
import { tlsOptions } from './tls-policy.ts';

const drainMilliseconds = 1500;
const certificateCheckMilliseconds = 12 * 3600 * 1000;

export interface Certificates {
  current(): Promise<ServerCertificate>;
  /** Calls back when there is a new one. */
  onRenewal(listener: (certificate: ServerCertificate) => void): void;
  stop(): void;
}

/** One certificate for all listeners, renewed while they run. @param folder of the local authority; undefined keeps nothing */
export function openCertificates(folder: string | undefined, log: (line: string) => void): Certificates {
  const listeners: ((certificate: ServerCertificate) => void)[] = [];
  let current = obtainServerCertificate(folder);
  const renewal = setInterval(() => {
    const next = obtainServerCertificate(folder);
    next
      .then((certificate) => {
        current = next;
        for (const listener of listeners) listener(certificate);
      })
      .catch((error: Error) => log(`the certificate could not be renewed: ${error.message}`));
  }, certificateCheckMilliseconds);
  return {
    current: () => current,
    onRenewal: (listener) => listeners.push(listener),
    stop: () => clearInterval(renewal),
  };
}

export interface ServedDistribution {
  readonly port: number;
  /** Opens the port that stands for port 80. */
  servePlainly(port: number, portVariable: string): Promise<Listener>;
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly distribution: Distribution;
  readonly firewall: Firewall | undefined;
  readonly certificates: Certificates;
  readonly recorder: Pick<Recorder, 'edgeRequest'>;
  readonly port: number;
  readonly portVariable: string;
  readonly log: (line: string) => void;
}

export async function serveDistribution(options: ServeOptions): Promise<ServedDistribution> {
  const { distribution, firewall, certificates, recorder, port, portVariable, log } = options;
  // The ports are known only once the listeners are open, and asked for only once requests come in.
  const ports = { secure: 0, plain: 0 };
  const isNamed = (host: string, open: number, usual: number) =>
    host === `localhost:${open}` || host === `127.0.0.1:${open}` || (open === usual && (host === 'localhost' || host === '127.0.0.1'));
  const edge = createEdge({
    distribution,
    firewall,
    isKnownHost: (host, isSecure) => (isSecure ? isNamed(host, ports.secure, 443) : isNamed(host, ports.plain, 80)),
    secureHost: (host) => `${host.split(':')[0]}:${ports.secure}`,
    record: (status) => recorder.edgeRequest(distribution.id, status),
  });
  const certificate = await certificates.current();
  const tls = tlsOptions(distribution.minimumProtocolVersion);
  const secure = await listenSecurely({ edge, certificate, tls, port, portVariable, log });
  certificates.onRenewal((next) => secure.renew?.(next));
  ports.secure = secure.port;
  return {
    port: secure.port,
    async servePlainly(plainPort, plainVariable) {
      const plain = await listenPlainly({ edge, port: plainPort, portVariable: plainVariable, log });
      ports.plain = plain.port;
      return plain;
    },
    stop: () => secure.stop(drainMilliseconds),
  };
}
