// @ts-check
/**
 * The form as a web component, for pages on other sites.
 *
 *   <script src="https://crm.example/embed.js" defer></script>
 *   <accord-form form="form_…" lang="fr">
 *     <a href="https://crm.example/forms/form_…">Open the form</a>
 *   </accord-form>
 *
 * A classic script, served as it is in the repository: no module, no build step. It talks to one origin
 * only, so the page's policy needs just `script-src` and `connect-src` for it. It sets no cookie, stores
 * nothing, and of the page's URL it sends only origin, path and the usual utm_ parameters. The element's
 * content is shown until the form has loaded, and stays if it cannot be loaded. It never throws into the
 * page: each mistake in embedding it is explained once by a warning in the console.
 *
 * Attributes: `form` (its id), `lang` (default: the page's), `server` (default: the origin of the link
 * inside the element, else of the script, which modules and some loaders hide). The component sets `state`
 * to `ready` and then `received`, or to `failed`.
 * Events (they bubble, and never contain what the visitor typed): `accord:ready` {form, version, language},
 * `accord:received` {form, version, redirect}, `accord:error` {form, kind, status, codes}.
 *
 * Font and text colour are inherited. Custom properties:
 *   --accord-accent       buttons, ticks, links     --accord-on-accent   text on them
 *   --accord-ink          text                      --accord-soft        explanations
 *   --accord-line         separating lines          --accord-edge        input borders, 3:1 on the background
 *   --accord-ground       input background          --accord-wrong       problems
 *   --accord-focus        focus ring                --accord-radius      corners
 *   --accord-gap          between questions         --accord-min-height  height reserved while loading
 *   --accord-title-display  `none` if the page has its own title
 * The default colours are mixed with the page's text colour, so they are legible on any background; the main
 * button follows the page's `color-scheme`. To avoid any layout shift, also reserve the height in the page's
 * own style sheet:
 * `accord-form:not([state=received]) { display: block; min-height: 40rem }`.
 */
