/** Function `reports`: what browsers say the content security policy has refused. It knows nobody, and looks at no cookie. */
import { routes } from '../../contract/routes.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { DynamoCspReportStore } from '../adapters/dynamo-csp-report-store.ts';
import { countMetric } from '../adapters/log.ts';
import { readResource } from '../adapters/settings.ts';
import { systemClock } from '../adapters/system.ts';
import { createCspReportCounter } from '../domain/csp/count-reports.ts';
import { readViolations } from '../domain/csp/violation.ts';
import { createPipeline } from '../http/pipeline.ts';
import { answer } from '../http/responses.ts';
import { bodyOf } from '../http/session-call.ts';
import { once } from './once.ts';
import { publicServices } from './services.ts';

const counter = once(() =>
  createCspReportCounter({
    clock: systemClock,
    reports: new DynamoCspReportStore(documentClient(), readResource('table', 'csp-reports')),
    metrics: { count: countMetric },
  }),
);

export const handler = createPipeline(
  routes,
  {
    'csp-reports': async (call) => {
      await counter().count(readViolations(bodyOf(call, 'csp-reports'), call.siteOrigin));
      return answer(call, 204);
    },
  },
  once(publicServices),
);
