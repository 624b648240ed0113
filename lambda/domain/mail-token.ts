import { createHash } from 'node:crypto';
import type { ComponentId } from '../../contract/components.ts';
import type { Locale } from '../../contract/schemas.ts';

/** The form in which a mail's token is stored: 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** What a mail's token is good for. */
export type MailToken =
  | { readonly purpose: 'verification'; readonly emailKey: string; readonly registrationId: string; readonly expiresAt: number }
  /** "This wasn't me". */
  | {
      readonly purpose: 'disavow';
      readonly emailKey: string;
      readonly accountId: string;
      /** Whatever happened until then is what the link is about. */
      readonly mintedAt: number;
      readonly expiresAt: number;
    }
  /** `emailKey`: of the new address. */
  | {
      readonly purpose: 'address_change';
      readonly emailKey: string;
      readonly accountId: string;
      readonly changeId: string;
      readonly expiresAt: number;
    }
  /** `emailKey`: of the old address. */
  | {
      readonly purpose: 'address_undo';
      readonly emailKey: string;
      readonly accountId: string;
      readonly mintedAt: number;
      readonly expiresAt: number;
    }
  /** What is subscribed by its redemption: kept here alone until then. */
  | {
      readonly purpose: 'status_subscription';
      readonly emailKey: string;
      readonly email: string;
      readonly locale: Locale;
      readonly components: readonly ComponentId[];
      readonly siteOrigin: string;
      readonly expiresAt: number;
    }
  /** Stops an erasure. */
  | {
      readonly purpose: 'erasure_stop';
      readonly emailKey: string;
      readonly accountId: string;
      readonly erasureId: string;
      readonly expiresAt: number;
    }
  | {
      readonly purpose: 'password_reset';
      readonly emailKey: string;
      readonly accountId: string;
      readonly credentialVersion: number;
      readonly expiresAt: number;
    };
