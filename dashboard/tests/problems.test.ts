// What the server says of an input is said in French, too.
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { say, sentences } from "../src/kit/problems/french";
import words from "../src/kit/problems/french/words.json";
import { files } from "./files";
import { elsewhere, literalsOf, messagesOf } from "./server_messages";

const repository = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(repository, path), "utf8");

/** Sentences of the source that look like messages and are none. */
const noMessages: Record<string, string> = {
  "Another system sent values that differ from ours.": "the subject of a task",
  "The person entered values that differ from ours.": "the subject of a task",
  "An answer does not fit its field: read it, and correct the field.": "the subject of a task",
  "A form was sent with this address; the mailbox has not confirmed it.": "the subject of a task",
  "Accord {} {}": "the name of an account in an authenticator app",
  "Another value for {}": "a line of a task's text",
  "No value any more for {}": "a line of a task's text",
  "the body {}{}": "for programmers: the request is no JSON",
  "`{}` in the address is not a JSON object": "for programmers: a request by GET",
  "Two contacts were merged. These values were not kept.": "the subject of a task",
  "The person sent a form while processing of their data is restricted: nothing was changed. Enter these values when the restriction is lifted.":
    "the subject of a task",
};

const messages = messagesOf(repository);
const anonymous = (english: string) => english.replace(/\{\{\w+\}\}/g, "{}");
const parts = (text: string) => [...new Set(text.match(/\{\{\w+\}\}/g) ?? [])].sort();

