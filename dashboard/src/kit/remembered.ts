/** What this browser remembers of a person's preferences. A browser that keeps nothing only forgets. */
export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(`accord.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(key: string, value: string) {
  try {
    localStorage.setItem(`accord.${key}`, value);
  } catch {
    // Private windows may refuse to store.
  }
}
