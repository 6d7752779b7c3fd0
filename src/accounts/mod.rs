//! Workspaces, members and how they sign in, API keys, roles and the table of rights.

mod allow_act_on;
mod api_keys;
mod caller;
mod change_member;
mod code;
mod credentials;
mod end_session;
mod fresh_factor;
pub mod http;
mod invite_member;
mod inviters;
pub mod jobs;
mod links;
pub mod loads;
mod mails;
mod members;
mod names;
mod parked_jobs;
pub mod passwords;
mod proof;
mod reset_password;
mod rights;
mod second_factor;
mod sessions;
mod sign_in;
mod throttle;
mod workspaces;

pub use api_keys::{
    NewApiKey, authenticate, create_api_key, create_api_key_once, end_api_key, find_key_by_id, revoke_api_key,
};
pub use caller::Caller;
pub use change_member::{
    MemberChanges, deactivate_member, leave_workspace, reactivate_member, update_member,
};
pub use end_session::{end_member_sessions, end_other_sessions, end_session, list_sessions};
pub use fresh_factor::require_fresh_factor;
pub use invite_member::{
    NewMember, accept_invitation, create_owner, invite_member, look_at_invitation, resend_invitation,
};
pub use mails::{SendAccountNotice, SendInvitation, SendPasswordReset};
pub use members::{list_members, members_of, members_with};
pub use parked_jobs::{AnyJob, ParkedJob, drop_job, list_jobs, list_parked, retry_any_job, retry_job};
pub use reset_password::{change_password, look_at_reset, request_password_reset, reset_password};
pub use rights::{Right, allow, allows};
pub use second_factor::{
    Enrolled, Enrolment, begin_second_factor, confirm_second_factor, disable_second_factor,
    remove_second_factor, renew_recovery_codes, second_factor_of, step_up,
};
pub use sessions::{LIFE, OpenSession, SESSION_COOKIE, authenticate_session, renew, touches};
pub use sign_in::{Credentials, Entered, SignedIn, sign_in, sign_out};
pub use throttle::{DEVICE_COOKIE, Door, device_cookie};
pub use workspaces::{
    NewWorkspace, WorkspaceChanges, create_workspace, find_by_slug, list_all, load_workspace,
    second_factor_roles, update_workspace,
};
