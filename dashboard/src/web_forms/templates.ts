import { newId, type Kind, type Model, type Question, type Texts } from "./model/model";

/** What a new form may begin as. */
export const templates = ["newsletter", "contact", "empty"] as const;
export type Template = (typeof templates)[number];

interface Words {
  kind: Kind;
  key: string;
  required: boolean;
  label: Texts;
  reason: Texts;
}

const email: Words = {
  kind: "EMAIL",
  key: "email",
  required: true,
  label: { en: "E-mail address", fr: "Adresse e-mail" },
  reason: { en: "to write to you and have you confirm.", fr: "pour vous écrire et vous faire confirmer." },
};
const givenName: Words = {
  kind: "GIVEN_NAME",
  key: "given_name",
  required: false,
  label: { en: "First name", fr: "Prénom" },
  reason: { en: "to greet you by your name.", fr: "pour vous saluer par votre prénom." },
};
const company: Words = {
  kind: "COMPANY",
  key: "company",
  required: false,
  label: { en: "Company", fr: "Entreprise" },
  reason: { en: "to know whom we work for.", fr: "pour savoir pour qui nous travaillons." },
};
const message: Words = {
  kind: "LONG_TEXT",
  key: "message",
  required: true,
  label: { en: "Your question", fr: "Votre question" },
  reason: { en: "to answer you.", fr: "pour vous répondre." },
};

const made: Record<Template, { title: Texts; submitLabel: Texts; questions: Words[] }> = {
  newsletter: {
    title: { en: "Our newsletter", fr: "Notre lettre d’information" },
    submitLabel: { en: "Subscribe", fr: "S’inscrire" },
    questions: [email, givenName],
  },
  contact: {
    title: { en: "Write to us", fr: "Écrivez-nous" },
    submitLabel: { en: "Send", fr: "Envoyer" },
    questions: [email, givenName, company, message],
  },
  empty: { title: {}, submitLabel: {}, questions: [email] },
};

export function begun(name: string, template: Template, languages: string[]): Model {
  const { title, submitLabel, questions } = made[template];
  const only = (texts: Texts): Texts => Object.fromEntries(Object.entries(texts).filter(([language]) => languages.includes(language)));
  return {
    name,
    languages,
    title: only(title),
    intro: {},
    submitLabel: only(submitLabel),
    questions: questions.map((words): Question => ({ ...words, id: newId(), label: only(words.label), reason: only(words.reason), options: [], value: "" })),
    consents: [],
    basisPurposeId: null,
    allowedOrigins: [],
    successMessage: {},
    redirectUrl: "",
    routing: null,
  };
}
