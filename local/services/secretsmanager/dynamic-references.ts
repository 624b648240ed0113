/** `{{resolve:secretsmanager:SECRET:SecretString:KEY:STAGE:VERSION}}`, as CloudFormation resolves them when it creates a resource. */
import type { SecretStore } from './store.ts';

const reference = /\{\{resolve:secretsmanager:([^}]+)\}\}/g;

/** @throws Error naming the reference that leads nowhere */
export function resolveDynamicReferences(store: SecretStore, text: string): string {
  return text.replace(reference, (whole, inner: string) => {
    const parts = inner.split(':');
    // An ARN has colons of its own: seven parts.
    const idLength = inner.startsWith('arn:') ? 7 : 1;
    const secret = store.find(parts.slice(0, idLength).join(':'));
    const [, key = '', stage = '', versionId = ''] = parts.slice(idLength);
    if (versionId !== '') throw new Error(`${whole}: references to a version id are not known to the local system`);
    const { value } = store.version(secret, stage || 'AWSCURRENT');
    if (key === '') return value;
    const member = (JSON.parse(value) as Record<string, unknown>)[key];
    if (typeof member !== 'string') throw new Error(`${whole}: the secret has no text ${key}`);
    return member;
  });
}
