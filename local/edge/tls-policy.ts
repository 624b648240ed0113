/** CloudFront's security policies (`MinimumProtocolVersion`) as options of Node's TLS. */
import type { SecureContextOptions } from 'node:tls';

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
/** Forward secrecy and authenticated encryption only: what TLSv1.2_2021 leaves for TLS 1.2. */
const tls12 = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
];

/** @throws Error for a policy that lets weaker suites in: the local edge would not show what the deployment does */
export function tlsOptions(minimumProtocolVersion: string): SecureContextOptions {
  switch (minimumProtocolVersion) {
    case 'TLSv1.2_2021':
    case 'TLSv1.2_2025':
      return { minVersion: 'TLSv1.2', ciphers: [...tls13, ...tls12].join(':'), honorCipherOrder: true };
    case 'TLSv1.3_2025':
      return { minVersion: 'TLSv1.3', ciphers: tls13.join(':'), honorCipherOrder: true };
    default:
      throw new Error(`the distribution's MinimumProtocolVersion is ${minimumProtocolVersion}: use TLSv1.2_2021 or newer`);
  }
}
