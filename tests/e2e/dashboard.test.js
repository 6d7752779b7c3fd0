// Staff at the dashboard, as the program serves it: the journeys with the people of one demo.
import { test } from "node:test";
import contacts from "./dashboard/contacts.js";
import privacy from "./dashboard/privacy.js";
import screens from "./dashboard/screens.js";
import sell from "./dashboard/sell.js";
import signIn from "./dashboard/sign_in.js";
import { startDashboard } from "./support/dashboard.js";

const timeout = 900_000;
const staff = { dpo: ["Dalia", "DPO"], admin: ["Adam", "ADMIN"], freya: ["Freya", "SALES"], hugo: ["Hugo", "SALES"], owner: ["Olga", "OWNER"] };

test("staff sell, ask and prove at the dashboard", { timeout }, async (t) => {
  const dashboard = await startDashboard(t);
  for (const [key, [name, role]] of Object.entries(staff)) dashboard[key] = await dashboard.member(name, role);
  for (const [name, walk] of Object.entries({ ...contacts, ...privacy, ...sell, ...signIn, ...screens })) {
    await t.test(name, (t) => walk(t, dashboard));
  }
});
