import type { Model, Option, Question, Texts } from "./model";

/** One difference between two versions. `web_forms:change.WHAT` says it in plain words with these facts. */
export interface Change {
  what: string;
  /** The facts of the sentence. Values of `language`, `kind`, `channel`, `purpose`, `stage` and `rule` are still codes and ids. */
  facts: Record<string, string>;
  /** The wording before and after, where it is worth reading. */
  from?: string;
  to?: string;
}

/** What differs, in the order of the form. Nothing is said of the editor's own ids. */
export function changes(before: Model, after: Model): Change[] {
  const found: Change[] = [];
  const say = (what: string, facts: Record<string, string> = {}, from?: string, to?: string) => found.push({ what, facts, from, to });
  const value = (what: string, from: string, to: string) => {
    if (from !== to) say(`${what}.${from === "" ? "set" : to === "" ? "removed" : "changed"}`, {}, from, to);
  };
  const languages = [...new Set([...before.languages, ...after.languages])];
  const texts = (what: string, from: Texts, to: Texts, facts: Record<string, string> = {}) => {
    for (const language of languages) {
      if (!before.languages.includes(language) || !after.languages.includes(language)) continue;
      const [old, now] = [(from[language] ?? "").trim(), (to[language] ?? "").trim()];
      if (old !== now) say(what, { ...facts, language }, old, now);
    }
  };

  value("name", before.name, after.name);
  for (const language of after.languages) if (!before.languages.includes(language)) say("language.added", { language });
  for (const language of before.languages) if (!after.languages.includes(language)) say("language.removed", { language });
  if (before.languages[0] !== after.languages[0] && after.languages[0]) say("language.first", { language: after.languages[0] });
  texts("title", before.title, after.title);
  texts("intro", before.intro, after.intro);
  texts("submitLabel", before.submitLabel, after.submitLabel);
  questions(before.questions, after.questions, say, texts);
  offers(before, after, say);
  if (before.basisPurposeId !== after.basisPurposeId) {
    if (after.basisPurposeId) say("basis.set", { purpose: after.basisPurposeId });
    else say("basis.removed", { purpose: before.basisPurposeId! });
  }
  for (const origin of after.allowedOrigins) if (!before.allowedOrigins.includes(origin)) say("origin.added", { origin });
  for (const origin of before.allowedOrigins) if (!after.allowedOrigins.includes(origin)) say("origin.removed", { origin });
  texts("successMessage", before.successMessage, after.successMessage);
  value("redirect", before.redirectUrl, after.redirectUrl);
  routing(before.routing, after.routing, say);
  return found;
}

type Say = (what: string, facts?: Record<string, string>, from?: string, to?: string) => void;
type SayTexts = (what: string, from: Texts, to: Texts, facts?: Record<string, string>) => void;

const named = ({ label, key }: Question) => ({ question: Object.values(label).find(Boolean) || key });

function questions(before: Question[], after: Question[], say: Say, texts: SayTexts) {
  const old = new Map(before.map((one) => [one.key, one]));
  const now = new Map(after.map((one) => [one.key, one]));
  for (const one of before) if (!now.has(one.key)) say("question.removed", named(one));
  for (const one of after) {
    const was = old.get(one.key);
    if (!was) {
      say("question.added", { ...named(one), kind: one.kind });
      continue;
    }
    if (was.kind !== one.kind) say("question.kind", { ...named(one), kind: one.kind });
    if (was.required !== one.required) say(one.required ? "question.required" : "question.optional", named(one));
    texts("question.label", was.label, one.label, { key: one.key });
    texts("question.reason", was.reason, one.reason, named(one));
    if (was.value !== one.value) say("question.value", { key: one.key }, was.value, one.value);
    options(was.options, one.options, named(one), say, texts);
  }
  const kept = (list: Question[], other: Map<string, Question>) => list.filter(({ key }) => other.has(key)).map(({ key }) => key);
  if (kept(before, now).join() !== kept(after, old).join()) say("question.order");
}

function options(before: Option[], after: Option[], facts: { question: string }, say: Say, texts: SayTexts) {
  const old = new Map(before.map((one) => [one.value, one]));
  const now = new Set(after.map(({ value }) => value));
  const name = ({ value, label }: Option) => Object.values(label).find(Boolean) || value;
  for (const one of before) if (!now.has(one.value)) say("option.removed", { ...facts, option: name(one) });
  for (const one of after) {
    const was = old.get(one.value);
    if (!was) say("option.added", { ...facts, option: name(one) });
    else texts("option.label", was.label, one.label, facts);
  }
}

function offers(before: Model, after: Model, say: Say) {
  const same = (one: Model["consents"][number]) => (other: Model["consents"][number]) =>
    one.purposeId === other.purposeId && one.channel === other.channel;
  const facts = ({ purposeId, channel }: Model["consents"][number]) => ({ purpose: purposeId, channel });
  for (const one of after.consents) if (!before.consents.some(same(one))) say("consent.added", facts(one));
  for (const one of before.consents) if (!after.consents.some(same(one))) say("consent.removed", facts(one));
  const kept = (list: Model["consents"], other: Model["consents"]) => list.filter((one) => other.some(same(one))).map((one) => JSON.stringify(facts(one)));
  if (kept(before.consents, after.consents).join() !== kept(after.consents, before.consents).join()) say("consent.order");
}

function routing(before: Model["routing"], after: Model["routing"], say: Say) {
  if (!before && !after) return;
  if (!before) return say("routing.set", { stage: after!.stageId });
  if (!after) return say("routing.removed");
  if (before.stageId !== after.stageId) say("routing.stage", { stage: after.stageId });
  if (before.ownerRule !== after.ownerRule) say("routing.rule", { rule: after.ownerRule });
  if (before.memberIds.join() !== after.memberIds.join()) say("routing.members");
  if (before.tags.join() !== after.tags.join()) say("routing.tags", {}, before.tags.join(", "), after.tags.join(", "));
  if (before.dealTitle !== after.dealTitle) say("routing.dealTitle", {}, before.dealTitle, after.dealTitle);
}
