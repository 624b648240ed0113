/** V7, V8, V9: sessions, who may do what, and the one token that says something by itself. */
import type { AsvsRow } from './row.ts';

const lockout = 'test/domain/lockout.test.ts';
const sessions = 'test/domain/sessions.test.ts';
const overHttp = 'test/http/sessions.test.ts';
const staff = 'test/attacks/staff.test.ts';
const staffBounds = 'test/attacks/staff-bounds.test.ts';
const roles = 'test/infra/roles.test.ts';
const story = 'test/system/story.test.ts';

export const sessionRows: readonly AsvsRow[] = [
  {
    id: 'V7.1.2',
    state: 'met',
    it: 'Un account ha al massimo venti sessioni; quella usata meno di recente lascia il posto.',
    en: 'An account holds twenty sessions at most; the one seen longest ago gives way.',
    tests: [[sessions, 'an account holds twenty; the one seen longest ago gives way']],
  },
  {
    id: 'V7.2.1',
    state: 'met',
    it: 'Ogni sessione viene controllata dai nostri server a ogni richiesta.',
    en: 'Every session is checked by our servers at every request.',
    tests: [[overHttp, '%s opens nothing']],
  },
  {
    id: 'V7.2.2',
    state: 'met',
    it: 'Ogni accesso fa nascere un gettone nuovo; non esistono chiavi fisse per l’API.',
    en: 'Every sign-in makes a new token; there are no fixed keys for the API.',
    tests: [
      [story, 'works for a native app by bearer token: no cookie, no CSRF token'],
      [overHttp, 'a session opens by cookie and by bearer token'],
    ],
  },
  {
    id: 'V7.2.3',
    state: 'met',
    it: 'Il segreto di una sessione ha 256 bit presi dal generatore del sistema; ne conserviamo solo un hash.',
    en: 'The secret of a session has 256 bits of the system’s generator; we keep a hash of it alone.',
    tests: [
      [sessions, 'a wrong secret, even of a known session, is refused'],
      ['test/architecture.test.ts', 'take nothing that must not be guessed from Math.random'],
      [sessions, 'have secrets of 256 bits, of which the store has a hash alone'],
    ],
  },
  {
    id: 'V7.2.4',
    state: 'met',
    promise: 'P20',
    it: 'La sessione cambia segreto a ogni accesso e a ogni conferma della propria identità; quello vecchio non vale più.',
    en: 'A session gets a new secret at every sign-in and at every confirmation that it is you; the old one is worth nothing.',
    tests: [
      ['test/domain/step-up.test.ts', '[P20] raises the session for five minutes, under a new name'],
      [sessions, '[P27] ends the other sessions and renames this one'],
    ],
  },
  {
    id: 'V7.3.1',
    state: 'met',
    promise: 'P27',
    it: 'Una sessione finisce dopo sette giorni senza uso, quelle dello staff dopo trenta minuti.',
    en: 'A session ends after seven days without use, those of staff after thirty minutes.',
    tests: [
      [sessions, 'end after seven idle days'],
      [staffBounds, '[P27] is signed out after thirty idle minutes, at every route, and not a second before'],
    ],
  },
  {
    id: 'V7.3.2',
    state: 'met',
    promise: 'P27',
    it: 'Anche usata ogni giorno una sessione finisce: dopo trenta giorni, per lo staff dopo dodici ore.',
    en: 'A session that is used every day ends as well: after thirty days, for staff after twelve hours.',
    tests: [
      [sessions, '[P27] staff sessions end after thirty idle minutes and twelve hours'],
      [sessions, 'end after thirty days, however often they are used'],
    ],
  },
  {
    id: 'V7.4.1',
    state: 'met',
    it: 'Uscire cancella la sessione sui nostri server: la richiesta successiva viene rifiutata.',
    en: 'Signing out deletes the session on our servers: the very next request is refused.',
    tests: [
      [sessions, 'are listed, ended one by one, all others at once, and by signing out'],
      [story, 'registers, verifies by the mailed link, signs in, sees and ends sessions, changes the password, signs out'],
    ],
  },
  {
    id: 'V7.4.2',
    state: 'met',
    promise: 'P27',
    it: 'Un account disabilitato o cancellato perde subito ogni sessione; chi lascia lo staff è fuori dalla richiesta successiva.',
    en: 'An account that is disabled or erased loses every session at once; whoever leaves the staff is out on the next request.',
    tests: [
      ['test/system/lost-factor.test.ts', '[P13] unlocking, disabling and enabling do what they say on the next request'],
      [
        'test/domain/erasure.test.ts',
        'ends every session at once, lets nobody in, and deletes everything after seven days; the address can be registered again',
      ],
      [
        staffBounds,
        '[P27] taken from the configuration while signed in is out of every route on the next request, with requests that were taken before',
      ],
    ],
  },
  {
    id: 'V7.4.3',
    state: 'met',
    promise: 'P14',
    it: 'Cambiare la password termina tutte le altre sessioni; dopo un cambio del secondo fattore le altre devono confermare di nuovo, e si possono chiudere tutte.',
    en: 'Changing the password ends all other sessions; after a change of the second factor the others must confirm anew, and all can be ended.',
    tests: [
      [sessions, '[P27] ends the other sessions and renames this one'],
      ['test/domain/second-factor-enrolment.test.ts', 'asks every other session to step up again, and not the one that did it'],
      ['test/web/pages.test.ts', '[P20] one session and all others can be ended, each with the CSRF token'],
    ],
  },
  {
    id: 'V7.4.4',
    state: 'met',
    it: 'Da ogni pagina che richiede l’accesso si esce con un solo pulsante.',
    en: 'Every page that needs a sign-in has one button to sign out.',
    tests: [['test/web/pages.test.ts', 'signing out returns to the door']],
  },
  {
    id: 'V7.4.5',
    state: 'met',
    promise: 'P27',
    it: 'Lo staff può terminare le sessioni di una persona.',
    en: 'Staff can end the sessions of a person.',
    tests: [['test/system/lost-factor.test.ts', '[P13] unlocking, disabling and enabling do what they say on the next request']],
  },
  {
    id: 'V7.5.1',
    state: 'met',
    promise: 'P14',
    it: 'Per cambiare indirizzo o secondo fattore bisogna prima confermare la password e, dove è attivo, un codice.',
    en: 'Changing the address or the second factor takes a confirmation first: the password and, where it is on, a code.',
    tests: [
      ['test/domain/step-up.test.ts', '[P14] asks for a code where two-step verification is on, and burns none for a wrong password'],
      [
        'test/system/second-factor.test.ts',
        '[P14] is turned on by step-up, secret and first code, asks for a code at sign-in, and is turned off by a code',
      ],
      [
        'test/web/security-settings.test.ts',
        '[P13] the address is changed after a confirmation: where the link went is said, and that it waits',
      ],
    ],
  },
  {
    id: 'V7.5.2',
    state: 'deviates',
    promise: 'P20',
    it: 'Ogni persona vede le proprie sessioni e le chiude; chi ha la verifica in due passaggi deve prima confermare, chi non l’ha no.',
    en: 'Everybody sees their own sessions and ends them; with two-step verification that takes a confirmation first, without it none.',
    why: {
      it: 'Chi scopre un estraneo nel proprio account deve poterlo cacciare subito; il secondo fattore serve a che non sia l’estraneo a farlo.',
      en: 'Whoever finds a stranger in their account must be able to throw them out at once; the second factor is there lest the stranger do it.',
    },
    remedy: { setting: 'secondFactor.requiredFor', values: ['everyone'] },
    tests: [
      [sessions, 'are listed, ended one by one, all others at once, and by signing out'],
      [overHttp, 'are ended only after a confirmation by whoever has two-step verification'],
    ],
  },
  {
    id: 'V7.5.3',
    state: 'met',
    promise: 'P27',
    it: 'Ogni atto dello staff che cambia qualcosa chiede una conferma non più vecchia di cinque minuti.',
    en: 'Every act of staff that changes something takes a confirmation no older than five minutes.',
    tests: [
      [staffBounds, '[P27] that is no look asks for a step-up, and a reason or a text goes with it'],
      [staff, '[P14] can’t do %s without a step-up, nor with one that is six minutes old'],
    ],
  },
  {
    id: 'V8.1.1',
    state: 'met',
    promise: 'P27',
    it: 'Chi può fare che cosa sta in due tabelle, una delle rotte e una dei privilegi; ruoli e API ne derivano.',
    en: 'Who may do what stands in two tables, of routes and of privileges; roles and API are made from them.',
    tests: [
      [roles, '%s holds exactly what its row of privileges.ts says'],
      ['test/infra/api.test.ts', 'has exactly one route for each row of routes.ts, to the alias of its function, and the fallback'],
    ],
  },
  {
    id: 'V8.2.1',
    state: 'met',
    promise: 'P27',
    it: 'Le funzioni dello staff rispondono allo stesso rifiuto a chiunque altro, senza dire se un account esiste.',
    en: 'Staff’s functions answer anybody else with one and the same refusal, and say nothing of whether an account exists.',
    tests: [
      [staff, '[P13] gets the same bare refusal at every admin route, whether or not the account exists, and changes nothing'],
      [staff, '[P13] is asked to sign in at every admin route without a session'],
    ],
  },
  {
    id: 'V8.2.2',
    state: 'met',
    promise: 'P14',
    it: 'Con l’identificativo di sessioni, dispositivi, passkey o segnalazioni di altri non si ottiene nulla.',
    en: 'Naming the sessions, devices, passkeys or reports of others gets nobody anything.',
    tests: [
      [sessions, "can't be ended by somebody else's name for them"],
      ['test/domain/remembered-devices.test.ts', '[P14] opens no other account, and no unknown id is forgotten'],
      ['test/domain/passkeys-enrolment.test.ts', '%j is none of this account'],
      [
        'test/disclosure/intake.test.ts',
        '[P29] opens its own report and no other: the reference of a report, which is no secret, opens none',
      ],
    ],
  },
  {
    id: 'V8.3.1',
    state: 'met',
    promise: 'P20',
    it: 'Ogni regola vale sui server; le pagine mostrano soltanto.',
    en: 'Every rule holds on the servers; pages only show.',
    tests: [
      [staff, '[P14] can’t do %s to their own account'],
      ['test/http/required-factor.test.ts', '[P14] when it is due, %s is open only if it serves enrolment'],
    ],
  },
  {
    id: 'V8.3.2',
    state: 'met',
    promise: 'P27',
    it: 'Un diritto tolto è tolto dalla richiesta successiva.',
    en: 'A right that is taken away is gone on the next request.',
    tests: [
      [
        staffBounds,
        '[P27] taken from the configuration while signed in is out of every route on the next request, with requests that were taken before',
      ],
      [staff, '[P27] reaches nothing with the session from before, stepped up or not, and is told to sign in again'],
    ],
  },
  {
    id: 'V8.4.2',
    state: 'open',
    promise: 'P27',
    it: 'Lo staff ha secondo fattore, sessioni brevi, conferme e, se configurate, reti proprie; lo stato dei computer da cui lavora non lo vediamo.',
    en: 'Staff have a second factor, short sessions, confirmations and, where configured, networks of their own; the state of the computers they work from we do not see.',
  },
  {
    id: 'V9.1.1',
    state: 'met',
    promise: 'P13',
    it: 'Ciò che dice qualcosa da sé, il cookie del dispositivo e i link nelle mail di stato, è firmato; se alterato non vale nulla.',
    en: 'What says something by itself, the device cookie and the links in status mails, is signed; once altered it counts for nothing.',
    tests: [
      [lockout, 'a forged, cut or foreign one is no device'],
      ['test/http/subscriptions.test.ts', 'a forged link to %s is told apart from none that works'],
    ],
  },
  {
    id: 'V9.2.1',
    state: 'met',
    promise: 'P13',
    it: 'Il cookie del dispositivo vale un anno, secondo i nostri server.',
    en: 'The device cookie counts for a year, by the time of our servers.',
    tests: [[lockout, 'is forgotten after a year']],
  },
  {
    id: 'V9.2.3',
    state: 'met',
    promise: 'P13',
    it: 'Il cookie del dispositivo vale per il suo account e per nessun altro.',
    en: 'The device cookie counts for its own account and for no other.',
    tests: [[lockout, "[P13] a device cookie of one account buys no budget at another's"]],
  },
];
