//! Shared by the lists of contacts, companies and deals: conditions on owners and custom fields, archived
//! rows, orders.
//!
//! Custom fields are filtered and sorted through the typed `field_value` table, which holds OPEN and INTERNAL
//! values only. A key that is unknown, sealed, or not readable by the caller is rejected with the same
//! message.

use std::collections::HashMap;

use entity::{DataClass, EntityKind, FieldId, FieldType, MemberId, WorkspaceId, field};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    accounts::load_workspace,
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    fields::load_rules,
    platform::{
        actor::Actor,
        filter::{Blank, Filter, Test},
        keyset::{By, Kind, Order, Run},
        phones::test_as_kept,
        query::Query,
    },
};

/// The member responsible for a record.
#[derive(Clone, Debug)]
pub enum Owner {
    /// One of these members.
    Is(Vec<MemberId>),
    /// True: has no owner; false: has an owner.
    Nobody(bool),
}

impl Owner {
    /// Records of the acting member; none when the actor is not a member.
    #[must_use]
    pub fn me(actor: Actor) -> Self {
        match actor {
            Actor::Member(id, _) => Self::Is(vec![id]),
            _ => Self::Is(Vec::new()),
        }
    }

    /// Writes the condition on a column.
    pub fn write(&self, query: &mut Query, column: &str) {
        match self {
            Self::Is(members) => query.is_any(column, members.iter().copied()),
            Self::Nobody(nobody) => {
                query.push(column).push(if *nobody { " IS NULL" } else { " IS NOT NULL" })
            }
        };
    }
}

/// Whether a list shows archived rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Archived {
    /// Leave them out.
    #[default]
    LeftOut,
    /// Show them with the others.
    Included,
    /// Show only them.
    Only,
}

impl Archived {
    /// Writes the condition on the row with this alias, after other conditions.
    pub fn write(self, query: &mut Query, alias: &str) {
        match self {
            Self::Included => {}
            Self::LeftOut => {
                query.push(" AND ").push(alias).push(".archived_at IS NULL");
            }
            Self::Only => {
                query.push(" AND ").push(alias).push(".archived_at IS NOT NULL");
            }
        }
    }
}

/// A condition on a custom field.
#[derive(Clone, Debug)]
pub struct CustomCondition {
    /// Path in the input, for problems.
    pub input: String,
    /// The field's key.
    pub key: String,
    /// The test.
    pub test: CustomTest,
}

/// A test on a custom value, by type of the field.
#[derive(Clone, Debug)]
pub enum CustomTest {
    /// TEXT, URL, PHONE, IBAN, EMAIL; folded.
    Text(Test<String>),
    /// NUMBER; MONEY in minor units.
    Number(Test<f64>),
    /// DATE.
    Date(Test<String>),
    /// CHOICE and CHOICES: one of the values.
    Choice(Test<String>),
    /// BOOLEAN.
    Boolean(bool),
    /// Any field. True: has no value; false: has a value.
    Absent(bool),
}

/// A condition from the input: on the row itself, or on a custom field.
#[derive(Clone, Debug)]
pub enum Asked<C> {
    /// On the row.
    Own(C),
    /// On a custom field.
    Custom(CustomCondition),
}

/// An order from the input.
#[derive(Clone, Debug)]
pub enum OrderBy<O> {
    /// By a column of the row.
    Own(O, Run),
    /// By a custom field; rows without a value come last.
    Custom {
        /// The field's key.
        key: String,
        /// Ascending or descending.
        run: Run,
    },
}

/// Input of a list.
#[derive(Clone, Debug)]
pub struct Wanted<C, O> {
    /// Conditions.
    pub filter: Filter<Asked<C>>,
    /// Whether archived rows are shown.
    pub archived: Archived,
    /// Order.
    pub order: OrderBy<O>,
}

/// A resolved condition, ready to be written as SQL.
#[derive(Clone, Debug)]
pub enum Ready<C> {
    /// On the row.
    Own(C),
    /// On a custom field.
    Field(FieldCondition),
}

/// A condition on a custom field that exists, with a test that fits its type.
#[derive(Clone, Debug)]
pub struct FieldCondition {
    field: FieldId,
    test: FieldTest,
}

#[derive(Clone, Debug)]
enum FieldTest {
    Text(Test<String>),
    Number(Test<f64>),
    Absent(bool),
}

impl FieldCondition {
    /// Writes the condition on the row with this alias.
    pub fn write(&self, query: &mut Query, alias: &str) {
        let none = matches!(
            &self.test,
            FieldTest::Absent(true)
                | FieldTest::Text(Test::Absent(true))
                | FieldTest::Number(Test::Absent(true))
        );
        query.push(if none { "NOT EXISTS" } else { "EXISTS" });
        query.push(&format!(" (SELECT 1 FROM field_value v WHERE v.workspace_id = {alias}.workspace_id AND v.row_id = {alias}.id AND v.field_id = "));
        query.bind(self.field);
        match &self.test {
            FieldTest::Absent(_) | FieldTest::Text(Test::Absent(_)) | FieldTest::Number(Test::Absent(_)) => {}
            FieldTest::Text(test) => test.write(query.push(" AND "), "v.text", Blank::Null),
            FieldTest::Number(test) => test.write(query.push(" AND "), "v.number", Blank::Null),
        }
        query.push(")");
    }
}

