import { useClient } from "urql";
import { perform, useAct } from "../kit/client/act";
import type { Saving } from "../records/identity/model";
import { useOutcome } from "../records/identity/use_saving";
import { changeOf, CONTACT, UPDATE, valuesOf, type Person } from "./page";

/** How a contact's values are saved. */
export function useSaving(person: Pick<Person, "id" | "version">): Saving {
  const client = useClient();
  const outcome = useOutcome();
  const [update] = useAct(UPDATE);
  return {
    version: person.version,
    async save(key, value, version) {
      const done = await update({ input: { contactId: person.id, expectedVersion: version, ...changeOf(key, value) } }, { quiet: true });
      return outcome(done, (data) => data.updateContact.notices);
    },
    async fresh() {
      const { data } = await perform(client, CONTACT, { id: person.id });
      return data?.contact ? { version: data.contact.version, values: valuesOf(data.contact), provenance: data.contact.provenance } : undefined;
    },
  };
}
