//! Values of a company from staff or an integration, validated and applied to its row: shared by create,
//! update and upsert.

use std::collections::HashMap;

use entity::{CompanyId, EntityKind, MemberId, company};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::Serialize;

use super::{index_contacts::IndexCompanyContacts, words::index_company};
use crate::{
    error::{ProblemCode, Result},
    fields::{CustomInput, check_custom, set_custom},
    platform::{
        fold::fold,
        links,
        vault::Vault,
        work::{Entry, Fact, Work},
    },
    records::{
        changes::{Changed, Withheld},
        check_links, line_of,
        provenance::{STAFF, trace},
        raced,
        values::Check,
    },
};

/// Changes to a company. `None` leaves a value, an empty one clears it.
#[derive(Clone, Default, Serialize)]
pub struct CompanyChanges {
    /// Its name; cannot be cleared.
    pub name: Option<String>,
    /// The domain of its e-mail addresses, as it was typed or pasted.
    pub domain: Option<String>,
    /// Telephone number, as it was typed.
    pub phone: Option<String>,
    /// Website.
    pub website: Option<String>,
    /// Industry.
    pub industry: Option<String>,
    /// Postal address, several lines.
    pub postal_address: Option<String>,
    /// The member responsible for it.
    pub owner: Option<Option<MemberId>>,
    /// Its id in the external system it is synchronised with.
    pub external_id: Option<String>,
    /// Values of custom fields.
    pub custom: Vec<CustomInput>,
}

/// Normalises the texts and collects their problems.
pub(super) fn read(check: &mut Check, changes: CompanyChanges) -> CompanyChanges {
    let changes = CompanyChanges {
        name: changes.name.map(|text| check.line("name", &text)),
        domain: changes.domain.map(|text| check.domain("domain", &text)),
        phone: changes.phone.map(|text| check.phone("phone", &text)),
        website: changes.website.map(|text| check.website("website", &text)),
        industry: changes.industry.map(|text| check.line("industry", &text)),
        postal_address: changes.postal_address.map(|text| check.block("postalAddress", &text)),
        external_id: changes.external_id.map(|text| check.word("externalId", &text)),
        ..changes
    };
    if changes.name.as_ref().is_some_and(String::is_empty) && !check.has_problem_with("name") {
        check.problem(ProblemCode::Required, "name", NAMELESS);
    }
    changes
}

pub(super) const NAMELESS: &str = "Give the company a name.";

/// Checks against the database before changes are written: the owner, and that no other company has the
/// domain or external id.
pub(super) async fn check(
    vault: &Vault,
    work: &Work,
    check: &mut Check,
    row: Option<&company::Model>,
    changes: &CompanyChanges,
) -> Result<()> {
    let own = row.map(|row| row.id);
    let owner = changes.owner.flatten().filter(|id| row.and_then(|row| row.owner_id) != Some(*id));
    check_links(work, check, None, owner).await?;
    let other = |column: company::Column, value: &str| {
        let select = company::Entity::find()
            .filter(company::Column::WorkspaceId.eq(work.workspace()))
            .filter(column.eq(value));
        match own {
            Some(own) => select.filter(company::Column::Id.ne(own)),
            None => select,
        }
    };
    if let Some(domain) = changes.domain.as_deref().filter(|domain| !domain.is_empty())
        && other(company::Column::Domain, domain).one(work.db()).await?.is_some()
    {
        check.problem(ProblemCode::Taken, "domain", DOMAIN_TAKEN);
    }
    if let Some(id) = changes.external_id.as_deref().filter(|id| !id.is_empty())
        && other(company::Column::ExternalId, id).one(work.db()).await?.is_some()
    {
        check.problem(ProblemCode::Taken, "externalId", crate::records::EXTERNAL_ID_TAKEN);
    }
    if check.has_problems() {
        let (id, custom) = row.map_or_else(|| (CompanyId::new(), "{}"), |row| (row.id, row.custom.as_str()));
        check.gather(
            check_custom(work, vault, EntityKind::Company, id.0, custom, &changes.custom, row.is_none())
                .await,
        )?;
    }
    check.done()
}

pub(super) const DOMAIN_TAKEN: &str =
    "Another company (perhaps archived) has this domain: use that one, or take its domain from it first.";

