//! The proof of a consent for people: one page without script or anything remote, which prints well.

use serde_json::{Value, json};

use super::{gather::File, json_ld::status};
use crate::{
    app::App,
    consent::channel_in_words,
    error::Result,
    platform::pages::{Zone, format_time},
    post::Controller,
};

pub(super) fn printable(app: &App, file: &File) -> Result<String> {
    let (language, zone) = (&file.language, Zone::of(&file.workspace.jurisdiction));
    let time = |at| format_time(at, zone, language);
    let state = app.pages.text("packages", language, &format!("words.{}", file.consent.state)).to_owned();
    let mut events: Vec<Value> = Vec::new();
    let (mut form, mut page, mut mails, mut browser, mut mailbox) =
        (String::new(), String::new(), Vec::new(), String::new(), String::new());
    if let Some(proof) = &file.proof {
        if let Some(entry) = &proof.submitted {
            events.push(json!({ "what": "dpv:ConsentRequested", "at": time(entry.at), "entry": entry.id }));
        }
        if let Some(entry) = &proof.confirmed {
            events.push(json!({ "what": entry.kind, "at": time(entry.at), "entry": entry.id }));
        }
        events
            .push(json!({ "what": "dpv:ConsentGiven", "at": time(proof.given.at), "entry": proof.given.id }));
        if let Some(version) = &proof.form_version {
            let name = proof.form.as_ref().map(|form| form.name.clone()).unwrap_or_default();
            form = format!("{name}, {} (SHA-256 {})", version.number, hex::encode(&version.sha256));
        }
        if let Some(evidence) = &proof.evidence {
            page = evidence.page.address();
            browser.clone_from(&evidence.confirmed_with);
            mailbox.clone_from(&evidence.mailbox);
        }
        mails = proof
            .mails
            .iter()
            .map(|mail| {
                json!({
                    "kind": mail.row.kind,
                    "at": time(mail.row.at),
                    "id": mail.row.message_id,
                    "answer": format!("{} {}", mail.row.smtp_code, mail.smtp_reply.as_deref().unwrap_or("")),
                })
            })
            .collect();
    }
    if file.proof.is_none() || file.consent.state != entity::ConsentState::Given {
        let (what, at) = (status(file.consent.state), time(file.consent.since));
        events.push(json!({ "what": what, "at": at, "entry": file.consent.entry_id }));
    }
    let shown = file.proof.as_ref().and_then(|proof| proof.wording.as_ref());
    let hash = || file.text.wording_sha256.clone();
    let hash = shown.map_or_else(hash, |wording| hex::encode(&wording.sha256));
    let context = json!({
        "legal": Controller::from(&file.workspace),
        "id": file.consent.id,
        "purpose": file.text.title,
        "description": file.text.description,
        "channel": channel_in_words(&app.pages, file.consent.channel, language),
        "state": state,
        "since": time(file.consent.since),
        "wording": shown.map_or(file.text.wording.as_str(), |wording| wording.text.as_str()),
        "sha256": hash,
        "form": form,
        "page": page,
        "browser": browser,
        "mailbox": mailbox,
        "mails": mails,
        "events": events,
    });
    app.pages.render_page("packages/proof.html", language, &context)
}
