import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import words from "../src/web_forms/preview/words.json";

const server = (room: string) => JSON.parse(readFileSync(new URL(`../../src/${room}/pages/messages.json`, import.meta.url), "utf8"));

/** The preview of a form writes what the server would: its words are the server's. */
describe.each(["en", "fr"] as const)("the preview's words in %s", (language) => {
  const { form, send, channels, bases } = words[language];
  it("are those of the hosted form", () => {
    const theirs = server("forms")[language];
    for (const [key, text] of Object.entries(form)) expect(text, key).toBe(theirs.form[key]);
    expect(send).toBe(theirs.button.send);
  });
  it("are those of consents and legal bases", () => {
    const theirs = server("consent")[language];
    expect(channels).toEqual(theirs.channels);
    expect(bases).toEqual(theirs.bases);
  });
});
