//! The listener for Prometheus: `/metrics` at a separate address, and nothing else there.

use std::future::Future;

use axum::{
    Router,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    routing::get,
};

/// A router that answers `/metrics` with the result of `text`.
pub fn listen<F, Fut>(text: F) -> Router
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = String> + Send,
{
    let answer = move || {
        let text = text.clone();
        async move {
            (
                [
                    (CONTENT_TYPE, super::CONTENT_TYPE),
                    (CACHE_CONTROL, "no-store"),
                    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
                ],
                text().await,
            )
        }
    };
    Router::new().route("/metrics", get(answer)).fallback(|| async { StatusCode::NOT_FOUND })
}
