/** The variables that `npm start` understands, checked before anything starts. */
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';

export interface Environment {
  /** 0 takes a free port. */
  readonly port: number;
  readonly httpPort: number;
  readonly statusPort: number;
  readonly consolePort: number;
  /** Absolute folder, or `:memory:`. */
  readonly dataDirectory: string;
  /** A synthesized assembly to run as it is, as `cdk synth` leaves one in cdk.out; absent: a new one is made. */
  readonly assembly?: string;
  /** Print what functions log, line by line. */
  readonly isVerbose: boolean;
}

/** @throws Error with one sentence that names the variable, its value and what would do */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const ports = {
    PORT: readPort(variables, 'PORT', 8443),
    HTTP_PORT: readPort(variables, 'HTTP_PORT', 8080),
    STATUS_PORT: readPort(variables, 'STATUS_PORT', 8444),
    CONSOLE_PORT: readPort(variables, 'CONSOLE_PORT', 8025),
  };
  const taken = new Map<number, string>();
  for (const [name, port] of Object.entries(ports)) {
    const other = taken.get(port);
    if (port !== 0 && other !== undefined) throw new Error(`${name} and ${other} are both ${port}: give one of them another port.`);
    taken.set(port, name);
  }
  const { LOG = '' } = variables;
  if (LOG !== '' && LOG !== 'verbose') throw new Error(`LOG is ${JSON.stringify(LOG)}: set it to verbose, or not at all.`);
  const dataDirectory = variables.DATA_DIR ?? '.portiere/';
  if (dataDirectory === '') throw new Error('DATA_DIR is empty: name a folder, or :memory: to keep nothing.');
  return {
    port: ports.PORT,
    httpPort: ports.HTTP_PORT,
    statusPort: ports.STATUS_PORT,
    consolePort: ports.CONSOLE_PORT,
    dataDirectory: dataDirectory === ':memory:' ? dataDirectory : resolve(dataDirectory),
    ...(variables.ASSEMBLY ? { assembly: resolve(variables.ASSEMBLY) } : {}),
    isVerbose: LOG === 'verbose',
  };
}

function readPort(variables: Readonly<Record<string, string | undefined>>, name: string, byDefault: number): number {
  const text = variables[name];
  if (text === undefined || text === '') return byDefault;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) {
    throw new Error(`${name} is ${JSON.stringify(text)}: set it to a port number from 1 to 65535, or 0 for any free one.`);
  }
  return port;
}

/**
 * @param port 0 for any free one
 * @param variable names the port in the refusal
 * @returns the port that is free: addresses with it are written before it is opened
 * @throws Error with one sentence when it can't be opened
 */
export async function requirePort(port: number, variable: string): Promise<number> {
  const probe = createServer();
  await new Promise<void>((opened, failed) => {
    probe.once('error', (error) => failed(describeListenError(error, { port, portVariable: variable })));
    probe.listen(port, '127.0.0.1', opened);
  });
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return free;
}

export function describeListenError(error: NodeJS.ErrnoException, { port, portVariable }: { port: number; portVariable: string }): Error {
  if (error.code === 'EADDRINUSE') return new Error(`Port ${port} is taken: set ${portVariable} to another one.`);
  if (error.code === 'EACCES') return new Error(`Port ${port} may not be opened by this user: set ${portVariable} to one over 1023.`);
  return error;
}
