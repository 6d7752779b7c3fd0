//! Request bodies up to a size limit, and form fields from them. Strict: invalid UTF-8 is refused and not
//! repaired, because a repaired name is a wrong name. The meaning of the fields (and NUL bytes in them) is
//! checked by the rooms; JSON too.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
};
use futures_util::StreamExt;
use percent_encoding::percent_decode;

use crate::error::{Error, ProblemCode, Result};

/// Largest body of any route, in bytes; most routes accept less.
pub const MOST_BODY: usize = 1 << 20;

/// Most fields of a form; more are an attack. Each ticked box of a multiple-choice question is one field.
pub const MOST_PAIRS: usize = 1_000;

/// How much of a body that is too large is still read and discarded, so that the caller gets our response
/// instead of a broken connection.
const MOST_DISCARDED: usize = 16 << 20;

/// The type of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
    /// `application/json`.
    Json,
    /// Any other type, or no type: 415.
    Other,
}

/// The type from `Content-Type`. A charset other than UTF-8 makes it `Other`.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> Media {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    let name = parts.next().unwrap_or_default();
    let foreign = parts
        .filter_map(|part| part.strip_prefix("charset=").map(|charset| charset.trim_matches('"').to_owned()))
        .any(|charset| charset != "utf-8" && charset != "utf8");
    match name.as_str() {
        _ if foreign => Media::Other,
        "application/x-www-form-urlencoded" => Media::Form,
        "multipart/form-data" => Media::Multipart,
        "application/json" => Media::Json,
        _ => Media::Other,
    }
}

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// Larger than the route accepts.
    TooLarge,
    /// The connection broke, or the framing is invalid.
    Incomplete,
}

impl BodyFault {
    /// 413 or 400.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Incomplete => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads a body of at most `most` bytes.
///
/// # Errors
/// When it is larger (the rest is discarded first, within limits) or incomplete.
pub async fn read_body(body: Body, most: usize) -> Result<Bytes, BodyFault> {
    let mut chunks = body.into_data_stream();
    let mut read = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| BodyFault::Incomplete)?;
        if read.len() + chunk.len() > most {
            let discard = async {
                let mut discarded = 0;
                while let Some(Ok(chunk)) = chunks.next().await {
                    discarded += chunk.len();
                    if discarded > MOST_DISCARDED {
                        break;
                    }
                }
            };
            let _ = tokio::time::timeout(Duration::from_secs(2), discard).await;
            return Err(BodyFault::TooLarge);
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.into())
}

/// Reads the fields of an HTML form, in order, from urlencoded data or `multipart/form-data` without files
/// (senders of RFC 8058 requests use both).
///
/// # Errors
/// `Rejected` when it is neither, not UTF-8, malformed, contains a file, or has more than 1,000 fields.
pub async fn read_form(headers: &HeaderMap, body: Bytes) -> Result<Vec<(String, String)>> {
    match media_type(headers) {
        Media::Form => urlencoded(&body),
        Media::Multipart => multipart(headers, body).await,
        Media::Json | Media::Other => Err(wrong(
            ProblemCode::Invalid,
            "Send the form as application/x-www-form-urlencoded or multipart/form-data, in UTF-8.",
        )),
    }
}

/// Not with `form_urlencoded::parse`: that mends what is not UTF-8.
fn urlencoded(body: &[u8]) -> Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        if pairs.len() == MOST_PAIRS {
            return Err(too_many());
        }
        let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let value = pair.get(cut + 1..).unwrap_or_default();
        pairs.push((decode(&pair[..cut])?, decode(value)?));
    }
    Ok(pairs)
}

/// `+` is a space, `%41` a byte; a `%` without two hex digits stands for itself, as in browsers.
fn decode(text: &[u8]) -> Result<String> {
    let text: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    String::from_utf8(percent_decode(&text).collect()).map_err(|_| not_utf8())
}

async fn multipart(headers: &HeaderMap, body: Bytes) -> Result<Vec<(String, String)>> {
    let broken = || wrong(ProblemCode::Invalid, "The form arrived incomplete. Send it again.");
    let mut request = Request::new(Body::from(body));
    if let Some(kind) = headers.get(CONTENT_TYPE) {
        request.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| broken())?;
    let mut pairs = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        if pairs.len() == MOST_PAIRS {
            return Err(too_many());
        }
        if part.file_name().is_some() {
            return Err(wrong(ProblemCode::Invalid, "Files are not accepted here."));
        }
        let name = part.name().unwrap_or_default().to_owned();
        let value = part.bytes().await.map_err(|_| broken())?;
        pairs.push((name, String::from_utf8(value.into()).map_err(|_| not_utf8())?));
    }
    Ok(pairs)
}

