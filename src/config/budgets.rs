//! Rate limits against floods.

use std::time::Duration;

use crate::platform::rate_limit::Budget;

/// Rate limits per time window.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// Submissions from one network (/24 or /56); beyond that they get 429.
    pub submissions_per_network: Budget,
    /// Requests for form definitions and pages from one network.
    pub views_per_network: Budget,
    /// Button clicks on the pages behind links, from one network.
    pub presses_per_network: Budget,
    /// One-click requests of mail programs on the unsubscribe link of one mail.
    pub one_clicks_per_link: Budget,
    /// Mails to one recipient domain in one workspace. Beyond this limit and the next two, mails are queued
    /// and sent evenly (`intake/pace_mails.rs`).
    pub mails_per_domain: Budget,
    /// Mails caused by one form. Its window applies to all three limits.
    pub mails_per_form: Budget,
    /// Mails caused by one workspace.
    pub mails_per_workspace: Budget,
    /// Sealed values revealed by one member.
    pub reveals_per_member: Budget,
    /// Attempts to sign in from one network, for any account; for this and the next three see
    /// `accounts/throttle.rs`.
    pub sign_ins_per_network: Budget,
    /// Attempts on one account from one network.
    pub sign_ins_per_account_and_network: Budget,
    /// Attempts on one account from anywhere, by browsers that have never signed in to it.
    pub sign_ins_per_account: Budget,
    /// Attempts on one account by a browser that has signed in to it before.
    pub sign_ins_per_device: Budget,
    /// Codes and passwords that one member tries after the first proof of identity.
    pub codes_per_member: Budget,
    /// Password reset requests from one network.
    pub resets_per_network: Budget,
    /// Password reset mails to one member.
    pub resets_per_member: Budget,
    /// `WebSockets` and event streams that one member or API key may hold open on one node.
    pub streams_per_caller: usize,
}

impl Default for Budgets {
    fn default() -> Self {
        let ten_minutes = |name, most| Budget { name, most, window: Duration::from_mins(10) };
        let an_hour = |name, most| Budget { name, most, window: Duration::from_hours(1) };
        Self {
            submissions_per_network: ten_minutes("submit", 60),
            views_per_network: ten_minutes("view", 1200),
            presses_per_network: ten_minutes("press", 300),
            one_clicks_per_link: ten_minutes("one_click", 30),
            mails_per_domain: ten_minutes("mail_domain", 1200),
            mails_per_form: ten_minutes("mail_form", 1200),
            mails_per_workspace: ten_minutes("mail_workspace", 3000),
            reveals_per_member: ten_minutes("reveal", 30),
            sign_ins_per_network: ten_minutes("sign_in_network", 100),
            sign_ins_per_account_and_network: ten_minutes("sign_in_both", 10),
            sign_ins_per_account: an_hour("sign_in_account", 60),
            sign_ins_per_device: ten_minutes("sign_in_device", 20),
            codes_per_member: ten_minutes("code_member", 10),
            resets_per_network: ten_minutes("reset_network", 20),
            resets_per_member: an_hour("reset_member", 3),
            streams_per_caller: 500,
        }
    }
}

impl Budgets {
    /// Unlimited budgets, for measurements.
    #[must_use]
    pub fn unlimited() -> Self {
        let usual = Self::default();
        let open = |budget: Budget| Budget { most: u32::MAX, ..budget };
        Self {
            submissions_per_network: open(usual.submissions_per_network),
            views_per_network: open(usual.views_per_network),
            presses_per_network: open(usual.presses_per_network),
            one_clicks_per_link: open(usual.one_clicks_per_link),
            mails_per_domain: open(usual.mails_per_domain),
            mails_per_form: open(usual.mails_per_form),
            mails_per_workspace: open(usual.mails_per_workspace),
            reveals_per_member: open(usual.reveals_per_member),
            sign_ins_per_network: open(usual.sign_ins_per_network),
            sign_ins_per_account_and_network: open(usual.sign_ins_per_account_and_network),
            sign_ins_per_account: open(usual.sign_ins_per_account),
            sign_ins_per_device: open(usual.sign_ins_per_device),
            codes_per_member: open(usual.codes_per_member),
            resets_per_network: open(usual.resets_per_network),
            resets_per_member: open(usual.resets_per_member),
            streams_per_caller: usize::MAX,
        }
    }
}
