//! GraphiQL, served from the binary without any third-party host. Only in the demo and where it is enabled.

use std::sync::Arc;

use axum::{
    Router,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName},
    response::{IntoResponse, Response},
    routing::get,
};

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Accord – GraphiQL</title>
<link rel="stylesheet" href="/graphiql/graphiql.css">
<link rel="stylesheet" href="/graphiql/page.css">
</head>
<body>
<header>
<h1>Accord’s API</h1>
<p>Sign in with the first example, or put an API key here (the demo prints one where it runs):
<label>API key <input id="key" type="text" placeholder="accord_key_…" autocomplete="off" spellcheck="false" size="40"></label></p>
<p>Then choose an example: it comes with variables of your own workspace. The button with the triangle runs it.</p>
<nav id="examples" aria-label="Examples"></nav>
<p id="said" role="status"></p>
</header>
<div id="graphiql"></div>
<script src="/graphiql/react.js"></script>
<script src="/graphiql/react-dom.js"></script>
<script src="/graphiql/graphiql.js"></script>
<script src="/graphiql/start.js"></script>
</body>
</html>
"#;

/// CodeMirror sets inline styles as it draws; scripts are our own files only.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";

const PAGE_STYLE: &str = include_str!("graphiql/page.css");

/// `/graphiql` and its files. `examples`: the examples that the page offers, as JSON.
pub fn routes<S: Clone + Send + Sync + 'static>(examples: String) -> Router<S> {
    let examples: Arc<str> = examples.into();
    let packed = |kind: &'static str, bytes: &'static [u8]| {
        get(move || async move { file(kind, Some("gzip"), bytes) })
    };
    let plain = |kind: &'static str, text: &'static str| {
        get(move || async move { file(kind, None, text.as_bytes()) })
    };
    Router::new()
        .route(
            "/graphiql",
            get(|| async {
                ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, CSP)], PAGE)
                    .into_response()
            }),
        )
        .route("/graphiql/graphiql.js", packed(SCRIPT, include_bytes!("graphiql/graphiql.js.gz")))
        .route("/graphiql/graphiql.css", packed(STYLE, include_bytes!("graphiql/graphiql.css.gz")))
        .route("/graphiql/react.js", packed(SCRIPT, include_bytes!("graphiql/react.js.gz")))
        .route("/graphiql/react-dom.js", packed(SCRIPT, include_bytes!("graphiql/react-dom.js.gz")))
        .route("/graphiql/start.js", plain(SCRIPT, include_str!("graphiql/start.js")))
        .route("/graphiql/page.css", plain(STYLE, PAGE_STYLE))
        .route(
            "/graphiql/examples.json",
            get(move || async move { ([(CONTENT_TYPE, "application/json")], examples.to_string()) }),
        )
}

/// Responds with a file. The gzip version is sent to everybody, because every browser that runs GraphiQL
/// accepts it.
fn file(kind: &'static str, encoding: Option<&'static str>, bytes: &'static [u8]) -> Response {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=3600")];
    match encoding {
        Some(encoding) => (headers, [(CONTENT_ENCODING, encoding)], bytes).into_response(),
        None => (headers, bytes).into_response(),
    }
}
