import { withOptions, type Model, type Texts } from "./model";

/** What the server will refuse to publish, known beforehand. `web_forms:gap.WHAT` says what to do. */
export interface Gap {
  what: string;
  /** Where: the same paths as the server's problems. */
  field: string;
}

const reserved = ["consent", "consents", "ticket", "language", "page", "leave_blank"];
const wellNamed = (key: string) => /^[a-z][a-z0-9_]{0,39}$/.test(key) && !reserved.includes(key);

export function gaps(model: Model): Gap[] {
  const found: Gap[] = [];
  const miss = (what: string, field: string) => found.push({ what, field });
  const lacks = (texts: Texts, language: string) => !texts[language]?.trim();
  if (!model.languages.length) miss("languages", "languages");
  for (const language of model.languages) {
    if (lacks(model.title, language)) miss("title", `title.${language}`);
    model.questions.forEach((one, at) => {
      if (one.kind !== "HIDDEN" && lacks(one.label, language)) miss("label", `fields.${at}.label.${language}`);
      if (one.kind !== "HIDDEN" && lacks(one.reason, language)) miss("reason", `fields.${at}.reason.${language}`);
      if (withOptions(one.kind) && one.options.some((option) => lacks(option.label, language))) miss("optionLabel", `fields.${at}.options`);
    });
  }
  const mailboxes = model.questions.filter(({ kind }) => kind === "EMAIL");
  if (mailboxes.length !== 1 || !mailboxes[0]?.required) miss("email", "fields");
  if (model.questions.length > 50) miss("tooMany", "fields");
  model.questions.forEach((one, at) => {
    if (!wellNamed(one.key)) miss("key", `fields.${at}.key`);
    if (model.questions.some((other, before) => before < at && other.key === one.key)) miss("sameKey", `fields.${at}.key`);
    if (withOptions(one.kind) && (one.options.length < 1 || one.options.length > 100)) miss("options", `fields.${at}.options`);
  });
  if (!model.consents.length && !model.basisPurposeId) miss("basis", "consents");
  const asksNumber = model.questions.some(({ kind }) => kind === "PHONE");
  model.consents.forEach(({ channel }, at) => {
    if ((channel === "PHONE" || channel === "SMS") && !asksNumber) miss("phone", `consents.${at}`);
  });
  return found.filter((one, at) => found.findIndex((other) => other.field === one.field && other.what === one.what) === at);
}
