//! Form submissions, the answers to their confirmation mails, and the end of some consents. Consent is
//! obtained the only way there is: the submission is stored, its job sends the confirmation mail, and the
//! link in it confirms. The link is signed here the way the mail signs it, because nobody reads mails dated a
//! year ago.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::{
    Channel, ConsentState, FormId, RevocationReason, SubmissionId, WithdrawalReason, consent as row, opt_in,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{names::Somebody, year::Year};

use crate::{
    consent::{evidence::Page, revoke_consent, unsubscribe, unsubscribe_link, withdraw_consent},
    contacts::find_address,
    error::{Error, Result},
    forms::cache::{Found, find_open},
    intake::{
        Confirmation, Submission, Submitted, Typed, Visit, confirm_opt_in, decline_opt_in, read_values,
        submit, ticket,
    },
    link_uses::Use,
    platform::tokens::Link,
};

/// What the recipient of the confirmation mail does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    NotMe,
    Nothing,
}

/// A submission that was sent.
struct Sent {
    id: SubmissionId,
    person: Somebody,
    answer: Answer,
    /// The person is already a contact, because the form relies on another legal basis than consent.
    is_lead: bool,
}

const BROWSERS: [&str; 4] = ["Firefox 143", "Chrome 140", "Safari 18", "Edge 140"];

