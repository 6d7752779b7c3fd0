//! Against guessing, without locking anybody out (ASVS 6.1.1, 6.3.1, 6.6.3).
//!
//! An attempt to sign in spends from three budgets: of its network, of the account as seen from this network, and of the account
//! as seen from everywhere. The last one stops guessing from many addresses, and alone would let anybody lock a person out by
//! guessing on purpose. So a browser that signed in to the account before (it holds a signed cookie, the idea of OWASP's device
//! cookies) spends from a budget of its own and from none of the three; and whoever proves the mailbox with a link for a new
//! password gets that cookie too. A person under attack is therefore never shut out: they use a browser they have used, or their
//! mailbox. Accounts that do not exist have budgets like all others. Nobody's address is kept: keys are keyed hashes.
//!
//! Codes of the second factor are tried only by who knows the password, and have a budget per member.

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
/// For how many seconds a browser is remembered as one that signed in before: a year.
const DEVICE_LIFE: i64 = 365 * 24 * 3600;

/// Who stands at the door, as far as we want to know.
#[derive(Clone, Debug, Default)]
pub struct Door {
    /// The network that shares a budget.
    pub network: String,
    /// Browser family and major version.
    pub browser: String,
    /// The device cookie as it came.
    pub device: Option<String>,
}

/// The `Set-Cookie` value that marks a browser as one that signed in before.
#[must_use]
pub fn device_cookie(device: &str, cookies: Cookies) -> String {
    format!("{DEVICE_COOKIE}={device}; {}; Max-Age={DEVICE_LIFE}", cookies.attributes())
}

/// Lets an attempt to sign in pass, or says when to come again.
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

/// Lets a try of a code or password by a member pass, or says when to come again.
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

/// The cookie for a browser that has just proven whose it is: good until the password or the access changes, so that whoever had the
/// old password keeps no easier way to guess the new one.
pub(super) fn device(app: &App, member: &member::Model) -> String {
    let extra = [ms(member.credentials_changed_at), random::<16>().to_vec()].concat();
    app.vault.sign(Use::Device, &Link { workspace: member.workspace_id, row: member.id.0, extra })
}
