import { createStore } from "../store";
import { recall, remember } from "../remembered";

export const languages = ["en", "fr"] as const;
export type Language = (typeof languages)[number];

const supported = (tag: string | undefined): Language | undefined => languages.find((one) => tag?.startsWith(one));

/** The language of the page: what was chosen here before, else what the browser prefers. */
export const language = createStore<Language>(
  supported(recall("language")) ?? navigator.languages.map(supported).find(Boolean) ?? "en",
);

export const currentLanguage = () => language.get();

/** Whether somebody chose the language in this browser. */
export const languageWasChosen = () => recall("language") !== undefined;

export function chooseLanguage(chosen: Language) {
  remember("language", chosen);
  language.set(chosen);
}

/** The member's own language, until they choose another one here. */
export function suggestLanguage(tag: string) {
  const wanted = supported(tag);
  if (wanted && !languageWasChosen()) language.set(wanted);
}
