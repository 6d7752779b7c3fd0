const find = (id: string) => document.querySelector<HTMLElement>(`[data-deal="${CSS.escape(id)}"]`);

/** Where some cards are on the screen now. Those that are not on it come from the edge of their column. */
export function whereAre(ids: string[]): Map<string, DOMRect | undefined> {
  return new Map(ids.map((id) => [id, find(id)?.getBoundingClientRect()]));
}

/** Moves cards from where they were to where they are. A card in flight lies above everything, so no column cuts it off. */
export function fly(before: Map<string, DOMRect | undefined>) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const [id, from] of before) {
    const card = find(id);
    if (!card) continue;
    if (!from) {
      card.animate([{ opacity: 0, transform: "scale(.96)" }, { opacity: 1, transform: "none" }], { duration: 220, easing: "ease-out" });
      continue;
    }
    const to = card.getBoundingClientRect();
    const [x, y] = [from.left - to.left, from.top - to.top];
    if (Math.abs(x) < 4 && Math.abs(y) < 4) continue;
    const ghost = card.cloneNode(true) as HTMLElement;
    ghost.removeAttribute("data-deal");
    ghost.setAttribute("aria-hidden", "true");
    ghost.inert = true;
    Object.assign(ghost.style, { position: "fixed", left: `${to.left}px`, top: `${to.top}px`, width: `${to.width}px`, height: `${to.height}px`, margin: "0", zIndex: "90", pointerEvents: "none" });
    document.body.append(ghost);
    card.style.visibility = "hidden";
    const flight = ghost.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], {
      duration: Math.min(480, 240 + Math.hypot(x, y) / 4),
      easing: "cubic-bezier(.2, .8, .2, 1)",
    });
    flight.onfinish = flight.oncancel = () => {
      ghost.remove();
      card.style.visibility = "";
    };
  }
}
