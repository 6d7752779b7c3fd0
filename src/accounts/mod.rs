//! Who may do what: workspaces, API keys, roles and the one table of rights. Members and sign-in are not here yet.

mod api_keys;
pub mod graphql;
mod parked_jobs;
mod rights;
mod workspaces;

pub use api_keys::{Caller, NewApiKey, authenticate, create_api_key, find_key_by_id, revoke_api_key};
pub use parked_jobs::{ParkedJob, list_parked, retry_job};
pub use rights::{Right, allow};
pub use workspaces::{NewWorkspace, WorkspaceChanges, create_workspace, find_by_slug, list_all, load_workspace, update_workspace};
