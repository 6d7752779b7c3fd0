import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useClient } from "urql";
import { useAct, type Done } from "../../kit/client/act";
import { useFailureText } from "../../kit/client/failure_text";
import { tell } from "../../kit/dialogs/notify";
import { useBoardContext } from "../context";
import { refreshed } from "../state/board";
import { DEAL, SET_CONTACTS, UPDATE, type Changes, type PanelDeal } from "./documents";
import type { Saved } from "./use_draft";

const passing = new Set(["OFFLINE", "BUSY", "TIMEOUT", "UNAUTHENTICATED", "INTERNAL"]);

/**
 * Saves one field of a deal. When somebody else changed the deal meanwhile, but not this field, it is saved on top of
 * theirs; when they changed this very field, nothing is written and the caller learns what they wrote.
 */
export function useSave(deal: PanelDeal) {
  const { t } = useTranslation("board");
  const client = useClient();
  const { room } = useBoardContext();
  const failureText = useFailureText();
  const [update] = useAct(UPDATE);
  const [setContacts] = useAct(SET_CONTACTS);

  const shown = useCallback(
    (saved: PanelDeal | null) => {
      if (!saved) return;
      const { closedAt, createdAt, source, externalId, lossReason, contacts, customFields, ...card } = saved;
      room.board.set((board) => refreshed(board, card));
    },
    [room],
  );

  const latest = useCallback(async () => {
    const { data } = await client.query(DEAL, { id: deal.id }, { requestPolicy: "network-only" }).toPromise();
    return data?.deal ?? undefined;
  }, [client, deal.id]);

  /** `read`: the field as text, to see whether it is what the edit began with. */
  async function save(changes: Changes, read: (deal: PanelDeal) => string, base: string): Promise<Saved> {
    let { version } = deal;
    for (let tries = 4; tries > 0; tries -= 1) {
      const done = await update({ input: { ...changes, dealId: deal.id, expectedVersion: version } }, { quiet: true });
      if (done.ok) {
        const { deal: saved, notices } = done.data.updateDeal;
        shown(saved);
        if (notices.length) tell.done(notices.map(({ message }) => message).join(" "));
        return { state: "saved" };
      }
      if (!done.problems.some(({ code }) => code === "STALE")) return failed(done);
      const now = await latest();
      if (!now) return { state: "failed", why: t("panel.gone"), later: false };
      if (read(now) !== base) return { state: "conflict", theirs: read(now) };
      version = now.version;
    }
    return { state: "failed", why: t("panel.busy"), later: true };
  }

  /** Changes who takes part: `change` is applied to the newest list, so that no one else's change is lost. */
  async function saveContacts(change: (list: PanelDeal["contacts"]) => { contactId: string; role: PanelDeal["contacts"][number]["role"] }[]): Promise<Saved> {
    let now: PanelDeal = deal;
    for (let tries = 4; tries > 0; tries -= 1) {
      const done = await setContacts({ input: { dealId: deal.id, expectedVersion: now.version, contacts: change(now.contacts) } }, { quiet: true });
      if (done.ok) {
        shown(done.data.setDealContacts.deal);
        return { state: "saved" };
      }
      if (!done.problems.some(({ code }) => code === "STALE")) return failed(done);
      const fresh = await latest();
      if (!fresh) return { state: "failed", why: t("panel.gone"), later: false };
      now = fresh;
    }
    return { state: "failed", why: t("panel.busy"), later: true };
  }

  function failed(done: Extract<Done<unknown>, { ok: false }>): Saved {
    if (done.failure) return { state: "failed", why: failureText(done.failure), later: passing.has(done.failure.code) };
    return { state: "failed", why: done.problems.map(({ message }) => message).join(" "), later: false };
  }

  return { save, saveContacts };
}
