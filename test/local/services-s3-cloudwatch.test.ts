/** The local S3 and CloudWatch, asked by the product's own adapters as roles of hand-made templates. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchCounts } from '../../lambda/adapters/cloudwatch-counts.ts';
import { S3StatusFiles } from '../../lambda/adapters/s3-status-files.ts';
import type { PublishedFile } from '../../lambda/domain/status/render.ts';
import { createMetrics } from '../../local/alarms/metrics.ts';
import { snapshotWith } from '../status/snapshot.ts';
import { region, role, startOn, writeAssembly } from './services-fixture.ts';

const object = (key: string) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Files', 'Arn'] }, `/${key}`]] });
const template = {
  Resources: {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' }],
        },
      },
    },
    Files: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
          ],
        },
      },
    },
    Publisher: role(
      { Action: 's3:PutObject', Resource: [object('snapshot.json'), object('history.atom')] },
      { Action: 's3:GetObject', Resource: object('snapshot.json') },
      {
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: { 'Fn::GetAtt': ['Key', 'Arn'] },
        Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
      },
      { Action: 'cloudwatch:GetMetricData', Resource: '*' },
    ),
    WithoutKey: role({ Action: ['s3:PutObject', 's3:GetObject'], Resource: object('snapshot.json') }),
  },
};

const snapshotFile = (at: string): PublishedFile => ({
  key: 'snapshot.json',
  body: JSON.stringify(snapshotWith({ at })),
  contentType: 'application/json; charset=utf-8',
  cacheControl: 'public, max-age=30',
});
const first = '2026-11-28T02:10:00.000Z';
const second = '2026-11-28T02:11:00.000Z';

let directory: string;
beforeAll(() => {
  directory = writeAssembly({ Demo: { template } });
});

async function run(
  act: (running: Awaited<ReturnType<typeof startOn>>, files: (as: string) => S3StatusFiles) => Promise<void>,
  data?: string,
) {
  const running = await startOn(directory, data);
  try {
    await act(running, (as) => new S3StatusFiles(running.refOf('Files'), running.clientAs(as)));
  } finally {
    await running.stop();
  }
}

describe('The bucket of the status page', () => {
  test('gives back what was written, and tells the first publication that there is none yet', async () => {
    await run(async ({ services, refOf }, files) => {
      const before = await files('Publisher').readSnapshot();
      await files('Publisher').write({ ...snapshotFile(first), key: 'history.atom', contentType: 'application/atom+xml' });
      await files('Publisher').writeSnapshot(snapshotFile(first), undefined);

      expect(before).toEqual({ snapshot: undefined, version: undefined });
      expect((await files('Publisher').readSnapshot()).snapshot?.at).toBe(first);
      expect(services.objects.read(refOf('Files'), 'history.atom')?.contentType).toBe('application/atom+xml');
    });
  });

  test('[P04] takes a snapshot in the place of the one that was read, and of no other', async () => {
    await run(async (_, files) => {
      const bucket = files('Publisher');
      await bucket.writeSnapshot(snapshotFile(first), undefined);
      const { version } = await bucket.readSnapshot();

      const outcomes = [
        await bucket.writeSnapshot(snapshotFile(second), undefined),
        await bucket.writeSnapshot(snapshotFile(second), version),
        await bucket.writeSnapshot(snapshotFile(first), version),
      ];

      expect(outcomes).toEqual([false, true, false]);
      expect((await bucket.readSnapshot()).snapshot?.at).toBe(second);
    });
  });

  test('refuses a role what its policy and the policy of the key refuse', async () => {
    await run(async ({ authorizer }, files) => {
      const summary = { ...snapshotFile(first), key: 'api/v2/summary.json' as const };

      await expect(files('Publisher').write(summary)).rejects.toThrow('status-files is unavailable');
      await expect(files('WithoutKey').write(snapshotFile(first))).rejects.toThrow('status-files is unavailable');
      expect(
        authorizer
          .denials()
          .map(({ action }) => action)
          .sort(),
      ).toEqual(['kms:GenerateDataKey', 's3:PutObject']);
    });
  });

  test('keeps its objects over a restart', async () => {
    const data = mkdtempSync(join(tmpdir(), 'portiere-objects-'));
    try {
      await run(async (_, files) => void (await files('Publisher').writeSnapshot(snapshotFile(first), undefined)), data);

      await run(async (_, files) => expect((await files('Publisher').readSnapshot()).snapshot?.at).toBe(first), data);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  test('fails as a drill has it', async () => {
    await run(async ({ faults }, files) => {
      faults.set({ service: 's3', mode: 'error', rate: 1, seconds: 60 });

      await expect(files('Publisher').readSnapshot()).rejects.toThrow('status-files is unavailable');
    });
  });
});

describe('Counts out of CloudWatch', () => {
  test('are sums by the minute of what was reported, and nothing where nothing was', async () => {
    await run(async ({ services, clientAs }) => {
      let now = Date.parse('2026-11-28T02:00:10Z');
      const metrics = createMetrics(() => now, 3600);
      services.serveMetrics(metrics);
      const identity = { namespace: 'Portiere', name: 'Canary/Runs', dimensions: { Component: 'mail' } };
      metrics.put(identity, 1);
      metrics.put(identity, 1);
      now += 120_000;
      metrics.put(identity, 5);

      const query = { metric: 'Canary/Runs', dimension: 'Component', value: 'mail' };
      const from = Date.parse('2026-11-28T01:50:00Z');
      const [counts, others] = await new CloudWatchCounts(clientAs('Publisher')).read([query, { ...query, value: 'pages' }], from, now);

      expect([...(counts ?? [])].sort()).toEqual([
        [Date.parse('2026-11-28T02:00:00Z'), 2],
        [Date.parse('2026-11-28T02:02:00Z'), 5],
      ]);
      expect([...(others ?? [])]).toEqual([]);
    });
  });

  test('are given to nobody whose role does not say so', async () => {
    await run(async ({ clientAs }) => {
      await expect(new CloudWatchCounts(clientAs('WithoutKey')).read([], 0, 60_000)).rejects.toThrow('cloudwatch is unavailable');
    });
  });
});
