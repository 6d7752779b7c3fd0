import { setNonce } from "get-nonce";

/** The nonce that the server wrote into the page: style elements made by scripts need it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

// Dialogs lock the page's scrolling with a style element of their own.
setNonce(nonce);
