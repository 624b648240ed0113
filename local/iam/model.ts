/** Who may do what, decided from the synthesized policies alone. */

/** Condition keys of a request; names are matched as IAM does, without regard to case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  /** `service:Action`, e.g. `dynamodb:GetItem`. */
  readonly action: string;
  /** ARN of the resource, or `*` for actions that know none. */
  readonly resource: string;
  readonly context: RequestContext;
}

export interface Decision {
  readonly allowed: boolean;
  /** For a denial: the sentence that AWS answers with. */
  readonly reason: string;
}

export interface Denial {
  /** Role ARN or service principal. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly reason: string;
  /** Times it was refused since the start. */
  readonly count: number;
}

export interface Authorizer {
  /**
   * @param principal ARN of a role of the assembly, or a service principal such as `cloudwatch.amazonaws.com`
   * @throws Error when the policies can't be evaluated (an unknown managed policy or role, an invalid policy): never silently allowed
   */
  authorize(principal: string, request: AccessRequest): Promise<Decision>;
  /** Refused requests, latest first, without repetition. */
  denials(): Denial[];
}
