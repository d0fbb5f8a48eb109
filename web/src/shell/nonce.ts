import { setNonce } from "get-nonce";

/** The nonce the server wrote into this page: style elements made by libraries carry it. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

setNonce(nonce);
