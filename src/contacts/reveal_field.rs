//! Reveals one sealed value: needs the right, the class's rule, a second factor used in the last five
//! minutes, and a reason, which is recorded in the journal. API keys have no second factor and cannot reveal
//! anything.

use entity::{CompanyId, ContactId, DealId, EntityKind, FieldId, RevealReason, company, deal, field};
use sea_orm::{EntityTrait, QuerySelect, prelude::Uuid};

use super::{find_contact, lock_contact_to_edit};
use crate::{
    accounts::{Caller, Right, allow, require_fresh_factor},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    fields::{
        class_rules::load_rules,
        is_sealed,
        load_fields::load_field,
        sealed,
        value_notice::{SendValueNotice, Told},
    },
    platform::work::{Entry, Work},
};

/// The record that has the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A contact.
    Contact(ContactId),
    /// A company.
    Company(CompanyId),
    /// A deal.
    Deal(DealId),
}

impl Owner {
    fn row(self) -> (EntityKind, Uuid, &'static str) {
        match self {
            Self::Contact(id) => (EntityKind::Contact, id.0, "contactId"),
            Self::Company(id) => (EntityKind::Company, id.0, "companyId"),
            Self::Deal(id) => (EntityKind::Deal, id.0, "dealId"),
        }
    }
}

/// A decrypted value.
pub struct Revealed {
    /// Its field.
    pub field: field::Model,
    /// Its canonical text.
    pub value: String,
}

/// Decrypts one sealed value for the caller, and records this before they see it.
///
/// # Errors
/// `Forbidden` by right or rule; `SecondFactorRequired` without a recent second factor; `Busy` over the rate
/// limit; `Rejected` when there is no such value.
pub async fn reveal_field(
    app: &App,
    caller: &Caller,
    owner: Option<Owner>,
    id: FieldId,
    reason: RevealReason,
) -> Result<Revealed> {
    allow(caller.actor, Right::RevealFields)?;
    let field = load_field(app.db(), caller.workspace, id).await.map_err(|error| match error {
        Error::NotFound => Error::no_such("fieldId"),
        other => other,
    })?;
    let Some(owner) = owner else {
        return Err(Error::rejected(
            ProblemCode::Required,
            "contactId",
            "Say whose value: give one of contactId, companyId and dealId.",
        ));
    };
    let (entity, _, input) = owner.row();
    let owner = find(app, caller, owner).await?.ok_or_else(|| Error::no_such(input))?;
    if field.entity != entity {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "fieldId",
            "This field belongs to another kind of thing.",
        ));
    }
    if !is_sealed(field.class) {
        return Err(Error::rejected(
            ProblemCode::WrongState,
            "fieldId",
            "Values of this field are not sealed: read `customFields`.",
        ));
    }
    let rules = load_rules(app.db(), caller.workspace).await?;
    if !rules.may_read(caller.actor, field.class) {
        refused(&field, "rule");
        return Err(Error::Forbidden);
    }
    let Some(member) = caller.actor.member() else {
        refused(&field, "api_key");
        let message = "API keys cannot reveal values: sign in as a member with a second factor.";
        return Err(Error::Rejected(vec![Problem {
            code: ProblemCode::NotAllowed,
            field: None,
            message: message.to_owned(),
        }]));
    };
    require_fresh_factor(app, caller).await.inspect_err(|_| refused(&field, "step_up"))?;
    let budget = app.budgets.reveals_per_member;
    app.rate_limit.spend(budget, &format!("{}:{member}", caller.workspace)).await.map_err(|left| {
        refused(&field, "budget");
        Error::Busy(left)
    })?;
    let mut work = app.begin(caller.workspace, caller.actor).await?;
    let owner = lock(&work, owner).await?;
    let (_, row, _) = owner.row();
    let closed = sealed::of_rows(work.db(), caller.workspace, vec![row]).await?;
    let closed: Vec<_> = closed.iter().filter(|value| value.field_id == id).collect();
    let mut opened = sealed::open(work.db(), &app.vault, caller.workspace, &closed).await?;
    let Some(value) = opened.remove(&(row, id)) else {
        return Err(Error::rejected(ProblemCode::NotFound, "fieldId", "It holds no value of this field."));
    };
    let entry =
        Entry::new("value.revealed").with("field", id).with("class", field.class).with("reason", reason);
    work.record(match owner {
        Owner::Contact(id) => entry.about(id).on(id),
        Owner::Company(id) => entry.on(id),
        Owner::Deal(id) => entry.on(id),
    });
    if let Owner::Contact(contact) = owner
        && rules.of(field.class).notify_on_reveal
    {
        work.enqueue(&SendValueNotice { workspace: caller.workspace, contact, told: Told::Revealed })?;
    }
    work.commit().await?;
    Ok(Revealed { field, value })
}

/// Logs an attempt that the rules denied (ASVS 16.3.2), with ids only.
fn refused(field: &field::Model, why: &'static str) {
    tracing::warn!(field.id = %field.id, field.class = %field.class, reveal.refused = why, "a sealed value was not revealed");
}

/// Finds the record; the id of a merged contact finds the survivor.
async fn find(app: &App, caller: &Caller, owner: Owner) -> Result<Option<Owner>> {
    Ok(match owner {
        Owner::Contact(id) => {
            find_contact(app.db(), caller.workspace, id).await?.map(|row| Owner::Contact(row.id))
        }
        Owner::Company(id) => company::Entity::find_by_id((caller.workspace, id))
            .one(app.db())
            .await?
            .map(|row| Owner::Company(row.id)),
        Owner::Deal(id) => deal::Entity::find_by_id((caller.workspace, id))
            .one(app.db())
            .await?
            .map(|row| Owner::Deal(row.id)),
    })
}

/// As `find`, under the record's lock: the value shown is the one at the time of the entry.
async fn lock(work: &Work, owner: Owner) -> Result<Owner> {
    let found = match owner {
        Owner::Contact(id) => Some(Owner::Contact(lock_contact_to_edit(work, id, "contactId").await?.id)),
        Owner::Company(id) => company::Entity::find_by_id((work.workspace(), id))
            .lock_exclusive()
            .one(work.db())
            .await?
            .map(|row| Owner::Company(row.id)),
        Owner::Deal(id) => deal::Entity::find_by_id((work.workspace(), id))
            .lock_exclusive()
            .one(work.db())
            .await?
            .map(|row| Owner::Deal(row.id)),
    };
    found.ok_or(Error::NotFound)
}
