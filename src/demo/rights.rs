//! What persons asked for and what the data protection officer has at hand: one request of every kind in
//! different states, recipients and disclosures, a hold, a text held back, an erased contact, a breach whose
//! clock runs, and a retention period that is about to end for some.

use chrono::TimeDelta;
use entity::{
    ActivityKind, BreachRisk, ContactId, DisclosureMeans, ErasureGround, ExtensionReason, HoldReason,
    Lifecycle, ObjectionScope, RecipientRole, RequestChannel, RequestId, RequestKind, RetentionSubject,
    TransferMechanism, contact_address, request,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::year::Year;
use crate::{
    activities::{NewActivity, log_activity},
    error::{Error, Result},
    privacy::{
        breaches::{BreachTexts, BreachValues, record_breach},
        erasure::{EraseByStaff, erase_by_staff},
        holds::{NewHold, set_hold},
        recipients::{NewDisclosure, RecipientValues, create_recipient, log_disclosure},
        requests::{Logged, ask_for_identity, extend_request, log_request, start_request},
        retention::{RuleChanges, rules_of, update_rule},
    },
};

/// Prospects of the demo are kept this long, so that the first of its year are due within weeks.
const MONTHS_OF_PROSPECTS: i32 = 14;

impl Year<'_> {
    /// On Friday evenings of the last two months: what the data protection officer does.
    pub(super) async fn guard_data(&mut self, week: i64) -> Result<()> {
        self.at(week, 4, 660);
        match week {
            43 => self.set_periods().await,
            44 => self.pass_data_on().await,
            45 => self.hold_and_erase().await,
            47 => self.take_long_request().await,
            49 => self.take_requests().await,
            50 => self.write_sensitive_note().await,
            51 => self.note_breach().await,
            _ => Ok(()),
        }
    }

    async fn set_periods(&self) -> Result<()> {
        let rules = rules_of(self.app, self.workspace).await?;
        let prospects = rules
            .iter()
            .find(|rule| {
                rule.subject == RetentionSubject::Contacts && rule.lifecycle == Some(Lifecycle::Prospect)
            })
            .ok_or_else(|| Error::internal("the demo's prospects have no rule"))?;
        let changes = RuleChanges {
            months: Some(MONTHS_OF_PROSPECTS),
            justification: Some(
                "People furnish once: who has not answered for fourteen months is no prospect any more. The \
                 CNIL allows up to three years."
                    .to_owned(),
            ),
            ..RuleChanges::default()
        };
        update_rule(self.app, self.workspace, self.staff.dpo, prospects.id, prospects.version, changes)
            .await?;
        Ok(())
    }

    async fn pass_data_on(&mut self) -> Result<()> {
        let carrier = RecipientValues {
            name: "Messageries Belvoir".to_owned(),
            legal_name: "Messageries Belvoir SARL".to_owned(),
            country: "FR".to_owned(),
            access_countries: Vec::new(),
            role: RecipientRole::Processor,
            mechanism: TransferMechanism::Eea,
            mechanism_reference: String::new(),
            assessment: String::new(),
            checked_at: None,
            contact_email: "data@messageries-belvoir.example".to_owned(),
            purposes: vec![self.purposes.quote],
        };
        let carrier = create_recipient(self.app, self.workspace, self.staff.dpo, carrier, None).await?;
        for _ in 0..5 {
            let new = NewDisclosure {
                contact: *self.dice.pick(&self.people),
                recipient: carrier.id,
                purpose: Some(self.purposes.quote),
                means: DisclosureMeans::Email,
                fields: ["givenName", "familyName", "phone"].map(str::to_owned).to_vec(),
            };
            log_disclosure(self.app, self.workspace, self.staff.dpo, new, None).await?;
        }
        Ok(())
    }

    async fn hold_and_erase(&mut self) -> Result<()> {
        let hold = NewHold {
            contact: self.people[1],
            reason: HoldReason::Dispute,
            until: self.app.now() + TimeDelta::days(200),
            note: "Disputes the invoice of the ceiling lamps.".to_owned(),
        };
        set_hold(self.app, self.workspace, self.staff.dpo, hold).await?;
        let erased = EraseByStaff {
            contact: self.people.remove(2),
            ground: ErasureGround::ConsentWithdrawn,
            request: None,
            remember: true,
            exceptions: None,
        };
        erase_by_staff(self.app, self.workspace, self.staff.dpo, erased).await?;
        self.run_jobs().await
    }

    /// A request that needs more than a month, and says so.
    async fn take_long_request(&mut self) -> Result<()> {
        let id =
            self.log(RequestKind::Access, 4, "Je souhaite recevoir une copie de toutes mes données.").await?;
        let row = self.latest(id).await?;
        extend_request(
            self.app,
            self.workspace,
            self.staff.dpo,
            id,
            row.version,
            ExtensionReason::Complexity,
            "Votre dossier comprend les échanges de trois chantiers, que nous relisons un par un.",
        )
        .await?;
        self.run_jobs().await
    }

    async fn take_requests(&mut self) -> Result<()> {
        self.log(RequestKind::Rectification, 5, "My name is spelled with two n.").await?;
        let erasure =
            self.log(RequestKind::Erasure, 6, "Please delete everything you have about me.").await?;
        let row = self.latest(erasure).await?;
        ask_for_identity(self.app, self.workspace, self.staff.dpo, erasure, row.version).await?;
        self.run_jobs().await?;
        self.log(RequestKind::Restriction, 7, "Merci de ne plus utiliser mes données pendant le litige.")
            .await?;
        self.log(RequestKind::Objection, 8, "I do not want to be called about new lamps.").await?;
        let portability =
            self.log(RequestKind::Portability, 9, "Send my data to me in a usable format.").await?;
        let row = self.latest(portability).await?;
        start_request(self.app, self.workspace, self.staff.dpo, portability, row.version).await?;
        self.run_jobs().await
    }

    /// Logs a letter of one of the first contacts, and has its acknowledgement sent.
    async fn log(&self, kind: RequestKind, who: usize, message: &str) -> Result<RequestId> {
        let contact = self.people[who];
        let logged = Logged {
            kind,
            objects_to: (kind == RequestKind::Objection).then_some(ObjectionScope::Marketing),
            channel: if who.is_multiple_of(2) { RequestChannel::Email } else { RequestChannel::Post },
            contact: Some(contact),
            email: self.address(contact).await?,
            name: String::new(),
            message: message.to_owned(),
            language: None,
            received_at: Some(self.app.now() - TimeDelta::days(2)),
        };
        let row = log_request(self.app, self.workspace, self.staff.dpo, logged, None).await?;
        self.run_jobs().await?;
        Ok(row.id)
    }

    async fn address(&self, contact: ContactId) -> Result<Option<String>> {
        let first = contact_address::Entity::find()
            .filter(contact_address::Column::WorkspaceId.eq(self.workspace))
            .filter(contact_address::Column::ContactId.eq(contact))
            .order_by_asc(contact_address::Column::CreatedAt);
        Ok(first.one(self.app.db()).await?.map(|row| row.email))
    }

    async fn latest(&self, id: RequestId) -> Result<request::Model> {
        request::Entity::find_by_id((self.workspace, id)).one(self.app.db()).await?.ok_or(Error::NotFound)
    }

    /// A note that tells of a person's health waits for the data protection officer.
    async fn write_sensitive_note(&mut self) -> Result<()> {
        let note = NewActivity {
            kind: ActivityKind::Note,
            subject: "Call again in spring".to_owned(),
            body: "Was treated for breast cancer this winter, so wants to be left alone until March."
                .to_owned(),
            occurred_at: None,
            due_at: None,
            due_on: None,
            assignee: None,
            contact: Some(self.people[10]),
            company: None,
            deal: None,
            from_the_person: false,
            alone: true,
        };
        log_activity(self.app, self.workspace, self.staff.sells(0), note, None).await?;
        Ok(())
    }

    async fn note_breach(&mut self) -> Result<()> {
        // Two days before the end of the year: most of the 72 hours are still to come.
        self.at(51, 5, 600);
        let texts = BreachTexts {
            title: "Delivery list sent to the wrong customer".to_owned(),
            facts: "A list with the deliveries of one week was attached to a quote.".to_owned(),
            people: "Customers with a delivery in that week.".to_owned(),
            records: "Names, delivery addresses, telephone numbers.".to_owned(),
            effects: "Whoever received it knows who was at home when.".to_owned(),
            remedies: "The receiver confirmed in writing that the list was deleted.".to_owned(),
            late_because: String::new(),
            plain_words: String::new(),
        };
        let values = BreachValues {
            texts,
            risk: BreachRisk::NotAssessed,
            aware_at: self.app.now() - TimeDelta::hours(5),
            clock_hours: 72,
            began_at: Some(self.app.now() - TimeDelta::hours(9)),
            ended_at: None,
            people_approximate: Some(23),
            records_approximate: Some(23),
            exception: None,
        };
        record_breach(self.app, self.workspace, self.staff.dpo, values).await?;
        Ok(())
    }
}
