import { securityTxt } from '../../contract/policy/disclosure.ts';
import { locale } from '../../contract/schemas.ts';
import { securityPolicy } from '../../contract/security-policy.ts';
import { statusFiles } from '../../contract/status.ts';
import { readEdgeCode } from './edge-code.ts';

/** The code of the function at the edge of the status page: `status-request.js` with what it must know. */
export function statusRequestCode(): string {
  const status = {
    languages: locale.options,
    files: [...statusFiles, securityTxt.path].map((key) => `/${key}`),
    // Answers made here may pass by the response headers policy.
    headers: Object.fromEntries(Object.entries(securityPolicy.headers).map(([name, value]) => [name.toLowerCase(), { value }])),
  };
  return `const status = ${JSON.stringify(status)};\n${readEdgeCode('language-of.js', 'status-request.js')}`;
}
