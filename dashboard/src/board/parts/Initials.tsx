import classes from "./initials.module.css";

/** A person as two letters. Lighter than Mantine's avatar, because a board draws dozens. `label`: what it says to those who cannot see it. */
export function Initials({ name, label }: { name: string; label?: string }) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? "")][0] ?? "").join("");
  const hue = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6;
  return (
    <span className={classes.initials} data-hue={hue} title={label} role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : true}>
      {letters.toUpperCase()}
    </span>
  );
}
