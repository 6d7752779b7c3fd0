//! Generates a year of work, week by week: adds companies and contacts, submits and confirms forms, opens and
//! moves deals, records activities, ends consents. The clock is advanced before each action, so that it
//! carries a realistic time.

use chrono::TimeDelta;
use entity::{CompanyId, ContactId, Time, WorkspaceId};

use super::{dice::Dice, forms::Forms, members::Staff, names::Names, pipelines::Lanes, purposes::Purposes};
use crate::{app::App, error::Result, intake, jobs};

/// Length of the generated year.
pub(super) const DAYS: i64 = 364;
const WEEKS: i64 = 52;
/// Totals at the end of the year.
const CONTACTS: i64 = 400;
const COMPANIES: i64 = 60;
const DEALS: i64 = 80;

/// A company and its contacts.
pub(super) struct Firm {
    pub id: CompanyId,
    /// The domain of its people's e-mail addresses.
    pub domain: String,
    pub people: Vec<ContactId>,
}

/// State of the generated year.
pub(super) struct Year<'a> {
    /// Runs on the year's own clock.
    pub app: &'a App,
    pub workspace: WorkspaceId,
    pub staff: Staff,
    pub purposes: Purposes,
    pub forms: Forms,
    pub lanes: Lanes,
    pub dice: Dice,
    pub names: Names,
    pub firms: Vec<Firm>,
    /// All contacts, including those who came in through a form.
    pub people: Vec<ContactId>,
    /// Number of deals, leads included.
    pub deals: i64,
    start: Time,
}

impl<'a> Year<'a> {
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

    /// Generates the whole year.
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
            self.guard_data(week).await?;
        }
        // The last week's submissions came in the day before yesterday and are not answered yet.
        self.take_forms(WEEKS - 1, 5).await?;
        self.at(WEEKS, 0, 0);
        self.run_jobs().await
    }

    /// Advances the clock to a minute of a day of a week; never back.
    pub fn at(&self, week: i64, day: i64, minutes: i64) {
        let then = self.start + TimeDelta::weeks(week) + TimeDelta::days(day) + TimeDelta::minutes(minutes);
        let wait = then - self.app.now();
        if wait > TimeDelta::zero() {
            self.app.ledger.clock.advance(wait);
        }
    }

    /// Runs all due jobs.
    pub async fn run_jobs(&self) -> Result<()> {
        jobs::runner(self.app).drain().await?;
        Ok(())
    }

    /// On Monday and Tuesday, adds as many companies and contacts as are missing to this week's target,
    /// beside those who come in through forms.
    async fn meet_people(&mut self, week: i64) -> Result<()> {
        // All companies are added in the first half of the year.
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

    /// Opens deals on Thursday.
    async fn open_deals(&mut self, week: i64) -> Result<()> {
        let mut minutes = 0;
        while self.deals < DEALS * (week + 1) / WEEKS {
            self.at(week, 3, minutes);
            self.add_deal().await?;
            minutes += 41;
        }
        Ok(())
    }

    /// On Friday evening: consents end by request or revocation, others expire.
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
