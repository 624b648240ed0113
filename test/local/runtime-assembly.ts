/** A small hand-made assembly for the tests of what runs on it. */
import type { Assembly, Json, Resource } from '../../local/assembly/model.ts';

export interface ResourceSketch {
  readonly logicalId: string;
  readonly type: string;
  readonly ref?: string;
  readonly attributes?: Record<string, Json>;
  readonly properties: Record<string, unknown>;
}

export const account = '000000000000';
export const region = 'eu-south-1';

/** @param assets folders by object key */
export function sketchAssembly(sketches: readonly ResourceSketch[], assets: Readonly<Record<string, string>> = {}): Assembly {
  const resources: Resource[] = sketches.map((sketch) => ({
    stack: 'Test',
    logicalId: sketch.logicalId,
    type: sketch.type,
    ref: sketch.ref ?? sketch.logicalId,
    attributes: sketch.attributes ?? {},
    properties: sketch.properties,
  }));
  return {
    directory: '/nowhere',
    account,
    region,
    resources,
    ofType: (type) => resources.filter((resource) => resource.type === type),
    find: (reference) => resources.find(({ ref, attributes }) => ref === reference || Object.values(attributes).includes(reference)),
    assetDirectory(objectKey) {
      const directory = assets[objectKey];
      if (directory === undefined) throw new Error(`no asset ${objectKey}`);
      return directory;
    },
  };
}
