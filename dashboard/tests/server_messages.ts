// Reads from the server's Rust sources what its problems say: every literal that looks like a sentence, and every one
// that makes a problem, whatever it looks like. It does not see messages that are put together from pieces (one that
// takes another sentence as `{}` is found with both), those of libraries, and what is said in the places of `elsewhere`.
import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { files } from "./files";

/** A string literal of the source that is not in a comment, an attribute or a unit test. */
export interface Literal {
  /** A placeholder of `format!` is `{}`, whatever its name. */
  text: string;
  /** Whether it is the text of a `format!`. */
  formatted: boolean;
  /** The functions and macros it is an argument of, from the inside out. */
  calls: string[];
}

const string = /b?"((?:[^"\\]|\\[\s\S])*)"/y;
const raw = /b?r(#*)"([\s\S]*?)"\1/y;
const character = /b?'(?:\\.[^']*|[^'\\])'/y;
const comment = /\/\/.*|\/\*[\s\S]*?\*\//y;
const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

const unescaped = (text: string) =>
  text
    .replace(/\\\r?\n\s*/g, "")
    .replace(/\\u\{([0-9a-fA-F_]+)\}|\\x([0-9a-fA-F]{2})/g, (_, long: string, short: string) => String.fromCodePoint(parseInt(long ?? short, 16)))
    .replace(/\\([\s\S])/g, (_, one: string) => escapes[one] ?? one);

const anonymous = (text: string) =>
  text.replace(/\{\{|\}\}|\{[^{}]*\}/g, (one) => (one === "{{" || one === "}}" ? one.charAt(0) : "{}"));

export function literalsOf(source: string): Literal[] {
  const found: Literal[] = [];
  // The code as far as it was read, strings and comments left out: tells what a bracket belongs to.
  let code = " ";
  const open: { callee: string; attribute: boolean; test: boolean }[] = [];
  const take = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  for (let at = 0; at < source.length; ) {
    const sign = source.charAt(at);
    const begins = "\"br".includes(sign) && !/\w/.test(code.slice(-1));
    const skipped = sign === "/" ? take(comment, at) : "'b".includes(sign) ? take(character, at) : null;
    const literal = begins && !skipped ? (take(raw, at) ?? take(string, at)) : null;
    if (literal) {
      const text = literal[2] ?? unescaped(literal[1] ?? "");
      const calls = open.map(({ callee }) => callee).filter(Boolean).reverse();
      const formatted = /^(format|write|writeln)!$/.test(open.at(-1)?.callee ?? "");
      if (!open.some(({ attribute, test }) => attribute || test)) found.push({ text: formatted ? anonymous(text) : text, formatted, calls });
      code += "_";
    }
    const one = literal ?? skipped;
    if (one) {
      at += one[0].length;
      continue;
    }
    if ("([{".includes(sign)) {
      const callee = sign === "(" ? (/([\w:.]+!?)(?:::<[^()]*>)?\s*$/.exec(code.slice(-80))?.[1] ?? "") : "";
      const test = sign === "{" && /#\[cfg\(test\)\]\s*(?:pub(?:\([^)]*\))?\s+)?(?:mod|impl|fn)\b[^;{}]*$/.test(code.slice(-300));
      open.push({ callee, attribute: sign === "[" && /#!?$/.test(code.slice(-2)), test });
    } else if (")]}".includes(sign)) open.pop();
    code = code.slice(-400) + sign;
    at += 1;
  }
  return found;
}

/** Where nothing is said to a caller of the API, below `src/` and `platform/src/`. */
export const elsewhere: [RegExp, string][] = [
  [/(^|\/)(tests?|\w*_schema)\.rs$/, "tests"],
  [/^src\/demo\//, "sample data"],
  [/^src\/(config\/|main|serve|metrics|logging|examples)/, "for the operator, at the command line or in metrics"],
  [/^src\/(jobs|tail)_command/, "for the operator, at the command line"],
  [/^src\/intake\/door\//, "answers to visitors and their forms"],
  [/^platform\/src\/(mailer|metrics|mail_preview|reach|traces|vault|web|pages)(\/|\.rs)/, "for the operator, or pages for visitors"],
  [/^platform\/src\/graphql\/(date_time|limits|near_names|user_error)\.rs$/, "descriptions, documents of a form that the dashboard has none of, and codes that it has its own words for"],
  [/^platform\/src\/graphql\/(socket\/|transport\/(answer|http)\.rs)/, "the protocol, for programmers, and codes that the dashboard has its own words for"],
  [/^src\/persons\/data_map\//, "text of the data map"],
  [/^src\/privacy\/record\//, "text of the record of processing, in both languages"],
  [/^src\/privacy\/requests\/(words|exchange|authorities|remind)\.rs$/, "text of mails and tasks"],
  [/^src\/privacy\/breaches\/(authority_notice|remind)\.rs$/, "text of the notification and of tasks"],
  [/^src\/privacy\/(notices\/art14_(context|scan)|retention\/presets|my_data\/\w+|proofs\/\w+|packages\/files\/\w+)\.rs$/, "text of mails, tasks, presets, proofs and copies of data"],
  [/^src\/activities\/report_differences\.rs$/, "text of tasks"],
  [/^src\/intake\/route_lead\.rs$/, "text of tasks"],
];

/** What is written for the log, the programmer or another database, not for a caller. */
const unsaid = /^(?:\w+::)*(?:expect|context|with_context|internal|sql|anyhow!|bail!|ensure!|panic!|unreachable!|assert\w*!|debug_assert\w*!|info!|warn!|error!|debug!|trace!|println!|eprintln!|concat!|include_str!)$|\.(?:expect|context|with_context)$/;

/** What makes a problem. */
const problem = /(^|::|\.)(Problem::new|rejected|refuse|refused|problem|wrong|wrong_state|fault)$/;

const sentence = /^[A-Z`{].*[a-z]{2} .*(?:[.?]|\{\})$/;

/** Every message that can reach a caller, with the file it is in. */
export function messagesOf(repository: string): Map<string, string> {
  const messages = new Map<string, string>();
  for (const folder of ["src", "platform/src"]) {
    for (const path of files(`${repository}/${folder}`, /\.rs$/)) {
      const name = relative(repository, path);
      if (elsewhere.some(([place]) => place.test(name))) continue;
      for (const { text, calls } of literalsOf(readFileSync(path, "utf8"))) {
        if (calls.some((call) => unsaid.test(call))) continue;
        const told = sentence.test(text) || (/^\S+ \S+ /.test(text) && problem.test(calls.find((call) => call !== "format!") ?? ""));
        if (told && !/\b(SELECT|WHERE|INSERT|DELETE|JOIN) /.test(text)) messages.set(text, messages.get(text) ?? name);
      }
    }
  }
  return messages;
}
