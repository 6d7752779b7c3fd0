//! Values of a contact from staff or an integration, validated and applied to their row: shared by create,
//! update and upsert.

use std::collections::HashMap;

use entity::{CompanyId, Lifecycle, MemberId, contact};
use serde::Serialize;

use super::words::sort_name;
use crate::{
    fields::CustomInput,
    records::{line_of, values::Check, withhold_custom},
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
    let mut changed = Vec::new();
    let mut set = |field: &'static str, current: &mut String, new: &Option<String>| {
        if let Some(new) = new
            && new != current
        {
            current.clone_from(new);
            changed.push(field);
        }
    };
    set("given_name", &mut row.given_name, &changes.given_name);
    set("family_name", &mut row.family_name, &changes.family_name);
    set("phone", &mut row.phone, &changes.phone);
    set("job_title", &mut row.job_title, &changes.job_title);
    set("company_name", &mut row.company_name, &changes.company_name);
    set("postal_address", &mut row.postal_address, &changes.postal_address);
    set("language", &mut row.language, &changes.language);
    if changes.company.is_some_and(|company| company != row.company_id) {
        row.company_id = changes.company.flatten();
        changed.push("company");
    }
    if changes.owner.is_some_and(|owner| owner != row.owner_id) {
        row.owner_id = changes.owner.flatten();
        changed.push("owner");
    }
    if let Some(lifecycle) = changes.lifecycle
        && lifecycle != row.lifecycle
    {
        row.lifecycle = lifecycle;
        changed.push("lifecycle");
    }
    if let Some(id) = &changes.external_id {
        let id = Some(id.clone()).filter(|id| !id.is_empty());
        if id != row.external_id {
            row.external_id = id;
            changed.push("external_id");
        }
    }
    row.sort_name = sort_name(&row.given_name, &row.family_name);
    changed
}

/// Removes changes that another system may not make: replacing or clearing values that the person proved or
/// that staff entered or confirmed. Returns a line for staff about each.
pub(super) fn withhold(
    changes: &mut ContactChanges,
    row: &contact::Model,
    known: &HashMap<String, bool>,
) -> Vec<String> {
    let is_proven = |field: &str| known.get(field).copied().unwrap_or(false);
    let mut lines = Vec::new();
    for (field, label, current, new) in [
        ("given_name", "Given name", &row.given_name, &mut changes.given_name),
        ("family_name", "Family name", &row.family_name, &mut changes.family_name),
        ("phone", "Phone", &row.phone, &mut changes.phone),
        ("job_title", "Job title", &row.job_title, &mut changes.job_title),
        ("company_name", "Company", &row.company_name, &mut changes.company_name),
        ("postal_address", "Postal address", &row.postal_address, &mut changes.postal_address),
        ("language", "Language", &row.language, &mut changes.language),
    ] {
        if is_proven(field)
            && let Some(new) = new.take_if(|new| new != current)
        {
            lines.push(line_of(label, Some(new).filter(|new| !new.is_empty())));
        }
    }
    if is_proven("company")
        && let Some(new) = changes.company.take_if(|new| *new != row.company_id)
    {
        lines.push(line_of("Company", new));
    }
    if is_proven("owner")
        && let Some(new) = changes.owner.take_if(|new| *new != row.owner_id)
    {
        lines.push(line_of("Owner", new));
    }
    if is_proven("lifecycle")
        && let Some(new) = changes.lifecycle.take_if(|new| *new != row.lifecycle)
    {
        lines.push(format!("Lifecycle: {new}"));
    }
    lines.extend(withhold_custom(&mut changes.custom, &row.custom, known));
    lines
}
