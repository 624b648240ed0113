/** Synthesis, and the real `cdk deploy` against the emulator. */
import path from 'node:path';
import { copyForEmulator, droppedTypes } from './emulated-assembly.ts';
import { type Emulator, emulatorAccount, operatorEnvironment } from './emulator.ts';
import { callService, verifySender } from './emulator-client.ts';
import config from './portiere.config.ts';
import { cleanEnvironment, projectDirectory, runOrFail, VerificationError } from './program.ts';

export const region = config.region ?? 'eu-south-1';
/** CloudFront's web ACL and certificate live there, wherever the rest is. */
const regions = [...new Set([region, 'us-east-1'])];

/** @returns the folder of the assembly */
export async function synthesize(directory: string, configuration: string, log: string): Promise<string> {
  const assembly = path.join(directory, `assembly-${path.basename(configuration, '.ts')}`);
  await runOrFail('node', ['bin/portiere.ts'], {
    log,
    env: cleanEnvironment({
      CDK_OUTDIR: assembly,
      CDK_DEFAULT_ACCOUNT: emulatorAccount,
      CDK_DEFAULT_REGION: region,
      CDK_CONTEXT_JSON: JSON.stringify({ config: path.relative(projectDirectory, configuration) }),
    }),
  });
  return assembly;
}

/** Asks the emulator whether it still doesn't know the types that are left out: a list that is too long would hide them. */
async function assertStillUnknown(emulator: Emulator): Promise<void> {
  for (const type of Object.keys(droppedTypes)) {
    const template = JSON.stringify({ Resources: { Probe: { Type: type, Properties: {} } } });
    const answer = await callService(emulator.port, region, 'cloudformation', '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action: 'ValidateTemplate', Version: '2010-05-15', TemplateBody: template }).toString(),
    }).then(
      () => undefined,
      (error: VerificationError) => error.message,
    );
    if (answer === undefined || !/Unrecognized resource types/.test(answer)) {
      throw new VerificationError(
        `The emulator knows ${type} by now: take it off the list in verify/emulated-assembly.ts. It said: ${answer ?? 'valid'}`,
      );
    }
  }
}

export async function bootstrap(emulator: Emulator, log: string): Promise<string> {
  await assertStillUnknown(emulator);
  const env = cleanEnvironment(operatorEnvironment(emulator.port, region));
  await runOrFail('cdk', ['bootstrap', '--app', 'false', ...regions.map((name) => `aws://${emulatorAccount}/${name}`)], {
    log,
    env,
    cwd: path.dirname(log),
  });
  // What docs/deploy.md asks of an operator whose account is in the SES sandbox.
  await verifySender(emulator.port, region, config.sender);
  return `${regions.join(' and ')}; sender verified`;
}

export async function deploy(emulator: Emulator, assembly: string, log: string): Promise<string> {
  const copy = `${assembly}-for-emulator`;
  const dropped = copyForEmulator(assembly, copy);
  const env = cleanEnvironment(operatorEnvironment(emulator.port, region));
  const result = await runOrFail(
    'cdk',
    ['deploy', '--app', copy, '--all', '--method', 'direct', '--require-approval', 'never', '--progress', 'events'],
    {
      log,
      env,
      cwd: path.dirname(log),
      timeoutSeconds: 240,
    },
  );
  const stacks = new Set([...`${result.stdout}${result.stderr}`.matchAll(/✅ {2}(\S+)/g)].map(([, name]) => name));
  const leftOut = [...dropped].map(([type, ids]) => `${ids.length} ${type}`).join(', ');
  return `${stacks.size} stacks; left out: ${leftOut || 'nothing'}`;
}
