//! Who may do what: workspaces, members and how they sign in, API keys, roles and the one table of rights.

mod api_keys;
mod credentials;
pub mod graphql;
mod members;
mod parked_jobs;
mod rights;
mod sessions;
mod workspaces;

pub use api_keys::{Caller, NewApiKey, authenticate, create_api_key, find_key_by_id, revoke_api_key};
pub use members::{list_members, members_of};
pub use parked_jobs::{ParkedJob, list_parked, retry_job};
pub use rights::{Right, allow};
pub use sessions::{OpenSession, SESSION_COOKIE, authenticate_session, renew, touches};
pub use workspaces::{NewWorkspace, WorkspaceChanges, create_workspace, find_by_slug, list_all, load_workspace, update_workspace};
