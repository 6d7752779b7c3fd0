//! Pagination: checks the `first/after/last/before` arguments of a connection and builds the connection from
//! a page.

use std::sync::Arc;

use async_graphql::{
    Object, ObjectType, OutputType,
    connection::{Connection, CursorType, Edge, EmptyFields, OpaqueCursor},
};
use futures_util::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::{Error, ProblemCode, Result},
    keyset::Cursor,
    lists::{Page, PageRequest},
};

/// Most rows per page.
pub const MAX_PAGE: i32 = 100;
/// Longest cursor that is decoded, in bytes; ours hold one sort key and one ID.
const MAX_CURSOR: usize = 8192;

/// A connection as our lists return it: edges, nodes, page info, and a total that is counted only when
/// selected.
pub type List<K, N> = Connection<OpaqueCursor<K>, N, Total>;

/// The arguments as sent.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    /// The number of items from the start, or after `after`.
    pub first: Option<i32>,
    /// The cursor to start after.
    pub after: Option<String>,
    /// The number of items up to the end, or before `before`.
    pub last: Option<i32>,
    /// The cursor to stop before.
    pub before: Option<String>,
}

impl PageArgs {
    /// The arguments of a connection field.
    #[must_use]
    pub fn new(first: Option<i32>, after: Option<String>, last: Option<i32>, before: Option<String>) -> Self {
        Self { first, after, last, before }
    }

    /// Checks the arguments.
    ///
    /// # Errors
    /// `Rejected` unless exactly one of `first` and `last` is given, from 1 to 100, with no cursor but the
    /// one that goes with it, and the cursor is one that this list returned.
    pub fn check<K: Serialize + DeserializeOwned>(&self) -> Result<PageRequest<K>> {
        let refuse = |code, field: &str, message: &str| Err(Error::rejected(code, field, message));
        let (size, field) = match (self.first, self.last) {
            (Some(size), None) => (size, "first"),
            (None, Some(size)) => (size, "last"),
            (None, None) => {
                return refuse(ProblemCode::Required, "first", "say how many: first or last, from 1 to 100");
            }
            (Some(_), Some(_)) => {
                return refuse(
                    ProblemCode::Invalid,
                    "last",
                    "first and last do not go together: leave one out",
                );
            }
        };
        if !(1..=MAX_PAGE).contains(&size) {
            return refuse(ProblemCode::Invalid, field, "must be between 1 and 100");
        }
        let backward = field == "last";
        if backward && self.after.is_some() {
            return refuse(ProblemCode::Invalid, "after", "after goes with first; with last, use before");
        }
        if !backward && self.before.is_some() {
            return refuse(ProblemCode::Invalid, "before", "before goes with last; with first, use after");
        }
        Ok(PageRequest {
            limit: u64::from(size.unsigned_abs()) + 1,
            after: self.after.as_deref().map(|cursor| decode(cursor, "after")).transpose()?,
            before: self.before.as_deref().map(|cursor| decode(cursor, "before")).transpose()?,
            backward,
        })
    }
}

fn decode<K: Serialize + DeserializeOwned>(cursor: &str, field: &str) -> Result<K> {
    let decoded = (cursor.len() <= MAX_CURSOR).then(|| OpaqueCursor::decode_cursor(cursor).ok()).flatten();
    decoded
        .map(|OpaqueCursor(key)| key)
        .ok_or_else(|| Error::rejected(ProblemCode::Invalid, field, "is not a cursor of this list"))
}

/// The connection of a page's rows.
pub fn list<T, K, N>(
    page: Page<T>,
    key: impl Fn(&T) -> K,
    mut node: impl FnMut(T) -> N,
    total: Total,
) -> List<K, N>
where
    K: Serialize + DeserializeOwned + Send + Sync,
    N: OutputType,
{
    let mut list = List::with_additional_fields(page.has_previous, page.has_next, total);
    list.edges = page
        .rows
        .into_iter()
        .map(|row| Edge::<_, _, EmptyFields>::new(OpaqueCursor(key(&row)), node(row)))
        .collect();
    list
}

/// The connection of a page with a sort order of its own, and with more fields than a count.
pub fn ordered<T, N, F>(
    page: Page<(Cursor, T)>,
    mut node: impl FnMut(T) -> N,
    fields: F,
) -> Connection<OpaqueCursor<Cursor>, N, F>
where
    N: OutputType,
    F: ObjectType,
{
    let mut list = Connection::with_additional_fields(page.has_previous, page.has_next, fields);
    list.edges = page
        .rows
        .into_iter()
        .map(|(cursor, row)| Edge::<_, _, EmptyFields>::new(OpaqueCursor(cursor), node(row)))
        .collect();
    list
}

