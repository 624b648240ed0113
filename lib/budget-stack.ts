import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';

export interface BudgetStackProps extends StackProps {
  readonly config: Config;
  readonly monthlyBudgetUsd: number;
}

/**
 * What the account may cost in a month before somebody is told. Money is a sign, too: a stolen key mines, a flood is paid for
 * by the request. In us-east-1, where budgets live.
 */
export class BudgetStack extends Stack {
  constructor(scope: Construct, id: string, { config, monthlyBudgetUsd: amount, ...props }: BudgetStackProps) {
    super(scope, id, { ...props, description: 'Portiere: budget of the account (us-east-1, opt-in)' });
    const subscribers = config.onCall.flatMap((contact) =>
      'email' in contact ? [{ subscriptionType: 'EMAIL', address: contact.email }] : [],
    );
    const notify = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number) => ({
      notification: { notificationType, threshold, thresholdType: 'PERCENTAGE', comparisonOperator: 'GREATER_THAN' },
      subscribers,
    });
    new CfnBudget(this, 'Budget', {
      budget: { budgetName: 'portiere', budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount, unit: 'USD' } },
      notificationsWithSubscribers: [notify('ACTUAL', 80), notify('FORECASTED', 100)],
    });
  }
}
