import { graphql, type Enum, type ResultOf, type VariablesOf } from "../../kit/client/graphql";
import type { UPDATE } from "../form_query";

/** A form's definition, as the API gives it. */
export const DEFINITION = graphql(`
  fragment Definition on FormDefinition {
    languages
    title { language text }
    intro { language text }
    submitLabel { language text }
    fields { key kind label { language text } reason { language text } required options { value label { language text } } value }
    consents { purposeId channel }
    basisPurposeId
    allowedOrigins
    successMessage { language text }
    redirectUrl
    routing { stageId ownerRule memberIds tags dealTitle }
  }
`);

export type ApiDefinition = ResultOf<typeof DEFINITION>;
export type Kind = Enum<"FormFieldKind">;
export type Channel = Enum<"Channel">;
export type OwnerRule = Enum<"LeadOwnerRule">;
export type Texts = Record<string, string>;

export interface Option {
  id: string;
  value: string;
  label: Texts;
}

export interface Question {
  /** Ours, for the editor only: it stays when the question moves or its key changes. */
  id: string;
  key: string;
  kind: Kind;
  label: Texts;
  reason: Texts;
  required: boolean;
  options: Option[];
  value: string;
}

export interface Offer {
  purposeId: string;
  channel: Channel;
}

export interface Routing {
  stageId: string;
  ownerRule: OwnerRule;
  memberIds: string[];
  tags: string[];
  dealTitle: string;
}

/** What the editor edits: a form's name and draft. */
export interface Model {
  name: string;
  languages: string[];
  title: Texts;
  intro: Texts;
  submitLabel: Texts;
  questions: Question[];
  consents: Offer[];
  basisPurposeId: string | null;
  allowedOrigins: string[];
  successMessage: Texts;
  redirectUrl: string;
  routing: Routing | null;
}

export const withOptions = (kind: Kind) => kind === "CHOICE" || kind === "CHOICES";

export const newId = () => `q${Math.random().toString(36).slice(2)}`;

const byLanguage = (texts: { language: string; text: string }[]): Texts =>
  Object.fromEntries(texts.map(({ language, text }) => [language, text]));

const asList = (texts: Texts) =>
  Object.entries(texts)
    .filter(([, text]) => text.trim() !== "")
    .map(([language, text]) => ({ language, text }));

export function fromApi(name: string, definition: ApiDefinition): Model {
  return {
    name,
    languages: [...definition.languages],
    title: byLanguage(definition.title),
    intro: byLanguage(definition.intro),
    submitLabel: byLanguage(definition.submitLabel),
    questions: definition.fields.map((field) => ({
      id: newId(),
      key: field.key,
      kind: field.kind,
      label: byLanguage(field.label),
      reason: byLanguage(field.reason),
      required: field.required,
      options: field.options.map(({ value, label }) => ({ id: newId(), value, label: byLanguage(label) })),
      value: field.value,
    })),
    consents: definition.consents.map(({ purposeId, channel }) => ({ purposeId, channel })),
    basisPurposeId: definition.basisPurposeId,
    allowedOrigins: [...definition.allowedOrigins],
    successMessage: byLanguage(definition.successMessage),
    redirectUrl: definition.redirectUrl ?? "",
    routing: definition.routing && { ...definition.routing, memberIds: [...definition.routing.memberIds], tags: [...definition.routing.tags] },
  };
}

export type DefinitionInput = NonNullable<VariablesOf<typeof UPDATE>["input"]["definition"]>;

export function toInput(model: Model): DefinitionInput {
  return {
    languages: model.languages,
    title: asList(model.title),
    intro: asList(model.intro),
    submitLabel: asList(model.submitLabel),
    fields: model.questions.map(({ key, kind, label, reason, required, options, value }) => ({
      key,
      kind,
      label: asList(label),
      reason: asList(reason),
      required,
      options: withOptions(kind) ? options.map((option) => ({ value: option.value, label: asList(option.label) })) : [],
      value: kind === "HIDDEN" ? value : "",
    })),
    consents: model.consents,
    basisPurposeId: model.basisPurposeId,
    allowedOrigins: model.allowedOrigins.map((origin) => origin.trim()).filter(Boolean),
    successMessage: asList(model.successMessage),
    redirectUrl: model.redirectUrl.trim() || null,
    routing: model.routing,
  };
}

/** Whether two drafts are the same to the API. */
export const sameDraft = (one: Model, other: Model) =>
  one.name === other.name && JSON.stringify(toInput(one)) === JSON.stringify(toInput(other));

/** A text in the wanted language, or in another one, or nothing. */
export const anyText = (texts: Texts, language: string) => texts[language] || Object.values(texts).find(Boolean) || "";
