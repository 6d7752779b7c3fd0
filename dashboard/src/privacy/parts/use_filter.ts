import { useNavigate, useSearch } from "@tanstack/react-router";

/** A filter that stands in the address, so that it can be kept and shared. */
export function useFilter<Value extends string>(name: string, standard: Value): [Value, (value: Value) => void] {
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const value = (typeof search[name] === "string" ? search[name] : standard) as Value;
  const set = (next: Value) =>
    void navigate({
      to: ".",
      replace: true,
      resetScroll: false,
      search: ((old: Record<string, unknown>) => ({ ...old, [name]: next === standard ? undefined : next })) as never,
    });
  return [value, set];
}
