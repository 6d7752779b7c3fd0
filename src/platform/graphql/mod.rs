//! GraphQL as a transport: HTTP and WebSocket over a schema, the limits before it, pages and errors inside it.
//!
//! Ours instead of the stock one, which takes JSON under any content type, answers 200 to everything and closes sockets
//! with the wrong codes. Generic over the schema and over what a caller is: no room is named here. The schema itself is
//! put together in `schema.rs`, wire types live in the rooms.

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