/// The number of rows in the whole list, counted when the field is selected.
#[derive(Clone)]
pub struct Total(Arc<dyn Fn() -> BoxFuture<'static, Result<i64>> + Send + Sync>);

impl Total {
    /// Counts with `count`.
    pub fn new<F>(count: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<i64>> + Send + 'static,
    {
        Self(Arc::new(move || Box::pin(count())))
    }

    /// Runs the count.
    ///
    /// # Errors
    /// Database errors only.
    pub async fn count(&self) -> Result<i64> {
        (self.0)().await
    }
}

#[Object]
impl Total {
    /// The number of items on all pages, with the same filter. Counting takes time: select it only if needed.
    async fn total_count(&self) -> Result<i64> {
        self.count().await
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Schema, SimpleObject};

    use super::*;

    fn args(first: Option<i32>, after: Option<&str>, last: Option<i32>, before: Option<&str>) -> PageArgs {
        PageArgs::new(first, after.map(str::to_owned), last, before.map(str::to_owned))
    }

    fn refused(args: &PageArgs) -> (ProblemCode, String) {
        match args.check::<(i64, String)>() {
            Err(Error::Rejected(problems)) => (problems[0].code, problems[0].field.clone().unwrap()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn exactly_one_of_first_and_last_from_1_to_100() {
        let cursor = OpaqueCursor((7_i64, "x".to_owned())).encode_cursor();
        assert_eq!(refused(&args(None, None, None, None)), (ProblemCode::Required, "first".to_owned()));
        assert_eq!(refused(&args(Some(1), None, Some(1), None)).1, "last");
        for size in [0, -1, 101, i32::MAX, i32::MIN] {
            assert_eq!(refused(&args(Some(size), None, None, None)).1, "first");
            assert_eq!(refused(&args(None, None, Some(size), None)).1, "last");
        }
        assert_eq!(refused(&args(Some(1), None, None, Some(&cursor))).1, "before");
        assert_eq!(refused(&args(None, Some(&cursor), Some(1), None)).1, "after");
        let request = args(Some(100), Some(&cursor), None, None).check::<(i64, String)>().unwrap();
        assert_eq!(
            request,
            PageRequest { limit: 101, after: Some((7, "x".to_owned())), before: None, backward: false }
        );
    }

    #[test]
    fn a_cursor_that_is_not_ours_is_refused() {
        let other = OpaqueCursor("name".to_owned()).encode_cursor();
        for cursor in ["", "x", "%%%", &other, &"A".repeat(MAX_CURSOR + 4)] {
            assert_eq!(
                refused(&args(Some(1), Some(cursor), None, None)),
                (ProblemCode::Invalid, "after".to_owned()),
                "{cursor}"
            );
        }
    }

    #[derive(SimpleObject)]
    struct Number {
        n: i32,
    }

    struct Query;

    #[Object]
    impl Query {
        async fn numbers(
            &self,
            first: Option<i32>,
            after: Option<String>,
            last: Option<i32>,
            before: Option<String>,
        ) -> Result<List<i32, Number>> {
            tokio::task::yield_now().await;
            let request = PageArgs::new(first, after, last, before).check::<i32>()?;
            let inside = |n: &i32| {
                request.after.is_none_or(|after| *n > after)
                    && request.before.is_none_or(|before| *n < before)
            };
            let mut rows: Vec<i32> = (1..=5).filter(inside).collect();
            if request.backward {
                rows.reverse();
            }
            rows.truncate(usize::try_from(request.limit).unwrap());
            let total = Total::new(|| async { Ok(5) });
            Ok(list(request.page(rows), |n| *n, |n| Number { n }, total))
        }
    }

    async fn ask(arguments: &str) -> serde_json::Value {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let query = format!(
            "{{ numbers({arguments}) {{ totalCount edges {{ node {{ n }} cursor }} pageInfo {{ hasNextPage hasPreviousPage endCursor startCursor }} }} }}"
        );
        serde_json::to_value(schema.execute(query).await).unwrap()
    }

    #[tokio::test]
    async fn a_list_is_walked_from_both_ends() {
        for (size, cursor, mut wanted, turn) in
            [("first", "after", vec![1, 2, 3, 4, 5], false), ("last", "before", vec![5, 4, 3, 2, 1], true)]
        {
            let mut arguments = format!("{size}: 2");
            for page in 0..3 {
                let answer = ask(&arguments).await;
                let list = &answer["data"]["numbers"];
                assert_eq!(list["totalCount"], 5, "{answer}");
                let mut numbers: Vec<_> = list["edges"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|edge| edge["node"]["n"].as_i64().unwrap())
                    .collect();
                if turn {
                    numbers.reverse();
                }
                let expected: Vec<_> = wanted.drain(..wanted.len().min(2)).collect();
                assert_eq!(numbers, expected);
                let (more, from) =
                    if turn { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
                assert_eq!(list["pageInfo"][more], page < 2);
                arguments = format!("{size}: 2, {cursor}: {}", list["pageInfo"][from]);
            }
        }
    }

    #[tokio::test]
    async fn wrong_arguments_are_bad_user_input() {
        let answer = ask("first: 101").await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        assert_eq!(answer["errors"][0]["extensions"]["problems"][0]["field"], "first");
    }

    #[test]
    fn the_list_has_edges_nodes_and_a_count() {
        let sdl = Schema::new(Query, EmptyMutation, EmptySubscription).sdl();
        for part in ["totalCount: Int!", "nodes: [Number!]!", "type NumberConnection", "type NumberEdge"] {
            assert!(sdl.contains(part), "{part} is not in {sdl}");
        }
        assert!(!sdl.contains("type Total "), "{sdl}");
    }
}
