//! Rate limits for e-mails that forms cause. Over a budget, e-mails are delayed to later windows, never
//! dropped: a flood of submissions does not become a flood of e-mails, and blocks no form. Only e-mails that
//! are sent count.
//!
//! No flood takes everything. A form that causes few e-mails is limited only by its own budget, whatever
//! other forms do and whoever their recipients are; and one recipient domain leaves part of a form's budget
//! to others. E-mails beyond a form's share wait behind all others, in the queue too.

use chrono::{DateTime, TimeDelta};
use entity::{EmailAddress, FormId, Time, WorkspaceId};

use super::submissions::LIFE;
use crate::{app::App, config::Budgets, platform::rate_limit::Counter};

/// How far a busy form's jobs move back in the queue (`Job::PRIORITY`): behind those of all quiet forms.
pub const BEHIND: i32 = 20;
/// How far jobs move back for a mailbox that is asked again and again: they will hardly lead to an e-mail.
const FAR_BEHIND: i32 = 30;
/// How often a mailbox may be asked in ten minutes before that.
const FEW_PER_MAILBOX: u32 = 5;
const TEN_MINUTES: i64 = 600_000;

/// An e-mail's place in a window of each budget.
pub struct Slot {
    /// The earliest time to send it; `None`: now.
    pub until: Option<Time>,
    /// The budget that delays it; empty if none does.
    pub held_by: &'static str,
    /// Whether the form has used its share of this window.
    pub is_busy: bool,
    counters: Vec<Counter>,
    window_ends: Time,
}

impl Slot {
    /// Frees the place again, if no e-mail is sent after all.
    pub async fn give_back(self, app: &App) {
        app.rate_limit.give_back(&self.counters, self.window_ends).await;
    }
}

/// Takes a place in the first window with room in every budget. An e-mail counts in the window in which it is
/// sent, and nothing is delayed for longer than an opt-in lives.
pub async fn take_slot(app: &App, workspace: WorkspaceId, form: FormId, to: &EmailAddress) -> Slot {
    let window = window(&app.budgets);
    let domain = app.vault.pseudonym(&format!("{workspace} {}", to.ascii_domain()));
    let current = app.now().timestamp_millis() / window;
    let last = current + LIFE.num_milliseconds() / window - 1;
    let (mut index, mut held_by) = (current, "");
    loop {
        let counters = vec![
            Counter { name: app.budgets.mails_per_form.name, key: format!("{form}:{index}") },
            Counter { name: "mail_form_domain", key: format!("{form}:{domain}:{index}") },
            Counter { name: app.budgets.mails_per_domain.name, key: format!("{domain}:{index}") },
            Counter { name: app.budgets.mails_per_workspace.name, key: format!("{workspace}:{index}") },
        ];
        let window_ends = at((index + 1) * window);
        let counts = Counts::from(app.rate_limit.take(&counters, window_ends).await);
        let full = counts.full(&app.budgets);
        if let Some(which) = full.filter(|_| index < last) {
            app.rate_limit.give_back(&counters, window_ends).await;
            held_by = if held_by.is_empty() { which } else { held_by };
            index += 1;
            continue;
        }
        let until = (index > current).then(|| at(index * window) + counts.place(&app.budgets, window));
        return Slot { until, held_by, is_busy: counts.form > share(&app.budgets), counters, window_ends };
    }
}

/// How far a submission's job moves back in the queue. Depends only on what was typed, and in the same way
/// for every mailbox.
pub async fn places_behind(app: &App, workspace: WorkspaceId, form: FormId, to: &EmailAddress) -> i32 {
    let index = app.now().timestamp_millis() / TEN_MINUTES;
    let mailbox = app.vault.pseudonym(&format!("{workspace} {}", to.key()));
    let counters = [
        Counter { name: "asked_mailbox", key: format!("{mailbox}:{index}") },
        Counter { name: "asked_form", key: format!("{form}:{index}") },
    ];
    match app.rate_limit.take(&counters, at((index + 1) * TEN_MINUTES)).await[..] {
        [mailbox, _] if mailbox > FEW_PER_MAILBOX => FAR_BEHIND,
        [_, form] if form > share(&app.budgets) => BEHIND,
        _ => 0,
    }
}

