/** Hands a text over as a file. */
export function download(name: string, text: string, type: "text/csv" | "text/html" | "text/plain" | "application/json") {
  // Spreadsheets take a CSV for UTF-8 only with a byte order mark.
  const content = type === "text/csv" && !text.startsWith("\ufeff") ? `\ufeff${text}` : text;
  const url = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `registre 2026-11-29.csv`: today's day in a file's name. */
export const dated = (name: string, ending: string) => `${name}-${new Date().toISOString().slice(0, 10)}.${ending}`;
