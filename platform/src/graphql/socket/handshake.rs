//! The handshake of a WebSocket.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::graphql::{transport::refuse, user_error::GraphqlErrorCode as Code};

/// Checks a handshake for errors that the library would accept, or refuse without an explanation (RFC 6455,
/// 4.2.1 and 4.4).
pub(in crate::graphql) fn fault_of(headers: &HeaderMap) -> Option<Response> {
    let only = |name: header::HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).map(HeaderValue::as_bytes)
    };
    let version = only(header::SEC_WEBSOCKET_VERSION);
    if version != Some(b"13") {
        let mut refusal = refuse(
            StatusCode::UPGRADE_REQUIRED,
            Code::BadRequest,
            "the WebSocket is spoken here in version 13",
        );
        refusal.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        refusal.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        return Some(refusal);
    }
    let key = only(header::SEC_WEBSOCKET_KEY).and_then(|key| STANDARD.decode(key).ok());
    let is_key = key.is_some_and(|key| key.len() == 16);
    (!is_key).then(|| {
        refuse(
            StatusCode::BAD_REQUEST,
            Code::BadRequest,
            "`Sec-WebSocket-Key` must be 16 bytes in base64, once",
        )
    })
}
