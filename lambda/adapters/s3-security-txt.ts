import { securityTxt } from '../../contract/policy/disclosure.ts';
import type { SecurityTxtHost } from '../domain/disclosure/security-txt.ts';
import { Unavailable } from '../domain/ports.ts';
import { SignedClient } from './signed-client.ts';

const { path, cacheSeconds } = securityTxt;

/** The one file that this may write, in the bucket behind a host. */
export async function writeSecurityTxt({ bucket, region }: SecurityTxtHost, body: string): Promise<void> {
  const client = new SignedClient({ service: 's3', region });
  // RFC 9116 section 3: text/plain, in UTF-8.
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': `public, max-age=${cacheSeconds}` };
  const { status } = await client.send({ method: 'PUT', bucket, path: `/${path}`, headers, body });
  if (status !== 200) throw new Unavailable('security-txt', { cause: new Error(`S3 answered ${status}`) });
}
