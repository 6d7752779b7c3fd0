//! Sample activities: calls, meetings, demonstrations, e-mails, notes and tasks that the staff record.

use chrono::TimeDelta;
use entity::{ActivityKind, CompanyId, ContactId, DealId, MemberId, Role, deal, deal_contact};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::year::Year;
use crate::{
    activities::{NewActivity, finish_task, log_activity},
    error::Result,
    platform::actor::Actor,
};

/// Activities per week.
const A_WEEK: u32 = 4;

/// Kind, subject, and whether the contact initiated it.
const TALKS: [(ActivityKind, &str, bool); 8] = [
    (ActivityKind::Call, "Called about the samples", false),
    (ActivityKind::Call, "Asked when the lamps arrive", true),
    (ActivityKind::Email, "Sent the catalogue", false),
    (ActivityKind::Email, "Répondu à la question sur les ampoules", false),
    (ActivityKind::Meeting, "Met at the showroom", false),
    (ActivityKind::Demo, "Showed the dimmer on site", false),
    (ActivityKind::Note, "Prefers to be called in the morning", false),
    (ActivityKind::Note, "Budget is decided in spring", false),
];
const TASKS: [&str; 5] = [
    "Send samples",
    "Rappeler pour le devis",
    "Ask for the floor plan",
    "Check stock of brass",
    "Prepare the quote",
];

/// The records that an activity is linked to.
#[derive(Clone, Copy, Default)]
struct About {
    contact: Option<ContactId>,
    company: Option<CompanyId>,
    deal: Option<DealId>,
    owner: Option<MemberId>,
}

impl Year<'_> {
    /// Records one week's activities, about half of them on deals. Tasks are finished at once, except in the
    /// last weeks, so that some stay open.
    pub(super) async fn work_with_people(&mut self, week: i64) -> Result<()> {
        let deals = deal::Entity::find()
            .filter(deal::Column::WorkspaceId.eq(self.workspace))
            .filter(deal::Column::ClosedAt.is_null())
            .order_by_asc(deal::Column::Id)
            .all(self.app.db())
            .await?;
        for nth in 0..A_WEEK {
            self.at(week, 3, 240 + i64::from(nth) * 37);
            let about = if !deals.is_empty() && self.dice.chance(50) {
                let row = self.dice.pick(&deals).clone();
                self.about_deal(&row).await?
            } else {
                About { contact: Some(*self.dice.pick(&self.people)), ..About::default() }
            };
            let seller = about.owner.unwrap_or_else(|| self.staff.seller(nth));
            if nth == 0 {
                self.set_task(about, seller, week).await?;
            } else {
                self.log_talk(about, seller).await?;
            }
        }
        Ok(())
    }

    async fn about_deal(&self, row: &deal::Model) -> Result<About> {
        let first = deal_contact::Entity::find()
            .filter(deal_contact::Column::WorkspaceId.eq(self.workspace))
            .filter(deal_contact::Column::DealId.eq(row.id))
            .order_by_asc(deal_contact::Column::ContactId)
            .one(self.app.db())
            .await?;
        Ok(About {
            contact: first.map(|row| row.contact_id),
            company: row.company_id,
            deal: Some(row.id),
            owner: row.owner_id,
        })
    }

    async fn log_talk(&mut self, about: About, seller: MemberId) -> Result<()> {
        let (kind, subject, from_the_person) = *self.dice.pick(&TALKS);
        let new = NewActivity {
            from_the_person: from_the_person && about.contact.is_some(),
            alone: !from_the_person,
            ..activity(kind, subject, about)
        };
        log_activity(self.app, self.workspace, Actor::Member(seller, Role::Sales), new, None).await?;
        Ok(())
    }

    async fn set_task(&mut self, about: About, seller: MemberId, week: i64) -> Result<()> {
        let subject = *self.dice.pick(&TASKS);
        let due_at = Some(self.app.now() + TimeDelta::days(1 + i64::from(self.dice.below(14))));
        let actor = Actor::Member(seller, Role::Sales);
        let new =
            NewActivity { due_at, assignee: Some(seller), ..activity(ActivityKind::Task, subject, about) };
        let task = log_activity(self.app, self.workspace, actor, new, None).await?;
        if week < 48 {
            finish_task(self.app, self.workspace, actor, task.id).await?;
        }
        Ok(())
    }
}

fn activity(kind: ActivityKind, subject: &str, about: About) -> NewActivity {
    NewActivity {
        kind,
        subject: subject.to_owned(),
        body: String::new(),
        occurred_at: None,
        due_at: None,
        due_on: None,
        assignee: None,
        contact: about.contact,
        company: about.company,
        deal: about.deal,
        from_the_person: false,
        alone: false,
    }
}
