/** Everything here is inferred from the contract's rows and schemas; types alone, so no schema reaches an app. */
import type { input, output } from 'zod/mini';
import type { RouteId, routes } from '../contract/routes.ts';

type Routes = typeof routes;

type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [Key in Name]: string } & PathParameters<Rest>
  : unknown;

type BodyOf<Id extends RouteId> = Routes[Id] extends { readonly body: infer Schema } ? input<Schema> : unknown;

/** Path parameters and body fields of a route together; `unknown` where it takes none. */
export type InputOf<Id extends RouteId> = PathParameters<Routes[Id]['path']> & BodyOf<Id>;

/** Routes whose bodies aren't JSON of an app's, or whose answers are pages, are for browsers alone. */
export type ClientRouteId = {
  [Id in RouteId]: Routes[Id] extends { readonly contentTypes: unknown } | { readonly page: true } ? never : Id;
}[RouteId];

/** What a route answers; `undefined` for 204. */
export type AnswerOf<Id extends RouteId> = Routes[Id]['answers'] extends { readonly schema: infer Schema } ? output<Schema> : undefined;

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export type Method<Id extends RouteId> =
  unknown extends InputOf<Id>
    ? (input?: undefined, options?: CallOptions) => Promise<AnswerOf<Id>>
    : (input: InputOf<Id>, options?: CallOptions) => Promise<AnswerOf<Id>>;

/** A method for each route, under the route's own id: `client['sign-in']({ email, password })`. */
export type Client = { readonly [Id in ClientRouteId]: Method<Id> };
