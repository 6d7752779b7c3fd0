import { useTranslation } from "react-i18next";
import { useAct } from "../../kit/client/act";
import { graphql } from "../../kit/client/graphql";
import { confirm } from "../../kit/dialogs/confirm";
import { tell } from "../../kit/dialogs/notify";

const DISMISS = graphql(`
  mutation DismissDuplicate($input: DismissDuplicateInput!) {
    dismissDuplicate(input: $input) { contact { id duplicates { score reasons contact { id } } } userErrors { code field message } }
  }
`);

/** Says that two contacts are two people; they are not suggested again. */
export function useDismiss() {
  const { t } = useTranslation("contacts");
  const [dismiss] = useAct(DISMISS);
  return async (contactId: string, otherContactId: string) => {
    if (!(await confirm({ title: t("duplicates.dismissTitle"), body: t("duplicates.dismissBody"), action: t("duplicates.dismiss") }))) return;
    const done = await dismiss({ input: { contactId, otherContactId } });
    if (done.ok) tell.done(t("duplicates.dismissed"));
  };
}
