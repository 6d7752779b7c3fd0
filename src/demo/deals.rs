//! Sample deals, from the first talk to won or lost. Quote requests become deals automatically, through the
//! routing of their form.

use chrono::TimeDelta;
use entity::{DealRole, Role, deal};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{fields::value, year::Year};
use crate::{
    error::{Error, Result},
    pipeline::{Move, NewDeal, Party, create_deal, move_deal},
    platform::{actor::Actor, money::MoneyInput},
};

const PROJECTS: [&str; 8] = [
    "Pendants for the reception",
    "Light for the reading room",
    "Desk lamps, two floors",
    "Lampes de la grande salle",
    "Stairs and corridors",
    "Éclairage de la terrasse",
    "Twelve guest rooms",
    "Showroom, first phase",
];
const SHOPS: [&str; 4] = ["Window and shelf", "Collection d’hiver", "Samples for three shops", "First order"];
const SOURCES: [&str; 4] = ["trade_fair", "referral", "telephone", "showroom"];
const ROLES: [DealRole; 3] = [DealRole::Influencer, DealRole::Champion, DealRole::Billing];

impl Year<'_> {
    /// Adds a deal with a company and one or two of its contacts.
    pub(super) async fn add_deal(&mut self) -> Result<()> {
        let lane = usize::from(self.dice.chance(30));
        let firms: Vec<usize> =
            (0..self.firms.len()).filter(|at| !self.firms[*at].people.is_empty()).collect();
        let firm = if firms.is_empty() { None } else { Some(&self.firms[*self.dice.pick(&firms)]) };
        let mut contacts = Vec::new();
        if let Some(firm) = firm {
            let first = *self.dice.pick(&firm.people);
            contacts.push(Party { contact: first, role: DealRole::DecisionMaker });
            let second = *self.dice.pick(&firm.people);
            if second != first {
                contacts.push(Party { contact: second, role: *self.dice.pick(&ROLES) });
            }
        }
        let company = firm.map(|firm| firm.id);
        let title = if lane == 0 { *self.dice.pick(&PROJECTS) } else { *self.dice.pick(&SHOPS) };
        let seller = self.dice.below(2);
        let close = self.app.now() + TimeDelta::days(30 + i64::from(self.dice.below(120)));
        let mut custom = vec![value("installation", if self.dice.chance(40) { "true" } else { "false" })];
        if lane == 0 {
            custom.push(value("rooms", (1 + self.dice.below(24)).to_string()));
            custom.push(value("project_code", format!("AL-{:04}", 1_000 + self.deals)));
        }
        let new = NewDeal {
            title: title.to_owned(),
            amount: Some(MoneyInput {
                minor: (50_000 * u64::from(2 + self.dice.below(90))).to_string(),
                currency: None,
            }),
            pipeline: Some(self.lanes.lanes[lane].pipeline),
            company,
            owner: Some(self.staff.seller(seller)),
            contacts,
            expected_close_on: Some(close.format("%Y-%m-%d").to_string()),
            source: Some((*self.dice.pick(&SOURCES)).to_owned()),
            custom,
            ..NewDeal::default()
        };
        create_deal(self.app, self.workspace, self.staff.sells(seller), None, new).await?;
        self.deals += 1;
        Ok(())
    }

    /// Moves some open deals to the next stage and closes others.
    pub(super) async fn move_deals(&mut self, week: i64) -> Result<()> {
        let open = deal::Entity::find()
            .filter(deal::Column::WorkspaceId.eq(self.workspace))
            .filter(deal::Column::ClosedAt.is_null())
            .order_by_asc(deal::Column::Id)
            .all(self.app.db())
            .await?;
        for (at, row) in open.iter().enumerate() {
            let (goes_on, is_lost) = (self.dice.chance(26), self.dice.chance(4));
            if goes_on || is_lost {
                self.at(week, 4, i64::try_from(at).unwrap_or_default() * 13);
                self.move_on(row, is_lost).await?;
            }
        }
        Ok(())
    }

    async fn move_on(&mut self, row: &deal::Model, is_lost: bool) -> Result<()> {
        let lost = is_lost || self.dice.chance(15);
        let lane =
            self.lanes.lanes.iter().find(|lane| lane.pipeline == row.pipeline_id).ok_or(Error::NotFound)?;
        let next = lane
            .open
            .iter()
            .position(|stage| *stage == row.stage_id)
            .and_then(|at| lane.open.get(at + 1))
            .copied();
        let to = if lost { lane.lost } else { next.unwrap_or(lane.won) };
        let loss_reason = lost.then(|| *self.dice.pick(&self.lanes.reasons));
        let actor = row.owner_id.map_or(self.staff.owner, |owner| Actor::Member(owner, Role::Sales));
        let drag = Move {
            deal: row.id,
            to,
            after: None,
            before: None,
            loss_reason,
            expected_stage: Some(row.stage_id),
        };
        move_deal(self.app, self.workspace, actor, None, drag).await?;
        Ok(())
    }
}
