//! Sample contacts entered by the staff from business cards, calls and trade fairs, most of them at a
//! company.

use entity::{ContactSource, Lifecycle};

use super::{
    fields::{LAMPS, LIGHT, value},
    names::{self, JOBS},
    year::Year,
};
use crate::{
    contacts::{ContactChanges, NewContact, create_contact},
    error::Result,
    fields::CustomInput,
};

const SOURCES: [ContactSource; 6] = [
    ContactSource::BusinessCard,
    ContactSource::BusinessCard,
    ContactSource::Phone,
    ContactSource::Email,
    ContactSource::InPerson,
    ContactSource::Referral,
];
const TAGS: [&str; 6] = ["Fair in Lyon", "Showroom", "Press", "Architect", "Newsletter only", "Key account"];

impl Year<'_> {
    /// Adds a contact.
    pub(super) async fn add_contact(&mut self) -> Result<()> {
        let person = self.names.somebody(&mut self.dice);
        let firm = if self.firms.is_empty() || self.dice.chance(20) {
            None
        } else {
            Some(self.dice.below(u32::try_from(self.firms.len()).unwrap_or(u32::MAX)) as usize)
        };
        let seller = self.dice.below(2);
        let lifecycle = match self.dice.below(100) {
            0..55 => Lifecycle::Prospect,
            55..92 => Lifecycle::Customer,
            _ => Lifecycle::Former,
        };
        // Salespeople may not enter bank accounts, so the data protection officer adds customers who get a
        // refund.
        let is_paid_back = lifecycle == Lifecycle::Customer && self.dice.chance(25);
        let custom = self.custom_values(is_paid_back);
        let values = ContactChanges {
            given_name: Some(person.given.clone()),
            family_name: Some(person.family.clone()),
            phone: self.dice.chance(70).then(|| self.names.number(person.language)),
            job_title: firm.map(|_| (*self.dice.pick(&JOBS)).to_owned()),
            postal_address: self.dice.chance(20).then(|| names::postal_address(&mut self.dice)),
            language: Some(person.language.to_owned()),
            company: firm.map(|at| Some(self.firms[at].id)),
            owner: Some(Some(self.staff.seller(seller))),
            lifecycle: Some(lifecycle),
            custom,
            ..ContactChanges::default()
        };
        let mut tags = Vec::new();
        while tags.len() < 2 && self.dice.chance(35) {
            let tag = (*self.dice.pick(&TAGS)).to_owned();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let email = person.email(firm.map(|at| self.firms[at].domain.as_str()));
        let source = *self.dice.pick(&SOURCES);
        let new =
            NewContact { values, email: Some(email), tags, ..NewContact::of(self.purposes.business, source) };
        let actor = if is_paid_back { self.staff.dpo } else { self.staff.sells(seller) };
        let row = create_contact(self.app, self.workspace, actor, new, None).await?;
        if let Some(at) = firm {
            self.firms[at].people.push(row.id);
        }
        self.people.push(row.id);
        Ok(())
    }

    fn custom_values(&mut self, is_paid_back: bool) -> Vec<CustomInput> {
        let mut custom = Vec::new();
        if self.dice.chance(50) {
            custom.push(value("light", self.dice.pick(LIGHT).0));
        }
        if self.dice.chance(40) {
            let first = self.dice.below(3) as usize;
            custom.push(value("lamps", format!("{}\n{}", LAMPS[first].0, LAMPS[first + 1].0)));
        }
        if self.dice.chance(25) {
            let day = self.app.now() - chrono::TimeDelta::days(i64::from(self.dice.below(90)));
            custom.push(value("visited_on", day.format("%Y-%m-%d").to_string()));
        }
        if self.dice.chance(12) {
            custom.push(value("delivery_phone", self.names.number("fr")));
        }
        if is_paid_back {
            custom.push(value("iban", names::iban(u32::try_from(self.people.len()).unwrap_or_default())));
        }
        custom
    }
}
