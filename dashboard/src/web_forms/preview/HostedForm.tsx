import { withOptions, type Model, type Question, type Texts } from "../model/model";
import { purposeText, type Around } from "../form_query";
import words from "./words.json";

type Words = (typeof words)["en"];

/** Limits on answers, as the server has them. */
const longest: Partial<Record<Question["kind"], number>> = { LONG_TEXT: 4_000 };

/** The form as its own page shows it: the same markup as the server writes, for the draft. */
export function HostedForm({ model, around, language }: { model: Model; around: Around; language: string }) {
  const t: Words = language === "fr" ? words.fr : words.en;
  const text = (texts: Texts) => texts[language] ?? "";
  const basis = around.purposes.find(({ id }) => id === model.basisPurposeId);
  const { controller } = around;
  return (
    <>
      {model.languages.length > 1 && (
        <nav className="languages">
          <ul>
            {model.languages.map((one) => (
              <li key={one}>
                <a lang={one} aria-current={one === language ? "true" : undefined}>
                  {one === "fr" ? words.fr.language : words.en.language}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <main>
        <article className="card">
          <h1>{text(model.title)}</h1>
          {text(model.intro) && <p className="lead lines">{text(model.intro)}</p>}
          <form noValidate onSubmit={(event) => event.preventDefault()}>
            <p className="hint">{t.form.optional_note}</p>
            {model.questions.map((question) => (
              <Field key={question.id} question={question} t={t} language={language} />
            ))}
            <section className="who">
              <h2>{t.form.who_title}</h2>
              <address>
                <strong>{controller.legalName}</strong>
                <span className="lines">{controller.postalAddress}</span>
                <span>
                  {t.form.contact} <a href={`mailto:${controller.contactEmail}`}>{controller.contactEmail}</a>
                </span>
                <a>{t.form.privacy_notice}</a>
              </address>
            </section>
            {model.consents.length > 0 && <Consents model={model} around={around} language={language} t={t} needed={!basis} />}
            {basis ? (
              <p className="note">
                {t.form.basis_label} {t.bases[basis.legalBasis]} {model.consents.length > 0 && t.form.basis_consents_note}
              </p>
            ) : (
              <p className="note">{t.form.confirmation_note}</p>
            )}
            <button type="button" className="primary">
              {text(model.submitLabel) || t.send}
            </button>
          </form>
        </article>
      </main>
    </>
  );
}

interface ConsentsProps {
  model: Model;
  around: Around;
  language: string;
  t: Words;
  needed: boolean;
}

function Consents({ model, around, language, t, needed }: ConsentsProps) {
  const one = model.consents.length === 1;
  return (
    <fieldset className="field consents" aria-describedby="consents-hint">
      <legend>
        {t.form.consents_title} {needed && <span className="optional">{one ? t.form.required : t.form.at_least_one}</span>}
      </legend>
      <p className="hint" id="consents-hint">
        {t.form.consents_hint}
      </p>
      {model.consents.map(({ purposeId, channel }, at) => {
        const words = purposeText(around.purposes.find(({ id }) => id === purposeId), language);
        const id = `consent-${at}`;
        return (
          <div className="consent" key={`${purposeId} ${channel}`}>
            <div className="tick">
              <input type="checkbox" id={id} aria-describedby={words?.description ? `about-${id}` : undefined} />
              <label htmlFor={id}>
                <strong>
                  {words?.title} ({t.channels[channel]})
                </strong>{" "}
                <span className="wording">{words?.wording}</span>
              </label>
            </div>
            {words?.description && (
              <p className="hint lines" id={`about-${id}`}>
                {words.description}
              </p>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

function Field({ question, t, language }: { question: Question; t: Words; language: string }) {
  const { key, kind, required, options } = question;
  const id = `field-${question.id}`;
  const label = question.label[language] ?? "";
  const reason = question.reason[language];
  const hint = reason && (
    <p className="hint" id={`reason-${question.id}`}>
      <span className="why">{t.form.why}</span> {reason}
    </p>
  );
  const optional = !required && <span className="optional"> {t.form.optional}</span>;
  const described = reason ? `reason-${question.id}` : undefined;
  if (kind === "HIDDEN") return null;
  if (kind === "CHECKBOX") {
    return (
      <div className="field">
        <div className="tick">
          <input type="checkbox" id={id} aria-describedby={described} />
          <label htmlFor={id}>
            {label} <span className="optional">{required ? t.form.required : t.form.optional}</span>
          </label>
        </div>
        {hint}
      </div>
    );
  }
  if (withOptions(kind) && (kind === "CHOICES" || (required && options.length <= 5))) {
    return (
      <fieldset className="field" aria-describedby={described}>
        <legend>
          {label}
          {optional}
        </legend>
        {hint}
        {options.map((option, at) => (
          <div className="tick" key={option.id}>
            <input type={kind === "CHOICES" ? "checkbox" : "radio"} id={`${id}-${at}`} name={key} />
            <label htmlFor={`${id}-${at}`}>{option.label[language] ?? ""}</label>
          </div>
        ))}
      </fieldset>
    );
  }
  const limit = longest[kind];
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional}
      </label>
      {hint}
      {limit && <p className="hint">{`${t.form.max_before}${limit}${t.form.max_after}`}</p>}
      {kind === "CHOICE" ? (
        <select id={id} aria-describedby={described}>
          <option value="">{t.form.choose}</option>
          {options.map((option) => (
            <option key={option.id}>{option.label[language] ?? ""}</option>
          ))}
        </select>
      ) : kind === "LONG_TEXT" ? (
        <textarea id={id} rows={5} aria-describedby={described} />
      ) : (
        <input id={id} type={kind === "PHONE" ? "tel" : "text"} autoComplete="off" aria-describedby={described} />
      )}
    </div>
  );
}