describe("the French of the server's messages", () => {
  test("is there for every message of the source", () => {
    const known = new Set(Object.keys(sentences).map(anonymous));
    const missing = [...messages].filter(([text]) => !known.has(text) && !(text in noMessages)).map(([text, file]) => `${file}: ${text}`);
    expect(messages.size).toBeGreaterThan(300);
    expect(missing).toEqual([]);
  });

  test("has no message that the source no longer has", () => {
    expect(Object.keys(sentences).filter((english) => !messages.has(anonymous(english)))).toEqual([]);
    expect(Object.keys(noMessages).filter((text) => !messages.has(text))).toEqual([]);
  });

  test("is not looked for only where no problem is made", () => {
    const makers = [...files(join(repository, "src"), /\.rs$/), ...files(join(repository, "platform/src"), /\.rs$/)]
      .map((path) => relative(repository, path))
      .filter((path) => elsewhere.some(([place]) => place.test(path)) && !/test/.test(path))
      .filter((path) => /\bProblem::new\(|\brejected\(|\bProblem \{/.test(read(path)));
    // A test of its own file, and answers to pages and to other sites' forms, none to the API.
    expect(makers.sort()).toEqual(["platform/src/graphql/user_error.rs", "platform/src/web/answer.rs", "platform/src/web/body.rs", "src/intake/door/take.rs"]);
  });

  test("has the same placeholders", () => {
    for (const [english, french] of Object.entries(sentences)) {
      const needed = parts(english).filter((part) => !part.startsWith("{{_"));
      expect([english, ...parts(french)]).toEqual([english, ...needed]);
    }
  });

  test("is found by every pattern, and by no other", () => {
    const samples: Record<string, string> = { languages: "`en` and `fr`", country: "US", currency: "HRK", _currency: "HRK", successor: "EUR", day: "2026-11-24" };
    for (const [english, french] of Object.entries(sentences)) {
      const filled = english.replace(/\{\{(\w+)\}\}/g, (_, name: string) => samples[name] ?? "xyz");
      const shape = new RegExp(`^${french.split(/\{\{\w+\}\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`);
      expect([english, say(filled)]).toEqual([english, expect.stringMatching(shape)]);
    }
  });

  test("is typeset as French", () => {
    for (const [english, french] of [...Object.entries(sentences), ...Object.values(words).flatMap((list) => Object.entries(list))]) {
      expect([english, /['"]| [:;?!»]|« |\s$/.exec(french)?.[0]]).toEqual([english, undefined]);
    }
  });

  test("puts values into the sentence", () => {
    const said: [string, string][] = [
      ["Use at most 4000 characters.", "Utilisez 4 000 caractères au plus."],
      ["Use `en` or `fr`.", "Choisissez une de ces langues : anglais et français."],
      ["No stage with this id.", "Cette étape est introuvable. Rechargez la page et refaites votre choix."],
      ["No whatever with this id.", "Cet élément est introuvable. Rechargez la page et refaites votre choix."],
      ["Give at least -12.5.", "Minimum accepté : -12,5."],
      ["Give at most 2026-11-24.", "Maximum accepté : 24 novembre 2026."],
      [
        "No adequacy decision covers CN (list of 2026-02-28): use SCC, BCR or DEROGATION.",
        "Aucune décision d’adéquation ne couvre ce pays : Chine (liste du 28 février 2026). Choisissez les clauses contractuelles types, les règles d’entreprise contraignantes ou une dérogation.",
      ],
      [
        "This asks for health (HEALTH), which the GDPR forbids keeping by default. Leave it out, or state the exception of Art. 9(2) that applies as `specialCategoryGround`.",
        "Ce texte demande une donnée sensible (santé), que le RGPD interdit en principe de conserver. Retirez-le, ou indiquez l’exception de l’art. 9, § 2 qui s’applique.",
      ],
    ];
    const plain = (text: string | undefined) => text?.replace(/[\u00a0\u202f]/g, " ");
    for (const [english, french] of said) expect(plain(say(english))).toBe(french);
    expect(say("Use whatever you like.")).toBeUndefined();
    expect(say("constructor")).toBeUndefined();
  });

  test("knows the words that the server puts into a sentence", () => {
    const categories = /fn in_words[^{]*\{([\s\S]*?)\n {4}\}/.exec(read("src/fields/art9/mod.rs"))?.[1] ?? "";
    expect([...categories.matchAll(/=> "([^"]+)"/g)].map(([, word]) => word).sort()).toEqual(Object.keys(words.what).sort());
    const { adequate } = JSON.parse(read("src/privacy/recipients/countries.json")) as { adequate: { only?: string }[] };
    expect(adequate.flatMap(({ only }) => only ?? []).sort()).toEqual(Object.keys(words.only).sort());
    const schema = read("schema.graphql");
    const valuesOf = (name: string) => new RegExp(`^enum ${name} \\{([^}]*)`, "m").exec(schema)?.[1]?.match(/^\t[A-Z_]+$/gm)?.map((value) => value.trim());
    expect(valuesOf("StageKind")).toEqual(Object.keys(words.kind));
    expect(valuesOf("DataClass")).toEqual(Object.keys(words.class));
  });

  test("knows what an id can be of", () => {
    const inputs = [...read("schema.graphql").matchAll(/^input \w+[^{]*\{([^}]*)/gm)].map(([, fields = ""]) => fields).join("\n");
    const ids = [...inputs.matchAll(/^\t(\w+?)Ids?: /gm)].map(([, name = ""]) => name).filter((name) => name !== "external");
    expect(ids.length).toBeGreaterThan(50);
    // As `noun_of` in platform/src/error.rs.
    const people: Record<string, string> = { owner: "member", assignee: "member", survivor: "contact", merged: "contact" };
    const nounOf = (name: string) => people[name] ?? (/lossReason$/i.test(name) ? "loss reason" : /apiKey$/.test(name) ? "API key" : (/[A-Z]?[a-z]+$/.exec(name)?.[0].toLowerCase() ?? name));
    expect([...new Set(ids.map(nounOf))].filter((noun) => !(noun in words.noun))).toEqual([]);
  });
});

test("a problem is told in French if it is known, else by its code, else as the server says it", async () => {
  vi.stubGlobal("navigator", { languages: ["en"] });
  const { language } = await import("../src/kit/i18n/language");
  const { loadWords } = await import("../src/kit/problems/in_words");
  const { problemsOf } = await import("../src/kit/client/problems");
  const told = (code: string, message: string) =>
    problemsOf({ one: { userErrors: [{ code, field: "name", message }] } }, ((key: string) => key) as never)[0]?.message;
  language.set("en");
  await loadWords();
  expect(told("REQUIRED", "Give it a name.")).toBe("Give it a name.");
  language.set("fr");
  expect(told("REQUIRED", "Give it a name.")).toBe("problem.REQUIRED");
  await loadWords();
  expect(told("REQUIRED", "Give it a name.")).toBe("Donnez-lui un nom.");
  expect(told("REQUIRED", "Nobody says this.")).toBe("problem.REQUIRED");
  expect(told("INVALID", "Nobody says this.")).toBe("Nobody says this.");
});

test("the reader of Rust sees what it has to", () => {
  const source = `
    // rejected(code, "A comment is no message.")
    #[graphql(desc = "An attribute is no message.")]
    fn one<'a>(quote: char) -> &'a str {
        let message = "Told in two \\
            lines: \\"said\\".";
        if quote == '"' { return refuse(Error::rejected(code, "name", format!("Use {most} of {{these}}, {}.", 1))); }
        tracing::info!("A log is no message.");
        r#"A "raw" one."#
    }
    #[cfg(test)]
    mod tests {
        fn test() { panic!("A test is no message."); }
    }
  `;
  expect(literalsOf(source).map(({ text, calls }) => [text, calls[0]])).toEqual([
    ['Told in two lines: "said".', undefined],
    ["name", "Error::rejected"],
    ["Use {} of {these}, {}.", "format!"],
    ["A log is no message.", "tracing::info!"],
    ['A "raw" one.', undefined],
  ]);
});
