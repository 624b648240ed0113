import { securityPolicy } from '../../../../contract/security-policy.ts';
import type { MailDictionary } from '../dictionary.ts';

const FEW_CODES = securityPolicy.secondFactor.fewRecoveryCodes;

const notMe = 'It wasn’t me: secure my account';
const lookAtAccount = 'Look at my account';
const newPassword = 'Choose a new password';
/** What the page behind `notMe` does, after asking once more. */
const whatItDoes = 'signs out everybody, stops the present password, and sends you a link to a new one';
const ifNotMe = `If it was you, all is well. If it wasn’t, use “It wasn’t me” now: it ${whatItDoes}.`;
const ifNotMyFactor = `${ifNotMe} Then contact support: two-step verification stays as it is until they help.`;

export const english: MailDictionary = {
  months: 'January February March April May June July August September October November December'.split(' '),
  instant: ({ day, month, year, time }) => `${day} ${month} ${year} at ${time} UTC`,
  client: ({ browser, system }) =>
    browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'a browser or app we don’t recognise'),
  facts: { when: 'When', from: 'From', client: 'With', unknownAddress: 'an unknown address' },
  repeated: 'It has happened again since: your account page lists every time.',
  copyLink: 'If the button does nothing, open this address:',
  footer: (product) => `${product} writes only when it concerns your account, and never asks for your password by mail.`,
  reporterFooter: (product) => `${product} writes to this address because it was named in a report of a vulnerability.`,
  mails: {
    report_received: ({ product, reference }) => ({
      subject: `Your report to ${product} has arrived`,
      heading: 'Thank you: your report has arrived',
      opening: [
        `We have a report of a vulnerability with the reference ${reference}, and this address to write to about it. Somebody reads every report: the first answer comes within one working day, a decision within five.`,
        'To follow it and to add something, use the tracking token that you were shown when you sent it. We can’t send it again: only its hash is kept.',
      ],
      button: 'Follow the report',
      closing: ['If you have reported nothing, somebody has named your address: ignore this mail, there is nothing to do.'],
    }),
    report_answered: ({ product, reference }) => ({
      subject: `News about your report to ${product}`,
      heading: 'There is news about your report',
      opening: [`We have answered, or decided, about the report with the reference ${reference}. You read it with your tracking token.`],
      button: 'Follow the report',
      closing: ['If you have reported nothing, somebody has named your address: ignore this mail, there is nothing to do.'],
    }),
    report_news: ({ product, reference, until }) => ({
      subject: `${product}: a report of a vulnerability has come`,
      heading: 'Somebody has reported a vulnerability',
      opening: [
        `Its reference is ${reference}. We promise a first answer until ${until}: read it now, for what is critical can’t wait that long.`,
        'No word of it is in this mail. The page for staff shows it.',
      ],
      repeated: 'More have come since: the page for staff lists them all.',
      button: 'Open the page for staff',
      closing: ['Sign in there as always. This mail has no link that knows you, and asks for nothing.'],
      footer: `${product} writes to you because the configuration names this address as one of staff.`,
    }),
    verification: ({ product, until }) => ({
      subject: `Confirm your address for ${product}`,
      heading: 'One last step',
      opening: [
        `Welcome! Confirm that this address is yours, and your ${product} account is ready.`,
        `You’ll be asked for the password you chose. The link works once, until ${until}.`,
      ],
      button: 'Confirm my address',
      closing: ['If you didn’t register, ignore this mail: without the click there is no account.'],
    }),
    existing_account: ({ product }) => ({
      subject: `You already have a ${product} account`,
      heading: 'You already have an account',
      opening: [
        'Somebody, probably you, tried to register this address again. Nothing has changed: your account and your password are as they were.',
      ],
      button: 'Sign in',
      secondLink: 'Forgotten the password? Choose a new one',
      closing: ['If it wasn’t you, there is nothing to do: whoever tried was not told that the account exists.'],
    }),
    address_reserved: ({ product, until }) => ({
      subject: `This address isn’t free for a ${product} account yet`,
      heading: 'This address isn’t free yet',
      opening: [
        `Somebody, probably you, wanted to use this address for a ${product} account. An account has moved away from it lately, and until ${until} only that account may come back to it.`,
        'If it was your account and you didn’t move it, use the link in the mail that told you so.',
      ],
      button: 'Sign in',
      closing: ['If it wasn’t you, there is nothing to do.'],
    }),
    password_reset: ({ product, until }) => ({
      subject: `Choose a new password for ${product}`,
      heading: newPassword,
      opening: ['Here is the link you asked for.', `It works once, until ${until}, and signs you out everywhere.`],
      button: newPassword,
      closing: ['If it wasn’t you, ignore this mail: your password stays as it is. Don’t pass the link on to anybody.'],
    }),
    account_locked: ({ product, until }) => ({
      subject: `Too many wrong passwords for your ${product} account`,
      heading: 'Sign-in to your account was paused',
      opening: [
        `Somebody entered a wrong password several times in a row. For your safety, new devices can’t sign in until ${until}; a browser that you have signed in with before still can.`,
      ],
      button: newPassword,
      secondLink: notMe,
      closing: [
        'If it was you, wait a little and try again, or choose a new password.',
        `If it wasn’t you: the wrong passwords were refused, and nobody got in by them. To be on the safe side, use “It wasn’t me”: it ${whatItDoes}.`,
      ],
    }),
    password_changed: ({ product }) => ({
      subject: `Your ${product} password was changed`,
      heading: 'Your password was changed',
      opening: ['The password of your account was changed, and every other session was signed out.'],
      button: notMe,
      closing: [ifNotMe],
    }),
    new_device: ({ product, because }) => ({
      subject: `New sign-in to your ${product} account`,
      heading: 'A new sign-in to your account',
      opening: [
        because === 'device'
          ? 'Somebody signed in to your account with a browser that we hadn’t seen before.'
          : 'Somebody signed in to your account from a network that we hadn’t seen you in before.',
      ],
      button: 'Look at my sessions',
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    second_factor_enabled: ({ product }) => ({
      subject: `Two-step verification is on for your ${product} account`,
      heading: 'Two-step verification is on',
      opening: [
        'From now on, signing in takes more than the password: a code from your authenticator, or your passkey. Keep the recovery codes in a safe place.',
      ],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMyFactor],
    }),
    second_factor_disabled: ({ product }) => ({
      subject: `Two-step verification is off for your ${product} account`,
      heading: 'Two-step verification was turned off',
      opening: ['From now on, signing in asks for your password alone.'],
      button: notMe,
      closing: [ifNotMe],
    }),
    recovery_codes_renewed: ({ product }) => ({
      subject: `New recovery codes for your ${product} account`,
      heading: 'Your recovery codes were renewed',
      opening: ['New recovery codes were made, and the old ones stopped working.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    recovery_code_used: ({ product, codesLeft }) => ({
      subject: `A recovery code of your ${product} account was used`,
      heading: 'A recovery code was used',
      opening: [
        'Somebody used one of your recovery codes in place of the usual second step. It will not work again.',
        codesLeft === 1 ? 'One code is left.' : `${codesLeft} codes are left.`,
        ...(codesLeft <= FEW_CODES ? ['Make new ones soon: without codes, a lost phone or key locks you out.'] : []),
      ],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [`${ifNotMe} Once you are in again, renew your recovery codes.`],
    }),
    authenticator_removed: ({ product }) => ({
      subject: `The authenticator of your ${product} account was removed`,
      heading: 'Your authenticator was removed',
      opening: ['Its codes open nothing any more. Two-step verification stays on, with your passkeys.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    passkey_added: ({ product }) => ({
      subject: `A passkey was added to your ${product} account`,
      heading: 'A passkey was added',
      opening: ['A new passkey can sign in to your account. Your account page lists all of them.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [`${ifNotMe} Once you are in again, remove the passkey that isn’t yours; if you can’t get in, contact support.`],
    }),
    passkey_removed: ({ product }) => ({
      subject: `A passkey was removed from your ${product} account`,
      heading: 'A passkey was removed',
      opening: ['A passkey of your account was removed and can’t sign in any more. Your account page lists the ones that are left.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    address_confirmation: ({ product, presentEmail, until }) => ({
      subject: `Confirm the new address of your ${product} account`,
      heading: 'Confirm your new address',
      opening: [
        `Somebody who is signed in to ${product} as ${presentEmail} asked to move that account to this address. Confirm it only if that was you: from then on the account signs in with this address, and ${presentEmail} signs in no more.`,
        `The link works once, until ${until}.`,
      ],
      button: 'Move my account here',
      closing: [
        'If it wasn’t you, or you don’t know that account, don’t click: without the click nothing changes, and with it this address would belong to somebody else’s account.',
      ],
    }),
    account_exported: ({ product }) => ({
      subject: `The data of your ${product} account was downloaded`,
      heading: 'Your data was downloaded',
      opening: ['A copy of everything that we keep of your account was handed out: in your browser, or by our staff on your request.'],
      button: lookAtAccount,
      secondLink: notMe,
      closing: [ifNotMe],
    }),
    account_erasure_requested: ({ product, until }) => ({
      subject: `Your ${product} account is about to be erased`,
      heading: 'Your account is about to be erased',
      opening: [
        'Somebody who is signed in to your account, or our staff on your request, asked to erase it. Everybody was signed out, and nobody can sign in any more.',
        `On ${until} the account and all its data are deleted for good. Until then you can keep it.`,
      ],
      button: 'Keep my account',
      closing: ['If it wasn’t you, use the button and choose a new password after it: whoever did it knew the old one.'],
    }),
    account_erased: ({ product }) => ({
      subject: `Your ${product} account is erased`,
      heading: 'Your account is erased',
      opening: [
        'The account and its data are deleted, as was asked for. Nothing of it can be brought back; backups forget it within 35 days.',
        'This address can be registered again, as a new account.',
      ],
      button: `To ${product}`,
      closing: [],
      footer: `This is the last mail from ${product} about this account.`,
    }),
    status_subscription: ({ product, components, until }) => ({
      subject: `Confirm mails about the status of ${product}`,
      heading: 'Mails when something does not work?',
      opening: [
        `Somebody, probably you, asked us to write to this address about incidents and maintenance of ${product}: ${components}.`,
        `We do so once you confirm it. The link works until ${until}; every mail has one to stop it.`,
      ],
      button: 'Yes, write to me',
      closing: ['If it wasn’t you, ignore this mail: without the click nothing more comes.'],
      footer: `${product} writes to you once because this address was entered on its status page, and forgets it after a day.`,
    }),
    address_taken: ({ product, presentEmail }) => ({
      subject: `This address already has a ${product} account`,
      heading: 'This address already has an account',
      opening: [
        `Somebody who is signed in to ${product} as ${presentEmail} asked to move that account to this address. Nothing happened: this address has an account of its own, and one address can’t have two.`,
      ],
      button: 'Sign in',
      secondLink: 'Forgotten the password? Choose a new one',
      closing: ['If it wasn’t you, there is nothing to do: whoever tried was not told that the account exists.'],
    }),
    address_change_requested: ({ product, until }) => ({
      subject: `Your ${product} account is about to change its address`,
      heading: 'A new address was asked for',
      opening: [
        'Somebody who is signed in to your account asked to move it to another address. It moves once that address is confirmed, and then signs in with it instead of this one.',
      ],
      button: 'It wasn’t me: stop it',
      closing: [
        `If it was you, all is well. If it wasn’t, use the button, at the latest until ${until}: it keeps the account at this address or brings it back, ${whatItDoes}.`,
      ],
    }),
    address_changed: ({ product, until }) => ({
      subject: `Your ${product} account has changed its address`,
      heading: 'Your account has moved to another address',
      opening: [
        'The new address was confirmed. From now on your account signs in with it, and this address signs in no more.',
        `Until ${until} this address can take the account back, and nobody else can register it.`,
      ],
      button: 'It wasn’t me: take my account back',
      closing: [`If it was you, all is well. If it wasn’t, use the button now: it brings the account back to this address, ${whatItDoes}.`],
    }),
    account_secured: ({ product, until }) => ({
      subject: `Your ${product} account is secured: choose a new password`,
      heading: 'Your account is secured',
      opening: [
        'You told us that something about your account wasn’t you. Every session was signed out, and the password that you had opens nothing any more.',
        `Choose a new one to get in again. The link works once, until ${until}; after that, “Forgotten your password?” on the sign-in page sends another. Two-step verification stays as it was.`,
      ],
      button: newPassword,
      closing: ['Use a password that you use nowhere else. Don’t pass the link on to anybody.'],
    }),
    factor_recovery_requested: ({ product }) => ({
      subject: `Somebody says you lost your second factor for ${product}`,
      heading: 'Help with a lost second factor was asked for',
      opening: [
        'Somebody told our staff that they are you and can’t get past two-step verification any more. A second member of staff looks at it now; if they agree, a waiting period begins, and we write to you again.',
      ],
      button: 'It wasn’t me: stop it',
      closing: [
        `If it was you, there is nothing to do. If it wasn’t, use the button: it stops this, ${whatItDoes}. Signing in with your second factor stops it too.`,
      ],
    }),
    factor_recovery_approved: ({ product, until }) => ({
      subject: `Two-step verification of ${product} is to be turned off`,
      heading: 'Two-step verification is about to be turned off',
      opening: [
        `Two members of our staff were told that you have lost your second factor. From ${until} on they may turn two-step verification off, so that you get in with your password and set it up again.`,
      ],
      button: 'It wasn’t me: stop it',
      closing: [
        `If it was you, there is nothing to do. If it wasn’t, use the button before then: it stops this, ${whatItDoes}. Signing in with your second factor stops it too.`,
      ],
    }),
    account_disabled: ({ product }) => ({
      subject: `Your ${product} account was disabled`,
      heading: 'Your account was disabled',
      opening: ['Our staff disabled your account. Nobody can sign in to it, and every session has ended. To know why, contact support.'],
      button: notMe,
      closing: [
        `If you saw something before this that wasn’t you, use the button: it ${whatItDoes}, for when the account is enabled again.`,
      ],
    }),
    account_enabled: ({ product }) => ({
      subject: `Your ${product} account is enabled again`,
      heading: 'Your account is enabled again',
      opening: ['Our staff enabled your account again: you can sign in as before.'],
      button: 'Sign in',
      secondLink: notMe,
      closing: [`If you didn’t expect this, use “It wasn’t me”: it ${whatItDoes}.`],
    }),
  },
};
