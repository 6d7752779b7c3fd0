/** The server's messages in another language. */
export interface Sentences {
  language: string;
  /**
   * By the English message, whose changing parts are `{{named}}`, in the translation too. A name that begins with `_`
   * is for a part that the translation may leave out, such as a code beside its name.
   */
  sentences: Record<string, string>;
  /** What a changing part can say in English, by its name; `*` stands for what is not listed. */
  words: Record<string, Record<string, string>>;
}

/** What a part looks like, where anything would match too much. */
const shapes: Record<string, string> = {
  languages: "`\\w\\w`(?:(?:, | and | or )`\\w\\w`)*",
  country: "[A-Z]{2}",
  currency: "[A-Z]{3}",
  _currency: "[A-Z]{3}",
  day: "\\d{4}-\\d\\d-\\d\\d",
};

const part = /\{\{(\w+)\}\}/g;

/** Says a message of the server in another language; undefined when it is not known. */
export function sayer({ language, sentences, words }: Sentences) {
  const exact = new Map(Object.entries(sentences));
  const patterns = Object.entries(sentences)
    .filter(([english]) => english.includes("{{"))
    // The most telling first: "Use at most {{most}} characters." before "Use {{languages}}."
    .sort(([one], [other]) => other.replace(part, "").length - one.replace(part, "").length)
    .map(([english, said]) => {
      const names = [...english.matchAll(part)].map(([, name = ""]) => name);
      const pattern = english.split(part).map((text, at) => (at % 2 ? `(${shapes[text] ?? "[^]+?"})` : text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")));
      return { pattern: new RegExp(`^${pattern.join("")}$`), names, said };
    });

  const value = (name: string, text: string) => {
    const known = words[name];
    return known?.[text] ?? exact.get(text) ?? known?.["*"] ?? written(name, text, language);
  };

  return (message: string): string | undefined => {
    const sentence = exact.get(message);
    if (sentence !== undefined) return sentence;
    for (const { pattern, names, said } of patterns) {
      const found = pattern.exec(message);
      if (found) return said.replace(part, (_, name: string) => value(name, found[names.indexOf(name) + 1] ?? ""));
    }
    return undefined;
  };
}

/** Numbers, days, countries and languages as they are written in this language; other values as they are. */
function written(name: string, text: string, language: string) {
  if (name === "country") return new Intl.DisplayNames(language, { type: "region" }).of(text) ?? text;
  if (name === "languages") {
    const names = new Intl.DisplayNames(language, { type: "language" });
    return new Intl.ListFormat(language, { type: "unit" }).format((text.match(/\w\w(?=`)/g) ?? []).map((code) => names.of(code) ?? code));
  }
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    return new Intl.NumberFormat(language, { maximumFractionDigits: 20 }).format(text as Intl.StringNumericLiteral);
  }
  if (/^\d{4}-\d\d-\d\d$/.test(text)) {
    return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
  }
  return text;
}
