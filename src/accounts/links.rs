//! The links in mails to members: invitations and password resets.

use chrono::TimeDelta;
use entity::{Time, WorkspaceId, member};
use sea_orm::{ColumnTrait, QueryFilter};

use super::{
    names::ms,
    reset_password::{RESET_LIFE, stamp},
};

use crate::{app::App, error::Result, link_uses::Use, platform::tokens::Link};

/// How long an invitation stays valid.
pub(super) const INVITATION_LIFE: TimeDelta = TimeDelta::days(7);

/// The link of the current invitation.
pub(super) fn invitation_link(app: &App, row: &member::Model) -> String {
    let link = Link { workspace: row.workspace_id, row: row.id.0, extra: ms(row.invited_at) };
    format!("{}/join/{}", app.config.public_url, app.vault.sign(Use::Join, &link))
}

/// The member with this address, for the job that mails a link to a new password: by fingerprint, because the
/// queue stores no addresses.
pub(super) async fn find_by_fingerprint(
    app: &App,
    workspace: WorkspaceId,
    fingerprint: &[u8],
) -> Result<Option<member::Model>> {
    let rows =
        super::members_of(workspace).filter(member::Column::DeactivatedAt.is_null()).all(app.db()).await?;
    Ok(rows.into_iter().find(|row| app.vault.fingerprint(workspace, &row.email_key) == fingerprint))
}

/// A new link to choose a password, and when it expires.
pub(super) fn reset_link(app: &App, row: &member::Model) -> (String, Time) {
    let until = app.now() + RESET_LIFE;
    let extra = [stamp(row), ms(until)].concat();
    let token =
        app.vault.sign(Use::ResetPassword, &Link { workspace: row.workspace_id, row: row.id.0, extra });
    (format!("{}/reset-password/{token}", app.config.public_url), until)
}