impl Year<'_> {
    /// Submits the day's forms; in the afternoon the recipients answer.
    pub(super) async fn take_forms(&mut self, week: i64, day: i64) -> Result<()> {
        self.at(week, day, 0);
        let mut sent = Vec::new();
        let forms = self.forms;
        for (form, every) in
            [(forms.newsletter, 1), (forms.visits, 2), (forms.newsletter, 3), (forms.quote, 5)]
        {
            if week % every == 0 {
                sent.push(self.send(form, week).await?);
            }
        }
        self.at(week, day, 1);
        self.run_jobs().await?;
        self.at(week, day, 90);
        for one in &sent {
            if one.answer != Answer::Nothing {
                self.answer(one).await?;
            }
            if one.is_lead {
                self.deals += 1;
                let key = one.person.email(None);
                let address = find_address(self.app.db(), self.workspace, &key)
                    .await?
                    .ok_or_else(|| Error::internal("a lead is no contact"))?;
                self.people.push(address.contact_id);
            }
        }
        self.run_jobs().await
    }

    async fn send(&mut self, form: FormId, week: i64) -> Result<Sent> {
        let person = self.names.somebody(&mut self.dice);
        let is_lead = form == self.forms.quote;
        let answer = match self.dice.below(100) {
            // Submissions of the last week are still pending.
            _ if week == 51 && !is_lead => Answer::Nothing,
            0..84 => Answer::Yes,
            84..91 => Answer::NotMe,
            _ => Answer::Nothing,
        };
        let Found::Open(open) = find_open(self.app, form).await? else {
            return Err(Error::NotFound);
        };
        let mut values = BTreeMap::from([
            ("email".to_owned(), person.email(None).into()),
            ("given_name".to_owned(), person.given.clone().into()),
            ("family_name".to_owned(), person.family.clone().into()),
        ]);
        if is_lead {
            values.insert("room".to_owned(), (*self.dice.pick(&["living", "office", "shop"])).into());
            values.insert("wishes".to_owned(), "Warm light, nothing too bright.".into());
        } else if form == self.forms.visits {
            values.insert("phone".to_owned(), self.names.number(person.language).into());
        }
        let consents = open.published.consents.iter().map(|offer| offer.key.clone());
        // Not everybody who asks for a quote also wants the newsletter.
        let consents = if is_lead && answer == Answer::Nothing { Vec::new() } else { consents.collect() };
        let ticket = ticket::issue(self.app, self.workspace, open.version);
        let typed = Typed {
            ticket: ticket.clone(),
            language: person.language.to_owned(),
            values,
            consents,
            ..Typed::default()
        };
        let origin = open.published.definition.allowed_origins.first().cloned().unwrap_or_default();
        let page = Page { origin, path: "/".to_owned(), ..Page::default() };
        let browser = (*self.dice.pick(&BROWSERS)).to_owned();
        let asked =
            read_values(self.app, &open, person.language, &typed, page, browser).map_err(Error::Rejected)?;
        match submit(self.app, &Submission { open: &open, ticket: &ticket, asked: &asked }).await? {
            Submitted::Kept(id) => Ok(Sent { id, person, answer, is_lead }),
            Submitted::Repeated | Submitted::TooMany => {
                Err(Error::internal("a form of the demo was sent twice"))
            }
        }
    }

    /// Answers the confirmation mail through its link.
    async fn answer(&mut self, sent: &Sent) -> Result<()> {
        let asked = opt_in::Entity::find()
            .filter(opt_in::Column::WorkspaceId.eq(self.workspace))
            .filter(opt_in::Column::SubmissionId.eq(sent.id))
            .one(self.app.db())
            .await?
            .ok_or_else(|| Error::internal("a mailbox of the demo was not asked"))?;
        let link = Link {
            workspace: self.workspace,
            row: asked.id.0,
            extra: asked.expires_at.timestamp_millis().to_be_bytes().to_vec(),
        };
        let token = self.app.vault.sign(Use::ConfirmOptIn, &link);
        if sent.answer == Answer::NotMe {
            decline_opt_in(self.app, &token, None).await?;
            return Ok(());
        }
        let visit = Visit { browser: (*self.dice.pick(&BROWSERS)).to_owned() };
        match confirm_opt_in(self.app, &token, None, &visit).await? {
            Confirmation::Confirmed(_) if sent.is_lead => Ok(()),
            Confirmation::Confirmed(contact) => {
                self.people.push(contact);
                Ok(())
            }
            _ => Err(Error::internal("a mailbox of the demo could not confirm")),
        }
    }

    /// Every few weeks somebody unsubscribes by the link, somebody tells the staff to stop, or the controller
    /// revokes a consent that does not hold.
    pub(super) async fn end_some_consents(&mut self, week: i64) -> Result<()> {
        if week % 4 == 3
            && let Some(one) = self.somebody_who_agreed().await?
        {
            let url = unsubscribe_link(self.app, self.workspace, one.contact_id, Some(one.purpose_id));
            unsubscribe(self.app, url.rsplit('/').next().unwrap_or_default(), None, "one_click").await?;
        }
        if week % 9 == 8
            && let Some(one) = self.somebody_who_agreed().await?
        {
            let reason = *self.dice.pick(&[
                WithdrawalReason::ToldByPhone,
                WithdrawalReason::ToldByEmail,
                WithdrawalReason::Objection,
            ]);
            let seller = self.dice.below(2);
            withdraw_consent(self.app, self.workspace, self.staff.sells(seller), one.id, reason).await?;
        }
        if week % 13 == 12
            && let Some(one) = self.somebody_who_agreed().await?
        {
            let reason =
                *self.dice.pick(&[RevocationReason::WrongPerson, RevocationReason::ProofInsufficient]);
            revoke_consent(self.app, self.workspace, self.staff.dpo, one.id, reason).await?;
        }
        Ok(())
    }

    /// A contact who has been subscribed to the newsletter for at least a week.
    async fn somebody_who_agreed(&mut self) -> Result<Option<row::Model>> {
        let rows = row::Entity::find()
            .filter(row::Column::WorkspaceId.eq(self.workspace))
            .filter(row::Column::State.eq(ConsentState::Given))
            .filter(row::Column::Channel.eq(Channel::Email))
            .filter(row::Column::PurposeId.eq(self.purposes.newsletter))
            .filter(row::Column::Since.lte(self.app.now() - TimeDelta::days(7)))
            .order_by_asc(row::Column::Id)
            .all(self.app.db())
            .await?;
        Ok((!rows.is_empty()).then(|| self.dice.pick(&rows).clone()))
    }
}
