/**
 * Every route: the one place. API Gateway routes, the pipeline's guards, OpenAPI and the client are derived from it.
 *
 * To add a route: a row in `routes/`, a domain function with its test, an entry in the handler map.
 */
import type { Route } from './route.ts';
import { accountRoutes } from './routes/account.ts';
import { adminRoutes } from './routes/admin.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { privacyRoutes } from './routes/privacy.ts';
import { publicRoutes } from './routes/public.ts';
import { reportRoutes } from './routes/reports.ts';
import { secondFactorRoutes } from './routes/second-factors.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { subscriptionRoutes } from './routes/subscriptions.ts';

export * from './route.ts';

export const routes = {
  ...signInRoutes,
  ...sessionRoutes,
  ...accountRoutes,
  ...privacyRoutes,
  ...secondFactorRoutes,
  ...adminRoutes,
  ...incidentRoutes,
  ...reportRoutes,
  ...publicRoutes,
  ...subscriptionRoutes,
} as const satisfies Record<string, Route>;

export type RouteId = keyof typeof routes;
