// Has the texts of the account page in each language. The server's own texts are English, and are never shown.

import type { Locale } from "../../../domain/orders/contact.ts";
import type { Role } from "../../../domain/people/policy.ts";

const en = {
  title: "Your account",
  skip: "Skip to the form",
  language: "English",
  signedInAs: (email: string) => `Signed in as ${email}`,
  needsScript: "This page needs JavaScript, which is switched off in your browser.",
  email: "E-mail address",
  password: "Password",
  name: "Your name",
  showPassword: "Show the password",
  signIn: {
    heading: "Sign in",
    lead: "For organisers and their teams. To buy tickets you need no account.",
    act: "Sign in",
    forgot: "Forgot the password?",
    newHere: "New here? Make an account",
  },
  signUp: {
    heading: "Make an account",
    lead: "A mail brings you a link, by which you set a password.",
    act: "Make the account",
    knownHere: "I have an account",
  },
  reset: {
    heading: "Set a password",
    newPassword: "New password",
    hint: "At least 10 characters. A few words that do not belong together are good.",
    act: "Set the password",
  },
  accept: {
    heading: "You are invited",
    lead: "Accept, and you work in this organisation from now on.",
    act: "Accept the invitation",
    over: "This cannot be accepted",
    otherAccount: "Use another account",
  },
  signedIn: {
    heading: "Your account",
    none: "You are in no organisation yet. To join one, open the link in its invitation.",
    act: "Sign out",
    console: "Open the console",
    api: "Read and try the API",
  },
  roles: {
    owner: "Owner",
    admin: "Administrator",
    staff: "Staff",
    viewer: "Reader",
    scanner_only: "Scanner",
  } satisfies Record<Role, string>,
  passwordIsSet: "The password is set. Sign in with it.",
  isSignedOut: "You are signed out.",
  isAccepted: "Welcome. You are a member now.",
  signInToAccept: "Sign in with the address that was invited, or make an account with it.",
  sentTo: (email: string) => `A mail is on its way to ${email}. Open the link in it to set a password.`,
  sentIfKnown: "If there is an account with this address, a mail with a link is on its way.",
  wrong: {
    field: {
      email: "Write a whole address, such as name@example.com.",
      name: "Write a name of at most 200 characters.",
      newPassword: "Take at least 10 characters, and none of the passwords that everybody tries first.",
      password: "This password is too long.",
    },
    credentials: "The address or the password is wrong. If you never set a password, press “Forgot the password?”.",
    link: "This link was used already, was replaced by a later one, or is too old. Ask for a new one: press “Forgot the password?”.",
    invitation: "This invitation was accepted already, is too old, or is for another address.",
    suspended: "This organisation is suspended. Its invitations can be accepted once it is active again.",
    tooMany: (minutes: number) =>
      `There were too many tries. Try again in ${minutes === 1 ? "a minute" : `${minutes} minutes`}.`,
    away: "This cannot be done just now. Try again in a minute.",
    unreachable: "There is no connection to the server. Look at your network, and try again.",
    other: "This did not work. Try again, or load the page once more.",
  },
};

export type AccountTexts = typeof en;

const af: AccountTexts = {
  title: "Jou rekening",
  skip: "Spring na die vorm",
  language: "Afrikaans",
  signedInAs: (email) => `Aangemeld as ${email}`,
  needsScript: "Hierdie bladsy het JavaScript nodig, wat in jou blaaier afgeskakel is.",
  email: "E-posadres",
  password: "Wagwoord",
  name: "Jou naam",
  showPassword: "Wys die wagwoord",
  signIn: {
    heading: "Meld aan",
    lead: "Vir organiseerders en hul spanne. Om kaartjies te koop, het jy geen rekening nodig nie.",
    act: "Meld aan",
    forgot: "Wagwoord vergeet?",
    newHere: "Nuut hier? Skep ’n rekening",
  },
  signUp: {
    heading: "Skep ’n rekening",
    lead: "’n E-pos bring vir jou ’n skakel waarmee jy ’n wagwoord stel.",
    act: "Skep die rekening",
    knownHere: "Ek het ’n rekening",
  },
  reset: {
    heading: "Stel ’n wagwoord",
    newPassword: "Nuwe wagwoord",
    hint: "Minstens 10 karakters. ’n Paar woorde wat nie bymekaar hoort nie, is goed.",
    act: "Stel die wagwoord",
  },
  accept: {
    heading: "Jy is genooi",
    lead: "Aanvaar, en jy werk van nou af in hierdie organisasie.",
    act: "Aanvaar die uitnodiging",
    over: "Dit kan nie aanvaar word nie",
    otherAccount: "Gebruik ’n ander rekening",
  },
  signedIn: {
    heading: "Jou rekening",
    none: "Jy is nog in geen organisasie nie. Om by een aan te sluit, maak die skakel in die uitnodiging oop.",
    act: "Meld af",
    console: "Maak die konsole oop",
    api: "Lees en probeer die API",
  },
  roles: {
    owner: "Eienaar",
    admin: "Administrateur",
    staff: "Personeel",
    viewer: "Leser",
    scanner_only: "Skandeerder",
  },
  passwordIsSet: "Die wagwoord is gestel. Meld daarmee aan.",
  isSignedOut: "Jy is afgemeld.",
  isAccepted: "Welkom. Jy is nou ’n lid.",
  signInToAccept: "Meld aan met die adres wat genooi is, of skep ’n rekening daarmee.",
  sentTo: (email) => `’n E-pos is op pad na ${email}. Maak die skakel daarin oop om ’n wagwoord te stel.`,
  sentIfKnown: "As daar ’n rekening met hierdie adres is, is ’n e-pos met ’n skakel op pad.",
  wrong: {
    field: {
      email: "Skryf ’n volledige adres, soos naam@voorbeeld.com.",
      name: "Skryf ’n naam van hoogstens 200 karakters.",
      newPassword: "Neem minstens 10 karakters, en geen wagwoord wat almal eerste probeer nie.",
      password: "Hierdie wagwoord is te lank.",
    },
    credentials:
      "Die adres of die wagwoord is verkeerd. As jy nog nooit ’n wagwoord gestel het nie, druk “Wagwoord vergeet?”.",
    link: "Hierdie skakel is reeds gebruik, is deur ’n latere een vervang, of is te oud. Vra ’n nuwe een: druk “Wagwoord vergeet?”.",
    invitation: "Hierdie uitnodiging is reeds aanvaar, is te oud, of is vir ’n ander adres.",
    suspended: "Hierdie organisasie is opgeskort. Sy uitnodigings kan aanvaar word sodra dit weer aktief is.",
    tooMany: (minutes) =>
      `Daar was te veel pogings. Probeer weer oor ${minutes === 1 ? "’n minuut" : `${minutes} minute`}.`,
    away: "Dit kan nie nou gedoen word nie. Probeer oor ’n minuut weer.",
    unreachable: "Daar is geen verbinding met die bediener nie. Kyk na jou netwerk, en probeer weer.",
    other: "Dit het nie gewerk nie. Probeer weer, of laai die bladsy nog ’n keer.",
  },
};

const TEXTS: Readonly<Record<Locale, AccountTexts>> = { en, af };

export function accountTexts(locale: Locale): AccountTexts {
  return TEXTS[locale];
}