(() => {
  "use strict";

  /**
   * @typedef {{value: string, label: string}} Option
   * @typedef {{key: string, kind: string, label: string, reason: string, required: boolean,
   *   autocomplete?: string, maxLength?: number, options?: Option[], value?: string}} Field
   * @typedef {{key: string, title: string, channel: string, channelText: string, label: string,
   *   description: string}} Consent
   * @typedef {{legalName: string, postalAddress: string, contactEmail: string,
   *   privacyNoticeUrl: string}} Legal
   * @typedef {{form: string, version: string, language: string, title: string, intro: string,
   *   submitLabel: string, fields: Field[], consents: Consent[], legal: Legal, basisText?: string,
   *   honeypot: string, ticket: string, ticketAgeMs?: number, messages: Record<string, string>,
   *   received: Record<string, string>}} Definition
   * @typedef {{code?: string, field?: string | null, message: string}} Problem
   * @typedef {{status: number, retryAfter: number, body: any}} Answer  status 0: no answer
   * @typedef {{field: Field, node: HTMLElement, boxes: Box[], read: () => string[],
   *   say: (text: string) => void}} Question
   * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Box
   */

  // Without constructable style sheets, styling needs what strict policies forbid: the fallback is better.
  if (!("customElements" in window) || !("adoptedStyleSheets" in Document.prototype) || customElements.get("accord-form")) return;

  /** @param {unknown} address @returns {URL | null} the URL if a browser may be sent there */
  function web(address) {
    try {
      const url = new URL(String(address));
      return /^https?:$/.test(url.protocol) ? url : null;
    } catch {
      return null;
    }
  }

  // Empty in a module, and if a loader runs the text itself or it is in a bundle, whose URL is not ours.
  const script = web(document.currentScript && /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const scriptOrigin = script && script.pathname === "/embed.js" ? script.origin : "";

  /** @type {Set<string>} */
  const warned = new Set();

  /** Warns the page's author about a mistake, once each. @param {string} remedy */
  function warn(remedy) {
    if (warned.has(remedy)) return;
    warned.add(remedy);
    console.warn(`accord-form: ${remedy}`);
  }

  /**
   * The language of the page around an element, across the shadow roots that contain it.
   * @param {Element} element
   */
  function languageAround(element) {
    for (let at = /** @type {Element | null} */ (element); at;) {
      const near = at.closest("[lang]");
      if (near) return near.getAttribute("lang") || "";
      const root = at.getRootNode();
      at = root instanceof ShadowRoot ? root.host : null;
    }
    return "";
  }

  /** White space and invisible characters around a pasted address or number. */
  const edges = /^[\s\p{Cc}\p{Cf}\u{fe00}-\u{fe0f}]+|[\s\p{Cc}\p{Cf}\u{fe00}-\u{fe0f}]+$/gu;

  /** Messages for before the form's own texts are loaded. */
  const early = {
    en: { failed: "The form could not be loaded.", closed: "This form is closed.", retry: "Try again" },
    fr: { failed: "Le formulaire n’a pas pu être chargé.", closed: "Ce formulaire est fermé.", retry: "Réessayer" },
  };

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
:host {
  --_accent: var(--accord-accent, #165a50);
  --_on: var(--accord-on-accent, #fff);
  --_link: var(--accord-accent, currentColor);
  --_wrong: var(--accord-wrong, currentColor);
  --_focus: var(--accord-focus, currentColor);
  --_edge: var(--accord-edge, #7a848b);
  --_line: var(--accord-line, #8884);
  --_radius: var(--accord-radius, 0.4rem);
  color: var(--accord-ink, inherit);
  display: block;
  line-height: 1.5;
  min-height: var(--accord-min-height, 20rem);
  overflow-wrap: break-word;
}
:host([state=received]), :host([state=failed]) { min-height: 0 }
/* Half the page's text colour, so legible on light and dark backgrounds, whatever the page declares. */
@supports (color: color-mix(in srgb, red, red)) {
  :host {
    --_link: var(--accord-accent, color-mix(in srgb, currentColor 45%, #1a8474));
    --_wrong: var(--accord-wrong, color-mix(in srgb, currentColor 45%, #d62c22));
    --_focus: var(--accord-focus, color-mix(in srgb, currentColor 35%, #d9700f));
    --_edge: var(--accord-edge, color-mix(in srgb, currentColor 60%, transparent));
  }
}
@supports (color: light-dark(red, red)) {
  :host {
    --_accent: var(--accord-accent, light-dark(#165a50, #86d3c3));
    --_on: var(--accord-on-accent, light-dark(#fff, #06231e));
  }
}
:host([hidden]), [hidden] { display: none !important }
*, ::before, ::after { box-sizing: border-box }
:focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px }
form > h2 { display: var(--accord-title-display, block) }
h2 { font-size: 1.35em; line-height: 1.25; margin: 0 0 .5rem }
h3, legend, .label { display: block; font-size: 1em; font-weight: 600; margin: 0 0 .15rem; padding: 0 }
p { margin: 0 0 .5rem }
a { color: var(--_link); display: inline-block; min-height: 1.5rem }
.lines { white-space: pre-line }
.soft { color: var(--accord-soft, inherit); font-weight: 400 }
.unseen { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px }
.field { border: 0; margin: var(--accord-gap, 1.25rem) 0; min-width: 0; padding: 0 }
.wrong { border-inline-start: .25rem solid var(--_wrong); padding-inline-start: .8rem }
.error { color: var(--_wrong); font-weight: 600 }
.error:empty, [role=status]:empty, .rest:empty { display: none }
input, select, textarea, button { color: inherit; font: inherit }
input:not([type=checkbox], [type=radio]), select, textarea {
  background: var(--accord-ground, transparent); border: 1px solid var(--_edge); border-radius: var(--_radius);
  display: block; min-height: 2.75rem; padding: .45rem .7rem; width: 100%;
}
option { background: Field; color: FieldText }
textarea { resize: vertical }
[aria-invalid=true]:not([type=checkbox], fieldset) { border: 2px solid var(--_wrong) }
.tick { display: grid; gap: .75rem; grid-template-columns: 1.5rem minmax(0, 1fr); padding: .3rem 0 }
.tick input { accent-color: var(--_accent); height: 1.5rem; margin: 0; width: 1.5rem }
.tick strong { display: block }
.tick + .soft { margin-inline-start: 2.25rem }
address { font-style: normal }
address > * { display: block }
.who { border-top: 1px solid var(--_line); margin-top: 1.75rem; padding-top: 1rem }
.trap { height: 1px; inset-inline-start: -100vw; overflow: hidden; position: absolute; width: 1px }
.notice { border: 1px solid var(--_wrong); border-inline-start-width: .35rem; border-radius: var(--_radius); margin: 0 0 1rem; padding: .8rem 1rem }
.notice ul { margin: 0; padding-inline-start: 1.2rem }
.notice a { color: var(--_wrong); display: block; width: fit-content }
button {
  background: var(--_accent); border: 1px solid var(--_edge); border-radius: var(--_radius); cursor: pointer;
  font-weight: 600; min-height: 2.9rem; padding: .55rem 1.4rem;
}
/* On the span: colours mixed with the text colour, such as the focus ring, are on the page's background. */
button span { color: var(--_on) }
button:hover span { text-decoration: underline }
form > button { margin-top: .75rem }
button[type=button] { background: transparent }
button[type=button] span { color: var(--_link) }
[aria-disabled=true] { cursor: progress; opacity: .75 }
[role=status] { margin: .75rem 0 0 }
.rest ul { margin: .75rem 0 1rem; padding-inline-start: 1.2rem }
@media (max-width: 30rem) { button { width: 100% } }
`);

  /**
   * @template {keyof HTMLElementTagNameMap} T
   * @param {T} tag
   * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
   *   null, undefined and false are omitted
   * @param {...(Node | string | null | false | undefined)} children
   * @returns {HTMLElementTagNameMap[T]}
   */
  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value != null && value !== false) node.setAttribute(name, value === true ? "" : String(value));
    }
    for (const child of children) if (child) node.append(child);
    return node;
  }

  /** @param {number} ms @returns {Promise<void>} */
  const pause = (ms) => new Promise((resume) => setTimeout(resume, Math.max(0, ms)));

  /** @param {string} address @param {[string, string][]} [message] @returns {Promise<Answer>} */
  async function ask(address, message) {
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), 30000);
    try {
      const response = await fetch(address, {
        method: message ? "POST" : "GET",
        headers: { accept: "application/json" },
        // URL-encoded like a plain form. The page can break JSON: old libraries add `toJSON` to arrays and
        // strings.
        body: message && new URLSearchParams(message),
        mode: "cors",
        credentials: "omit",
        referrerPolicy: "origin",
        cache: "no-store",
        signal: abort.signal,
      });
      const body = await response.json().catch(() => null);
      return { status: response.status, retryAfter: Number(response.headers.get("retry-after")), body: body || {} };
    } catch {
      return { status: 0, retryAfter: 0, body: {} };
    } finally {
      clearTimeout(patience);
    }
  }

  /** The URL of the page, without parts that may tell more about the visitor. */
  function page() {
    const kept = new URLSearchParams();
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (/^utm_(source|medium|campaign|term|content|id)$/.test(name)) kept.append(name, value);
    }
    const query = String(kept);
    return location.origin + location.pathname + (query && `?${query}`);
  }

  /**
   * One question; its reason and its problem are its accessible description.
   * @param {Field} field
   * @param {Record<string, string>} t
   * @returns {Question}
   */
  function question(field, t) {
    const { key, kind, label, reason, required } = field;
    const options = field.options || [];
    const id = `field-${key}`;
    const many = kind === "CHOICES";
    const group = many || (kind === "CHOICE" && required && options.length <= 5);
    const hint = reason && el("p", { class: "soft", id: `reason-${key}` }, `${t.why} ${reason}`);
    const limit = kind === "LONG_TEXT" && Boolean(field.maxLength)
      && el("p", { class: "soft", id: `limit-${key}` }, t.max_before + field.maxLength + t.max_after);
    const error = el("p", { class: "error", id: `error-${key}` });
    const describedby = [error, hint, limit].map((part) => part && part.id).filter(Boolean).join(" ");
    const optional = !required && el("span", { class: "soft" }, ` ${t.optional}`);
    // A checkbox does not look like something to fill in, so it is marked as required itself.
    const mark = required ? el("span", { class: "soft" }, ` ${t.required}`) : optional;
    const common = { id, name: key, required, autocomplete: field.autocomplete || null, "aria-describedby": describedby };

    /** @type {Box[]} */
    let boxes;
    /** @type {HTMLElement} */
    let node;
    if (group) {
      boxes = options.map((option, at) => el("input", {
        type: many ? "checkbox" : "radio",
        id: at ? `${id}-${at + 1}` : id,
        name: key,
        value: option.value,
        required: !many,
      }));
      const role = many ? {} : { role: "radiogroup", "aria-required": "true" };
      node = el("fieldset", { class: "field", "aria-describedby": describedby, ...role },
        el("legend", {}, label, optional), hint, error,
        ...options.map((option, at) => el("div", { class: "tick" }, boxes[at], el("label", { for: boxes[at].id }, option.label))));
    } else if (kind === "CHECKBOX") {
      boxes = [el("input", { ...common, type: "checkbox" })];
      node = el("div", { class: "field" }, error,
        el("div", { class: "tick" }, boxes[0], el("label", { for: id }, label, mark)), hint);
    } else {
      if (kind === "CHOICE") {
        boxes = [el("select", common, el("option", { value: "" }, t.choose),
          ...options.map((option) => el("option", { value: option.value }, option.label)))];
      } else if (kind === "LONG_TEXT") {
        boxes = [el("textarea", { ...common, rows: 4, dir: "auto", maxlength: field.maxLength || null })];
      } else {
        // Not `type=email`, whose pattern allows only ASCII; no `maxlength`, which would cut off text pasted
        // with spaces around it.
        const [email, exact] = [kind === "EMAIL", kind === "EMAIL" || kind === "PHONE"];
        boxes = [el("input", {
          ...common,
          type: kind === "PHONE" ? "tel" : "text",
          inputmode: email ? "email" : null,
          maxlength: exact ? null : field.maxLength || null,
          spellcheck: email ? "false" : null,
          autocapitalize: email ? "none" : null,
          dir: exact ? "ltr" : "auto",
        })];
      }
      node = el("div", { class: "field" }, el("label", { class: "label", for: id }, label, optional), hint, limit, error, boxes[0]);
    }

    const ticked = () => /** @type {HTMLInputElement[]} */ (boxes).filter((box) => box.checked).map((box) => box.value);
    const invalid = group && !many ? [node] : boxes;
    return {
      field,
      node,
      boxes,
      read: () => group ? ticked()
        : kind === "CHECKBOX" ? ticked().map(() => "true")
        : [kind === "EMAIL" || kind === "PHONE" ? boxes[0].value.replace(edges, "") : boxes[0].value],
      say(text) {
        error.replaceChildren(...(text ? [el("span", { class: "unseen" }, `${t.error_prefix} `), text] : []));
        node.classList.toggle("wrong", Boolean(text));
        for (const part of invalid) text ? part.setAttribute("aria-invalid", "true") : part.removeAttribute("aria-invalid");
      },
    };
  }

  /**
   * A problem that needs no server, in the server's words. Only the server validates addresses and numbers.
   * @param {Question} question
   * @param {Record<string, string>} t
   */
  function problemOf({ field, read }, t) {
    const texts = read();
    if (field.required && !texts.some((text) => text.trim())) {
      return field.kind === "CHECKBOX" ? t.problem_tick
        : field.kind === "EMAIL" ? t.problem_email
        : field.options && field.options.length ? t.problem_choice
        : t.problem_required;
    }
    return field.kind === "EMAIL" && texts[0] && !/.@./u.test(texts[0]) ? t.problem_email : "";
  }

  /** @param {string} server */
  const remedyOf = (server) =>
    `If the browser is online, add ${location.origin} to the form's allowedOrigins, and allow ${server} in the connect-src of this page's policy.`;

  class AccordForm extends HTMLElement {
    static get observedAttributes() {
      return ["form", "lang", "server"];
    }

    constructor() {
      super();
      /** @type {Definition | null} */
      this._form = null;
      /** @type {Question[]} */
      this._questions = [];
      /** @type {HTMLInputElement[]} */
      this._consents = [];
      this._address = "";
      this._ticket = "";
      this._ripe = 0;
      this._sending = false;
      this._planned = false;
      this._turn = 0;
      // Notice and status exist from the start: screen readers announce only changes of existing regions.
      this._notice = el("div", { class: "notice", tabindex: "-1", role: "group", hidden: true });
      this._body = el("div", {}, el("slot"));
      this._status = el("p", { role: "status" });
      this._rest = el("div", { class: "rest" });
      this._root = el("div", {}, this._notice, this._body, this._status, this._rest);
      // Only bots should fill this in: each attribute tells a password manager to leave it alone.
      this._trap = el("input", {
        type: "text",
        tabindex: "-1",
        autocomplete: "off",
        "data-1p-ignore": true,
        "data-lpignore": "true",
        "data-bwignore": true,
        "data-form-type": "other",
      });
      this._label = el("span");
      this._button = el("button", { type: "submit" }, this._label);
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      root.append(this._root);
    }

    connectedCallback() {
      if (!this._form) this._plan();
    }

    /** @param {string} _name @param {string | null} before @param {string | null} after */
    attributeChangedCallback(_name, before, after) {
      if (before !== after && this.isConnected) this._plan();
    }

    /** Loads the form once after a batch of attribute changes. */
    _plan() {
      if (this._planned) return;
      this._planned = true;
      queueMicrotask(() => {
        this._planned = false;
        if (!this.isConnected) return;
        if (this.getAttribute("form")) this._load();
        else warn('say which form is to be shown: <accord-form form="form_…">.');
      });
    }

    /** The server of the form: from the attribute, else the link inside the element, else the script. */
    _server() {
      const said = web(this.getAttribute("server"));
      if (said) return said.origin;
      for (const link of this.querySelectorAll("a[href]")) {
        const url = web(/** @type {HTMLAnchorElement} */ (link).href);
        if (url && url.pathname === `/forms/${this.getAttribute("form")}`) return url.origin;
      }
      return scriptOrigin;
    }

    /** Our texts may differ from the page in language and direction. @param {string} language */
    _speak(language) {
      this._root.lang = language;
      this._root.dir = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)(-|$)/.test(language) ? "rtl" : "ltr";
    }

    async _load() {
      const turn = ++this._turn;
      const id = this.getAttribute("form") || "";
      const server = this._server();
      if (!server) {
        this.setAttribute("state", "failed");
        warn("cannot tell which server the form is on, because a module or a loader hides where this script came from. "
          + 'Load it with <script src="https://…/embed.js" defer>, or name the server: <accord-form server="https://…" form="…">.');
        return;
      }
      const language = languageAround(this).split("-")[0].toLowerCase();
      const query = language && `?lang=${encodeURIComponent(language)}`;
      const address = `${server}/forms/${encodeURIComponent(id)}`;
      const { status, body } = await ask(`${address}/definition${query}`);
      if (turn !== this._turn) return;
      if (status === 200 && Array.isArray(body.fields) && Array.isArray(body.consents)) {
        this._address = address;
        this._show(body);
        this._tell("ready", { language: body.language });
        return;
      }
      const spoken = language === "fr" ? "fr" : "en";
      const texts = early[spoken];
      const closed = status === 404 || status === 410;
      this._form = null;
      this._body.replaceChildren(el("slot"));
      this._rest.replaceChildren();
      this._speak(spoken);
      this.setAttribute("state", "failed");
      this._explain(closed ? texts.closed : texts.failed, closed ? "" : texts.retry, () => this._load());
      this._tell("error", { kind: "definition", status, codes: [] });
      if (closed) warn(`there is no open form ${id} on ${server}. Check the id in the form attribute; a form must be published, and not archived.`);
      else if (status === 0) warn(`${server} could not be asked for the form. ${remedyOf(server)}`);
      else if (status === 200) warn(`${server} did not answer with a form. Name the Accord server: <accord-form server="https://…" form="…">.`);
    }

    /** @param {Definition} form */
    _show(form) {
      const t = form.messages;
      const { legal } = form;
      const consentNeeded = !form.basisText;
      this._speak(form.language);
      this._form = form;
      this._ticket = form.ticket;
      // The server rejects younger tickets: a faster visitor (autofill) waits a moment, and is not refused.
      this._ripe = performance.now() + (form.ticketAgeMs || 0) + 50;
      this._questions = form.fields.filter((field) => field.kind !== "HIDDEN").map((field) => question(field, t));
      this._consents = form.consents.map((consent, at) => el("input", {
        type: "checkbox",
        id: `consent-${at}`,
        name: "consent",
        value: consent.key,
        required: consentNeeded && form.consents.length === 1,
        "aria-describedby": consent.description ? `about-${at} error-consents` : "error-consents",
      }));
      this._trap.name = form.honeypot;
      this._trap.value = "";
      this._label.textContent = form.submitLabel;
      const notice = web(legal.privacyNoticeUrl);
      const node = el("form", { novalidate: true },
        form.title && el("h2", {}, form.title),
        form.intro && el("p", { class: "lines" }, form.intro),
        el("div", { class: "trap", "aria-hidden": "true" }, el("label", {}, t.honeypot_label, this._trap)),
        el("p", { class: "soft" }, t.optional_note),
        ...this._questions.map((question) => question.node),
        el("section", { class: "who" },
          el("h3", {}, t.who_title),
          el("address", { class: "soft" },
            el("strong", {}, legal.legalName),
            el("span", { class: "lines" }, legal.postalAddress),
            el("span", {}, `${t.contact} `, el("a", { href: `mailto:${legal.contactEmail}` }, legal.contactEmail)),
            notice && el("a", { href: notice.href, target: "_blank", rel: "noopener noreferrer" }, t.privacy_notice))),
        form.consents.length > 0 && el("fieldset", { class: "field" },
          el("legend", {}, t.consents_title,
            consentNeeded && el("span", { class: "soft" }, ` ${form.consents.length > 1 ? t.at_least_one : t.required}`)),
          el("p", { class: "soft" }, t.consents_hint),
          el("p", { class: "error", id: "error-consents" }),
          ...form.consents.map((consent, at) => el("div", {},
            el("div", { class: "tick" }, this._consents[at],
              el("label", { for: `consent-${at}` }, el("strong", {}, `${consent.title} (${consent.channelText})`), consent.label)),
            consent.description && el("p", { class: "soft lines", id: `about-${at}` }, consent.description)))),
        el("p", { class: "soft" }, form.basisText
          ? `${t.basis_label} ${form.basisText} ${form.consents.length ? t.basis_consents_note : ""}`
          : t.confirmation_note),
        this._button);
      node.addEventListener("submit", (event) => {
        event.preventDefault();
        this._send();
      });
      this._notice.hidden = true;
      this._status.textContent = "";
      this._rest.replaceChildren();
      this._body.replaceChildren(node);
      this.setAttribute("state", "ready");
    }

    async _send() {
      const form = this._form;
      if (!form || this._sending) return;
      const t = form.messages;
      const wrong = this._questions
        .map((question) => ({ code: "invalid", field: question.field.key, message: problemOf(question, t) }))
        .filter((problem) => problem.message);
      const consents = this._consents.filter((box) => box.checked).map((box) => box.value);
      if (!form.basisText && !consents.length) wrong.push({ code: "required", field: "consents", message: t.problem_consent });
      if (wrong.length) return this._refuse(wrong, 0);

      /** @type {[string, string][]} */
      const message = [["language", form.language], ["page", page()], [form.honeypot, this._trap.value]];
      for (const field of form.fields) if (field.kind === "HIDDEN") message.push([field.key, field.value || ""]);
      for (const { field, read } of this._questions) for (const text of read()) message.push([field.key, text]);
      for (const consent of consents) message.push(["consent", consent]);

      this._busy(true);
      await pause(Math.min(this._ripe - performance.now(), 5000));
      let answer = await ask(this._address, [["ticket", this._ticket], ...message]);
      if (this._renew(answer)) {
        await pause(Math.min(Number(answer.body.retryAfterMs) || 1000, 30000));
        answer = await ask(this._address, [["ticket", this._ticket], ...message]);
        this._renew(answer);
      }
      this._busy(false);
      if (this._form === form) this._conclude(answer, consents.length > 0);
    }

    /** @param {Answer} answer @returns {boolean} whether there is a new ticket */
    _renew({ status, body }) {
      // 409: the ticket was too old or too young; 429 with a ticket: it was used too often.
      if ((status !== 409 && status !== 429) || typeof body.ticket !== "string") return false;
      this._ticket = body.ticket;
      return true;
    }

    /** @param {Answer} answer @param {boolean} asksConsent */
    _conclude({ status, retryAfter, body }, asksConsent) {
      const t = /** @type {Definition} */ (this._form).messages;
      if (status === 202) return this._thank(body, asksConsent);
      // Only problems of questions are written for visitors; other server messages are for programs.
      const problems = status === 422 && Array.isArray(body.problems) ? body.problems.filter((/** @type {Problem} */ problem) => this._placeOf(problem)) : [];
      if (problems.length) return this._refuse(problems, status);
      if (status === 403 || status === 0) warn(`what a visitor sent was not taken. ${remedyOf(new URL(this._address).origin)}`);

      const wait = Math.ceil(retryAfter || 60);
      const [kind, text] = status === 0 ? ["network", t.network_error]
        : status === 409 ? ["stale", t.send_again]
        : status === 429 ? ["busy", t.wait_before + (wait < 90 ? wait + t.wait_seconds : Math.ceil(wait / 60) + t.wait_minutes)]
        : status === 403 ? ["refused", t.forbidden]
        : status === 404 || status === 410 ? ["refused", t.gone]
        : status === 413 ? ["rejected", t.too_large]
        : ["unavailable", t.unavailable];
      this._clear();
      this._explain(text, kind === "network" || kind === "unavailable" ? t.retry : "", () => this._send());
      this._tell("error", { kind, status, codes: body.code ? [body.code] : [] });
    }

    /** @param {{message?: string, redirect?: string | null}} body @param {boolean} asksConsent */
    _thank(body, asksConsent) {
      const form = /** @type {Definition} */ (this._form);
      const { messages: t, received } = form;
      const redirect = web(body.redirect);
      const waits = asksConsent || !form.basisText;
      const title = el("h2", { tabindex: "-1" }, form.basisText ? received.basis_title : received.title);
      const again = el("button", { type: "button" }, el("span", {}, t.again));
      again.addEventListener("click", async () => {
        await this._load();
        if (this._questions.length) this._questions[0].boxes[0].focus();
      });
      this._notice.hidden = true;
      this._body.replaceChildren(title); // removes what was typed
      this._questions = [];
      this._consents = [];
      this._status.textContent = body.message || "";
      if (waits) {
        const [press, deadline] = form.basisText ? [received.basis_press, received.basis_deadline] : [received.press, received.deadline];
        this._rest.append(el("ul", {}, ...[press, deadline].map((text) => el("li", {}, text))));
      }
      this._rest.append(again);
      this.setAttribute("state", "received");
      title.focus();
      this._tell("received", { redirect: redirect ? redirect.href : null });
      if (redirect) location.assign(redirect.href);
    }

    /** The control that a problem is about. @param {Problem} problem @returns {Box | undefined} */
    _placeOf({ field }) {
      const found = this._questions.find((question) => question.field.key === field);
      return found ? found.boxes[0] : field === "consents" ? this._consents[0] : undefined;
    }

    /**
     * Shows the problems beside each question and, with links, above the form.
     * @param {Problem[]} problems
     * @param {number} status
     */
    _refuse(problems, status) {
      const t = /** @type {Definition} */ (this._form).messages;
      this._clear();
      const items = problems.map((problem) => {
        const { field, message } = problem;
        const found = this._questions.find((question) => question.field.key === field);
        const target = this._placeOf(problem);
        if (found) found.say(message);
        else this._aboutConsents(message);
        if (!target) return el("li", {}, message);
        const link = el("a", { href: `#${target.id}` }, found ? `${found.field.label} – ${message}` : message);
        // A fragment does not work in a shadow tree, and the URL belongs to the page.
        link.addEventListener("click", (event) => {
          event.preventDefault();
          target.focus();
        });
        return el("li", {}, link);
      });
      this._alert(el("p", { class: "label" }, t.problems_title), el("ul", {}, ...items));
      this._tell("error", { kind: "rejected", status, codes: problems.map((problem) => problem.code || "invalid") });
    }

    _clear() {
      for (const question of this._questions) question.say("");
      this._aboutConsents("");
    }

    /** @param {string} text */
    _aboutConsents(text) {
      const place = this._body.querySelector("#error-consents");
      if (place) {
        place.textContent = text;
        if (place.parentElement) place.parentElement.classList.toggle("wrong", Boolean(text));
      }
      for (const box of this._consents) text ? box.setAttribute("aria-invalid", "true") : box.removeAttribute("aria-invalid");
    }

    /** @param {string} text @param {string} retry label of a button, or nothing @param {() => void} action */
    _explain(text, retry, action) {
      const button = el("button", { type: "button" }, el("span", {}, retry));
      button.addEventListener("click", action);
      // While loading, the visitor has not done anything yet: only announce it, without moving the focus.
      this._alert(el("p", this._form ? {} : { role: "alert" }, text), retry && button);
    }

    /** @param {...(Node | string)} parts */
    _alert(...parts) {
      this._notice.replaceChildren(...parts.filter(Boolean));
      this._notice.hidden = false;
      const title = /** @type {HTMLElement} */ (this._notice.firstChild);
      title.id = "notice";
      this._notice.setAttribute("aria-labelledby", title.id);
      if (this._form) this._notice.focus();
    }

    /** Not `disabled`, which would lose the focus. @param {boolean} sending */
    _busy(sending) {
      this._sending = sending;
      this._button.setAttribute("aria-disabled", String(sending));
      // There is no form if the page changed the attributes meanwhile and the new one did not load.
      this._status.textContent = sending && this._form ? this._form.messages.sending : "";
      if (!sending) return;
      if (this._notice.matches(":focus-within")) this._button.focus(); // the retry button will be hidden
      this._notice.hidden = true;
    }

    /** @param {string} name @param {object} detail */
    _tell(name, detail) {
      const { form = this.getAttribute("form"), version = null } = this._form || {};
      this.dispatchEvent(new CustomEvent(`accord:${name}`, { bubbles: true, composed: true, detail: { form, version, ...detail } }));
    }
  }

  customElements.define("accord-form", AccordForm);
})();
