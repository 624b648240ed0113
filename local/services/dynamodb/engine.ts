/**
 * dynalite without its HTTP server, which would read, check and write every request once more: its validations, its actions and
 * its store, called as its own listener calls them.
 */
import { createRequire } from 'node:module';
import { AwsError } from '../aws-error.ts';
import type { Input } from '../json-protocol.ts';
import { rememberExpressions } from './expression-cache.ts';

export interface EngineAnswer {
  readonly status: number;
  readonly body: object;
}

/** What dynalite throws, or calls back with, for an answer that is not 200. */
interface Refusal {
  readonly statusCode?: number;
  readonly body?: object;
}

interface Store {
  readonly db: { close(done: (error?: Error | null) => void): void };
}
interface ActionRules {
  readonly types: object;
  readonly custom: (input: object, store: Store) => string | undefined;
}
interface Validations {
  checkTypes(input: object, types: ActionRules['types']): object;
  checkValidations(input: object, types: ActionRules['types'], custom: ActionRules['custom'], store: Store): void;
}
type Action = (store: Store, input: object, done: (refusal: (Error & Refusal) | null, output: object) => void) => void;

const load = createRequire(import.meta.url);
const validations = load('dynalite/validations') as Validations;

export class DynamoEngine {
  readonly #store: Store;
  readonly #actions = new Map<string, { readonly rules: ActionRules; readonly run: Action }>();

  /** @param path folder of the files; in memory if undefined */
  constructor(path: string | undefined, account: string, region: string) {
    rememberExpressions();
    // dynalite reads account and region, which appear in its ARNs, from the environment, while it is created.
    const before = { AWS_ACCOUNT_ID: process.env.AWS_ACCOUNT_ID, AWS_REGION: process.env.AWS_REGION };
    Object.assign(process.env, { AWS_ACCOUNT_ID: account, AWS_REGION: region });
    try {
      const { create } = load('dynalite/db') as { create(options: object): Store };
      this.#store = create({ ...(path === undefined ? {} : { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  }

  /** @param input parsed, and the engine's from now on: it is changed */
  execute(name: string, input: object): Promise<EngineAnswer> {
    return new Promise((resolve, reject) => {
      const refuse = (refusal: Refusal) => {
        if (refusal.statusCode === undefined) reject(refusal);
        else resolve({ status: refusal.statusCode, body: refusal.body ?? {} });
      };
      try {
        const { rules, run } = this.#action(name);
        const checked = validations.checkTypes(input, rules.types);
        validations.checkValidations(checked, rules.types, rules.custom, this.#store);
        run(this.#store, checked, (refusal, output) => (refusal ? refuse(refusal) : resolve({ status: 200, body: output })));
      } catch (refusal) {
        refuse(refusal as Refusal);
      }
    });
  }

  /**
   * A call of our own, which no policy and no fault concerns.
   *
   * @throws AwsError as DynamoDB would answer
   */
  async call(action: string, input: object): Promise<Input> {
    const { status, body } = await this.execute(action, structuredClone(input));
    const output: Input = body;
    if (status === 200) return output;
    throw new AwsError(String(output.__type).split('#').at(-1) ?? '', output.message ?? output.Message ?? '', status);
  }

  /** Lets operations under way end, then closes the files. */
  close(): Promise<void> {
    return new Promise((resolve, reject) => this.#store.db.close((error) => (error ? reject(error) : resolve())));
  }

  #action(name: string) {
    let action = this.#actions.get(name);
    if (action === undefined) {
      const file = name.charAt(0).toLowerCase() + name.slice(1);
      action = { rules: load(`dynalite/validations/${file}`), run: load(`dynalite/actions/${file}`) };
      this.#actions.set(name, action);
    }
    return action;
  }
}
