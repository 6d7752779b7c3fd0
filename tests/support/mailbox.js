// Reads the demo's mailbox preview.
import { eventually } from "./demo.js";

/** Waits for a mail to this address with a link to `path`, such as "/confirm/"; returns the newest. */
export function mailWith(demo, email, path) {
  return eventually(`a mail to ${email} with ${path}`, async () => {
    const mails = await mailsTo(demo, email);
    return mails.findLast((mail) => mail.links.some((link) => link.includes(path)));
  });
}

export async function mailsTo(demo, email) {
  const mails = await (await fetch(at(demo, "api/mails"))).json();
  // The preview lists the newest first, and dates of mails are whole seconds: reversed, mails of one second stay in order.
  return mails.filter((mail) => mail.to.includes(email)).reverse().sort((a, b) => new Date(a.date) - new Date(b.date));
}

export function link(mail, path) {
  return mail.links.find((link) => link.includes(path));
}

export function header(mail, name) {
  const [, value] = Object.entries(mail.headers).find(([key]) => key.toLowerCase() === name.toLowerCase()) ?? [];
  return value;
}

/** The URL of a page of the preview; without `path`, of the list of mails. */
export function at(demo, path = "") {
  return new URL(path, demo.mailbox.replace(/\/?$/, "/"));
}
