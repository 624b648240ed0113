/**
 * The parts of the service as customers see them: what the status page lists, what incidents are about, what alarms blame.
 * Ids stand in addresses, feeds and subscriptions, and are never renamed.
 */
import type { FunctionId } from './privileges.ts';

export interface ComponentDefinition {
  readonly name: Readonly<Record<'en' | 'it', string>>;
  readonly description: Readonly<Record<'en' | 'it', string>>;
}

/** In the order in which the status page shows them. */
export const components = {
  'sign-in': {
    name: { en: 'Sign-in', it: 'Accesso' },
    description: {
      en: 'Signing in by password, code or passkey',
      it: 'Accesso con password, codice o passkey',
    },
  },
  sessions: {
    name: { en: 'Sessions and API', it: 'Sessioni e API' },
    description: {
      en: 'Staying signed in, and the calls of client apps',
      it: 'Restare connessi e chiamate delle applicazioni',
    },
  },
  accounts: {
    name: { en: 'Accounts', it: 'Account' },
    description: {
      en: 'Registering, resetting a password, security settings',
      it: 'Registrazione, reimpostazione della password, impostazioni di sicurezza',
    },
  },
  mail: {
    name: { en: 'Mail', it: 'E-mail' },
    description: {
      en: 'Links and security notices by mail',
      it: 'Link e avvisi di sicurezza via e-mail',
    },
  },
  pages: {
    name: { en: 'Pages', it: 'Pagine' },
    description: {
      en: 'The pages themselves, and the edge in front of everything',
      it: 'Le pagine stesse e il bordo della rete davanti a tutto',
    },
  },
} as const satisfies Record<string, ComponentDefinition>;

export type ComponentId = keyof typeof components;
export const componentIds = Object.keys(components) as [ComponentId, ...ComponentId[]];

/** Which component suffers when a function does; functions that customers don't see have none. */
export const componentOfFunction: Partial<Record<FunctionId, ComponentId>> = {
  password: 'sign-in',
  'second-factor': 'sign-in',
  passkey: 'sign-in',
  session: 'sessions',
  public: 'sessions',
  account: 'accounts',
  mailer: 'mail',
};
