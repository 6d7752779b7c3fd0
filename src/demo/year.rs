//! A year of work, week by week: companies are met, people entered, forms sent in and confirmed, deals opened and moved, things
//! written down, consents end. Each act stands at the time it would have had, because the clock is moved on to it first.

use chrono::TimeDelta;
use entity::{CompanyId, ContactId, Time, WorkspaceId};

use super::{dice::Dice, forms::Forms, members::Staff, names::Names, pipelines::Lanes, purposes::Purposes};
use crate::{app::App, error::Result, intake, jobs};

/// How long the year is.
pub(super) const DAYS: i64 = 364;
const WEEKS: i64 = 52;
/// What there is in the end.
const CONTACTS: i64 = 400;
const COMPANIES: i64 = 60;
const DEALS: i64 = 80;

/// A company that was met.
pub(super) struct Firm {
    /// Its row.
    pub id: CompanyId,
    /// Where its people have their mailboxes.
    pub domain: String,
    /// Who was met there.
    pub people: Vec<ContactId>,
}

/// What has become of the year so far.
pub(super) struct Year<'a> {
    /// On the year's own clock.
    pub app: &'a App,
    pub workspace: WorkspaceId,
    pub staff: Staff,
    pub purposes: Purposes,
    pub forms: Forms,
    pub lanes: Lanes,
    pub dice: Dice,
    pub names: Names,
    pub firms: Vec<Firm>,
    /// Everybody, also those who came in through a form.
    pub people: Vec<ContactId>,
    /// How many deals there are, leads included.
    pub deals: i64,
    start: Time,
}

impl<'a> Year<'a> {
    /// Nothing has happened yet.
    pub fn new(
        app: &'a App,
        workspace: WorkspaceId,
        staff: Staff,
        purposes: Purposes,
        forms: Forms,
        lanes: Lanes,
    ) -> Self {
        let (dice, names) = (Dice::new(), Names::new());
        Self {
            app,
            workspace,
            staff,
            purposes,
            forms,
            lanes,
            dice,
            names,
            firms: Vec::new(),
            people: Vec::new(),
            deals: 0,
            start: app.now(),
        }
    }

    /// Plays it.
    pub async fn play(mut self) -> Result<()> {
        for week in 0..WEEKS {
            self.meet_people(week).await?;
            if week < WEEKS - 1 {
                self.take_forms(week, 2).await?;
            }
            self.open_deals(week).await?;
            self.work_with_people(week).await?;
            self.move_deals(week).await?;
            self.end_consents(week).await?;
        }
        // Those of the last week came in the day before yesterday, and their mailboxes have not answered yet.
        self.take_forms(WEEKS - 1, 5).await?;
        self.at(WEEKS, 0, 0);
        self.run_jobs().await
    }

    /// Moves the clock to an hour of a day of a week; never back.
    pub fn at(&self, week: i64, day: i64, minutes: i64) {
        let then = self.start + TimeDelta::weeks(week) + TimeDelta::days(day) + TimeDelta::minutes(minutes);
        let wait = then - self.app.now();
        if wait > TimeDelta::zero() {
            self.app.ledger.clock.advance(wait);
        }
    }

    /// Runs what is due.
    pub async fn run_jobs(&self) -> Result<()> {
        jobs::runner(self.app).drain().await?;
        Ok(())
    }

    /// On Monday and Tuesday companies and people are entered: as many as are missing by the end of this week, beside those who
    /// come in through forms.
    async fn meet_people(&mut self, week: i64) -> Result<()> {
        // Companies come in the first half of the year.
        let companies = (COMPANIES * 2 * (week + 1) / WEEKS).min(COMPANIES);
        let mut minutes = 0;
        while as_count(self.firms.len()) < companies {
            self.at(week, 0, minutes);
            self.add_company().await?;
            minutes += 23;
        }
        minutes = 0;
        while as_count(self.people.len()) < CONTACTS * (week + 1) / WEEKS {
            self.at(week, 1, minutes);
            self.add_contact().await?;
            minutes += 17;
        }
        Ok(())
    }

    /// On Thursday deals are opened.
    async fn open_deals(&mut self, week: i64) -> Result<()> {
        let mut minutes = 0;
        while self.deals < DEALS * (week + 1) / WEEKS {
            self.at(week, 3, minutes);
            self.add_deal().await?;
            minutes += 41;
        }
        Ok(())
    }

    /// On Friday evening: what people and staff end, and what the clock does.
    async fn end_consents(&mut self, week: i64) -> Result<()> {
        self.at(week, 4, 600);
        self.end_some_consents(week).await?;
        while intake::expire_consents(self.app).await? {}
        while intake::expire_opt_ins(self.app).await? {}
        self.run_jobs().await
    }
}

fn as_count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
