import type { Source } from "../records/identity/model";

export interface Change {
  at: string;
  actor: string;
  fields: string[];
}

/**
 * Activities and changes of values in one order, newest first. While older activities are not read yet, older
 * changes wait for them, so that nothing appears out of its place.
 */
export function merged<Activity extends { id: string; occurredAt: string }>(activities: readonly Activity[], provenance: readonly Source[], more: boolean) {
  const changes = new Map<string, Change>();
  for (const { at, actor, field } of provenance) {
    const key = `${at} ${actor}`;
    const change = changes.get(key) ?? { at, actor, fields: [] };
    change.fields.push(field);
    changes.set(key, change);
  }
  const oldest = more ? Math.min(...activities.map(({ occurredAt }) => Date.parse(occurredAt))) : -Infinity;
  const items: (Change | { at: string; activity: Activity })[] = [
    ...activities.map((activity) => ({ at: activity.occurredAt, activity })),
    ...[...changes.values()].filter(({ at }) => Date.parse(at) >= oldest),
  ];
  return items.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}
