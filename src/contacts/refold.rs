//! Recomputes folded names, search words and filter values of tags, contacts and companies after the folding
//! rules changed.
//!
//! Nothing that people entered changes, except the name of a tag that now folds to the same text as another:
//! it gets a number.

use std::collections::HashMap;

use entity::{CompanyId, ContactId, EntityKind, company, contact, contact_address, tag};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid, sea_query::Expr,
};

use super::words::{sort_name, texts_of, whole_name};
use crate::{
    app::App,
    companies::texts_of_company,
    error::Result,
    fields::refold_values,
    platform::{
        actor::Actor,
        fold::fold,
        refold::{BATCH, list_behind, note_reached, told_apart},
        work::{Entry, Work},
    },
    search,
};

/// Processes one batch of each kind of row in workspaces that are behind. Returns whether there is more to
/// do.
///
/// # Errors
/// `Busy` when the database is unavailable.
pub async fn refold(app: &App) -> Result<bool> {
    let mut more = false;
    for part in ["tag", "contact", "company"] {
        let (behind, others) = list_behind(app.db(), part).await?;
        more |= others;
        for behind in behind {
            let mut work = app.begin(behind.workspace, Actor::System).await?;
            let reached = match part {
                "tag" => refold_tags(&mut work).await?,
                "contact" => refold_contacts(&work, behind.after).await?,
                _ => refold_companies(&work, behind.after).await?,
            };
            note_reached(&work, part, reached).await?;
            work.commit().await?;
            more |= reached.is_some();
        }
    }
    Ok(more)
}

async fn refold_tags(work: &mut Work) -> Result<Option<Uuid>> {
    let rows = tag::Entity::find()
        .filter(tag::Column::WorkspaceId.eq(work.workspace()))
        .order_by_asc(tag::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let told = told_apart(&names, fold);
    let changed: Vec<(&tag::Model, String)> =
        rows.iter().zip(told).filter(|(row, name)| row.name_key != fold(name)).collect();
    // Unique temporary keys first, so that no two collide while they change.
    for (row, _) in &changed {
        write_name(work, row, &row.id.to_string(), &row.name).await?;
    }
    for (row, name) in changed {
        write_name(work, row, &fold(&name), &name).await?;
        if row.name != name {
            work.record(Entry::new("tag.renamed").on(row.id));
        }
    }
    Ok(None)
}

async fn refold_contacts(work: &Work, after: Option<Uuid>) -> Result<Option<Uuid>> {
    let (db, workspace) = (work.db(), work.workspace());
    let mut select = contact::Entity::find().filter(contact::Column::WorkspaceId.eq(workspace));
    if let Some(after) = after {
        select = select.filter(contact::Column::Id.gt(ContactId(after)));
    }
    let rows = select.order_by_asc(contact::Column::Id).limit(BATCH).lock_exclusive().all(db).await?;
    let mut emails: HashMap<ContactId, Vec<String>> = HashMap::new();
    let addresses = contact_address::Entity::find()
        .filter(contact_address::Column::WorkspaceId.eq(workspace))
        .filter(contact_address::Column::ContactId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(contact_address::Column::Id);
    for address in addresses.all(db).await? {
        emails.entry(address.contact_id).or_default().push(address.email);
    }
    let companies = company::Entity::find()
        .filter(company::Column::WorkspaceId.eq(workspace))
        .filter(company::Column::Id.is_in(rows.iter().filter_map(|row| row.company_id)));
    let companies: HashMap<CompanyId, company::Model> =
        companies.all(db).await?.into_iter().map(|row| (row.id, row)).collect();
    let mut found_by = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = sort_name(&row.given_name, &row.family_name);
        if name != row.sort_name {
            contact::Entity::update_many()
                .col_expr(contact::Column::SortName, Expr::value(name))
                .filter(contact::Column::WorkspaceId.eq(workspace))
                .filter(contact::Column::Id.eq(row.id))
                .exec(db)
                .await?;
        }
        if row.archived_at.is_none() {
            let whole = whole_name(row);
            let emails = emails.get(&row.id).into_iter().flatten().map(String::as_str);
            let company = row.company_id.and_then(|id| companies.get(&id));
            found_by.push((
                row.id.0,
                texts_of(row, &whole, emails, company).into_iter().map(str::to_owned).collect(),
            ));
        }
    }
    search::renew(work, EntityKind::Contact, &found_by).await?;
    refold_values(work, EntityKind::Contact, rows.iter().map(|row| (row.id.0, row.custom.as_str()))).await?;
    Ok(rows.last().filter(|_| rows.len() as u64 == BATCH).map(|row| row.id.0))
}

async fn refold_companies(work: &Work, after: Option<Uuid>) -> Result<Option<Uuid>> {
    let mut select = company::Entity::find().filter(company::Column::WorkspaceId.eq(work.workspace()));
    if let Some(after) = after {
        select = select.filter(company::Column::Id.gt(CompanyId(after)));
    }
    let rows = select.order_by_asc(company::Column::Id).limit(BATCH).lock_exclusive().all(work.db()).await?;
    let mut found_by = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = fold(&row.name);
        if name != row.sort_name {
            company::Entity::update_many()
                .col_expr(company::Column::SortName, Expr::value(name))
                .filter(company::Column::WorkspaceId.eq(work.workspace()))
                .filter(company::Column::Id.eq(row.id))
                .exec(work.db())
                .await?;
        }
        if row.archived_at.is_none() {
            found_by.push((row.id.0, texts_of_company(row).into_iter().map(str::to_owned).collect()));
        }
    }
    search::renew(work, EntityKind::Company, &found_by).await?;
    refold_values(work, EntityKind::Company, rows.iter().map(|row| (row.id.0, row.custom.as_str()))).await?;
    Ok(rows.last().filter(|_| rows.len() as u64 == BATCH).map(|row| row.id.0))
}

async fn write_name(work: &Work, row: &tag::Model, key: &str, name: &str) -> Result<()> {
    tag::Entity::update_many()
        .col_expr(tag::Column::NameKey, Expr::value(key))
        .col_expr(tag::Column::Name, Expr::value(name))
        .filter(tag::Column::WorkspaceId.eq(work.workspace()))
        .filter(tag::Column::Id.eq(row.id))
        .exec(work.db())
        .await?;
    Ok(())
}
