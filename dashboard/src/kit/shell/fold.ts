/** Without accents and case, to compare what people type: "Etape" finds "étape". */
export const fold = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
