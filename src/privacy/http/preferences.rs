//! `/preferences`: a person chooses what they receive. GET shows and changes nothing, POST acts, and twice is
//! as once. The link is in every mail, and mails are forwarded: the pages name nobody, and a yes is confirmed
//! by the mailbox.

use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use entity::MailboxProofKind;
use serde_json::Value;

use super::{
    mailbox,
    preferences_view::{done_shown, pending_shown, shown},
};
use crate::{
    app::App,
    consent::No,
    desk::{Desk, Room},
    error::{Error, Result},
    platform::web::Fault,
    privacy::preferences::{
        Confirmed, LanguageChosen, Pause, Paused, Yes, choices, choose_language, choose_no, choose_pause,
        choose_yes, confirm_subscription, find_choice, stop_everything, to_confirm, whose,
    },
};

/// Whose templates and words.
const ROOM: Room = Room::of("preferences");

/// The public routes of this part.
pub fn routes() -> Router<App> {
    let page = || ROOM.serve(page);
    let pending = || ROOM.serve(confirm_page);
    Router::new()
        .route("/preferences", mailbox::asking(ROOM, "/preferences", MailboxProofKind::Preferences))
        .route("/preferences/{token}", get(page()))
        .route("/preferences/{token}/choose", post(ROOM.take(choose)).get(page()))
        .route("/preferences/{token}/stop", post(ROOM.serve(stop)).get(page()))
        .route("/preferences/{token}/pause", post(ROOM.take(pause)).get(page()))
        .route("/preferences/{token}/language", post(ROOM.take(language)).get(page()))
        .route("/preferences/confirm/{token}", get(pending()).post(ROOM.serve(confirm)))
        .route("/preferences/confirm/{token}/decline", post(ROOM.serve(decline)).get(pending()))
        .route("/preferences/confirm/{token}/allow", post(ROOM.serve(mailbox::allow)).get(pending()))
}

async fn page(desk: Desk) -> Result<Response, Fault> {
    let Some(visit) = whose(&desk.app, desk.token()).await? else { return desk.unknown() };
    let choices = choices(&desk.app, &visit.contact).await?;
    let context = shown(&desk, &visit.contact, &choices);
    desk.show("preferences/page.html", &visit.contact.language, context, StatusCode::OK)
}

