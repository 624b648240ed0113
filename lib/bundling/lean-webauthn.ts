import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Parts of SimpleWebAuthn that read certificates: formats of attestation, the metadata service, revocation, roots. Attestation is
 * not asked for and dropped before the library sees it (`lambda/adapters/simple-webauthn.ts`), so none of it ever runs; its
 * parsers are half a bundle, and the better part of what could be attacked in it.
 */
const leftOut =
  /@simplewebauthn\/server\/esm\/(?:registration\/verifications\/.*|metadata\/.*|services\/metadataService|helpers\/(?:convertX509PublicKeyToCOSE|getCertificateInfo|isCertRevoked|validateCertificatePath|validateExtFIDOGenCEAAGUID|mapX509SignatureAlgToCOSEAlg))\.js$/;

/** Holds the roots; asked for those of a format, and whether post-quantum keys can be checked, which the policy doesn't list. */
const settings = /@simplewebauthn\/server\/esm\/services\/settingsService\.js$/;
const settingsModule = 'export const SettingsService = { getRootCertificates: () => [], runtimeSupportsPQC: () => false };';

/** What only certificates need (signatures need the rest of ASN.1): in a bundle with it, the library has changed under this plugin. */
const certificateParsers = /node_modules\/(?:@peculiar\/(?:x509|asn1-android|asn1-rsa|asn1-cms|asn1-pfx)|reflect-metadata|tsyringe)\//;

/** An esbuild plugin: WebAuthn without certificates. What was left out throws when it is called, with its name in the message. */
export function leanWebAuthn(): Plugin {
  return {
    name: 'lean-webauthn',
    setup(build) {
      build.onLoad({ filter: leftOut }, async ({ path }) => {
        const message = JSON.stringify(`${basename(path)} is not part of this bundle (lib/bundling/lean-webauthn.ts)`);
        const names = (await readFile(path, 'utf8')).matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm);
        const exports = [...names].map(([, name]) => `export const ${name} = () => { throw new Error(${message}); };`);
        return { contents: exports.join('\n'), loader: 'js' };
      });
      build.onLoad({ filter: settings }, () => ({ contents: settingsModule, loader: 'js' }));
      build.onEnd(({ metafile }) => {
        const parser = Object.keys(metafile?.inputs ?? {}).find((path) => certificateParsers.test(path));
        return parser === undefined ? {} : { errors: [{ text: `${parser} is back in the bundle: see lib/bundling/lean-webauthn.ts` }] };
      });
    },
  };
}
