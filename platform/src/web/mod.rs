//! HTTP helpers for all public pages, endpoints and APIs: who the client is, what it sent, how we respond,
//! and the layers around the router.
//!
//! Nothing here knows a room. Routes are listed in http.rs; platform/graphql maps errors to GraphQL.

mod answer;
mod apps;
mod around;
mod asset;
mod body;
mod client;
mod cookies;
mod link;

pub use answer::{Fault, error_response, page, problem, wants_json};
pub use apps::{AppOrigins, is_local, is_origin, open_to_apps};
pub use around::{RequestId, around};
pub use asset::{Asset, static_asset};
pub use body::{BodyFault, MOST_BODY, MOST_PAIRS, Media, media_type, read_body, read_form};
pub use client::{browser_family, client_ip, ip_prefix};
pub use cookies::Cookies;
pub use link::{FromLink, without_what_stuck};
