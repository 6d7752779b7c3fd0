//! `/my-data`: what is held about a person, and what they may do about it. GET shows and changes nothing,
//! POST acts, and twice is as once.

use axum::{
    Router,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use entity::{MailboxProofKind, RequestKind};

use super::{
    mailbox,
    my_data_address::{address_page, confirm, new_address},
    my_data_done::show_done,
    my_data_view::{request_asked, shown, shown_waiting},
};
use crate::{
    accounts::load_workspace,
    app::App,
    desk::{Desk, Room},
    error::Result,
    platform::web::Fault,
    privacy::my_data::{
        Corrected, Exercised, Field, Wish, confirm_request, contest_value, correct_value, exercise_right,
        held, proof_of, request_to_confirm, take_back, waiting_for, withdraw_authorisation,
    },
};

/// Whose templates and words.
const ROOM: Room = Room::of("my_data");

/// The public routes of this part.
pub fn routes() -> Router<App> {
    let page = || ROOM.serve(my_data_page);
    let submission = ROOM.spending(|budgets| Some(budgets.submissions_per_network));
    Router::new()
        .route("/my-data", mailbox::asking(ROOM, "/my-data", MailboxProofKind::MyData))
        .route("/my-data/{token}", get(page()))
        .route("/my-data/{token}/correct", post(ROOM.take(correct)).get(page()))
        .route("/my-data/{token}/contest", post(ROOM.take(contest)).get(page()))
        .route("/my-data/{token}/request", post(ROOM.take(request)).get(page()))
        .route("/my-data/{token}/take-back", post(ROOM.take(withdraw)).get(page()))
        .route("/my-data/{token}/withdraw", post(ROOM.take(withdraw_transfer)).get(page()))
        .route("/my-data/{token}/mine", post(ROOM.serve(mine)).get(page()))
        .route("/my-data/{token}/address", post(submission.take(new_address)).get(page()))
        .route("/my-data/{token}/decline", post(ROOM.serve(decline)).get(page()))
        .route("/my-data/{token}/allow", post(ROOM.serve(mailbox::allow)).get(page()))
        .route("/my-data/address/{token}", get(ROOM.serve(address_page)).post(ROOM.serve(confirm)))
}

/// The page behind a good link, and the same page as ever behind every other.
async fn my_data_page(desk: Desk) -> Result<Response, Fault> {
    let Some(proof) = proof_of(&desk.app, desk.token()).await? else { return desk.unknown() };
    let asked = request_to_confirm(&desk.app, &proof).await?;
    match Box::pin(held(&desk.app, &proof)).await? {
        Some(held) => {
            let mut context = shown(&desk, &proof, &held);
            context["to_confirm"] = request_asked(&desk, &held.contact.language, asked.as_ref());
            desk.show("my_data/page.html", &held.contact.language, context, StatusCode::OK)
        }
        None if proof.contact_id.is_some() => desk.unknown(),
        None => {
            let waiting = waiting_for(&desk.app, &proof).await?;
            let workspace = load_workspace(&desk.app, proof.workspace_id).await?;
            let mut context = shown_waiting(&desk, &proof, &workspace, &waiting);
            context["to_confirm"] = request_asked(&desk, &proof.language, asked.as_ref());
            desk.show("my_data/waiting.html", &proof.language, context, StatusCode::OK)
        }
    }
}

async fn correct(desk: Desk) -> Result<Response, Fault> {
    let Some(which) = desk.field("field").and_then(Field::named) else { return desk.unknown() };
    let done =
        desk.act(move |desk| Box::pin(correct_value(&desk.app, desk.token(), which, desk.typed("value"))));
    show_correction(&desk, done.await?).await
}

async fn contest(desk: Desk) -> Result<Response, Fault> {
    let done = desk.act(|desk| {
        Box::pin(contest_value(&desk.app, desk.token(), desk.typed("field"), desk.typed("said")))
    });
    show_correction(&desk, done.await?).await
}

async fn show_correction(desk: &Desk, done: Corrected) -> Result<Response, Fault> {
    let outcome = match done {
        Corrected::Done => ("corrected", StatusCode::OK),
        Corrected::Same => ("same", StatusCode::OK),
        Corrected::Contested => ("contested", StatusCode::OK),
        Corrected::NotTheirs => ("not_theirs", StatusCode::CONFLICT),
        Corrected::Restricted => ("restricted", StatusCode::CONFLICT),
        Corrected::Invalid => ("invalid", StatusCode::UNPROCESSABLE_ENTITY),
        Corrected::Unknown => return desk.unknown(),
    };
    show_done(desk, outcome).await
}

async fn request(desk: Desk) -> Result<Response, Fault> {
    let Some(kind) = desk.field("kind").and_then(|kind| kind.parse::<RequestKind>().ok()) else {
        return desk.unknown();
    };
    let done = desk.act(move |desk| {
        let (remember, message) = (desk.field("remember").is_some(), desk.typed("said").to_owned());
        Box::pin(exercise_right(&desk.app, desk.token(), Wish { kind, remember, message }))
    });
    let outcome = match done.await? {
        Exercised::Opened(_) => (opened(kind), StatusCode::OK),
        Exercised::Already(_) => ("already", StatusCode::OK),
        Exercised::Invalid => ("too_long", StatusCode::UNPROCESSABLE_ENTITY),
        Exercised::Unknown => return desk.unknown(),
    };
    show_done(&desk, outcome).await
}

async fn withdraw(desk: Desk) -> Result<Response, Fault> {
    let Some(id) = desk.field("request").and_then(|id| id.parse().ok()) else { return desk.unknown() };
    match desk.act(move |desk| Box::pin(take_back(&desk.app, desk.token(), id))).await? {
        Some(true) => show_done(&desk, ("taken_back", StatusCode::OK)).await,
        Some(false) => show_done(&desk, ("over", StatusCode::OK)).await,
        None => desk.unknown(),
    }
}

async fn withdraw_transfer(desk: Desk) -> Result<Response, Fault> {
    let Some(id) = desk.field("authorisation").and_then(|id| id.parse().ok()) else { return desk.unknown() };
    let done = desk.act(move |desk| {
        Box::pin(async move { withdraw_authorisation(&desk.app, desk.token(), id, &desk.browser()).await })
    });
    if !done.await? {
        return desk.unknown();
    }
    show_done(&desk, ("withdrawn", StatusCode::OK)).await
}

async fn mine(desk: Desk) -> Result<Response, Fault> {
    if !desk.act(|desk| Box::pin(confirm_request(&desk.app, desk.token()))).await? {
        return desk.unknown();
    }
    show_done(&desk, ("identity", StatusCode::OK)).await
}

async fn decline(desk: Desk) -> Result<Response, Fault> {
    mailbox::decline(desk, "/my-data").await
}

/// The words for a request that was opened.
fn opened(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Access => "access",
        RequestKind::Rectification => "contested",
        RequestKind::Erasure => "erasure",
        RequestKind::Restriction => "restriction",
        RequestKind::Portability => "portability",
        RequestKind::Objection => "objection",
    }
}
