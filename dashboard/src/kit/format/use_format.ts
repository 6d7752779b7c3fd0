import { useMemo } from "react";
import { language, type Language } from "../i18n/language";
import { useStore } from "../store";
import { formats } from "./formats";

const tags: Record<Language, string> = { en: "en-GB", fr: "fr-FR" };

/** Dates, money and numbers as the reader's language writes them. */
export function useFormat() {
  const chosen = useStore(language);
  return useMemo(() => formats(tags[chosen]), [chosen]);
}
