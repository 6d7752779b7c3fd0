//! Staff log a request that came in by any channel.

use chrono::TimeDelta;
use entity::{ContactId, ObjectionScope, RequestChannel, RequestId, RequestKind, Time, WorkspaceId, request};
use sea_orm::EntityTrait;
use serde::Serialize;

use super::{
    case::read_text,
    open_request::{NewRequest, open_as},
};
use crate::{
    accounts::{Right, allow},
    app::App,
    contacts::find_contact,
    error::{Error, ProblemCode, Result},
    platform::{actor::Actor, once::once},
    records::values::Check,
};

/// Tolerated clock difference between two machines.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// A request that is older has been dealt with elsewhere, or its date is a slip.
const OLDEST: TimeDelta = TimeDelta::days(3 * 366);

/// A request as staff received it.
#[derive(Clone, Debug, Serialize)]
pub struct Logged {
    /// Which right.
    pub kind: RequestKind,
    /// What an objection is about; none = direct marketing.
    pub objects_to: Option<ObjectionScope>,
    /// How it arrived.
    pub channel: RequestChannel,
    /// The contact, if known.
    pub contact: Option<ContactId>,
    /// Where to answer. None: the contact's address in use.
    pub email: Option<String>,
    /// Who asks; may be empty.
    pub name: String,
    /// What they wrote or said; may be empty.
    pub message: String,
    /// `fr` or `en`; none = the contact's language, or the workspace's.
    pub language: Option<String>,
    /// When it was received; none = now.
    pub received_at: Option<Time>,
}

/// Logs a request. The clock starts when it was received, which may be before today, and never after.
///
/// # Errors
/// `Rejected` with everything that is wrong.
pub async fn log_request(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    logged: Logged,
    key: Option<&str>,
) -> Result<request::Model> {
    allow(actor, Right::ManageRequests)?;
    let mut check = Check::of(app, workspace).await?;
    let email = logged.email.as_deref().filter(|email| !email.trim().is_empty());
    let email = email.and_then(|email| check.email("email", email));
    let name = check.line("name", &logged.name);
    let message = check.gather(read_text("message", &logged.message, false))?.unwrap_or_default();
    if logged.objects_to.is_some() && logged.kind != RequestKind::Objection {
        let message = "Only an objection has it: leave it out.";
        check.problem(ProblemCode::Invalid, "objectsTo", message);
    }
    let now = app.now();
    let received_at = logged.received_at.unwrap_or(now);
    if received_at > now + SKEW {
        let message = "A request is logged when it has arrived: give a time that is not in the future.";
        check.problem(ProblemCode::Invalid, "receivedAt", message);
    } else if received_at < now - OLDEST {
        check.problem(ProblemCode::Invalid, "receivedAt", "Give a time of the last three years.");
    }
    let language = logged.language.as_deref().map(|language| check.language("language", language));
    let default_language = check.language.clone();
    let mut work = app.begin(workspace, actor).await?;
    let contact = match logged.contact {
        Some(id) => find_contact(work.db(), workspace, id).await?,
        None => None,
    };
    if logged.contact.is_some() && contact.is_none() {
        check.no_such("contactId");
    }
    check.done()?;
    let id = RequestId::new();
    if let Some(made) = once(&work, &app.vault, "logRequest", key, &logged, &id.to_string()).await? {
        let made: RequestId =
            made.parse().map_err(|_| Error::internal("an idempotency key holds no request"))?;
        let row = request::Entity::find_by_id((workspace, made)).one(work.db()).await?;
        return row.ok_or(Error::NotFound);
    }
    let language = language.or_else(|| contact.as_ref().map(|contact| contact.language.clone()));
    let new = NewRequest {
        kind: logged.kind,
        channel: logged.channel,
        contact: contact.map(|contact| contact.id),
        email,
        name,
        message,
        language: language.unwrap_or(default_language),
        received_at,
        proven: false,
    };
    let scope = logged.objects_to.unwrap_or(ObjectionScope::Marketing);
    let row = Box::pin(open_as(&mut work, &app.vault, id, new, scope)).await?;
    work.commit().await?;
    Ok(row)
}
