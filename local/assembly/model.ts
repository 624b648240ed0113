/** A synthesized cloud assembly with every reference resolved: what CloudFormation would have created. */

/** A JSON value of a template after its intrinsic functions were evaluated. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** Properties, fully resolved; only dynamic references (`{{resolve:secretsmanager:...}}`) are left as they stand. */
  // biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON; readers narrow what they use.
  readonly properties: any;
}

export interface Assembly {
  /** Folder of the assembly, where the assets lie. */
  readonly directory: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly Resource[];
  /** All resources of a CloudFormation type, in template order. */
  ofType(type: string): Resource[];
  /** The resource that this ARN, name, id or URL stands for; undefined if the assembly has none. */
  find(reference: string): Resource | undefined;
  /** Absolute folder of the file asset that `S3Key` of a function or bucket deployment names. */
  assetDirectory(objectKey: string): string;
}
