//! HTTP helpers every public page, endpoint and API stands on: who calls, what they sent, how we answer, and the layers
//! around the router.
//!
//! Nothing here knows a room. Which routes exist is http.rs; what an error means to GraphQL is platform/graphql.

mod answer;
mod apps;
mod around;
mod body;
mod client;
mod cookies;
mod link;

pub use answer::{Asset, Fault, error_response, page, problem, static_asset, wants_json};
pub use apps::{AppOrigins, is_local, is_origin, open_to_apps};
pub use around::{RequestId, around};
pub use body::{BodyFault, MOST_BODY, MOST_PAIRS, Media, media_type, read_body, read_form};
pub use client::{browser_family, client_ip, ip_prefix};
pub use cookies::Cookies;
pub use link::FromLink;
