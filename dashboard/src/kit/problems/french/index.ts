import { sayer } from "../sayer";
import contacts from "./contacts.json";
import fields from "./fields.json";
import forms from "./forms.json";
import general from "./general.json";
import privacy from "./privacy.json";
import sales from "./sales.json";
import team from "./team.json";
import words from "./words.json";

export const sentences: Record<string, string> = { ...general, ...team, ...contacts, ...sales, ...fields, ...forms, ...privacy };

export const say = sayer({ language: "fr", sentences, words });
