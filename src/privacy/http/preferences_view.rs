//! What the pages of `/preferences` show, in words. Nothing of the person but their choices and a masked
//! address.

use chrono::Months;
use entity::{Channel, ConsentState, EmailAddress, contact};
use serde_json::{Value, json};

use crate::{
    consent::{channel_in_words, state::AskedConsent},
    desk::Desk,
    platform::pages::{LANGUAGES, Zone, format_day, format_time},
    post::Controller,
    privacy::preferences::{Choice, Choices, Confirmed, Objectable, Pending, masked},
};

fn zone_of(choices: &Choices) -> Zone {
    Zone::of(&choices.workspace.jurisdiction)
}

fn my_data(choices: &Choices, language: &str) -> String {
    format!("/my-data?workspace={}&lang={language}", choices.workspace.slug)
}

/// The page.
pub(super) fn shown(desk: &Desk, contact: &contact::Model, choices: &Choices) -> Value {
    let (language, zone) = (contact.language.as_str(), zone_of(choices));
    let action = |what: &str| format!("/preferences/{}/{what}", desk.token());
    let topics: Vec<Value> = choices
        .topics
        .iter()
        .enumerate()
        .map(|(at, one)| topic_shown(desk, contact, zone, one, at))
        .collect();
    let interests: Vec<Value> = choices
        .interests
        .iter()
        .enumerate()
        .map(|(at, one)| interest_shown(desk, language, zone, one, at))
        .collect();
    let address = choices.address.as_ref().map(|row| masked(&EmailAddress::kept(&row.email)));
    let today = zone.day_of(desk.app.now());
    let others: Vec<&str> = LANGUAGES.into_iter().filter(|known| *known != language).collect();
    json!({
        "legal": Controller::from(&choices.workspace),
        "address": address.unwrap_or_default(),
        "restricted": contact.restricted_at.is_some(),
        "choose": action("choose"),
        "stop": action("stop"),
        "pause": action("pause"),
        "set_language": action("language"),
        "topics": topics,
        "interests": interests,
        "paused_until": choices.paused_until.map(|at| format_day(at, zone, language)).unwrap_or_default(),
        "first_day": today.succ_opt().unwrap_or(today).to_string(),
        "last_day": today.checked_add_months(Months::new(24)).unwrap_or(today).to_string(),
        "other_languages": others,
        "my_data_url": my_data(choices, language),
    })
}

fn topic_shown(desk: &Desk, contact: &contact::Model, zone: Zone, choice: &Choice, at: usize) -> Value {
    let language = contact.language.as_str();
    let words = desk.words(language);
    let standing = choice.standing.as_ref();
    let end = standing.and_then(|standing| standing.expires_at);
    let is_over = end.is_some_and(|end| end <= desk.app.now());
    let state = match standing.map(|standing| standing.state) {
        _ if choice.waits => "WAITING",
        None => "NEVER_ASKED",
        Some(_) if is_over => ConsentState::Expired.as_str(),
        Some(state) => state.as_str(),
    };
    let source =
        standing.map(|standing| words["sources"][standing.source.as_str()].clone()).unwrap_or_default();
    json!({
        "id": at,
        "key": choice.key,
        "title": choice.text.title,
        "description": choice.text.description,
        "channel": channel_in_words(&desk.app.pages, choice.channel, language),
        "state": state,
        "state_words": words["states"][state],
        "on": state == ConsentState::Given.as_str(),
        "since": standing.map(|standing| format_day(standing.since, zone, language)).unwrap_or_default(),
        "source": source,
        "expires_at": end.map(|at| format_day(at, zone, language)).unwrap_or_default(),
        "accepted": standing.map(|standing| standing.wording.as_str()).unwrap_or_default(),
        "wording": choice.text.wording,
        "ends_soon": choice.ends_soon && !is_over,
        "may_begin": contact.restricted_at.is_none() && (choice.may_begin() || is_over),
        "may_end": choice.may_end(),
    })
}

