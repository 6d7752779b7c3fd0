//! The register of requests in GraphQL: reading, handling, following.

mod enums;
mod inputs;
mod live;
mod mutations;
mod queries;
mod request;

pub use enums::*;
pub use inputs::*;
pub use live::RequestSubscription;
pub use mutations::RequestsMutation;
pub use queries::RequestsQuery;
pub use request::Request;
