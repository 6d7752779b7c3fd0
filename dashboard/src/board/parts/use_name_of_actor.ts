import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useViewer } from "../../kit/session/viewer";
import { usePeople } from "../context";

/** Who did it: a member's name, or what else acts. Undefined when nobody is known. */
export function useNameOfActor() {
  const { t } = useTranslation("board");
  const { member } = useViewer();
  const { all } = usePeople();
  return useCallback(
    (actor: string | undefined) => {
      if (!actor) return undefined;
      if (actor === member?.id) return t("actor.you");
      const person = all.find(({ id }) => id === actor);
      if (person) return person.name;
      const kind = actor.startsWith("api_key_") ? "key" : actor.startsWith("contact_") ? "contact" : actor;
      return t(`actor.${["key", "contact", "system", "operator", "visitor", "mailbox"].includes(kind) ? kind : "someone"}`);
    },
    [all, member?.id, t],
  );
}
