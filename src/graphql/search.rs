//! Search in GraphQL: one search box for contacts, companies and deals.

use async_graphql::{Context, Enum, Object, SimpleObject};
use entity::{CompanyId, ContactId, DealId, EntityKind};

use super::{
    companies::Company,
    contacts::Contact,
    kit::{asked, cost, loaders_of, most},
    node::Node,
    pipeline::Deal,
};
use crate::{
    error::{Error, Result},
    search,
};

/// Kinds of records that can be searched.
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

/// One search result.
#[derive(SimpleObject)]
pub struct SearchHit {
    /// The contact, company or deal found.
    pub node: Node,
    /// Relevance from 0 to 1: whole words rank before prefixes, prefixes before typos.
    pub score: f64,
    /// The record's words that matched, in lower case without accents, for highlighting.
    pub matched: Vec<String>,
}

/// Search results.
#[derive(SimpleObject)]
pub struct SearchHits {
    /// The best results, best first.
    pub hits: Vec<SearchHit>,
    /// Whether there are more: raise `first`, or refine the words.
    pub has_more: bool,
}

/// Search queries.
#[derive(Default)]
pub struct SearchQuery;

#[Object]
impl SearchQuery {
    /// Search by words, best results first. Case and accents are ignored; every word must match; the last may
    /// be a prefix of at least two letters; in scripts without spaces, parts of words match too; when there
    /// are few results, words with one typo also match. Archived records and sealed values are never found.
    #[graphql(complexity = "cost(Some(first), None, child_complexity)")]
    async fn search_hits(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words to search for.")] query: String,
        #[graphql(desc = "The kinds of records to find; absent = all.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "How many, from 1 to 100.", default = 20)] first: i32,
    ) -> Result<SearchHits> {
        find(ctx, &query, kinds, first).await
    }

    /// As `searchHits`, without telling whether there are more.
    #[graphql(
        complexity = "cost(Some(first), None, child_complexity)",
        deprecation = "Use searchHits, which says whether there are more."
    )]
    async fn search(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The words to search for.")] query: String,
        #[graphql(desc = "The kinds of records to find; absent = all.")] kinds: Option<Vec<SearchKind>>,
        #[graphql(desc = "How many, from 1 to 100.", default = 20)] first: i32,
    ) -> Result<Vec<SearchHit>> {
        Ok(find(ctx, &query, kinds, first).await?.hits)
    }
}

async fn find(
    ctx: &Context<'_>,
    query: &str,
    kinds: Option<Vec<SearchKind>>,
    first: i32,
) -> Result<SearchHits> {
    let (app, caller) = asked(ctx)?;
    let most = most("first", first)?;
    let mut kinds: Vec<EntityKind> = match kinds {
        Some(kinds) => kinds.into_iter().map(EntityKind::from).collect(),
        None => EntityKind::ALL.to_vec(),
    };
    kinds.sort_unstable();
    kinds.dedup();
    let answer = search::search(app, caller.workspace, caller.actor, query, &kinds, most).await?;
    let loaders = loaders_of(ctx)?;
    let of = |kind| answer.hits.iter().filter(move |hit| hit.entity == kind).map(|hit| hit.row);
    let mut contacts =
        loaders.load_many(of(EntityKind::Contact).map(ContactId)).await.map_err(Error::from)?;
    let mut companies =
        loaders.load_many(of(EntityKind::Company).map(CompanyId)).await.map_err(Error::from)?;
    let mut deals = loaders.load_many(of(EntityKind::Deal).map(DealId)).await.map_err(Error::from)?;
    let shown = answer.hits.into_iter().filter_map(|hit| {
        let node = match hit.entity {
            EntityKind::Contact => Contact(contacts.remove(&ContactId(hit.row))?).into(),
            EntityKind::Company => Company(companies.remove(&CompanyId(hit.row))?).into(),
            EntityKind::Deal => Deal(deals.remove(&DealId(hit.row))?).into(),
        };
        // A locked card is found, and says only that it is one.
        let locked = matches!(&node, Node::Contact(contact) if contact.is_locked(ctx));
        let matched = if locked { Vec::new() } else { hit.matched };
        Some(SearchHit { node, score: hit.score, matched })
    });
    Ok(SearchHits { hits: shown.collect(), has_more: answer.more })
}
