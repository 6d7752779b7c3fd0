//! Files compiled into the binary: compressed where that helps, and cached by their content.

use std::io::Write;

use axum::{
    body::Bytes,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE,
            ETAG, IF_NONE_MATCH, VARY,
        },
    },
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// A file compiled into the binary.
#[derive(Clone, Debug)]
pub struct Asset {
    plain: Variant,
    /// None when compression would not make it smaller.
    gzip: Option<Variant>,
    content_type: &'static str,
    for_everyone: bool,
    cached: &'static str,
}

/// A file in one encoding. Each encoding has its own entity tag, because the bytes differ.
#[derive(Clone, Debug)]
struct Variant {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Variant {
    fn new(bytes: Bytes, of: &[u8], suffix: &str) -> Self {
        let etag = format!("\"{}{suffix}\"", hex::encode(&Sha256::digest(of)[..12]));
        Self {
            bytes,
            etag: HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"\"")),
        }
    }
}

/// Called once per file, when it is first requested.
fn gzip(bytes: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    let packed = encoder.finish().ok()?;
    (packed.len() < bytes.len()).then(|| packed.into())
}

impl Asset {
    /// A file for our own pages. Cached for ten minutes only, because its URL has no version.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>, content_type: &'static str) -> Self {
        let bytes = bytes.into();
        let gzip = gzip(&bytes).map(|packed| Variant::new(packed, &bytes, "-gzip"));
        Self {
            plain: Variant::new(bytes.clone(), &bytes, ""),
            gzip,
            content_type,
            for_everyone: false,
            cached: "public, max-age=600",
        }
    }

    /// Cached for a year: its URL names its content.
    #[must_use]
    pub fn forever(self) -> Self {
        Self { cached: "public, max-age=31536000, immutable", ..self }
    }

    /// Allows pages of other origins to load it: the embed script. CORS also lets them check its integrity
    /// (SRI).
    #[must_use]
    pub fn for_everyone(self) -> Self {
        Self { for_everyone: true, ..self }
    }
}

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Responds with a file, or with 304 if the caller has it.
#[must_use]
pub fn static_asset(headers: &HeaderMap, asset: &Asset) -> Response {
    let packed = asset.gzip.as_ref().filter(|_| accepts_gzip(headers));
    let variant = packed.unwrap_or(&asset.plain);
    let etag = variant.etag.to_str().unwrap_or_default();
    let mut known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let unchanged = known.any(|tag| matches!(tag.trim(), "*") || tag.trim().trim_start_matches("W/") == etag);
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut whole =
            ([(CONTENT_TYPE, HeaderValue::from_static(asset.content_type))], variant.bytes.clone())
                .into_response();
        if packed.is_some() {
            whole.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        whole
    };
    let out = response.headers_mut();
    out.insert(ETAG, variant.etag.clone());
    if asset.gzip.is_some() {
        out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    out.insert(CACHE_CONTROL, HeaderValue::from_static(asset.cached));
    if asset.for_everyone {
        out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        out.insert(CORP, HeaderValue::from_static("cross-origin"));
    }
    response
}

/// Accepts `gzip`, or `*` if gzip is not named, with a weight above zero.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let (mut named, mut any) = (None, None);
    for coding in headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
        match name.as_str() {
            "gzip" | "x-gzip" => named = Some(weight),
            "*" => any = Some(weight),
            _ => {}
        }
    }
    named.or(any).is_some_and(|weight| weight > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_caller_that_takes_gzip_gets_gzip() {
        let accepts = |value: &'static str| {
            accepts_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]))
        };
        for taken in ["gzip", "deflate, GZIP;q=0.5", "br;q=1.0, gzip;q=0.8, *;q=0.1", "*", "x-gzip"] {
            assert!(accepts(taken), "{taken}");
        }
        for refused in ["", "identity", "br", "gzip;q=0", "gzip;q=0.0, *", "*;q=0"] {
            assert!(!accepts(refused), "{refused}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }

    #[test]
    fn files_are_cached_by_their_content() {
        let asset = Asset::new(&b"x"[..], "text/javascript; charset=utf-8").for_everyone();
        let first = static_asset(&HeaderMap::new(), &asset);
        assert_eq!(
            (first.status(), &first.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], &first.headers()[CORP]),
            (StatusCode::OK, &HeaderValue::from_static("*"), &HeaderValue::from_static("cross-origin"))
        );
        let etag = first.headers()[ETAG].clone();
        for (known, status) in [
            (etag.to_str().unwrap().to_owned(), 304),
            (format!("\"a\", W/{}", etag.to_str().unwrap()), 304),
            ("*".to_owned(), 304),
            ("\"a\"".to_owned(), 200),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, known.parse().unwrap());
            let answer = static_asset(&headers, &asset);
            assert_eq!((answer.status().as_u16(), &answer.headers()[ETAG]), (status, &etag), "{known}");
        }
        assert!(
            !static_asset(&HeaderMap::new(), &Asset::new(&b"x"[..], "text/css"))
                .headers()
                .contains_key(ACCESS_CONTROL_ALLOW_ORIGIN)
        );
    }
}
