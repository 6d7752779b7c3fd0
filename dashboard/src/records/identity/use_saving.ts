import { useTranslation } from "react-i18next";
import type { Done } from "../../kit/client/act";
import { useFailureText } from "../../kit/client/failure_text";
import { tell } from "../../kit/dialogs/notify";
import type { Saved } from "./model";

/** What an update's answer means for the value that was edited. */
export function useOutcome() {
  const { t } = useTranslation("kit");
  const text = useFailureText();
  return <Data,>(done: Done<Data>, notices: (data: Data) => { message: string }[] | undefined): Saved => {
    if (done.ok) {
      for (const { message } of notices(done.data) ?? []) tell.failed(message);
      return { ok: true };
    }
    if (done.problems.some(({ code }) => code === "STALE") || done.failure?.code === "CONFLICT") return { ok: false, stale: true };
    const problem = done.problems.map(({ message }) => message).join(" ") || (done.failure ? text(done.failure) : t("failure.INTERNAL", { requestId: "–" }));
    return { ok: false, problem };
  };
}
