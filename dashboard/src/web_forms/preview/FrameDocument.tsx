import { useEffect, useRef, useState, type ReactNode } from "react";
import { createPortal } from "react-dom";

export type Theme = "light" | "dark";

interface Props {
  title: string;
  language: string;
  theme: Theme;
  /** The width that the page in it sees, in CSS pixels. */
  width: number;
  children: ReactNode;
}

const FIRST = `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>–</title>
<link rel="stylesheet" href="/accord.css">
</head>
<body></body>
</html>`;

/**
 * A page of its own inside ours: with the style sheet of the public pages, its own width for media queries, and
 * either theme. It runs no script and sends nothing (`sandbox`). When the place is narrower it is shown smaller.
 */
export function FrameDocument({ title, language, theme, width, children }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const outside = useRef<HTMLDivElement>(null);
  const [inside, setInside] = useState<Document>();
  const [height, setHeight] = useState(480);
  const [room, setRoom] = useState(width);

  useEffect(() => {
    if (!outside.current) return;
    const watch = new ResizeObserver(([entry]) => entry && setRoom(entry.contentRect.width));
    watch.observe(outside.current);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    if (!inside) return;
    const measure = () => setHeight(Math.ceil(inside.body.getBoundingClientRect().height) + 2);
    const watch = new ResizeObserver(measure);
    watch.observe(inside.body);
    return () => watch.disconnect();
  }, [inside, width]);

  useEffect(() => {
    if (inside) choose(inside, theme);
  }, [inside, theme]);

  useEffect(() => {
    if (!inside) return;
    inside.documentElement.lang = language;
    inside.title = title;
  }, [inside, language, title]);

  async function loaded() {
    const document = frame.current?.contentDocument;
    const link = document?.querySelector("link");
    if (!document || !link) return;
    if (!link.sheet) await new Promise((done) => (link.addEventListener("load", done), link.addEventListener("error", done)));
    setInside(document);
  }

  const scale = Math.min(1, room / width);
  return (
    <div ref={outside} style={{ width: "100%", height: height * scale, overflow: "hidden" }}>
      <iframe
        ref={frame}
        title={title}
        sandbox="allow-same-origin"
        srcDoc={FIRST}
        onLoad={() => void loaded()}
        style={{ border: 0, display: "block", width, height, transform: `scale(${scale})`, transformOrigin: "0 0", marginInline: scale === 1 ? "auto" : 0 }}
      />
      {inside && createPortal(children, inside.body)}
    </div>
  );
}

/** Decides what the style sheet's questions for the reader's theme are answered. */
function choose(document: Document, theme: Theme) {
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (!("media" in rule)) continue;
      const media = (rule as CSSMediaRule).media;
      const known = dark.get(rule) ?? /prefers-color-scheme:\s*dark/.test(media.mediaText);
      if (!known) continue;
      dark.set(rule, true);
      media.mediaText = theme === "dark" ? "all" : "not all";
    }
  }
  document.documentElement.style.colorScheme = theme;
}

const dark = new WeakMap<CSSRule, boolean>();