/// Applies the changes to the row. Returns the fields that changed, under their provenance names.
pub(super) fn apply(changes: &CompanyChanges, row: &mut company::Model) -> Vec<&'static str> {
    let mut changed = Changed::default();
    changed.set("name", &mut row.name, changes.name.as_ref());
    changed.set("domain", &mut row.domain, changes.domain.as_ref());
    changed.set("phone", &mut row.phone, changes.phone.as_ref());
    changed.set("website", &mut row.website, changes.website.as_ref());
    changed.set("industry", &mut row.industry, changes.industry.as_ref());
    changed.set("postal_address", &mut row.postal_address, changes.postal_address.as_ref());
    changed.set("owner", &mut row.owner_id, changes.owner.as_ref());
    changed.external_id(&mut row.external_id, changes.external_id.as_ref());
    row.sort_name = fold(&row.name);
    changed.0
}

/// Removes changes that another system may not make. Returns a line for staff about each.
pub(super) fn withhold(
    changes: &mut CompanyChanges,
    row: &company::Model,
    known: &HashMap<String, bool>,
) -> Vec<String> {
    // Older versions stored the URL as it was typed; it is still the same one.
    let same_address = |current: &str, new: &str| links::read_web_address(current).as_deref() == Some(new);
    let mut withheld = Withheld::new(known);
    for (name, current, new) in [
        (("name", "Name"), &row.name, &mut changes.name),
        (("domain", "Domain"), &row.domain, &mut changes.domain),
        (("phone", "Phone"), &row.phone, &mut changes.phone),
        (("website", "Website"), &row.website, &mut changes.website),
        (("industry", "Industry"), &row.industry, &mut changes.industry),
        (("postal_address", "Postal address"), &row.postal_address, &mut changes.postal_address),
    ] {
        withheld.text(name, current, new, |current, new| name.0 == "website" && same_address(current, new));
    }
    withheld.value(("owner", "Owner"), &row.owner_id, &mut changes.owner, line_of);
    withheld.and_custom(&mut changes.custom, &row.custom)
}

/// Writes checked changes to a locked row, with entry, provenance and search words. Does nothing when nothing
/// differs.
pub(super) async fn write_changes(
    vault: &Vault,
    work: &mut Work,
    row: company::Model,
    changes: &CompanyChanges,
    source: &'static str,
    entry: Entry,
) -> Result<company::Model> {
    let mut changed = row.clone();
    let fields = apply(changes, &mut changed);
    let custom =
        Box::pin(set_custom(work, vault, EntityKind::Company, row.id.0, &row.custom, &changes.custom, false))
            .await?;
    if fields.is_empty() && custom.changed.is_empty() {
        return Ok(row);
    }
    changed.custom = custom.custom;
    changed.version += 1;
    changed.updated_at = work.now();
    let mut update = row.into_active_model();
    update.name = Set(changed.name.clone());
    update.sort_name = Set(changed.sort_name.clone());
    update.domain = Set(changed.domain.clone());
    update.phone = Set(changed.phone.clone());
    update.website = Set(changed.website.clone());
    update.industry = Set(changed.industry.clone());
    update.postal_address = Set(changed.postal_address.clone());
    update.owner_id = Set(changed.owner_id);
    update.custom = Set(changed.custom.clone());
    update.external_id = Set(changed.external_id.clone());
    update.version = Set(changed.version);
    update.updated_at = Set(changed.updated_at);
    company::Entity::update(update).exec(work.db()).await.map_err(raced)?;
    if fields.contains(&"name") {
        // Its contacts are indexed under its name too, and may be many.
        work.enqueue(&IndexCompanyContacts {
            workspace: changed.workspace_id,
            company: changed.id,
            after: None,
        })?;
    }
    record(work, &changed, fields, custom.changed, source, entry).await?;
    Ok(changed)
}

/// Records entry, provenance and search words of a written row.
pub(super) async fn record(
    work: &mut Work,
    row: &company::Model,
    fields: Vec<&'static str>,
    custom: Vec<String>,
    source: &'static str,
    entry: Entry,
) -> Result<()> {
    let said = fields.iter().copied().chain(custom.first().map(|_| "custom"));
    let entry = work.record(entry.on(row.id).with("fields", said.collect::<Fact>()));
    let traced = fields.into_iter().map(str::to_owned).chain(custom).collect();
    trace(work, EntityKind::Company, row.id.0, traced, source, source == STAFF, entry).await?;
    index_company(work, row).await
}

/// A new company without values.
pub(super) fn blank(work: &Work) -> company::Model {
    company::Model {
        workspace_id: work.workspace(),
        id: CompanyId::new(),
        name: String::new(),
        sort_name: String::new(),
        domain: String::new(),
        phone: String::new(),
        website: String::new(),
        industry: String::new(),
        postal_address: String::new(),
        owner_id: None,
        custom: "{}".to_owned(),
        external_id: None,
        version: 1,
        created_at: work.now(),
        updated_at: work.now(),
        archived_at: None,
    }
}