fn wrong(code: ProblemCode, message: &str) -> Error {
    Error::rejected(code, "body", message)
}

fn too_many() -> Error {
    wrong(ProblemCode::TooLong, "The form has too many fields.")
}

fn not_utf8() -> Error {
    wrong(ProblemCode::Invalid, "The form is not in UTF-8.")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn form(kind: &str, body: impl Into<Bytes>) -> Result<Vec<(String, String)>, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        read_form(&headers, body.into()).await.map_err(|error| match error {
            Error::Rejected(problems) => problems[0].message.clone(),
            other => panic!("{other:?}"),
        })
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    const URLENCODED: &str = "application/x-www-form-urlencoded";

    #[tokio::test]
    async fn fields_keep_order_repeats_and_every_letter() {
        let read =
            form(URLENCODED, "email=a%2Bb%40c.example&topics=x&topics=y+z&name=%C3%89lo%C3%AFse+%F0%9F%99%82&empty=&bare&odd=100%&=nameless&&").await;
        let expected = [
            ("email", "a+b@c.example"),
            ("topics", "x"),
            ("topics", "y z"),
            ("name", "Éloïse 🙂"),
            ("empty", ""),
            ("bare", ""),
            ("odd", "100%"),
            ("", "nameless"),
        ];
        assert_eq!(read.unwrap(), pairs(&expected));
        assert_eq!(form("Application/X-WWW-Form-Urlencoded; Charset=\"UTF-8\"", "").await.unwrap(), []);
        assert_eq!(
            form(URLENCODED, "a=%2&b=%zz&c=%+1").await.unwrap(),
            pairs(&[("a", "%2"), ("b", "%zz"), ("c", "% 1")])
        );
    }

    #[tokio::test]
    async fn invalid_utf_8_and_floods_of_fields_are_refused() {
        assert!(form(URLENCODED, "name=%FF").await.unwrap_err().contains("UTF-8"));
        assert!(form(URLENCODED, &b"na\xe9me=1"[..]).await.unwrap_err().contains("UTF-8"));
        assert_eq!(form(URLENCODED, "a=1&".repeat(1_000)).await.unwrap().len(), 1_000);
        assert!(form(URLENCODED, "a=1&".repeat(10_000)).await.unwrap_err().contains("too many"));
        assert!(form("application/x-www-form-urlencoded; charset=iso-8859-1", "a=1").await.is_err());
        assert!(form("text/plain", "a=1").await.is_err());
    }

    #[tokio::test]
    async fn one_click_senders_may_use_multipart() {
        let body =
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
        assert_eq!(
            form("multipart/form-data; boundary=x", body).await.unwrap(),
            pairs(&[("List-Unsubscribe", "One-Click")])
        );
        assert!(form("multipart/form-data", body).await.is_err());
        assert!(
            form("multipart/form-data; boundary=x", &body[..60]).await.unwrap_err().contains("incomplete")
        );
        let file = body.replace("; name=\"List-Unsubscribe\"", "; name=\"a\"; filename=\"a.txt\"");
        assert!(form("multipart/form-data; boundary=x", file).await.unwrap_err().contains("Files"));
        let many = format!(
            "{}--x--\r\n",
            "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(1_001)
        );
        assert!(form("multipart/form-data; boundary=x", many).await.unwrap_err().contains("too many"));
        assert!(
            form(
                "multipart/form-data; boundary=x",
                &b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--x--\r\n"[..]
            )
            .await
            .unwrap_err()
            .contains("UTF-8")
        );
    }

    #[tokio::test]
    async fn a_body_larger_than_the_route_takes_is_refused() {
        assert_eq!(read_body(Body::from(vec![0; 10]), 10).await.unwrap().len(), 10);
        assert_eq!(read_body(Body::from(vec![0; 11]), 10).await, Err(BodyFault::TooLarge));
        assert_eq!(
            read_body(Body::from(vec![0; 5_000_000]), 10).await.unwrap_err().status(),
            StatusCode::PAYLOAD_TOO_LARGE
        );
        let broken = futures_util::stream::iter([Ok(Bytes::from("a")), Err(std::io::Error::other("gone"))]);
        assert_eq!(read_body(Body::from_stream(broken), 10).await, Err(BodyFault::Incomplete));
    }
}
