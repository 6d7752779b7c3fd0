//! Links that a changed record may have, and values that another system may not replace.

use std::collections::{BTreeMap, HashMap};

use entity::{CompanyId, MemberId, company, member};
use sea_orm::EntityTrait;

use crate::{
    error::{ProblemCode, Result},
    fields::CustomInput,
    platform::work::Work,
    records::values::Check,
};

/// Checks that the new company and owner exist and are allowed.
pub(crate) async fn check_links(
    work: &Work,
    check: &mut Check,
    company: Option<CompanyId>,
    owner: Option<MemberId>,
) -> Result<()> {
    if let Some(id) = company {
        match company::Entity::find_by_id((work.workspace(), id)).one(work.db()).await? {
            None => check.no_such("companyId"),
            Some(row) if row.archived_at.is_some() => {
                check.problem(
                    ProblemCode::WrongState,
                    "companyId",
                    "This company is archived: restore it first, or choose another.",
                );
            }
            Some(_) => {}
        }
    }
    if let Some(id) = owner {
        match member::Entity::find_by_id((work.workspace(), id)).one(work.db()).await? {
            None => check.no_such("ownerId"),
            Some(row) if row.deactivated_at.is_some() || row.joined_at.is_none() => {
                check.problem(
                    ProblemCode::WrongState,
                    "ownerId",
                    "This member has no access: choose one who has joined and is active.",
                );
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The line for staff about another system's value that was not taken over.
pub(crate) fn line_of(label: &str, theirs: Option<impl std::fmt::Display>) -> String {
    theirs.map_or_else(|| format!("{label}: none any more"), |theirs| format!("{label}: {theirs}"))
}

/// As `Withheld`, for custom fields. The line names only the key, as the value may belong to a sealed class.
pub(super) fn withhold_custom(
    inputs: &mut Vec<CustomInput>,
    custom: &str,
    known: &HashMap<String, bool>,
) -> Vec<String> {
    let current: BTreeMap<String, String> = serde_json::from_str(custom).unwrap_or_default();
    let mut lines = Vec::new();
    inputs.retain(|input| {
        let keeps = known.get(&format!("custom.{}", input.key)).copied().unwrap_or(false);
        let held = current.get(&input.key);
        match &input.value {
            Some(value) if keeps && held != Some(value) => {
                lines.push(format!("Another value for {}", input.key));
            }
            // It is not known here whether a sealed value exists, and every repeat would be reported again.
            None if keeps && held.is_some() => lines.push(format!("No value any more for {}", input.key)),
            _ => {}
        }
        !keeps
    });
    lines
}
