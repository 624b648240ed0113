import { readFileSync } from 'node:fs';
import type { App, IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { Validations } from 'aws-cdk-lib';
import { type JudgedTemplate, judgeTemplate, ruleNames } from './rules.ts';

/** Holds every synthesis to P10: listed services, keys of our own, chosen regions. A fault ends it, with the resource, its type and the way to mend it. */
export function addAccreditationRules(app: App, regions: readonly string[]): void {
  Validations.of(app).addPlugins(new AccreditationRules([...new Set(regions)]));
}

class AccreditationRules implements IPolicyValidationPlugin {
  readonly name = 'Portiere';
  readonly ruleIds = Object.values(ruleNames);
  readonly #regions: readonly string[];

  constructor(regions: readonly string[]) {
    this.#regions = regions;
  }

  validate({ stackTemplates }: IPolicyValidationContext): PolicyValidationPluginReport {
    const violations = stackTemplates.flatMap(({ templatePath, region }) => {
      const { Resources = {} } = JSON.parse(readFileSync(templatePath, 'utf8')) as { Resources?: JudgedTemplate['resources'] };
      return judgeTemplate({ region, resources: Resources }, this.#regions).map(({ rule, logicalId, location, description, fix }) => ({
        ruleName: rule,
        severity: 'error',
        description,
        fix,
        violatingResources: [{ resourceLogicalId: logicalId, templatePath, locations: [location] }],
      }));
    });
    return { success: violations.length === 0, violations };
  }
}
