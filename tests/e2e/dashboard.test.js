// Staff at the dashboard, as the program serves it: the journeys with the people of one demo.
import { test } from "node:test";
import contacts from "./dashboard/contacts.js";
import privacy from "./dashboard/privacy.js";
import screens from "./dashboard/screens.js";
import sell from "./dashboard/sell.js";
import signIn from "./dashboard/sign_in.js";
import { walkAll } from "./support/dashboard.js";

const timeout = 900_000;

test("staff sell, ask and prove at the dashboard", { timeout }, (t) => walkAll(t, { ...contacts, ...privacy, ...sell, ...signIn, ...screens }));
