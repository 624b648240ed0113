import { createClient } from '../client/index.ts';

/** The person closed the question for the password: what was to be done is not done, and there is nothing to say about it. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

let askForPassword: () => Promise<void> = () => Promise.reject(new Abandoned());

/** A page behind the door says here how it asks for the password again when the server wants it confirmed. */
export function confirmBy(ask: () => Promise<void>): void {
  askForPassword = ask;
}

/** The pages call the API of their own origin. */
export const api = createClient({ baseUrl: '', onStepUpRequired: () => askForPassword() });
