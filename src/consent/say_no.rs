//! The person says no to one purpose on one channel, in the preference centre.

use entity::{
    Channel, ConsentState, ContactId, LegalBasis, PurposeId, SuppressionReason, WorkspaceId, consent, purpose,
};
use sea_orm::EntityTrait;

use super::{
    lock_person::lock_person,
    state,
    stop::{Scope, stop},
    unsubscribe::touch,
};
use crate::{
    app::App,
    error::Result,
    platform::{
        actor::Actor,
        work::{Entry, Work},
    },
};

/// What a no came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum No {
    /// What they had agreed to ended.
    Withdrawn,
    /// They had never agreed, and do not.
    Refused,
    /// They object to what rests on legitimate interests.
    Objected,
    /// It was so already.
    Already,
    /// This is not for them to choose.
    NotOffered,
}

/// The person says no: what they had agreed to ends at once, what they were never asked is refused, and to
/// what rests on legitimate interests they object. Twice is as once. `None`: there is no such contact.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn say_no(
    app: &App,
    workspace: WorkspaceId,
    contact: ContactId,
    purpose: PurposeId,
    channel: Channel,
) -> Result<Option<No>> {
    let mut work = app.begin(workspace, Actor::Contact(contact)).await?;
    // A link signed for a contact who was merged since applies to the survivor.
    let Some((contact, addresses)) = lock_person(&work, contact).await? else { return Ok(None) };
    let contact = contact.id;
    work.act_as(Actor::Contact(contact));
    let purpose = purpose::Entity::find_by_id((workspace, purpose)).one(work.db()).await?;
    let Some(purpose) = purpose else { return Ok(Some(No::NotOffered)) };
    let rows = state::of_contact(work.db(), workspace, contact).await?;
    let known = rows.iter().find(|row| row.purpose_id == purpose.id && row.channel == channel);
    let scope = Scope::One(purpose.id, channel);
    let refusal = || Entry::new("consent.refused").with("method", "preference_centre");
    let ended = |method| move || Entry::new("consent.withdrawn").with("method", method);
    let no = match (known.map(|row| row.state), purpose.legal_basis) {
        (Some(ConsentState::Given | ConsentState::Requested), _) => {
            let entry = ended("preference_centre");
            stop(&mut work, contact, &addresses, scope, SuppressionReason::Withdrawn, &entry).await?;
            No::Withdrawn
        }
        (_, LegalBasis::LegitimateInterests) => {
            let reason = SuppressionReason::Objected;
            stop(&mut work, contact, &addresses, scope, reason, &ended("objection")).await?;
            No::Objected
        }
        (Some(_), _) => end_expired(&mut work, known, refusal()).await?,
        (None, LegalBasis::Consent) if covers(&purpose, channel)? => {
            state::refuse(&mut work, contact, &purpose, channel, refusal()).await?;
            No::Refused
        }
        (None, _) => No::NotOffered,
    };
    if !work.has_entries() {
        let is_no_news = matches!(no, No::Objected);
        return Ok(Some(if is_no_news { No::Already } else { no }));
    }
    touch(&work, contact).await?;
    work.commit().await?;
    Ok(Some(no))
}

/// What had expired is refused; a denial stays as it is.
async fn end_expired(work: &mut Work, known: Option<&consent::Model>, entry: Entry) -> Result<No> {
    let Some(row) = known else { return Ok(No::NotOffered) };
    let ended = state::end(work, row, ConsentState::Refused, entry).await?;
    Ok(if ended { No::Refused } else { No::Already })
}

/// Whether it is offered on this channel.
fn covers(purpose: &purpose::Model, channel: Channel) -> Result<bool> {
    let channels: Vec<Channel> = serde_json::from_str(&purpose.channels)?;
    Ok(purpose.offered && purpose.archived_at.is_none() && channels.contains(&channel))
}
