import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import { loadWords } from "../problems/in_words";
import { language } from "./language";

/** `../../overview/en.json` is the catalogue `overview` in English, fetched when its screen is first shown. */
const catalogues = import.meta.glob<Record<string, unknown>>("../../**/{en,fr}.json", { import: "default" });

const backend: BackendModule = {
  type: "backend",
  init() {},
  read(tongue, namespace, done) {
    // Vite names files of this folder's parent from there.
    const path = `../../${namespace}/${tongue}.json`.replace("../../kit/", "../");
    const load = catalogues[path];
    if (!load) {
      done(new Error(`there is no catalogue ${namespace} in ${tongue}`), null);
      return;
    }
    load().then(
      (catalogue) => done(null, catalogue as Record<string, string>),
      (error: Error) => done(error, null),
    );
  },
};

export async function setUpLanguages() {
  const follow = () => {
    document.documentElement.lang = language.get();
    void i18next.changeLanguage(language.get());
    void loadWords();
  };
  document.documentElement.lang = language.get();
  language.subscribe(follow);
  void loadWords();
  await i18next.use(backend).use(initReactI18next).init({
    lng: language.get(),
    fallbackLng: false,
    ns: ["kit"],
    defaultNS: "kit",
    interpolation: { escapeValue: false },
    react: { useSuspense: true },
    returnNull: false,
  });
}
