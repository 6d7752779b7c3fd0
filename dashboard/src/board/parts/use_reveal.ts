import type { Virtualizer } from "@tanstack/react-virtual";
import { useEffect, type RefObject } from "react";

/** Scrolls to the card that the keyboard leads to, and gives it the focus once it is drawn. */
export function useReveal(
  scroller: RefObject<HTMLDivElement | null>,
  virtual: Virtualizer<HTMLDivElement, Element>,
  ids: string[],
  focused: string | undefined,
) {
  useEffect(() => {
    if (!focused || wish.current !== focused) return;
    const index = ids.indexOf(focused);
    if (index < 0) return;
    virtual.scrollToIndex(index, { align: "auto" });
    let tries = 10;
    const reach = () => {
      const card = scroller.current?.querySelector<HTMLElement>(`[data-deal="${CSS.escape(focused)}"]`);
      if (card) {
        wish.current = undefined;
        card.focus({ preventScroll: true });
        card.closest("section")?.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else if ((tries -= 1) > 0) requestAnimationFrame(reach);
    };
    reach();
  }, [focused, ids, scroller, virtual]);
}

/** The card that is to have the focus as soon as it can. */
export const wish: { current: string | undefined } = { current: undefined };
