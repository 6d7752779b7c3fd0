//! A tiny schema for the tests of the transports: its fields wait, fail, panic and count on demand.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{Object, Schema, Subscription};
use axum::Router;
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::watch;

use super::{
    limits, router,
    transport::{Credential, Endpoint, Patience},
    user_error::{Nullable, nullable},
};
use crate::error::{Error, Result};

/// The signed-in caller in tests.
#[derive(Clone)]
pub struct Caller(pub String);

/// Records what the resolvers did.
#[derive(Clone, Default)]
pub struct Seen(Arc<(Mutex<Vec<&'static str>>, AtomicUsize)>);

impl Seen {
    /// The resolvers that ran to their end.
    pub fn finished(&self) -> Vec<&'static str> {
        self.0.0.lock().unwrap().clone()
    }

    /// The number of running subscriptions.
    pub fn streams(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }

    fn finish(&self, what: &'static str) {
        self.0.0.lock().unwrap().push(what);
    }
}

struct Running(Seen);

impl Running {
    fn new(seen: &Seen) -> Self {
        seen.0.1.fetch_add(1, Ordering::SeqCst);
        Self(seen.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.1.fetch_sub(1, Ordering::SeqCst);
    }
}

pub struct Query(Seen);

#[Object]
impl Query {
    async fn me(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<String> {
        tokio::task::yield_now().await;
        Ok(ctx.data::<Caller>()?.0.clone())
    }

    async fn twice(&self, n: i32) -> i32 {
        n * 2
    }

    async fn same(&self, text: String) -> String {
        text
    }

    async fn small(&self, n: Option<i8>) -> Option<i8> {
        n
    }

    #[graphql(complexity = "first.or(last).unwrap_or(9) as usize * child_complexity + 1")]
    async fn rows(&self, first: Option<i32>, last: Option<i32>) -> Vec<Query> {
        (0..first.or(last).unwrap_or(3)).map(|_| Query(self.0.clone())).collect()
    }

    async fn nest(&self) -> Query {
        Query(self.0.clone())
    }

    async fn sleep(&self) -> bool {
        tokio::time::sleep(Duration::from_millis(150)).await;
        self.0.finish("sleep");
        true
    }

    #[graphql(complexity = 5000)]
    async fn expensive(&self) -> bool {
        true
    }

    async fn busy(&self) -> Nullable<bool> {
        nullable(Err(Error::Busy(Duration::from_secs(3))))
    }

    async fn leak(&self) -> Nullable<bool> {
        Some(Err(std::io::Error::other("secret").into()))
    }

    async fn panics(&self) -> bool {
        assert!(self.0.streams() > 1000, "on purpose");
        true
    }
}

pub struct Mutation(Seen);

#[Object]
impl Mutation {
    async fn slow(&self) -> bool {
        tokio::time::sleep(Duration::from_millis(150)).await;
        self.0.finish("slow");
        true
    }
}

pub struct Subscription_(Seen);

#[Subscription(name = "Subscription")]
impl Subscription_ {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    /// Never sends anything.
    async fn silent(&self) -> impl Stream<Item = i32> {
        let running = Running::new(&self.0);
        stream::pending().map(move |n| {
            let _ = &running;
            n
        })
    }

    /// Sends large texts as fast as they are read.
    async fn flood(&self) -> impl Stream<Item = String> {
        let running = Running::new(&self.0);
        stream::repeat_with(move || {
            let _ = &running;
            "x".repeat(100_000)
        })
    }

    async fn late(&self, ms: u64) -> Result<impl Stream<Item = i32>> {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        Ok(stream::iter([7]))
    }

    async fn forbidden(&self) -> Result<impl Stream<Item = i32>> {
        tokio::task::yield_now().await;
        Err::<stream::Pending<i32>, _>(Error::Forbidden)
    }
}

pub type TestSchema = Schema<Query, Mutation, Subscription_>;

pub fn schema(seen: &Seen) -> TestSchema {
    limits::limit(Schema::build(Query(seen.clone()), Mutation(seen.clone()), Subscription_(seen.clone())))
        .finish()
}

/// The parts of a server, which tests change before it is built.
pub struct Stage {
    pub seen: Seen,
    pub patience: Patience,
    pub anonymous_introspection: bool,
    pub stop: watch::Sender<bool>,
    /// The valid credential; `busy` and `broken` always cause those errors.
    pub key: Arc<Mutex<String>>,
}

impl Stage {
    pub fn new() -> Self {
        Self {
            seen: Seen::default(),
            patience: Patience::default(),
            anonymous_introspection: false,
            stop: watch::Sender::new(false),
            key: Arc::new(Mutex::new("good".to_owned())),
        }
    }

    pub fn router(&self) -> Router {
        let key = Arc::clone(&self.key);
        let authenticate =
            move |credential: Credential| -> futures_util::future::BoxFuture<'static, Result<Caller>> {
                let (Credential::Bearer(credential) | Credential::Cookie(credential)) = credential;
                let good = *key.lock().unwrap() == credential;
                Box::pin(async move {
                    tokio::task::yield_now().await;
                    match credential.as_str() {
                        "busy" => Err(Error::Busy(Duration::from_secs(3))),
                        "broken" => Err(Error::internal("secret")),
                        _ if good => Ok(Caller(credential)),
                        _ => Err(Error::Unauthenticated),
                    }
                })
            };
        let origins = vec!["https://crm.example".to_owned()];
        let mut endpoint =
            Endpoint::new(schema(&self.seen), Arc::new(authenticate), origins, self.stop.subscribe())
                .anonymous_introspection(self.anonymous_introspection);
        endpoint.patience = self.patience;
        router("/graphql", endpoint)
    }
}
