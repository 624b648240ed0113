import { Sha256 as SdkSha256 } from '@smithy/core/checksum';
import fc from 'fast-check';
import { Sha256 } from '../../lambda/adapters/sha256.ts';

const secretForms = fc.oneof(fc.string({ minLength: 1 }), fc.uint8Array({ minLength: 1 }));

describe('The digest of the signer', () => {
  it("is the SDK's own, with a secret and without, of any parts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array(), { maxLength: 4 }), fc.option(secretForms, { nil: undefined }), async (parts, secret) => {
        const [ours, theirs] = [new Sha256(secret), new SdkSha256(secret)];
        for (const data of parts) for (const hash of [ours, theirs]) hash.update(data);

        expect(Buffer.from(await ours.digest()).toString('hex')).toBe(Buffer.from(await theirs.digest()).toString('hex'));
      }),
    );
  });

  it('begins anew after a reset', async () => {
    const digest = new Sha256();
    digest.update('before');
    digest.reset();

    expect(Buffer.from(await digest.digest()).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
