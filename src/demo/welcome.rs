//! What the demo prints when it runs: what to open, and how to sign in.

use super::{Addresses, DemoOptions, members::SignIn, workspace::SLUG};

pub(super) fn show(addresses: &Addresses, members: &[SignIn], options: &DemoOptions) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string(addresses)?)?;
        return Ok(out.flush()?);
    }
    let Addresses { app, site, mailbox, graphql, api_key, form, member: _ } = addresses;
    let mailbox = if mailbox.is_empty() { "(mails go out through ACCORD_SMTP_URL)" } else { mailbox };
    let (sign_ins, program) = (sign_ins(members), program());
    let contents = if members.is_empty() {
        "The data is what the earlier runs left.".to_owned()
    } else {
        "The data is a made-up company that makes lamps: 400 contacts, 60 companies, two pipelines, 80 deals,\n\
         and consents that were given, withdrawn, revoked or have expired."
            .to_owned()
    };
    let end = match &options.data {
        Some(folder) if options.database.is_some() => format!(
            "Press Ctrl-C to stop. The data stays in the database, and its key in {}; start with the same --database\n\
             and --data to continue.",
            folder.display()
        ),
        Some(folder) => format!(
            "Press Ctrl-C to stop. The data stays in {}; start with the same --data to continue.",
            folder.display()
        ),
        None => {
            "Press Ctrl-C to stop. All data is deleted then; to keep it, start with --data FOLDER.".to_owned()
        }
    };
    writeln!(
        out,
        "\nAccord is running. Open these, in this order:\n\n  \
         1. the dashboard, where staff work       {app}/\n  \
         2. the company's website with the form   {site}/\n  \
         3. the mailbox that gets its mails       {mailbox}\n  \
         4. the API, to explore                   {app}/graphiql\n\n  \
         the form on a page of its own            {form}\n  \
         GraphQL endpoint                         {graphql}\n  \
         API key (role OWNER)                     {api_key}\n\n\
         {contents}\n\n\
         {sign_ins}\n\
         To watch the journal live, run this in another terminal:\n\n  \
         {program} tail --url {graphql} --key {api_key}\n\n\
         {end}\n"
    )?;
    Ok(out.flush()?)
}

/// How to call this program from a terminal: by its full path, since it is not installed.
fn program() -> String {
    let path = std::env::current_exe()
        .ok()
        .and_then(|path| path.to_str().map(str::to_owned))
        .unwrap_or_else(|| "accord".to_owned());
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+".contains(c));
    if plain { path } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// The sign-ins of all members, one per line.
fn sign_ins(members: &[SignIn]) -> String {
    if members.is_empty() {
        return format!(
            "Sign in to the workspace {SLUG} with the passwords that the first run printed. If you no longer have one, ask for\n\
             a new one where you sign in: its link arrives in the mailbox.\n"
        );
    }
    let lines = members.iter().map(|SignIn { email, role, password }| {
        format!("  {:<10} {email:<32} {password}\n", role.to_string())
    });
    let first = format!("Sign in to the workspace {SLUG}. These passwords are shown only now:\n\n");
    std::iter::once(first).chain(lines).collect()
}
