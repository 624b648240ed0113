/** A customer's browser, as far as it matters: it keeps cookies and the token against forged requests. */
import type { ComponentId } from '../../../contract/components.ts';
import { securityPolicy } from '../../../contract/security-policy.ts';
import type { Site, SiteAnswer } from './ports.ts';

export interface FailedAnswer {
  readonly requestId?: string;
  readonly code?: string;
}

/** A step that did not end as it does for a customer. Its message is for the log, and holds nothing secret. */
export class StepFailed extends Error {
  readonly component: ComponentId;
  readonly step: string;
  readonly requestId: string | undefined;
  /** Of the problem that the API answered with, if it did. */
  readonly code: string | undefined;

  constructor(component: ComponentId, step: string, reason: string, { requestId, code }: FailedAnswer = {}) {
    super(reason);
    this.name = 'StepFailed';
    this.component = component;
    this.step = step;
    this.requestId = requestId;
    this.code = code;
  }
}

export interface Step {
  /** The part of the service that has failed if this does. */
  readonly component: ComponentId;
  /** In words, for the log. */
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Whatever comes back but what is expected has failed. */
  readonly isExpected: (answer: SiteAnswer) => boolean;
}

export class Browser {
  readonly #site: Site;
  readonly #cookies = new Map<string, string>();
  #csrfToken: string | undefined;

  /** @param deviceCookie as it was kept */
  constructor(site: Site, deviceCookie?: string) {
    this.#site = site;
    if (deviceCookie !== undefined) this.#cookies.set(securityPolicy.cookies.device, deviceCookie);
  }

  get deviceCookie(): string | undefined {
    return this.#cookies.get(securityPolicy.cookies.device);
  }

  get isSignedIn(): boolean {
    return this.#cookies.has(securityPolicy.cookies.session);
  }

  async take({ component, name, method, path, body, isExpected }: Step): Promise<SiteAnswer> {
    let answer: SiteAnswer;
    try {
      answer = await this.#site.ask(method, path, {
        cookies: [...this.#cookies].map(([cookie, value]) => `${cookie}=${value}`),
        ...(body === undefined ? {} : { body }),
        ...(this.#csrfToken === undefined ? {} : { csrfToken: this.#csrfToken }),
      });
    } catch (error) {
      const { name: kind = 'Error', cause } = Object(error) as { name?: string; cause?: { code?: string } };
      throw new StepFailed(component, name, cause?.code ?? kind);
    }
    if (!isExpected(answer)) {
      const { requestId } = answer;
      const code = typeof answer.json.code === 'string' ? answer.json.code : undefined;
      throw new StepFailed(component, name, ['answered', answer.status, code].filter(Boolean).join(' '), {
        ...(requestId === undefined ? {} : { requestId }),
        ...(code === undefined ? {} : { code }),
      });
    }
    for (const [cookie, value] of answer.cookies) {
      if (value === '') this.#cookies.delete(cookie);
      else this.#cookies.set(cookie, value);
    }
    if (typeof answer.json.csrfToken === 'string') this.#csrfToken = answer.json.csrfToken;
    return answer;
  }
}
