/** Somebody who has an account and a session, as an app on a phone has: what a fault does to people is asked with it. */
import { VerificationError } from '../program.ts';
import type { Answer, DrillSystem } from './system.ts';

const password = 'correct horse battery';

export class Customer {
  readonly #system: DrillSystem;
  readonly #email: string;
  readonly #from: string;
  #token = '';

  private constructor(system: DrillSystem, email: string, from: string) {
    this.#system = system;
    this.#email = email;
    this.#from = from;
  }

  /** @param from viewer's address */
  static async register(system: DrillSystem, email: string, from: string): Promise<Customer> {
    const customer = new Customer(system, email, from);
    const accepted = await customer.ask('/v1/accounts', { email, password });
    if (accepted.status !== 202) throw new VerificationError(`registering answered ${accepted.status}`);
    const verified = await customer.ask('/v1/accounts/verify', { token: await system.awaitToken(email) });
    if (verified.status !== 204) throw new VerificationError(`verifying answered ${verified.status}`);
    const { status, text } = await customer.signIn();
    if (status !== 200) throw new VerificationError(`signing in answered ${status}`);
    customer.#token = (JSON.parse(text) as { token: string }).token;
    return customer;
  }

  signIn(): Promise<Answer> {
    return this.ask('/v1/sign-in', { email: this.#email, password, delivery: 'bearer' });
  }

  checkSession(): Promise<Answer> {
    return this.#system.ask('/v1/session', { headers: { authorization: `Bearer ${this.#token}` }, from: this.#from });
  }

  ask(path: string, body: unknown): Promise<Answer> {
    return this.#system.ask(path, { method: 'POST', body, from: this.#from });
  }
}