/// The counts of one window, including this e-mail.
struct Counts {
    form: u32,
    form_domain: u32,
    domain: u32,
    workspace: u32,
}

impl From<Vec<u32>> for Counts {
    fn from(counts: Vec<u32>) -> Self {
        let count = |at: usize| counts.get(at).copied().unwrap_or_default();
        Self { form: count(0), form_domain: count(1), domain: count(2), workspace: count(3) }
    }
}

impl Counts {
    /// The budget that has no room for it, if any.
    fn full(&self, budgets: &Budgets) -> Option<&'static str> {
        let most = budgets.mails_per_form.most;
        if self.form > most {
            return Some("form");
        }
        if self.form_domain > most - most / 4 {
            return Some("recipient_domain");
        }
        if self.form <= share(budgets) {
            return None;
        }
        if self.domain > budgets.mails_per_domain.most {
            return Some("recipient_domain");
        }
        (self.workspace > budgets.mails_per_workspace.most).then_some("workspace")
    }

    /// How long after its window starts a delayed e-mail is sent, so that they are spread over the window.
    fn place(&self, budgets: &Budgets, window: i64) -> TimeDelta {
        let part =
            |count: u32, most: u32| i64::from(count.saturating_sub(1)) * window / i64::from(most.max(1));
        let (form, most) = (budgets.mails_per_form.most, budgets.mails_per_domain.most);
        let places = [
            part(self.form, form),
            part(self.form_domain, form),
            part(self.domain, most),
            part(self.workspace, budgets.mails_per_workspace.most),
        ];
        TimeDelta::milliseconds(places.into_iter().max().unwrap_or_default().clamp(0, window - 1))
    }
}

/// What each form may cause in a window regardless of others: a twentieth of what they may cause together.
fn share(budgets: &Budgets) -> u32 {
    budgets.mails_per_domain.most.min(budgets.mails_per_workspace.most) / 20
}

fn window(budgets: &Budgets) -> i64 {
    i64::try_from(budgets.mails_per_form.window.as_millis()).unwrap_or(TEN_MINUTES).max(1)
}

fn at(millis: i64) -> Time {
    DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::rate_limit::Budget;

    fn full(form: u32, form_domain: u32, domain: u32, workspace: u32) -> Option<&'static str> {
        let of = |budget: Budget, most| Budget { most, ..budget };
        let usual = Budgets::default();
        let budgets = Budgets {
            mails_per_form: of(usual.mails_per_form, 100),
            mails_per_domain: of(usual.mails_per_domain, 200),
            mails_per_workspace: of(usual.mails_per_workspace, 300),
            ..usual
        };
        Counts { form, form_domain, domain, workspace }.full(&budgets)
    }

    #[test]
    fn a_mail_is_held_by_the_budget_that_is_full_and_a_quiet_form_only_by_its_own() {
        assert_eq!(full(1, 1, 1, 1), None);
        assert_eq!(full(100, 75, 200, 300), None, "the last of each");
        assert_eq!(full(101, 1, 1, 101), Some("form"));
        assert_eq!(
            full(76, 76, 76, 76),
            Some("recipient_domain"),
            "a domain leaves a quarter of each form to the others"
        );
        assert_eq!(full(50, 50, 201, 201), Some("recipient_domain"));
        assert_eq!(full(50, 1, 1, 301), Some("workspace"));
        // A twentieth of 200, the smaller of the shared budgets.
        assert_eq!(full(10, 10, 9000, 9000), None);
        assert_eq!(full(11, 11, 9000, 9000), Some("recipient_domain"));
    }

    #[test]
    fn held_mails_go_out_one_after_the_other_within_their_window() {
        let budgets = Budgets::default();
        let counts = |form| Counts { form, form_domain: 1, domain: 1, workspace: form };
        let after = |form| counts(form).place(&budgets, TEN_MINUTES).num_milliseconds();
        assert_eq!((after(1), after(2), after(601), after(1200)), (0, 500, 300_000, 599_500));
        assert_eq!(
            Counts { form: 1, form_domain: 1, domain: 1, workspace: 9000 }
                .place(&budgets, TEN_MINUTES)
                .num_milliseconds(),
            599_999
        );
    }
}