/// What a press came to: the key of the words that say so, the status, and a masked address if a mail goes
/// there.
struct Outcome(&'static str, StatusCode, String);

impl Outcome {
    fn ok(words: &'static str) -> Self {
        Self(words, StatusCode::OK, String::new())
    }

    fn refused(words: &'static str) -> Self {
        Self(words, StatusCode::CONFLICT, String::new())
    }
}

/// The page that says what happened, what still runs, and what comes next. `key` names the choice it was
/// about.
async fn show_done(desk: &Desk, outcome: Outcome, key: &str) -> Result<Response, Fault> {
    let Some(visit) = whose(&desk.app, desk.token()).await? else { return desk.unknown() };
    let choices = choices(&desk.app, &visit.contact).await?;
    let Outcome(words, status, address) = outcome;
    let context: Value = done_shown(desk, &visit.contact, &choices, (words, key, &address));
    desk.show("preferences/done.html", &visit.contact.language, context, status)
}

async fn choose(desk: Desk) -> Result<Response, Fault> {
    let Some(visit) = whose(&desk.app, desk.token()).await? else { return desk.unknown() };
    let key = desk.typed("topic");
    let Some((purpose, channel)) = find_choice(&desk.app, &visit.contact, key).await? else {
        return show_done(&desk, Outcome::refused("not_offered"), "").await;
    };
    let outcome = match desk.field("answer") {
        Some("yes") => {
            let yes = desk.act(move |desk| {
                Box::pin(async move {
                    choose_yes(&desk.app, desk.token(), purpose, channel, &desk.browser()).await
                })
            });
            match yes.await? {
                Yes::Asked(address) => Outcome("asked", StatusCode::OK, address),
                Yes::Already => Outcome::ok("already_yes"),
                Yes::NoAddress => Outcome::refused("no_address"),
                Yes::Complained => Outcome::refused("complained"),
                Yes::Restricted => Outcome::refused("restricted"),
                Yes::NotOffered => Outcome::refused("not_offered"),
                Yes::Unknown => return desk.unknown(),
            }
        }
        Some("no") => {
            let no = desk.act(move |desk| Box::pin(choose_no(&desk.app, desk.token(), purpose, channel)));
            match no.await? {
                Some(No::Withdrawn) => Outcome::ok("withdrawn"),
                Some(No::Refused) => Outcome::ok("refused"),
                Some(No::Objected) => Outcome::ok("objected"),
                Some(No::Already) => Outcome::ok("already_no"),
                Some(No::NotOffered) => Outcome::refused("not_offered"),
                None => return desk.unknown(),
            }
        }
        _ => return Err(Error::NotFound.into()),
    };
    show_done(&desk, outcome, key).await
}

async fn stop(desk: Desk) -> Result<Response, Fault> {
    match desk.act(|desk| Box::pin(stop_everything(&desk.app, desk.token()))).await? {
        Some(_) => show_done(&desk, Outcome::ok("stopped"), "").await,
        None => desk.unknown(),
    }
}

/// Which pause a form asks for.
fn pause_in(desk: &Desk) -> Option<Pause> {
    match desk.field("pause")? {
        "end" => Some(Pause::End),
        "until" => desk.field("until")?.trim().parse().ok().map(Pause::Until),
        months => months.parse().ok().filter(|months| (1..=24).contains(months)).map(Pause::Months),
    }
}

async fn pause(desk: Desk) -> Result<Response, Fault> {
    let invalid = || Outcome("no_day", StatusCode::UNPROCESSABLE_ENTITY, String::new());
    let Some(wanted) = pause_in(&desk) else { return show_done(&desk, invalid(), "").await };
    let outcome = match desk.act(move |desk| Box::pin(choose_pause(&desk.app, desk.token(), wanted))).await? {
        Paused::Began => Outcome::ok("paused"),
        Paused::Ended => Outcome::ok("pause_ended"),
        Paused::Invalid => invalid(),
        Paused::Unknown => return desk.unknown(),
    };
    show_done(&desk, outcome, "").await
}

async fn language(desk: Desk) -> Result<Response, Fault> {
    let done = desk.act(|desk| Box::pin(choose_language(&desk.app, desk.token(), desk.typed("language"))));
    let outcome = match done.await? {
        LanguageChosen::Done => Outcome::ok("language"),
        LanguageChosen::Restricted => Outcome::refused("restricted"),
        LanguageChosen::Unknown => return desk.unknown(),
    };
    show_done(&desk, outcome, "").await
}

async fn confirm_page(desk: Desk) -> Result<Response, Fault> {
    show_pending(&desk, None).await
}

async fn confirm(desk: Desk) -> Result<Response, Fault> {
    let pressed = desk.act(|desk| {
        Box::pin(async move { confirm_subscription(&desk.app, desk.token(), &desk.browser()).await })
    });
    match pressed.await? {
        Confirmed::Unknown => desk.unknown(),
        pressed => show_pending(&desk, Some(pressed)).await,
    }
}

/// What waits for the mailbox, or what became of it.
async fn show_pending(desk: &Desk, pressed: Option<Confirmed>) -> Result<Response, Fault> {
    let Some(pending) = to_confirm(&desk.app, desk.token()).await? else { return desk.unknown() };
    let choices = choices(&desk.app, &pending.contact).await?;
    let context = pending_shown(desk, &pending, &choices, pressed);
    let status = match pressed {
        Some(Confirmed::Restricted) => StatusCode::CONFLICT,
        _ => StatusCode::OK,
    };
    desk.show("preferences/confirm.html", &pending.contact.language, context, status)
}

async fn decline(desk: Desk) -> Result<Response, Fault> {
    mailbox::decline(desk, "/preferences/confirm").await
}
