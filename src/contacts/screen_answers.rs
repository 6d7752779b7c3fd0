//! What people write into a form is read when it is taken in, after their mailbox confirmed: the public
//! answer is the same for everyone. What tells of a special category of data is held back.

use entity::{ContactId, QuarantineSource};

use super::person::{PersonField, PersonValue};
use crate::{
    error::Result,
    fields::{
        art9::check,
        quarantine::{Screen, Sealed, Written, give_up, keep, sentence},
    },
    platform::{vault::Vault, work::Work},
};

/// A text that is held back, with the key of its question.
pub(super) struct Held {
    key: String,
    sealed: Sealed,
}

/// The values with a plain sentence in the place of those that are held back, and these. Answers to a
/// question that asks for a special category, which the data protection officer allowed, are what it asks
/// for.
pub(super) async fn screen_answers(
    work: &Work,
    values: &[PersonValue],
) -> Result<(Vec<PersonValue>, Vec<Held>)> {
    let (mut screened, mut held, mut screen) = (values.to_vec(), Vec::new(), Screen::default());
    for value in screened.iter_mut().filter(|value| value.field == PersonField::Custom) {
        if check(&value.key).is_some() || check(&value.label).is_some() {
            continue;
        }
        if let Some(sealed) = screen.read(work, &value.value).await? {
            sentence(work).await?.clone_into(&mut value.value);
            held.push(Held { key: value.key.clone(), sealed });
        }
    }
    Ok((screened, held))
}

/// Holds them back, now that the contact is known.
pub(super) async fn keep_held(
    work: &mut Work,
    vault: &Vault,
    contact: ContactId,
    held: Vec<Held>,
) -> Result<()> {
    for Held { key, sealed } in held {
        let field = format!("custom.{key}");
        give_up(work, contact.0, &field).await?;
        let written = Written {
            source: QuarantineSource::Contact,
            row: contact.0,
            field: &field,
            contact: Some(contact),
        };
        keep(work, vault, written, &sealed).await?;
    }
    Ok(())
}
