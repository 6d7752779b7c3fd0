//! From a link to the person who chooses.

use entity::{ContactId, EmailAddress, MailboxProofKind, contact, contact_address};
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{
    app::App, contacts::find_contact, error::Result, link_uses::Use, privacy::mailbox_proof::find_proof,
};

/// Somebody at their preferences.
pub struct Visit {
    /// Whose preferences they are.
    pub contact: contact::Model,
    /// Whether the link is a fresh answer of the mailbox, and not the one in every mail.
    pub is_fresh: bool,
}

/// Whose preferences a link opens: the one in every mail, or the one for which an address was typed. `None`:
/// another link, a forged or expired one, or the contact was erased.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn whose(app: &App, token: &str) -> Result<Option<Visit>> {
    if let Some(link) = app.vault.verify(Use::Unsubscribe, token) {
        let contact = find_contact(app.db(), link.workspace, ContactId(link.row)).await?;
        return Ok(contact.map(|contact| Visit { contact, is_fresh: false }));
    }
    let proof = find_proof(app, token).await?.filter(|row| row.kind == MailboxProofKind::Preferences);
    let Some((workspace, id)) = proof.and_then(|row| Some((row.workspace_id, row.contact_id?))) else {
        return Ok(None);
    };
    let contact = find_contact(app.db(), workspace, id).await?;
    Ok(contact.map(|contact| Visit { contact, is_fresh: true }))
}

/// The contact's address in use, whose mailbox confirms what they choose.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn mailbox_of(
    db: &impl ConnectionTrait,
    contact: &contact::Model,
) -> Result<Option<contact_address::Model>> {
    let Some(id) = contact.primary_address_id else { return Ok(None) };
    Ok(contact_address::Entity::find_by_id((contact.workspace_id, id)).one(db).await?)
}

/// An address as somebody recognises their own, and nobody learns another's: `a•••@e•••.org`.
#[must_use]
pub fn masked(email: &EmailAddress) -> String {
    const HIDDEN: &str = "•••";
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let domain = email.ascii_domain();
    let (name, end) = domain.rsplit_once('.').unwrap_or((domain, ""));
    format!("{}{HIDDEN}@{}{HIDDEN}.{end}", first(email.local_part()), first(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_tells_the_first_letters_and_the_end_only() {
        let shown = |typed: &str| masked(&EmailAddress::parse(typed).unwrap());
        assert_eq!(shown("ada.lovelace@mail.example.org"), "a•••@m•••.org");
        assert_eq!(shown("x@y.fr"), "x•••@y•••.fr");
    }
}
