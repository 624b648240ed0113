import { securityPolicy } from '../../../../contract/security-policy.ts';
import type { MailDictionary } from '../dictionary.ts';

const FEW_CODES = securityPolicy.secondFactor.fewRecoveryCodes;

const notMe = 'Non sono stato io: proteggi il mio account';
const lookAtAccount = 'Guarda il mio account';
const newPassword = 'Scegli una nuova password';
/** What the page behind `notMe` does, after asking once more. */
const whatItDoes = 'chiude tutte le sessioni, blocca la password attuale e ti manda un link per sceglierne una nuova';
const ifNotMe = `Se sei stato tu, va tutto bene. Altrimenti usa subito «Non sono stato io»: ${whatItDoes}.`;
const ifNotMyFactor = `${ifNotMe} Poi scrivi all’assistenza: fino ad allora la verifica in due passaggi resta com’è.`;

export const italian: MailDictionary = {
  months: 'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre'.split(' '),
  instant: ({ day, month, year, time }) => `${day} ${month} ${year}, ore ${time} UTC`,
  client: ({ browser, system }) =>
    browser && system ? `${browser} su ${system}` : (browser ?? system ?? 'un browser o un’app che non riconosciamo'),
  facts: { when: 'Quando', from: 'Da', client: 'Con', unknownAddress: 'un indirizzo sconosciuto' },
  repeated: 'Da allora è successo di nuovo: la pagina del tuo account elenca ogni volta.',
  copyLink: 'Se il pulsante non funziona, apri questo indirizzo:',
  footer: (product) => `${product} ti scrive solo quando riguarda il tuo account e non ti chiede mai la password per email.`,
  reporterFooter: (product) => `${product} scrive a questo indirizzo perché è indicato in una segnalazione di vulnerabilità.`,
  mails: {
    report_received: ({ product, reference }) => ({
      subject: `La tua segnalazione a ${product} è arrivata`,
      heading: 'Grazie: la tua segnalazione è arrivata',
      opening: [
        `Abbiamo ricevuto una segnalazione di vulnerabilità con il riferimento ${reference}, e questo indirizzo a cui scrivere. Leggiamo ogni segnalazione: la prima risposta arriva entro un giorno lavorativo, una decisione entro cinque.`,
        'Per seguirla e per aggiungere qualcosa usa il codice di tracciamento che ti è stato mostrato all’invio. Non possiamo inviarlo di nuovo: ne conserviamo solo l’impronta.',
      ],
      button: 'Segui la segnalazione',
      closing: ['Se non hai segnalato nulla, qualcuno ha indicato il tuo indirizzo: ignora questa e-mail, non c’è nulla da fare.'],
    }),
    report_answered: ({ product, reference }) => ({
      subject: `Novità sulla tua segnalazione a ${product}`,
      heading: 'Ci sono novità sulla tua segnalazione',
      opening: [
        `Abbiamo risposto, o deciso, sulla segnalazione con il riferimento ${reference}. Puoi leggerlo con il tuo codice di tracciamento.`,
      ],
      button: 'Segui la segnalazione',
      closing: ['Se non hai segnalato nulla, qualcuno ha indicato il tuo indirizzo: ignora questa e-mail, non c’è nulla da fare.'],
    }),
    report_news: ({ product, reference, until }) => ({
      subject: `${product}: è arrivata una segnalazione di vulnerabilità`,
      heading: 'Qualcuno ha segnalato una vulnerabilità',
      opening: [
        `Il riferimento è ${reference}. Promettiamo una prima risposta entro il ${until}: leggila subito, ciò che è critico non può aspettare tanto.`,
        'In questa e-mail non c’è nulla del suo testo. Lo mostra la pagina per chi gestisce il servizio.',
      ],
      repeated: 'Da allora ne sono arrivate altre: la pagina le elenca tutte.',
      button: 'Apri la pagina di gestione',
      closing: ['Accedi come sempre. Questa e-mail non ha link che ti riconoscono e non ti chiede nulla.'],
      footer: `${product} ti scrive perché la configurazione indica questo indirizzo tra chi gestisce il servizio.`,
    }),
    verification: ({ product, until }) => ({
      subject: `Conferma il tuo indirizzo per ${product}`,
      heading: 'Un ultimo passo',
      opening: [
        `Ti diamo il benvenuto! Conferma che questo indirizzo è tuo e il tuo account ${product} è pronto.`,
        `Ti chiederemo la password che hai scelto. Il link funziona una volta sola, fino al ${until}.`,
      ],
      button: 'Conferma il mio indirizzo',
      closing: ['Se non ti sei registrato tu, ignora questa email: senza il clic non nasce nessun account.'],
    }),
    existing_account: ({ product }) => ({
      subject: `Hai già un account ${product}`,
      heading: 'Hai già un account',
      opening: [
        'Qualcuno, probabilmente tu, ha provato a registrare di nuovo questo indirizzo. Non è cambiato niente: il tuo account e la tua password sono quelli di prima.',
      ],
      button: 'Accedi',
      secondLink: 'Password dimenticata? Scegline una nuova',
      closing: ['Se non sei stato tu, non devi fare niente: a chi ha provato non abbiamo detto che l’account esiste.'],
    }),
    address_reserved: ({ product, until }) => ({
      subject: `Questo indirizzo non è ancora libero per ${product}`,
      heading: 'Questo indirizzo non è ancora libero',
      opening: [
        `Qualcuno, probabilmente tu, voleva usare questo indirizzo per un account ${product}. Da poco un account l’ha lasciato, e fino al ${until} può tornarci soltanto quello.`,
        'Se era il tuo account e non l’hai spostato tu, usa il link dell’email che te lo diceva.',
      ],
      button: 'Accedi',
      closing: ['Se non sei stato tu, non devi fare niente.'],
    }),
    password_reset: ({ product, until }) => ({
      subject: `Scegli una nuova password per ${product}`,
      heading: newPassword,
      opening: ['Ecco il link che hai chiesto.', `Funziona una volta sola, fino al ${until}, e chiude tutte le tue sessioni.`],
      button: newPassword,
      closing: ['Se non sei stato tu, ignora questa email: la tua password resta quella che è. Non dare il link a nessuno.'],
    }),
    account_locked: ({ product, until }) => ({
      subject: `Troppe password sbagliate per il tuo account ${product}`,
      heading: 'L’accesso al tuo account è stato sospeso',
      opening: [
        `Qualcuno ha inserito più volte di fila una password sbagliata. Per sicurezza, i dispositivi nuovi non possono accedere fino al ${until}; un browser con cui hai già fatto l’accesso può ancora.`,
      ],
      button: newPassword,
      secondLink: notMe,
      closing: [
        'Se sei stato tu, aspetta un poco e riprova, oppure scegli una nuova password.',
        `Se non sei stato tu: le password sbagliate sono state respinte e nessuno è entrato con quelle. Per stare sul sicuro usa «Non sono stato io»: ${whatItDoes}.`,
      ],
    }),
    password_changed: ({ product }) => ({
      subject: `La tua password di ${product} è stata cambiata`,
      heading: 'La tua password è stata cambiata',
      opening: ['La password del tuo account è stata cambiata e tutte le altre sessioni sono state chiuse.'],
      button: notMe,
      closing: [ifNotMe],
    }),
    new_device: ({ product, because }) => ({
      subject: `Nuovo accesso al tuo account ${product}`,
      heading: 'Un nuovo accesso al tuo account',
      opening: [
        because === 'device'
          ? 'Qualcuno ha fatto l’accesso al tuo account con un browser che non avevamo mai visto.'
          : 'Qualcuno ha fatto l’accesso al tuo account da una rete da cui non ti avevamo mai visto.',
      ],
      button: 'Guarda le mie sessioni',
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    second_factor_enabled: ({ product }) => ({
      subject: `La verifica in due passaggi è attiva per il tuo account ${product}`,
      heading: 'La verifica in due passaggi è attiva',
      opening: [
        'D’ora in poi per accedere la password non basta: serve anche un codice della tua app di autenticazione, o la tua passkey. Conserva i codici di recupero in un posto sicuro.',
      ],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMyFactor],
    }),
    second_factor_disabled: ({ product }) => ({
      subject: `La verifica in due passaggi è disattivata per il tuo account ${product}`,
      heading: 'La verifica in due passaggi è stata disattivata',
      opening: ['D’ora in poi l’accesso chiede soltanto la password.'],
      button: notMe,
      closing: [ifNotMe],
    }),
    recovery_codes_renewed: ({ product }) => ({
      subject: `Nuovi codici di recupero per il tuo account ${product}`,
      heading: 'I tuoi codici di recupero sono cambiati',
      opening: ['Sono stati creati nuovi codici di recupero; quelli vecchi non funzionano più.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    recovery_code_used: ({ product, codesLeft }) => ({
      subject: `È stato usato un codice di recupero del tuo account ${product}`,
      heading: 'È stato usato un codice di recupero',
      opening: [
        'Qualcuno ha usato uno dei tuoi codici di recupero al posto del solito secondo passaggio. Quel codice non funziona più.',
        codesLeft === 1 ? 'Ne resta uno.' : `Ne restano ${codesLeft}.`,
        ...(codesLeft <= FEW_CODES ? ['Creane presto di nuovi: senza codici, se perdi il telefono o la chiave resti fuori.'] : []),
      ],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [`${ifNotMe} Quando sei rientrato, rinnova i codici di recupero.`],
    }),
    authenticator_removed: ({ product }) => ({
      subject: `L’app di autenticazione del tuo account ${product} è stata tolta`,
      heading: 'La tua app di autenticazione è stata tolta',
      opening: ['I suoi codici non aprono più niente. La verifica in due passaggi resta attiva, con le tue passkey.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    passkey_added: ({ product }) => ({
      subject: `È stata aggiunta una passkey al tuo account ${product}`,
      heading: 'È stata aggiunta una passkey',
      opening: ['Una nuova passkey può accedere al tuo account. La pagina del tuo account le elenca tutte.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [`${ifNotMe} Quando sei rientrato, togli la passkey che non è tua; se non riesci a entrare, scrivi all’assistenza.`],
    }),
    passkey_removed: ({ product }) => ({
      subject: `È stata tolta una passkey dal tuo account ${product}`,
      heading: 'È stata tolta una passkey',
      opening: ['Una passkey del tuo account è stata tolta e non può più accedere. La pagina del tuo account elenca quelle rimaste.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    address_confirmation: ({ product, presentEmail, until }) => ({
      subject: `Conferma il nuovo indirizzo del tuo account ${product}`,
      heading: 'Conferma il tuo nuovo indirizzo',
      opening: [
        `Qualcuno che è entrato in ${product} come ${presentEmail} ha chiesto di spostare quell’account a questo indirizzo. Conferma solo se sei stato tu: da quel momento l’account accede con questo indirizzo, e con ${presentEmail} non si accede più.`,
        `Il link funziona una volta sola, fino al ${until}.`,
      ],
      button: 'Sposta qui il mio account',
      closing: [
        'Se non sei stato tu, o non conosci quell’account, non fare clic: senza il clic non cambia niente, con il clic questo indirizzo apparterrebbe all’account di un altro.',
      ],
    }),
    account_exported: ({ product }) => ({
      subject: `I dati del tuo account ${product} sono stati scaricati`,
      heading: 'I tuoi dati sono stati scaricati',
      opening: [
        'È stata consegnata una copia di tutto ciò che conserviamo del tuo account: nel tuo browser, o dal nostro staff su tua richiesta.',
      ],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    account_erasure_requested: ({ product, until }) => ({
      subject: `Il tuo account ${product} sta per essere cancellato`,
      heading: 'Il tuo account sta per essere cancellato',
      opening: [
        'Qualcuno che ha fatto l’accesso al tuo account, o il nostro staff su tua richiesta, ha chiesto di cancellarlo. Tutte le sessioni sono terminate e nessuno può più accedere.',
        `Il ${until} l’account e tutti i suoi dati vengono eliminati per sempre. Fino ad allora puoi tenerlo.`,
      ],
      button: 'Voglio tenere il mio account',
      closing: ['Se non sei stato tu, usa il pulsante e poi scegli una nuova password: chi l’ha fatto conosceva quella vecchia.'],
    }),
    account_erased: ({ product }) => ({
      subject: `Il tuo account ${product} è stato cancellato`,
      heading: 'Il tuo account è stato cancellato',
      opening: [
        'L’account e i suoi dati sono stati eliminati, come richiesto. Nulla può essere recuperato; le copie di sicurezza lo dimenticano entro 35 giorni.',
        'Questo indirizzo può essere registrato di nuovo, come account nuovo.',
      ],
      button: `Vai a ${product}`,
      closing: [],
      footer: `Questa è l’ultima email di ${product} su questo account.`,
    }),
    status_subscription: ({ product, components, until }) => ({
      subject: `Conferma gli avvisi sullo stato di ${product}`,
      heading: 'Un’e-mail quando qualcosa non funziona?',
      opening: [
        `Qualcuno, probabilmente tu, ha chiesto che scriviamo a questo indirizzo su problemi e manutenzioni di ${product}: ${components}.`,
        `Lo facciamo dopo la tua conferma. Il link vale fino al ${until}; ogni e-mail ne contiene uno per smettere.`,
      ],
      button: 'Sì, scrivetemi',
      closing: ['Se non sei stato tu, ignora questa e-mail: senza il clic non arriva altro.'],
      footer: `${product} ti scrive una volta perché questo indirizzo è stato inserito nella sua pagina di stato, e lo dimentica dopo un giorno.`,
    }),
    address_taken: ({ product, presentEmail }) => ({
      subject: `Questo indirizzo ha già un account ${product}`,
      heading: 'Questo indirizzo ha già un account',
      opening: [
        `Qualcuno che è entrato in ${product} come ${presentEmail} ha chiesto di spostare quell’account a questo indirizzo. Non è successo niente: questo indirizzo ha già il suo account, e due non può averne.`,
      ],
      button: 'Accedi',
      secondLink: 'Password dimenticata? Scegline una nuova',
      closing: ['Se non sei stato tu, non devi fare niente: a chi ha provato non abbiamo detto che l’account esiste.'],
    }),
    address_change_requested: ({ product, until }) => ({
      subject: `Il tuo account ${product} sta per cambiare indirizzo`,
      heading: 'È stato chiesto un nuovo indirizzo',
      opening: [
        'Qualcuno che è entrato nel tuo account ha chiesto di spostarlo a un altro indirizzo. Si sposta quando quell’indirizzo viene confermato; poi si accede con quello e non più con questo.',
      ],
      button: 'Non sono stato io: ferma tutto',
      closing: [
        `Se sei stato tu, va tutto bene. Altrimenti usa il pulsante, al più tardi fino al ${until}: l’account resta a questo indirizzo o ci ritorna, e il pulsante ${whatItDoes}.`,
      ],
    }),
    address_changed: ({ product, until }) => ({
      subject: `Il tuo account ${product} ha cambiato indirizzo`,
      heading: 'Il tuo account è passato a un altro indirizzo',
      opening: [
        'Il nuovo indirizzo è stato confermato. D’ora in poi si accede con quello, e con questo non più.',
        `Fino al ${until} questo indirizzo può riprendersi l’account, e nessun altro può registrarlo.`,
      ],
      button: 'Non sono stato io: riprendo il mio account',
      closing: [`Se sei stato tu, va tutto bene. Altrimenti usa subito il pulsante: riporta l’account a questo indirizzo, ${whatItDoes}.`],
    }),
    account_secured: ({ product, until }) => ({
      subject: `Il tuo account ${product} è al sicuro: scegli una nuova password`,
      heading: 'Il tuo account è al sicuro',
      opening: [
        'Ci hai detto che qualcosa nel tuo account non eri tu. Tutte le sessioni sono state chiuse, e la password che avevi non apre più niente.',
        `Scegline una nuova per rientrare. Il link funziona una volta sola, fino al ${until}; dopo, «Password dimenticata?» nella pagina di accesso te ne manda un altro. La verifica in due passaggi resta com’era.`,
      ],
      button: newPassword,
      closing: ['Usa una password che non usi altrove. Non dare il link a nessuno.'],
    }),
    factor_recovery_requested: ({ product }) => ({
      subject: `Qualcuno dice che hai perso il secondo fattore di ${product}`,
      heading: 'È stato chiesto aiuto per un secondo fattore perso',
      opening: [
        'Qualcuno ha detto al nostro personale di essere te e di non riuscire più a superare la verifica in due passaggi. Ora la richiesta passa a una seconda persona; se la approva comincia un periodo di attesa, e ti scriviamo di nuovo.',
      ],
      button: 'Non sono stato io: ferma tutto',
      closing: [
        `Se sei stato tu, non devi fare niente. Altrimenti usa il pulsante: ferma la richiesta, ${whatItDoes}. La ferma anche un accesso con il tuo secondo fattore.`,
      ],
    }),
    factor_recovery_approved: ({ product, until }) => ({
      subject: `La verifica in due passaggi di ${product} sarà disattivata`,
      heading: 'La verifica in due passaggi sta per essere disattivata',
      opening: [
        `A due persone del nostro personale è stato detto che hai perso il secondo fattore. Dal ${until} possono disattivare la verifica in due passaggi, così che tu possa entrare con la password e attivarla di nuovo.`,
      ],
      button: 'Non sono stato io: ferma tutto',
      closing: [
        `Se sei stato tu, non devi fare niente. Altrimenti usa il pulsante prima di allora: ferma la richiesta, ${whatItDoes}. La ferma anche un accesso con il tuo secondo fattore.`,
      ],
    }),
    account_disabled: ({ product }) => ({
      subject: `Il tuo account ${product} è stato disattivato`,
      heading: 'Il tuo account è stato disattivato',
      opening: [
        'Il nostro personale ha disattivato il tuo account. Nessuno può accedere, e tutte le sessioni sono chiuse. Per sapere perché, scrivi all’assistenza.',
      ],
      button: notMe,
      closing: [`Se prima hai visto qualcosa che non eri tu, usa il pulsante: ${whatItDoes}, per quando l’account sarà riattivato.`],
    }),
    account_enabled: ({ product }) => ({
      subject: `Il tuo account ${product} è di nuovo attivo`,
      heading: 'Il tuo account è di nuovo attivo',
      opening: ['Il nostro personale ha riattivato il tuo account: puoi accedere come prima.'],
      button: 'Accedi',
      secondLink: notMe,
      closing: [`Se non te l’aspettavi, usa «Non sono stato io»: ${whatItDoes}.`],
    }),
  },
};
