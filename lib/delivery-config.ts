/** The part of the configuration that says from where this deployment may be delivered. */
import * as z from 'zod';

export interface DeliveryConfigInput {
  readonly github: {
    /** `owner/name` of the repository whose workflow deploys. */
    readonly repository: string;
    /** The environment of that repository that stands for this deployment. Its approvals and branches are what guards it. */
    readonly environment: string;
    /** Whether the account has the identity provider of GitHub already: an account takes it once. Default false. */
    readonly providerExists?: boolean;
  };
}

export interface DeliveryConfig {
  readonly repository: string;
  readonly environment: string;
  readonly providerExists: boolean;
}

// A `*` would let a stranger's repository or branch deploy, and GitHub allows none of these characters anyway.
const repositoryFix = 'give owner/name of a repository on GitHub, as in example/front-door, without a wildcard';
const environmentFix = 'give the name of an environment of that repository, as in production, without a wildcard';

export const deliverySchema = z.strictObject(
  {
    github: z.strictObject(
      {
        repository: z.string({ error: repositoryFix }).regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/, repositoryFix),
        environment: z.string({ error: environmentFix }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, environmentFix),
        providerExists: z.optional(z.boolean('give true or false, or leave it out for false')),
      },
      { error: 'give { repository, environment } of the workflow that deploys' },
    ),
  },
  { error: 'give { github: { repository, environment } }, or leave it out: then people deploy with credentials of their own' },
);

export function deliveryOf({ github }: z.infer<typeof deliverySchema>): DeliveryConfig {
  return { ...github, providerExists: github.providerExists ?? false };
}
