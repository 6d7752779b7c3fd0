//! Reads what a confirmation link refers to: all waiting opt-ins of the mailbox, or the state of the link's
//! own. Changes nothing.

use entity::{OptInId, OptInState, Time, WorkspaceId, opt_in, submission};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{
    asked::{self, Asked},
    form_title::form_title,
};
use crate::{app::App, consent::mailbox, error::Result, link_uses::Use};

/// The state of the link's own opt-in.
pub enum LinkState {
    /// Waiting, with all other waiting opt-ins of this mailbox; the link's own first.
    Waiting(Waiting),
    /// Confirmed; with the mailbox's waiting opt-ins.
    Confirmed(Waiting, entity::ContactId),
    /// Declined; with the mailbox's waiting opt-ins, and whether it is protected from our e-mails.
    Declined(Waiting, bool),
    /// Over; the person can submit this form again.
    Expired(WorkspaceId, entity::FormId, String),
    /// Not one of our links.
    Unknown,
}

/// The waiting opt-ins of one mailbox.
pub struct Waiting {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The language of the link's own opt-in.
    pub language: String,
    /// At most 20; the link's own first, while it waits.
    pub opt_ins: Vec<WaitingOptIn>,
}

/// One waiting opt-in.
pub struct WaitingOptIn {
    /// Its id.
    pub id: OptInId,
    /// When it was submitted.
    pub received_at: Time,
    /// Until when it can be answered.
    pub expires_at: Time,
    /// The content of the submission.
    pub asked: Asked,
    /// The form's title.
    pub form: String,
}

/// Reads what a confirmation link refers to. A GET request does nothing else.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn look_at_link(app: &App, token: &str) -> Result<LinkState> {
    let Some(link) = app.vault.verify(Use::ConfirmOptIn, token) else { return Ok(LinkState::Unknown) };
    let Some(own) = opt_in::Entity::find_by_id((link.workspace, OptInId(link.row))).one(app.db()).await?
    else {
        return Ok(LinkState::Unknown);
    };
    let now = app.now();
    let language = own.language.clone();
    match own.state {
        OptInState::Waiting if own.expires_at > now => {}
        OptInState::Confirmed => {
            let Some(contact) = own.contact_id else { return Ok(LinkState::Unknown) };
            let opt_ins = open_all(app, others_waiting(app, &own).await?).await?;
            return Ok(LinkState::Confirmed(
                Waiting { workspace: link.workspace, language, opt_ins },
                contact,
            ));
        }
        OptInState::Declined => {
            let mailbox = mailbox::find(app.db(), link.workspace, &own.fingerprint).await?;
            let is_protected =
                mailbox.and_then(|mailbox| mailbox.declined_until).is_some_and(|until| until > now);
            let opt_ins = open_all(app, others_waiting(app, &own).await?).await?;
            return Ok(LinkState::Declined(
                Waiting { workspace: link.workspace, language, opt_ins },
                is_protected,
            ));
        }
        OptInState::Waiting | OptInState::Expired | OptInState::Bounced => {
            return Ok(LinkState::Expired(link.workspace, own.form_id, language));
        }
    }
    let others = others_waiting(app, &own).await?;
    let opt_ins = open_all(app, std::iter::once(own).chain(others).collect()).await?;
    if opt_ins.is_empty() {
        return Ok(LinkState::Unknown);
    }
    Ok(LinkState::Waiting(Waiting { workspace: link.workspace, language, opt_ins }))
}

async fn others_waiting(app: &App, own: &opt_in::Model) -> Result<Vec<opt_in::Model>> {
    let rows = opt_in::Entity::find()
        .filter(opt_in::Column::WorkspaceId.eq(own.workspace_id))
        .filter(opt_in::Column::Fingerprint.eq(own.fingerprint.clone()))
        .filter(opt_in::Column::State.eq(OptInState::Waiting))
        .filter(opt_in::Column::ExpiresAt.gt(app.now()))
        .filter(opt_in::Column::Id.ne(own.id))
        .order_by_desc(opt_in::Column::Id)
        .limit(19);
    Ok(rows.all(app.db()).await?)
}

async fn open_all(app: &App, rows: Vec<opt_in::Model>) -> Result<Vec<WaitingOptIn>> {
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(submission) =
            submission::Entity::find_by_id((row.workspace_id, row.submission_id)).one(app.db()).await?
        else {
            continue;
        };
        if let Some((asked, _)) = asked::open(app.db(), &app.vault, &submission).await? {
            let form =
                form_title(app.db(), row.workspace_id, submission.form_version_id, &asked.language).await?;
            opened.push(WaitingOptIn {
                id: row.id,
                received_at: submission.received_at,
                expires_at: row.expires_at,
                asked,
                form,
            });
        }
    }
    Ok(opened)
}
