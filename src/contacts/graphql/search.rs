//! Search in GraphQL: what is typed into one box finds contacts, companies and deals.

use async_graphql::{Context, Enum, Object, SimpleObject};
use entity::{CompanyId, ContactId, DealId, EntityKind};

use super::{Company, Contact};
use crate::{
    accounts::graphql::{asked, cost, loaders_of, most},
    contacts::search,
    error::{Error, Result},
    pipeline::graphql::Deal,
    schema::Node,
};

/// What can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "EntityKind")]
pub enum SearchKind {
    /// Contacts.
    Contact,
    /// Companies.
    Company,
    /// Deals.
    Deal,
}

/// Something that was found.
#[derive(SimpleObject)]
pub struct SearchHit {
    /// What was found: a contact, company or deal.
    pub node: Node,
    /// How well it answers, from 0 to 1: whole words before beginnings before slips of the pen.
    pub score: f64,
    /// Its words that answer, in lower case without accents, for marking them.
    pub matched: Vec<String>,
}

/// Search.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Finds by words, best first. Case and accents do not count; every word must be there; the last may be a beginning, of two letters
    /// or more; when little is found, words one slip of the pen away are found too. Archived things and sealed values are never found.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed.")] query: String,
        #[graphql(desc = "What to find; absent = everything.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "How many, from 1 to 100.", default = 20)] first: i32,
    ) -> Result<Vec<SearchHit>> {
        let (app, caller) = asked(ctx)?;
        let most = most("first", first)?;
        let mut kinds: Vec<EntityKind> = match kinds {
            Some(kinds) => kinds.into_iter().map(EntityKind::from).collect(),
            None => EntityKind::ALL.to_vec(),
        };
        kinds.sort_unstable();
        kinds.dedup();
        let hits = search::search(app, caller.workspace, caller.actor, &query, &kinds, most).await?;
        let loaders = loaders_of(ctx)?;
        let of = |kind| hits.iter().filter(move |hit| hit.entity == kind).map(|hit| hit.row);
        let mut contacts = loaders.load_many(of(EntityKind::Contact).map(ContactId)).await.map_err(Error::from)?;
        let mut companies = loaders.load_many(of(EntityKind::Company).map(CompanyId)).await.map_err(Error::from)?;
        let mut deals = loaders.load_many(of(EntityKind::Deal).map(DealId)).await.map_err(Error::from)?;
        let shown = hits.into_iter().filter_map(|hit| {
            let node = match hit.entity {
                EntityKind::Contact => Contact(contacts.remove(&ContactId(hit.row))?).into(),
                EntityKind::Company => Company(companies.remove(&CompanyId(hit.row))?).into(),
                EntityKind::Deal => Deal(deals.remove(&DealId(hit.row))?).into(),
            };
            Some(SearchHit { node, score: hit.score, matched: hit.matched })
        });
        Ok(shown.collect())
    }
}
