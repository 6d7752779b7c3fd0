//! What the pages of `/my-data` show, in words.

use entity::{Time, mailbox_proof, workspace};
use serde_json::{Value, json};

use crate::{
    consent::{basis_in_words, channel_in_words, unsubscribe_link},
    desk::Desk,
    platform::pages::{Zone, format_day, format_time},
    post::Controller,
    privacy::{
        my_data::{Field, Held, HeldValue, Summary, Waiting},
        packages::{
            collect::{Kind, Record, Source, text_of},
            package_link,
        },
        requests::Applies,
    },
};

/// How a page writes words and times.
struct Writer<'a> {
    desk: &'a Desk,
    language: &'a str,
    zone: Zone,
}

impl Writer<'_> {
    /// A text of the room; the group's own word for others when there is none, or the key.
    fn word(&self, group: &str, key: &str) -> String {
        let words = &self.desk.words(self.language)[group];
        words[key].as_str().or_else(|| words["other"].as_str()).unwrap_or(key).to_owned()
    }

    fn basis(&self, basis: entity::LegalBasis) -> &str {
        basis_in_words(&self.desk.app.pages, basis, self.language)
    }

    fn day(&self, at: Option<Time>) -> String {
        at.map(|at| format_day(at, self.zone, self.language)).unwrap_or_default()
    }

    /// A time in a record's values.
    fn day_of(&self, record: &Record, name: &str) -> String {
        self.day(text_of(record.value(name)).parse().ok())
    }

    fn source(&self, source: Option<Source>) -> String {
        source.map(|source| self.word("sources", source.as_str())).unwrap_or_default()
    }
}

/// The page of a contact.
pub(super) fn shown(desk: &Desk, proof: &mailbox_proof::Model, held: &Held) -> Value {
    let language = held.contact.language.as_str();
    let zone = Zone::of(&held.workspace.jurisdiction);
    let writer = Writer { desk, language, zone };
    let empty = Vec::new();
    let of = |kind: Kind| held.records.get(&kind).unwrap_or(&empty);
    let action = |what: &str| format!("/my-data/{}/{what}", desk.token());
    let profile = of(Kind::Profile).first();
    let addresses = of(Kind::Address).iter().map(|record| address_shown(&writer, record));
    let recipients = of(Kind::Disclosure).iter().map(|record| recipient_shown(&writer, record));
    let holds = of(Kind::Hold).iter().filter(|record| record.value("released_at").is_null());
    let all = unsubscribe_link(&desk.app, held.contact.workspace_id, held.contact.id, None);
    json!({
        "legal": Controller::from(&held.workspace),
        "preferences": format!("/preferences/{}", all.rsplit('/').next().unwrap_or_default()),
        "expires_at": format_time(proof.expires_at, zone, language),
        "restricted": held.contact.restricted_at.is_some(),
        "restricted_at": writer.day(held.contact.restricted_at),
        "correct": action("correct"),
        "contest": action("contest"),
        "request": action("request"),
        "address": action("address"),
        "decline": action("decline"),
        "take_back": action("take-back"),
        "withdraw": action("withdraw"),
        "authorisations": of(Kind::Authorisation).iter().map(|record| authorisation_shown(&writer, record))
            .collect::<Vec<_>>(),
        "values": held.values.iter().map(|value| value_shown(&writer, value)).collect::<Vec<_>>(),
        "addresses": addresses.collect::<Vec<_>>(),
        "profile": profile.map(|record| profile_shown(&writer, record)).unwrap_or_default(),
        "tags": of(Kind::Tag).iter().map(|record| json!({ "name": text_of(record.value("name")),
            "at": writer.day(record.date) })).collect::<Vec<_>>(),
        "consents": consents_shown(&writer, held),
        "bases": bases_shown(&writer, held),
        "activities": summary_shown(&writer, "activity_kinds", &held.activities),
        "mails": summary_shown(&writer, "mail_kinds", &held.mails),
        "deals": of(Kind::Deal).iter().map(|record| json!({ "title": text_of(record.value("title")),
            "at": writer.day(record.date) })).collect::<Vec<_>>(),
        "submissions": of(Kind::Submission).len(),
        "waiting": waiting_shown(&writer, &held.waiting),
        "refusals": refusals_shown(&writer, &held.waiting),
        "recipients": recipients.collect::<Vec<_>>(),
        "holds": holds.map(|record| json!({
            "reason": writer.word("holds", &text_of(record.value("reason"))),
            "until": writer.day_of(record, "until") })).collect::<Vec<_>>(),
        "rules": held.rules.iter().map(|rule| json!({
            "months": rule.months, "clock": writer.word("clocks", rule.clock.as_str()),
        })).collect::<Vec<_>>(),
        "rights": rights_shown(&writer, held),
        "requests": of(Kind::Request).iter().map(|record| request_shown(&writer, record)).collect::<Vec<_>>(),
        "packages": held.packages.iter().map(|row| json!({
            "kind": writer.word("packages", row.kind.as_str()),
            "until": format_time(row.expires_at, zone, language),
            "url": package_link(&desk.app, row, row.expires_at),
        })).collect::<Vec<_>>(),
    })
}

