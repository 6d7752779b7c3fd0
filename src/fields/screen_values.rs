//! Custom values of text are read before they are stored: what tells of a special category of data is held
//! back.

use entity::{ContactId, EntityKind, FieldType, QuarantineSource};

use super::{
    art9::check,
    quarantine::{Screen, Written, give_up, is_held_back},
    set_custom::{Change, CustomValues},
    shape::{Shape, Texts},
    value::Canonical,
};
use crate::{
    error::Result,
    platform::{vault::Vault, work::Work},
    search::folded,
};

/// The kind of record, as the quarantine calls it.
#[must_use]
pub fn source_of(entity: EntityKind) -> QuarantineSource {
    match entity {
        EntityKind::Contact => QuarantineSource::Contact,
        EntityKind::Company => QuarantineSource::Company,
        EntityKind::Deal => QuarantineSource::Deal,
    }
}

/// A value as it is stored in the place of one that is held back.
fn stand_in(text: String) -> Canonical {
    Canonical { indexed: vec![(Some(folded(&text)), None)], text }
}

/// Whether the owner or the data protection officer decided that the field asks for a special category: its
/// name would have been refused otherwise. What stands in it is what it asks for.
fn asks_for_it(shape: &Shape) -> Result<bool> {
    let label: Texts = serde_json::from_str(&shape.row.label)?;
    Ok(check(&shape.row.key).is_some() || label.values().any(|text| check(text).is_some()))
}

impl CustomValues {
    /// Replaces what has to be held back in the changes that are about to be stored.
    pub(super) async fn screen(&self, work: &mut Work, vault: &Vault, changes: &mut [Change]) -> Result<()> {
        let mut screen = Screen::default();
        for change in changes {
            let shape = &self.fields[change.field];
            if shape.row.kind != FieldType::Text || asks_for_it(shape)? {
                continue;
            }
            let (field, row) = (format!("custom.{}", shape.row.key), self.row);
            let before = self.held(shape).unwrap_or_default();
            let Some(value) = &change.value else {
                if is_held_back(before) {
                    give_up(work, row, &field).await?;
                }
                continue;
            };
            let contact = (self.entity == EntityKind::Contact).then_some(ContactId(row));
            let written = Written { source: source_of(self.entity), row, field: &field, contact };
            if let Some(sentence) = screen.replace(work, vault, written, before, &value.text).await? {
                change.value = Some(stand_in(sentence));
            }
        }
        Ok(())
    }
}
