// Staff at the dashboard, as the program serves it: what they do day by day, in one demo.
import { test } from "node:test";
import board from "./dashboard/board.js";
import desk from "./dashboard/desk.js";
import forms from "./dashboard/forms.js";
import people from "./dashboard/people.js";
import settings from "./dashboard/settings.js";
import { walkAll } from "./support/dashboard.js";

const timeout = 900_000;

test("staff do their daily work at the dashboard", { timeout }, (t) => walkAll(t, { ...people, ...board, ...desk, ...forms, ...settings }));
