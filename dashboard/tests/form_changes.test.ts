import { describe, expect, it } from "vitest";
import { changes } from "../src/web_forms/model/changes";
import { gaps } from "../src/web_forms/model/gaps";
import { begin, step } from "../src/web_forms/model/history";
import { fromApi, sameDraft, toInput, type Model } from "../src/web_forms/model/model";
import { begun } from "../src/web_forms/templates";

const form = (part: Partial<Model> = {}): Model => ({ ...begun("Letter", "contact", ["en", "fr"]), consents: [{ purposeId: "p", channel: "EMAIL" }], ...part });
const said = (before: Model, after: Model) => changes(before, after).map(({ what }) => what);

describe("the difference between two versions", () => {
  it("is nothing for the same form, whatever the editor's own ids are", () => {
    expect(said(form(), form())).toEqual([]);
  });

  it("names questions that came, went, changed and moved", () => {
    const before = form();
    const [email, name, company, message] = before.questions as [Model["questions"][0], Model["questions"][0], Model["questions"][0], Model["questions"][0]];
    const phone = { ...name, id: "x", key: "phone", kind: "PHONE" as const };
    const after = form({ questions: [name, { ...email, reason: { ...email.reason, fr: "pour autre chose" } }, { ...message, required: false }, phone] });
    expect(changes(before, after).map(({ what, facts }) => [what, facts.question ?? facts.language ?? ""])).toEqual([
      ["question.removed", company.label.en],
      ["question.reason", email.label.en],
      ["question.optional", message.label.en],
      ["question.added", phone.label.en],
      ["question.order", ""],
    ]);
  });

  it("does not repeat every text of a language that was added or removed", () => {
    expect(said(form(), form({ languages: ["en"] }))).toEqual(["language.removed"]);
    expect(said(form({ languages: ["en"] }), form())).toEqual(["language.added"]);
    expect(said(form(), form({ languages: ["fr", "en"] }))).toEqual(["language.first"]);
  });

  it("shows a wording before and after", () => {
    expect(changes(form(), form({ title: { en: "Ask us", fr: "Écrivez-nous" } }))).toEqual([
      { what: "title", facts: { language: "en" }, from: "Write to us", to: "Ask us" },
    ]);
  });

  it("names consents, websites, the basis, the page afterwards, and leads", () => {
    const routing = { stageId: "s", ownerRule: "NONE" as const, memberIds: [], tags: [], dealTitle: "" };
    const after = form({
      consents: [{ purposeId: "p", channel: "PHONE" }],
      basisPurposeId: "b",
      allowedOrigins: ["https://a.example"],
      redirectUrl: "https://a.example/thanks",
      routing,
    });
    expect(said(form(), after)).toEqual(["consent.added", "consent.removed", "basis.set", "origin.added", "redirect.set", "routing.set"]);
    expect(said(after, { ...after, routing: { ...routing, stageId: "t", tags: ["new"] } })).toEqual(["routing.stage", "routing.tags"]);
    expect(said(after, { ...after, routing: null })).toEqual(["routing.removed"]);
  });
});

describe("what is missing before a form can be published", () => {
  const found = (part: Partial<Model>) => gaps(form(part)).map(({ what, field }) => `${what} ${field}`);

  it("is nothing for a whole form", () => expect(found({})).toEqual([]));

  it("is every text in every language", () => {
    expect(found({ title: { en: "x" } })).toEqual(["title title.fr"]);
    const [email, ...rest] = form().questions;
    expect(found({ questions: [{ ...email!, reason: {} }, ...rest] })).toEqual(["reason fields.0.reason.en", "reason fields.0.reason.fr"]);
  });

  it("is a mailbox, a basis, and a telephone for calls", () => {
    expect(found({ questions: [] })).toEqual(["email fields"]);
    expect(found({ consents: [] })).toEqual(["basis consents"]);
    expect(found({ consents: [], basisPurposeId: "b" })).toEqual([]);
    expect(found({ consents: [{ purposeId: "p", channel: "SMS" }] })).toEqual(["phone consents.0"]);
  });

  it("is a key that is well formed and its own", () => {
    const [email, name] = form().questions;
    expect(found({ questions: [email!, { ...name!, key: "Ticket" }] })).toEqual(["key fields.1.key"]);
    expect(found({ questions: [email!, { ...name!, key: "email" }] })).toEqual(["sameKey fields.1.key"]);
    expect(found({ questions: [email!, { ...name!, kind: "CHOICE" }] })).toEqual(["options fields.1.options"]);
  });
});

describe("undo and redo", () => {
  const named = (name: string) => form({ name });
  const edit = (name: string, at: number, about = "name") => ({ kind: "edit", model: named(name), about, at }) as const;

  it("takes typing in one field as one step, and a pause as another", () => {
    let history = begin(named(""));
    for (const [name, at] of [["L", 0], ["Le", 300], ["Let", 600], ["Letter", 5_000]] as const) history = step(history, edit(name, at));
    history = step(history, { kind: "undo" });
    expect(history.now.name).toBe("Let");
    history = step(history, { kind: "undo" });
    expect(history.now.name).toBe("");
    expect(step(history, { kind: "undo" })).toBe(history);
    history = step(step(history, { kind: "redo" }), { kind: "redo" });
    expect(history.now.name).toBe("Letter");
  });

  it("forgets what was undone once something else is done", () => {
    let history = step(begin(named("a")), edit("b", 0));
    history = step(step(history, { kind: "undo" }), edit("c", 9_000));
    expect(step(history, { kind: "redo" })).toBe(history);
  });

  it("does not join what is undone with what is typed right after", () => {
    let history = step(step(begin(named("a")), edit("b", 0, "x")), edit("c", 100, "y"));
    history = step(history, { kind: "undo" });
    history = step(history, edit("d", 200, "y"));
    history = step(history, { kind: "undo" });
    expect(history.now.name).toBe("b");
  });
});

describe("a draft on its way to the API and back", () => {
  it("stays the same", () => {
    const model = form({ redirectUrl: "https://a.example/x", allowedOrigins: ["https://a.example"] });
    const input = toInput(model);
    const back = fromApi(model.name, { ...input, redirectUrl: input.redirectUrl ?? null, routing: null, basisPurposeId: null } as never);
    expect(sameDraft(model, back)).toBe(true);
  });

  it("leaves out empty texts, and options of kinds that have none", () => {
    const [email] = form().questions;
    const input = toInput(form({ intro: { en: " " }, questions: [{ ...email!, options: [{ id: "1", value: "v", label: {} }] }] }));
    expect(input.intro).toEqual([]);
    expect(input.fields[0]?.options).toEqual([]);
  });
});
