import { obtainServerCertificate, type ServerCertificate } from '../local/edge/certificate-authority.ts';

let certificate: Promise<ServerCertificate> | undefined;

/** A certificate of the kind that the local edge has, for what is compared with it: TLS costs both sides the same. */
export function benchCertificate(): Promise<ServerCertificate> {
  certificate ??= obtainServerCertificate(undefined);
  return certificate;
}
