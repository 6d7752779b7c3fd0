//! The GraphQL transport: HTTP and WebSocket in front of a schema, limits on documents, pages and errors.
//!
//! We do not use async-graphql's own integration, which accepts JSON under any content type, answers 200 to
//! everything and closes sockets with the wrong codes. Generic over the schema and the caller's type: no
//! domain module is named here. The schema itself is built in `src/graphql/schema.rs`.

mod date_time;
mod documents;
mod escapes;
pub mod explorer;
pub mod limits;
pub mod near_names;
pub mod page;
mod root_field;
pub mod row;
pub mod socket;
mod strings;
#[cfg(test)]
mod test_schema;
pub mod transport;
pub mod user_error;

pub use date_time::DateTime;
pub use page::PageArgs;
pub use row::{AtHand, Row, Rows};
pub use transport::{Authenticate, Credential, Endpoint, Peer, router};
pub use user_error::{GraphqlErrorCode, Nullable, UserError, nullable, user_errors};