/// The page of a mailbox that is no contact's.
pub(super) fn shown_waiting(
    desk: &Desk,
    proof: &mailbox_proof::Model,
    workspace: &workspace::Model,
    waiting: &Waiting,
) -> Value {
    let zone = Zone::of(&workspace.jurisdiction);
    let writer = Writer { desk, language: &proof.language, zone };
    json!({
        "legal": Controller::from(workspace),
        "expires_at": format_time(proof.expires_at, zone, &proof.language),
        "waiting": waiting_shown(&writer, waiting),
        "refusals": refusals_shown(&writer, waiting),
        "decline": format!("/my-data/{}/decline", desk.token()),
    })
}

/// The request that staff ask about; null when there is none.
pub(super) fn request_asked(desk: &Desk, language: &str, asked: Option<&entity::request::Model>) -> Value {
    let word = |row: &entity::request::Model| desk.words(language)["rights"][row.kind.as_str()].clone();
    asked.map_or(
        Value::Null,
        |row| json!({ "title": word(row), "action": format!("/my-data/{}/mine", desk.token()) }),
    )
}

fn value_shown(writer: &Writer<'_>, value: &HeldValue) -> Value {
    let label = if value.label.is_empty() { writer.word("fields", &value.name) } else { value.label.clone() };
    let input = match value.correct {
        Some(Field::PostalAddress) => "block",
        Some(Field::Language) => "language",
        Some(_) => "line",
        None => "",
    };
    json!({
        "name": value.name,
        "id": value.name.replace('.', "-"),
        "label": label,
        "value": match value.correct {
            Some(Field::Language) => writer.word("languages", &value.value),
            _ => value.value.clone(),
        },
        "raw": value.value,
        "masked": value.masked,
        "source": writer.source(value.source),
        "at": writer.day(value.at),
        "input": input,
        "held": value.masked || !value.value.is_empty(),
    })
}

fn address_shown(writer: &Writer<'_>, record: &Record) -> Value {
    json!({
        "email": text_of(record.value("email")),
        "primary": record.value("primary").as_bool().unwrap_or(false),
        "confirmed": writer.day_of(record, "verified_at"),
        "at": writer.day(record.date),
        "source": writer.source(Some(record.source)),
    })
}

fn profile_shown(writer: &Writer<'_>, record: &Record) -> Value {
    json!({
        "lifecycle": writer.word("lifecycles", &text_of(record.value("lifecycle"))),
        "external_id": text_of(record.value("external_id")),
        "since": writer.day_of(record, "created_at"),
        "last_contact": writer.day_of(record, "last_contact_at"),
        "archived": writer.day_of(record, "archived_at"),
    })
}

fn consents_shown(writer: &Writer<'_>, held: &Held) -> Vec<Value> {
    let line = |(line, why): &(crate::consent::Subscription, String)| {
        json!({
            "title": line.title,
            "channel": channel_in_words(&writer.desk.app.pages, line.channel, writer.language),
            "wording": line.wording,
            "why": why,
            "state": writer.word("states", line.state.as_str()),
            "on": line.is_going_on(),
            "since": writer.day(Some(line.since)),
            "basis": writer.basis(line.purpose.legal_basis),
        })
    };
    held.consents.iter().map(line).collect()
}

fn bases_shown(writer: &Writer<'_>, held: &Held) -> Vec<Value> {
    let line = |basis: &crate::privacy::my_data::HeldBasis| {
        let legal: Option<entity::LegalBasis> = text_of(basis.record.value("legal_basis")).parse().ok();
        json!({
            "title": text_of(basis.record.value("purpose")),
            "why": basis.why,
            "basis": legal.map(|legal| writer.basis(legal)).unwrap_or_default(),
            "since": writer.day_of(&basis.record, "since"),
            "until": writer.day_of(&basis.record, "until"),
        })
    };
    held.bases.iter().map(line).collect()
}

