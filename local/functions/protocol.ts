/** What the main thread and a function's worker thread say to each other. */

/** Given to a worker when it starts. */
export interface WorkerSetup {
  /** Absolute path of the bundle. */
  readonly file: string;
  /** Name of the exported function in it. */
  readonly exportName: string;
  /** The system's clock, see `installClock`. */
  readonly clock: SharedArrayBuffer;
  /** PEM of the authority that the local edge's certificate comes from, which a function may have to call. */
  readonly authority: string;
  /** Address of this machine that its calls to the edge come from. */
  readonly outgoingAddress: string | undefined;
  /** URL of the services. */
  readonly endpoint: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

export interface InvokeMessage {
  readonly kind: 'invoke';
  readonly requestId: string;
  /** The event, JSON. */
  readonly payload: string;
  /** By the real clock: a drill that moves the system's clock must not time functions out. */
  readonly deadline: number;
}

/** What a service has answered to a `CallMessage`. */
export interface ServiceAnswerMessage {
  readonly kind: 'answer';
  readonly callId: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call to a service, signed by the SDK. */
export interface CallMessage {
  readonly kind: 'call';
  readonly callId: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export type WorkerMessage =
  | CallMessage
  | { readonly kind: 'ready' }
  /** The bundle could not be loaded. */
  | { readonly kind: 'broken'; readonly error: FunctionError }
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failure'; readonly requestId: string; readonly error: FunctionError };

/** The error document of Lambda. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}
