//! Protection against guessing that locks nobody out (ASVS 6.1.1, 6.3.1, 6.6.3).
//!
//! An attempt to sign in uses three budgets: the network's, the account's from this network, and the
//! account's from anywhere. The last one stops guessing from many addresses, but alone it would let anybody
//! lock a person out by guessing on purpose. Therefore a browser that has signed in to the account before,
//! which its signed cookie proves (OWASP calls this device cookies), uses a budget of its own instead of the
//! three; and so does a browser whose user has just set a new password through the mailbox. A person under
//! attack can thus always get in: with a browser they have used, or through their mailbox. Accounts that do
//! not exist have the same budgets. No network address is stored: the keys are keyed hashes.
//!
//! Codes of the second factor can only be tried by somebody who knows the password, and have a budget per
//! member.

use entity::{MemberId, member};

use super::names::ms;

use crate::{
    app::App,
    error::{Error, Result},
    link_uses::Use,
    platform::{keys::random, rate_limit::Budget, tokens::Link, web::Cookies},
};

/// The cookie of a browser that signed in before.
pub const DEVICE_COOKIE: &str = "__Host-accord_device";
/// How long a browser is remembered as one that signed in before, in seconds: a year.
const DEVICE_LIFE: i64 = 365 * 24 * 3600;

/// What is known about the client that wants to sign in.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// The network that shares a budget.
    pub network: String,
    /// Browser family and major version.
    pub browser: String,
    /// The device cookie it sent.
    pub device: Option<String>,
}

/// The `Set-Cookie` value that marks a browser as one that signed in before.
#[must_use]
pub fn device_cookie(device: &str, cookies: Cookies) -> String {
    format!("{DEVICE_COOKIE}={device}; {}; Max-Age={DEVICE_LIFE}", cookies.attributes())
}

/// Counts an attempt to sign in, or refuses it with the time to wait.
pub(super) async fn admit_sign_in(
    app: &App,
    door: &Door,
    slug: &str,
    email_key: &str,
    member: Option<&member::Model>,
) -> Result<()> {
    let budgets = &app.budgets;
    if let Some(member) = member
        && is_known(app, door, member)
    {
        return spend(
            app,
            budgets.sign_ins_per_device,
            &format!("{} {}", member.id, door.device.as_deref().unwrap_or_default()),
        )
        .await;
    }
    let account = format!("{slug} {email_key}");
    spend(app, budgets.sign_ins_per_network, &door.network).await?;
    spend(app, budgets.sign_ins_per_account_and_network, &format!("{account} {}", door.network)).await?;
    spend(app, budgets.sign_ins_per_account, &account).await
}

/// Counts a member's attempt with a code or password, or refuses it with the time to wait.
pub(super) async fn admit_code(app: &App, member: MemberId) -> Result<()> {
    spend(app, app.budgets.codes_per_member, &member.to_string()).await
}

/// Counts under a keyed hash.
pub(super) async fn spend(app: &App, budget: Budget, key: &str) -> Result<()> {
    app.rate_limit.spend(budget, &app.vault.pseudonym(key)).await.map_err(Error::Busy)
}

fn is_known(app: &App, door: &Door, member: &member::Model) -> bool {
    let link = door.device.as_deref().and_then(|device| app.vault.verify(Use::Device, device));
    let is_theirs = |link: &Link| link.workspace == member.workspace_id && link.row == member.id.0;
    link.filter(is_theirs)
        .is_some_and(|link| link.extra.strip_prefix(ms(member.credentials_changed_at).as_slice()).is_some())
}

/// The device cookie for a browser that has just signed in: valid until the password or the access changes,
/// so that somebody who knew the old password gets no easier way to guess the new one.
pub(super) fn device(app: &App, member: &member::Model) -> String {
    let extra = [ms(member.credentials_changed_at), random::<16>().to_vec()].concat();
    app.vault.sign(Use::Device, &Link { workspace: member.workspace_id, row: member.id.0, extra })
}