fn summary_shown(writer: &Writer<'_>, group: &str, summary: &Summary) -> Value {
    let kinds =
        summary.kinds.iter().map(|(kind, count)| json!({ "kind": writer.word(group, kind), "count": count }));
    let newest = summary.newest.iter().map(|(at, kind, subject)| {
        json!({ "at": writer.day(Some(*at)), "kind": writer.word(group, kind), "subject": subject })
    });
    json!({ "kinds": kinds.collect::<Vec<_>>(), "newest": newest.collect::<Vec<_>>() })
}

/// What somebody sent with this address, and waits for its answer. Anybody may have typed it.
fn waiting_shown(writer: &Writer<'_>, waiting: &Waiting) -> Vec<Value> {
    let one = |(at, until, asked): &(Time, Time, crate::intake::asked::Asked)| {
        let values = asked.values.iter().map(|value| json!({ "label": value.label, "value": value.value }));
        json!({
            "at": writer.day(Some(*at)),
            "until": format_time(*until, writer.zone, writer.language),
            "values": values.collect::<Vec<_>>(),
            "purposes": asked.consents.iter().map(|consent| consent.title.clone()).collect::<Vec<_>>(),
        })
    };
    waiting.requests.iter().map(one).collect()
}

fn refusals_shown(writer: &Writer<'_>, waiting: &Waiting) -> Vec<Value> {
    let one = |(at, reason): &(Time, entity::SuppressionReason)| {
        let reason = writer.word("refusals", reason.as_str());
        json!({ "at": writer.day(Some(*at)), "reason": reason })
    };
    waiting.refusals.iter().map(one).collect()
}

fn recipient_shown(writer: &Writer<'_>, record: &Record) -> Value {
    let fields: Vec<String> = match record.value("fields") {
        Value::Array(fields) => {
            fields.iter().filter_map(Value::as_str).map(|name| writer.word("fields", name)).collect()
        }
        other => vec![text_of(other)],
    };
    json!({
        "name": text_of(record.value("recipient")),
        "country": text_of(record.value("country")),
        "purpose": text_of(record.value("purpose")),
        "fields": fields.join(", "),
        "at": writer.day(record.date),
    })
}

fn authorisation_shown(writer: &Writer<'_>, record: &Record) -> Value {
    let state = text_of(record.value("state"));
    json!({
        "id": record.id,
        "recipient": text_of(record.value("recipient")),
        "purpose": text_of(record.value("purpose")),
        "state": writer.word("authorisation_states", &state),
        "until": writer.day_of(record, "valid_until"),
        "granted": state == "GRANTED",
    })
}

fn rights_shown(writer: &Writer<'_>, held: &Held) -> Vec<Value> {
    let one = |(kind, applies): &(entity::RequestKind, Applies)| {
        let note = match applies {
            Applies::Yes => "",
            Applies::Conditionally => "conditionally",
            Applies::ByWithdrawal => "by_withdrawal",
            Applies::No => "not_by_basis",
        };
        json!({
            "kind": kind.as_str(),
            "title": writer.word("rights", kind.as_str()),
            "text": writer.word("rights_text", kind.as_str()),
            "button": writer.word("rights_button", kind.as_str()),
            "note": if note.is_empty() { String::new() } else { writer.word("rights_note", note) },
        })
    };
    // Correcting is above, beside each value.
    held.rights.iter().filter(|(kind, _)| *kind != entity::RequestKind::Rectification).map(one).collect()
}

fn request_shown(writer: &Writer<'_>, record: &Record) -> Value {
    json!({
        "id": record.id,
        "can_withdraw": !["FULFILLED", "REFUSED", "CLOSED"].contains(&text_of(record.value("state")).as_str())
            && text_of(record.value("kind")) != "OBJECTION",
        "kind": writer.word("rights", &text_of(record.value("kind"))),
        "state": writer.word("request_states", &text_of(record.value("state"))),
        "at": writer.day_of(record, "received_at"),
        "due": writer.day_of(record, "due_at"),
        "answered": writer.day_of(record, "answered_at"),
    })
}
