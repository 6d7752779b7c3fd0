//! Folds deals and loss reasons again after the folding rules changed.
//!
//! No entered text changes, except for a reason whose text now folds to the same as another's: it gets a
//! number appended.

use std::collections::HashMap;

use entity::{CompanyId, DealId, EntityKind, company, deal, loss_reason};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, prelude::Uuid, sea_query::Expr,
};

use crate::{
    app::App,
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

/// Folds a batch of each kind of row in workspaces that are behind. Returns whether there is more to do.
///
/// # Errors
/// `Busy` when the database is unreachable.
pub async fn refold(app: &App) -> Result<bool> {
    let mut more = false;
    for part in ["loss_reason", "deal"] {
        let (behind, others) = list_behind(app.db(), part).await?;
        more |= others;
        for behind in behind {
            let mut work = app.begin(behind.workspace, Actor::System).await?;
            let reached = match part {
                "deal" => refold_deals(&work, behind.after).await?,
                _ => refold_reasons(&mut work).await?,
            };
            note_reached(&work, part, reached).await?;
            work.commit().await?;
            more |= reached.is_some();
        }
    }
    Ok(more)
}

async fn refold_reasons(work: &mut Work) -> Result<Option<Uuid>> {
    let rows = loss_reason::Entity::find()
        .filter(loss_reason::Column::WorkspaceId.eq(work.workspace()))
        .order_by_asc(loss_reason::Column::Id)
        .lock_exclusive()
        .all(work.db())
        .await?;
    let names: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    let told = told_apart(&names, fold);
    let changed: Vec<(&loss_reason::Model, String)> =
        rows.iter().zip(told).filter(|(row, name)| row.label_key != fold(name)).collect();
    // Temporary unique keys first, so that no two collide on the way.
    for (row, _) in &changed {
        set(work, row, row.id.to_string(), &row.label).await?;
    }
    for (row, label) in changed {
        set(work, row, fold(&label), &label).await?;
        if row.label != label {
            work.record(Entry::new("loss_reason.renamed").on(row.id));
        }
    }
    Ok(None)
}

async fn set(work: &Work, row: &loss_reason::Model, key: String, label: &str) -> Result<()> {
    loss_reason::Entity::update_many()
        .col_expr(loss_reason::Column::LabelKey, Expr::value(key))
        .col_expr(loss_reason::Column::Label, Expr::value(label))
        .filter(loss_reason::Column::WorkspaceId.eq(work.workspace()))
        .filter(loss_reason::Column::Id.eq(row.id))
        .exec(work.db())
        .await?;
    Ok(())
}

async fn refold_deals(work: &Work, after: Option<Uuid>) -> Result<Option<Uuid>> {
    let (db, workspace) = (work.db(), work.workspace());
    let mut select = deal::Entity::find().filter(deal::Column::WorkspaceId.eq(workspace));
    if let Some(after) = after {
        select = select.filter(deal::Column::Id.gt(DealId(after)));
    }
    let rows = select.order_by_asc(deal::Column::Id).limit(BATCH).lock_exclusive().all(db).await?;
    let companies = company::Entity::find()
        .filter(company::Column::WorkspaceId.eq(workspace))
        .filter(company::Column::Id.is_in(rows.iter().filter_map(|row| row.company_id)));
    let companies: HashMap<CompanyId, String> =
        companies.all(db).await?.into_iter().map(|row| (row.id, row.name)).collect();
    let mut found_by = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = fold(&row.title);
        if name != row.sort_name {
            deal::Entity::update_many()
                .col_expr(deal::Column::SortName, Expr::value(name))
                .filter(deal::Column::WorkspaceId.eq(workspace))
                .filter(deal::Column::Id.eq(row.id))
                .exec(db)
                .await?;
        }
        if row.archived_at.is_none() {
            let company = row.company_id.and_then(|id| companies.get(&id));
            found_by.push((row.id.0, std::iter::once(&row.title).chain(company).cloned().collect()));
        }
    }
    search::renew(work, EntityKind::Deal, &found_by).await?;
    refold_values(work, EntityKind::Deal, rows.iter().map(|row| (row.id.0, row.custom.as_str()))).await?;
    Ok(rows.last().filter(|_| rows.len() as u64 == BATCH).map(|row| row.id.0))
}