/// What is specific to one list when its input is resolved.
pub struct Reads<C, Own> {
    /// The orders by columns.
    pub own: Own,
    /// The telephone number test of a condition, if it is one; its numbers are normalised.
    pub phone: fn(&mut C) -> Option<&mut Test<String>>,
}

/// Resolves filter and order: looks up custom fields in one statement if any is used, and the workspace's
/// country if there is a telephone number.
///
/// # Errors
/// `Rejected` when a key is unknown or a test does not fit its field.
pub async fn ready<C, O: Copy>(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    entity: EntityKind,
    filter: Filter<Asked<C>>,
    order: &OrderBy<O>,
    reads: Reads<C, impl FnOnce(O, Run) -> Order>,
) -> Result<(Filter<Ready<C>>, Order)> {
    let Reads { own, phone } = reads;
    let mut custom = matches!(order, OrderBy::Custom { .. });
    filter.each(&mut |asked| custom |= matches!(asked, Asked::Custom(_)));
    let fields = if custom { readable_fields(app, workspace, actor, entity).await? } else { HashMap::new() };
    let mut dials = false;
    let filter = filter.try_map(&mut |mut asked| {
        dials |= match &mut asked {
            Asked::Own(condition) => phone(condition).is_some(),
            Asked::Custom(condition) => {
                fields.get(&condition.key).is_some_and(|field| field.kind == FieldType::Phone)
            }
        };
        Ok::<_, Error>(asked)
    })?;
    let country = if dials { load_workspace(app, workspace).await?.jurisdiction } else { String::new() };
    let filter = filter.try_map(&mut |asked| match asked {
        Asked::Own(mut condition) => {
            if let Some(test) = phone(&mut condition) {
                let asked = std::mem::replace(test, Test::Absent(true));
                *test = test_as_kept(asked, &country);
            }
            Ok(Ready::Own(condition))
        }
        Asked::Custom(condition) => field_condition(&fields, condition, &country).map(Ready::Field),
    })?;
    let order = match order {
        OrderBy::Own(order, run) => own(*order, *run),
        OrderBy::Custom { key, run } => custom_order(&fields, workspace, key, *run)?,
    };
    Ok((filter, order))
}

/// The custom fields this actor may filter and sort by, by key.
async fn readable_fields(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    entity: EntityKind,
) -> Result<HashMap<String, field::Model>> {
    let rows = field::Entity::find()
        .filter(field::Column::WorkspaceId.eq(workspace))
        .filter(field::Column::Entity.eq(entity))
        .filter(field::Column::Class.is_in([DataClass::Open, DataClass::Internal]))
        .all(app.db())
        .await?;
    let rules = load_rules(app.db(), workspace).await?;
    Ok(rows
        .into_iter()
        .filter(|row| rules.may_read(actor, row.class))
        .map(|row| (row.key.clone(), row))
        .collect())
}

fn unknown(input: &str) -> Error {
    Error::rejected(
        ProblemCode::NotOffered,
        input,
        "No field with this key that you may filter or order by: the query `fields` lists them.",
    )
}

fn field_condition(
    fields: &HashMap<String, field::Model>,
    asked: CustomCondition,
    country: &str,
) -> Result<FieldCondition> {
    let CustomCondition { input, key, test } = asked;
    let field = fields.get(&key).ok_or_else(|| unknown(&format!("{input}.key")))?;
    let (wanted, test) = match test {
        CustomTest::Text(test) if field.kind == FieldType::Phone => {
            ("text", FieldTest::Text(test_as_kept(test, country)))
        }
        CustomTest::Text(test) => ("text", FieldTest::Text(test)),
        CustomTest::Number(test) => ("number", FieldTest::Number(test)),
        CustomTest::Date(test) => ("date", FieldTest::Text(test)),
        CustomTest::Choice(test) => ("choice", FieldTest::Text(test)),
        CustomTest::Boolean(yes) => ("boolean", FieldTest::Text(Test::Eq(yes.to_string()))),
        CustomTest::Absent(absent) => ("isEmpty", FieldTest::Absent(absent)),
    };
    let fitting = test_of(field.kind);
    if wanted != fitting && wanted != "isEmpty" {
        let message = format!("This field is filtered with `{fitting}` or `isEmpty`.");
        return Err(Error::Rejected(vec![Problem::new(
            ProblemCode::Invalid,
            format!("{input}.{wanted}"),
            message,
        )]));
    }
    Ok(FieldCondition { field: field.id, test })
}

/// The name of the test for a type of field.
fn test_of(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text | FieldType::Url | FieldType::Phone | FieldType::Iban | FieldType::Email => "text",
        FieldType::Number | FieldType::Money => "number",
        FieldType::Date => "date",
        FieldType::Choice | FieldType::Choices => "choice",
        FieldType::Boolean => "boolean",
    }
}

fn custom_order(
    fields: &HashMap<String, field::Model>,
    workspace: WorkspaceId,
    key: &str,
    run: Run,
) -> Result<Order> {
    let field = fields.get(key).ok_or_else(|| unknown("orderBy.custom"))?;
    let (column, kind) = match test_of(field.kind) {
        "number" => ("number", Kind::Number),
        _ => ("text", Kind::Text),
    };
    let fixed =
        vec![("workspace_id", workspace.into()), ("field_id", field.id.into()), ("position", 0.into())];
    Ok(Order::new(
        format!("{}", field.id),
        By::Beside { table: "field_value", fixed, row: "row_id", column, kind },
        run,
    ))
}
