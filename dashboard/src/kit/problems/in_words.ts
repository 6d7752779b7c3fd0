import { currentLanguage, type Language } from "../i18n/language";

type Say = (message: string) => string | undefined;

/** The server speaks English: in other languages, what it says is looked up. */
const catalogues: Partial<Record<Language, () => Promise<{ say: Say }>>> = { fr: () => import("./french") };
const loaded: Partial<Record<Language, Say>> = {};

/** Fetches what `inWords` needs in the present language. When that fails, the next call tries again. */
export async function loadWords() {
  const tongue = currentLanguage();
  loaded[tongue] ??= (await catalogues[tongue]?.().catch(() => undefined))?.say;
}

/** A message of the server in the present language; undefined in English, and when nothing is known for it. */
export const inWords: Say = (message) => loaded[currentLanguage()]?.(message);
