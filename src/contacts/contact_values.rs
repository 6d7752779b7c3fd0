//! Values of a contact from staff or an integration, validated and applied to their row: shared by create,
//! update and upsert.

use std::collections::HashMap;

use entity::{CompanyId, Lifecycle, MemberId, contact};
use serde::Serialize;

use super::words::sort_name;
use crate::{
    fields::CustomInput,
    records::{
        changes::{Changed, Withheld},
        line_of,
        values::Check,
    },
};

/// Changes to a contact. `None` leaves a value, an empty one clears it.
#[derive(Clone, Default, Serialize)]
pub struct ContactChanges {
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Telephone number, as it was typed.
    pub phone: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// Company name as text.
    pub company_name: Option<String>,
    /// Postal address, several lines.
    pub postal_address: Option<String>,
    /// `fr` or `en`.
    pub language: Option<String>,
    /// The company they work for.
    pub company: Option<Option<CompanyId>>,
    /// The member responsible for them.
    pub owner: Option<Option<MemberId>>,
    /// Relation to the workspace.
    pub lifecycle: Option<Lifecycle>,
    /// Their id in the external system they are synchronised with.
    pub external_id: Option<String>,
    /// Values of custom fields.
    pub custom: Vec<CustomInput>,
}

/// Normalises the texts and collects their problems.
pub(crate) fn read(check: &mut Check, changes: ContactChanges) -> ContactChanges {
    ContactChanges {
        given_name: changes.given_name.map(|text| check.line("givenName", &text)),
        family_name: changes.family_name.map(|text| check.line("familyName", &text)),
        phone: changes.phone.map(|text| check.phone("phone", &text)),
        job_title: changes.job_title.map(|text| check.line("jobTitle", &text)),
        company_name: changes.company_name.map(|text| check.line("companyName", &text)),
        postal_address: changes.postal_address.map(|text| check.block("postalAddress", &text)),
        language: changes.language.map(|text| check.language("language", &text)),
        external_id: changes.external_id.map(|text| check.word("externalId", &text)),
        ..changes
    }
}

/// Applies the changes to the row. Returns the fields that changed, under their provenance names.
pub(crate) fn apply(changes: &ContactChanges, row: &mut contact::Model) -> Vec<&'static str> {
    let mut changed = Changed::default();
    changed.set("given_name", &mut row.given_name, changes.given_name.as_ref());
    changed.set("family_name", &mut row.family_name, changes.family_name.as_ref());
    changed.set("phone", &mut row.phone, changes.phone.as_ref());
    changed.set("job_title", &mut row.job_title, changes.job_title.as_ref());
    changed.set("company_name", &mut row.company_name, changes.company_name.as_ref());
    changed.set("postal_address", &mut row.postal_address, changes.postal_address.as_ref());
    changed.set("language", &mut row.language, changes.language.as_ref());
    changed.set("company", &mut row.company_id, changes.company.as_ref());
    changed.set("owner", &mut row.owner_id, changes.owner.as_ref());
    changed.set("lifecycle", &mut row.lifecycle, changes.lifecycle.as_ref());
    changed.external_id(&mut row.external_id, changes.external_id.as_ref());
    row.sort_name = sort_name(&row.given_name, &row.family_name);
    changed.0
}

/// Removes changes that another system may not make: replacing or clearing values that the person proved or
/// that staff entered or confirmed. Returns a line for staff about each.
pub(super) fn withhold(
    changes: &mut ContactChanges,
    row: &contact::Model,
    known: &HashMap<String, bool>,
) -> Vec<String> {
    let mut withheld = Withheld::new(known);
    for (name, current, new) in [
        (("given_name", "Given name"), &row.given_name, &mut changes.given_name),
        (("family_name", "Family name"), &row.family_name, &mut changes.family_name),
        (("phone", "Phone"), &row.phone, &mut changes.phone),
        (("job_title", "Job title"), &row.job_title, &mut changes.job_title),
        (("company_name", "Company"), &row.company_name, &mut changes.company_name),
        (("postal_address", "Postal address"), &row.postal_address, &mut changes.postal_address),
        (("language", "Language"), &row.language, &mut changes.language),
    ] {
        withheld.text(name, current, new, |_, _| false);
    }
    withheld.value(("company", "Company"), &row.company_id, &mut changes.company, line_of);
    withheld.value(("owner", "Owner"), &row.owner_id, &mut changes.owner, line_of);
    withheld.value(("lifecycle", "Lifecycle"), &row.lifecycle, &mut changes.lifecycle, |label, new| {
        line_of(label, Some(new))
    });
    withheld.and_custom(&mut changes.custom, &row.custom)
}
