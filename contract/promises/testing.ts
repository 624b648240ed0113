/** What is promised about tests by others. */
import type { SecurityPromise } from '../promise.ts';

export const testingPromises: readonly SecurityPromise[] = [
  {
    id: 'P22',
    section: 'measures',
    it: 'Abbiamo un programma di hacking etico aperto ai ricercatori di sicurezza.',
    en: 'We run an ethical hacking programme that is open to security researchers.',
    how: {
      it: 'Chi cerca falle in buona fede è protetto, riceve risposta e, se vuole, un ringraziamento pubblico.',
      en: 'Whoever looks for weaknesses in good faith is protected, gets an answer and, if they wish, public thanks.',
    },
    keptMeans: 'A policy with safe harbour, security.txt, an intake, triage, acknowledgement and credit.',
    evidence: [{ kind: 'test', name: 'the policy, security.txt, intake, triage, acknowledgement and credit' }],
  },
  {
    id: 'P23',
    section: 'measures',
    it: "L'applicazione è sottoposta a test costanti da parte di specialisti indipendenti.",
    en: 'The application is tested constantly by independent specialists.',
    how: {
      it: 'Attacchi scritti da noi e programmi di altri provano il sistema a ogni modifica e ogni notte; sotto trovi che cosa hanno trovato sulla versione di cui parla questa pagina.',
      en: 'Attacks that we wrote and programs made by others try the system on every change and every night; below is what they found on the version that this page speaks of.',
    },
    keptMeans: 'A suite of independent attack tools runs on every change and on a schedule; its last result is public.',
    evidence: [
      { kind: 'test', name: 'the workflows that run the attack suite on every change and every night' },
      { kind: 'suite', name: 'test/attacks' },
      { kind: 'report', name: 'docs/reports/testssl.json' },
      { kind: 'report', name: 'docs/reports/nmap.json' },
      { kind: 'report', name: 'docs/reports/sslscan.json' },
      { kind: 'report', name: 'docs/reports/mdn-http-observatory.json' },
      { kind: 'report', name: 'docs/reports/csp_evaluator.json' },
    ],
  },
];
