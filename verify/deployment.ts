/** Synthesis, and the real `cdk deploy` against the emulator. */
import path from 'node:path';
import { copyForEmulator, droppedTypes } from './emulated-assembly.ts';
import { type Emulator, emulatorAccount, operatorEnvironment } from './emulator.ts';
import { callService } from './emulator-client.ts';
import config from './portiere.config.ts';
import { cleanEnvironment, projectDirectory, runOrFail, VerificationError } from './program.ts';

export const region = config.region ?? 'eu-south-1';

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
  for (const type of Object.keys(droppedTypes).filter((name) => name.startsWith('AWS::'))) {
    const template = JSON.stringify({ Resources: { Probe: { Type: type, Properties: {} } } });
    const answer = await callService(emulator, region, 'cloudformation', '/', {
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
  const env = cleanEnvironment(operatorEnvironment(emulator, region));
  await runOrFail('cdk', ['bootstrap', `aws://${emulatorAccount}/${region}`], {
    log,
    env,
    cwd: path.dirname(log),
  });
  return `aws://${emulatorAccount}/${region}`;
}

export async function deploy(emulator: Emulator, assembly: string, log: string): Promise<string> {
  const copy = `${assembly}-for-emulator`;
  const dropped = copyForEmulator(assembly, copy, region);
  const env = cleanEnvironment(operatorEnvironment(emulator, region));
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
