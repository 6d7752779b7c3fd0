import { valuesOf, type Person } from "../page";

export interface Difference {
  key: string;
  left: string | null;
  right: string | null;
}

/** What two contacts hold differently and a merge must choose from; addresses, tags, deals and consents are all kept. */
export function differences(left: Person, right: Person): Difference[] {
  const one = valuesOf(left);
  const other = valuesOf(right);
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.flatMap((key) => {
    const [a, b] = [one[key] ?? null, other[key] ?? null];
    return a === b || (a === null && b === null) ? [] : [{ key, left: a, right: b }];
  });
}

export type Side = "left" | "right";

/** What is chosen at first: what the survivor has, or else what the other one has. */
export const firstChoice = ({ left, right }: Difference, survivor: Side): Side => {
  const own = survivor === "left" ? left : right;
  return own !== null && own !== "" ? survivor : survivor === "left" ? "right" : "left";
};

/** The values that must be set after the merge, because the merge itself decided otherwise. */
export function toSet(all: Difference[], chosen: Record<string, Side>, survivor: Side, after: Record<string, string | null>): [string, string | null][] {
  return all.flatMap((one): [string, string | null][] => {
    const wanted = one[chosen[one.key] ?? firstChoice(one, survivor)];
    return wanted === (after[one.key] ?? null) || wanted === null ? [] : [[one.key, wanted]];
  });
}