fn interest_shown(desk: &Desk, language: &str, zone: Zone, one: &Objectable, at: usize) -> Value {
    json!({
        "id": at,
        "key": one.key,
        "title": one.text.title,
        "description": one.text.description,
        "channel": channel_in_words(&desk.app.pages, one.channel, language),
        "objected_at": one.objected_at.map(|at| format_day(at, zone, language)).unwrap_or_default(),
    })
}

fn named(desk: &Desk, title: &str, channel: Channel, language: &str) -> Value {
    json!({ "title": title, "channel": channel_in_words(&desk.app.pages, channel, language) })
}

/// What is going on: topics agreed to, and interests not objected to.
fn running(desk: &Desk, choices: &Choices, language: &str) -> Vec<Value> {
    let name = |title: &str, channel| named(desk, title, channel, language);
    let given = |choice: &&Choice| {
        choice.standing.as_ref().is_some_and(|standing| standing.state == ConsentState::Given)
    };
    let topics = choices.topics.iter().filter(given).map(|choice| name(&choice.text.title, choice.channel));
    let interests = choices.interests.iter().filter(|one| one.objected_at.is_none());
    topics.chain(interests.map(|one| name(&one.text.title, one.channel))).collect()
}

/// What a press came to. `what`: the key of its words, of the choice it was about, and a masked address.
pub(super) fn done_shown(
    desk: &Desk,
    contact: &contact::Model,
    choices: &Choices,
    what: (&str, &str, &str),
) -> Value {
    let (language, zone) = (contact.language.as_str(), zone_of(choices));
    let (outcome, key, address) = what;
    let topics = choices.topics.iter().map(|one| (&one.key, &one.text.title, one.channel));
    let interests = choices.interests.iter().map(|one| (&one.key, &one.text.title, one.channel));
    let about = topics
        .chain(interests)
        .find(|(known, _, _)| *known == key)
        .map(|(_, title, channel)| named(desk, title, channel, language));
    json!({
        "legal": Controller::from(&choices.workspace),
        "done": desk.words(language)["done"][outcome],
        "about": about.unwrap_or_default(),
        "address": address,
        "running": running(desk, choices, language),
        "paused_until": choices.paused_until.map(|at| format_day(at, zone, language)).unwrap_or_default(),
        "back": format!("/preferences/{}", desk.token()),
        "my_data_url": my_data(choices, language),
    })
}

/// What waits for the mailbox, or what became of it.
pub(super) fn pending_shown(
    desk: &Desk,
    pending: &Pending,
    choices: &Choices,
    pressed: Option<Confirmed>,
) -> Value {
    let (language, zone) = (pending.contact.language.as_str(), zone_of(choices));
    let was_proven = pending.proof.state == entity::MailboxProofState::Proven;
    let what = match pressed {
        Some(Confirmed::Restricted) => "restricted",
        Some(Confirmed::Nothing) => "nothing",
        _ if was_proven => "confirmed",
        _ if pending.consents.is_empty() => "nothing",
        _ => "ask",
    };
    let line = |asked: &AskedConsent| {
        json!({
            "title": asked.title,
            "wording": asked.wording,
            "channel": channel_in_words(&desk.app.pages, asked.channel, language),
        })
    };
    let link = crate::consent::preferences_link(&desk.app, pending.contact.workspace_id, pending.contact.id);
    json!({
        "legal": Controller::from(&choices.workspace),
        "words": desk.words(language)["confirm"][what],
        "asks": what == "ask",
        "asked_at": format_time(pending.proof.created_at, zone, language),
        "expires_at": format_time(pending.proof.expires_at, zone, language),
        "purposes": pending.consents.iter().map(line).collect::<Vec<_>>(),
        "running": running(desk, choices, language),
        "action": format!("/preferences/confirm/{}", desk.token()),
        "decline": format!("/preferences/confirm/{}/decline", desk.token()),
        "back": link,
        "my_data_url": my_data(choices, language),
    })
}
