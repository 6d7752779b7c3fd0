//! Rules of a workspace's data classes: who may read and set their values, and whether the person is told.
//! Stored per workspace, with the defaults below.

use entity::{DataClass, Role, WorkspaceId, class_rule};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{LockType, OnConflict},
};

use super::shape::is_sealed;
use crate::{
    accounts::{Right, allow, allows},
    app::App,
    error::{Error, Problem, ProblemCode, Result},
    platform::{
        actor::Actor,
        work::{Entry, Fact, Work},
    },
};

/// The rule of a data class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassRule {
    /// The data class.
    pub class: DataClass,
    /// Roles that may read its values, and reveal sealed ones.
    pub readers: Vec<Role>,
    /// Roles that may set its values.
    pub writers: Vec<Role>,
    /// Whether the person is told when staff or an integration change a value.
    pub notify_on_change: bool,
    /// Whether the person is told when a sealed value is revealed.
    pub notify_on_reveal: bool,
}

/// Changes to a rule; `None` leaves a value.
#[derive(Clone, Debug, Default)]
pub struct ClassRuleChanges {
    /// Roles that may read.
    pub readers: Option<Vec<Role>>,
    /// Roles that may set.
    pub writers: Option<Vec<Role>>,
    /// Whether the person is told of changes.
    pub notify_on_change: Option<bool>,
    /// Whether the person is told of reveals.
    pub notify_on_reveal: Option<bool>,
}

/// The rules of a workspace, one per class, with defaults where none is stored.
#[derive(Clone, Debug, Default)]
pub struct ClassRules(Vec<ClassRule>);

impl ClassRules {
    /// The rule of a class.
    #[must_use]
    pub fn of(&self, class: DataClass) -> ClassRule {
        self.0.iter().find(|rule| rule.class == class).cloned().unwrap_or_else(|| default_rule(class))
    }

    /// Whether this actor may read values of this class. Visitors, contacts and jobs have no role: their use
    /// cases decide.
    #[must_use]
    pub fn may_read(&self, actor: Actor, class: DataClass) -> bool {
        actor.role().is_none_or(|role| self.of(class).readers.contains(&role))
    }

    /// Whether this actor may set values of this class.
    #[must_use]
    pub fn may_write(&self, actor: Actor, class: DataClass) -> bool {
        actor.role().is_none_or(|role| self.of(class).writers.contains(&role))
    }

    /// Whether values of this class may appear in the text of an activity: only if everybody who reads
    /// activities may read them.
    #[must_use]
    pub fn may_be_told(&self, class: DataClass) -> bool {
        let readers = self.of(class).readers;
        !is_sealed(class)
            && Role::ALL.iter().all(|role| !allows(*role, Right::ReadContacts) || readers.contains(role))
    }

    /// All rules, from OPEN to SECRET.
    #[must_use]
    pub fn all(self) -> Vec<ClassRule> {
        self.0
    }
}

/// The default rule. OPEN: all staff. INTERNAL: all but READER. CONFIDENTIAL: those who make contracts.
/// SECRET: those responsible for the data, and the person is told of every change.
fn default_rule(class: DataClass) -> ClassRule {
    const OFFICE: [Role; 3] = [Role::Owner, Role::Admin, Role::Dpo];
    let with = |more: &[Role]| OFFICE.iter().chain(more).copied().collect::<Vec<_>>();
    let (readers, writers) = match class {
        DataClass::Open => (Role::ALL.to_vec(), with(&[Role::Sales, Role::Marketing])),
        DataClass::Internal => (with(&[Role::Sales, Role::Marketing]), with(&[Role::Sales, Role::Marketing])),
        DataClass::Confidential => (with(&[Role::Sales]), with(&[Role::Sales])),
        DataClass::Secret => (with(&[]), with(&[])),
    };
    ClassRule {
        class,
        readers,
        writers,
        notify_on_change: class == DataClass::Secret,
        notify_on_reveal: false,
    }
}

/// Loads the rules of a workspace in one statement.
///
/// # Errors
/// `Internal` when a row cannot be parsed.
pub async fn load_rules(db: &impl ConnectionTrait, workspace: WorkspaceId) -> Result<ClassRules> {
    let rows =
        class_rule::Entity::find().filter(class_rule::Column::WorkspaceId.eq(workspace)).all(db).await?;
    let mut rules = Vec::with_capacity(DataClass::ALL.len());
    for class in DataClass::ALL {
        rules.push(match rows.iter().find(|row| row.class == *class) {
            Some(row) => ClassRule {
                class: *class,
                readers: serde_json::from_str(&row.readers)?,
                writers: serde_json::from_str(&row.writers)?,
                notify_on_change: row.notify_on_change,
                notify_on_reveal: row.notify_on_reveal,
            },
            None => default_rule(*class),
        });
    }
    Ok(ClassRules(rules))
}

/// Changes the rule of a data class.
///
/// # Errors
/// `Rejected` when nobody could read or set values any more, or READER could set them.
pub async fn update_class_rule(
    app: &App,
    workspace: WorkspaceId,
    actor: Actor,
    class: DataClass,
    changes: ClassRuleChanges,
) -> Result<ClassRule> {
    allow(actor, Right::ManageClasses)?;
    let work = app.begin(workspace, actor).await?;
    // The workspace's row is the lock, so that two concurrent changes do not overwrite each other.
    lock_workspace(&work).await?;
    let before = load_rules(work.db(), workspace).await?.of(class);
    let rule = ClassRule {
        class,
        readers: changes.readers.map_or(before.readers.clone(), sorted),
        writers: changes.writers.map_or(before.writers.clone(), sorted),
        notify_on_change: changes.notify_on_change.unwrap_or(before.notify_on_change),
        notify_on_reveal: changes.notify_on_reveal.unwrap_or(before.notify_on_reveal),
    };
    check(&rule)?;
    if rule == before {
        return Ok(rule);
    }
    store(work, &rule).await?;
    Ok(rule)
}

async fn store(mut work: Work, rule: &ClassRule) -> Result<()> {
    use class_rule::Column;
    let row = class_rule::ActiveModel {
        workspace_id: Set(work.workspace()),
        class: Set(rule.class),
        readers: Set(serde_json::to_string(&rule.readers)?),
        writers: Set(serde_json::to_string(&rule.writers)?),
        notify_on_change: Set(rule.notify_on_change),
        notify_on_reveal: Set(rule.notify_on_reveal),
    };
    let columns = [Column::Readers, Column::Writers, Column::NotifyOnChange, Column::NotifyOnReveal];
    let replace =
        OnConflict::columns([Column::WorkspaceId, Column::Class]).update_columns(columns).to_owned();
    class_rule::Entity::insert(row).on_conflict(replace).exec_without_returning(work.db()).await?;
    let told = |yes: bool| i64::from(yes);
    let entry = Entry::new("class_rule.updated")
        .on(rule.class)
        .with("readers", rule.readers.iter().copied().collect::<Fact>())
        .with("writers", rule.writers.iter().copied().collect::<Fact>())
        .with("notifyOnChange", told(rule.notify_on_change))
        .with("notifyOnReveal", told(rule.notify_on_reveal));
    work.record(entry);
    work.commit().await?;
    Ok(())
}

/// Takes the lock under which a workspace's fields and rules change. It does not block inserts that refer to
/// the workspace.
pub(super) async fn lock_workspace(work: &Work) -> Result<()> {
    let row = entity::workspace::Entity::find_by_id(work.workspace())
        .lock(LockType::NoKeyUpdate)
        .one(work.db())
        .await?;
    row.map(|_| ()).ok_or(Error::NotFound)
}

/// Keeps fields and rules unchanged until this unit ends.
pub(crate) async fn hold_fields(work: &Work) -> Result<()> {
    let row = entity::workspace::Entity::find_by_id(work.workspace()).lock_shared().one(work.db()).await?;
    row.map(|_| ()).ok_or(Error::NotFound)
}

fn sorted(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn check(rule: &ClassRule) -> Result<()> {
    let mut problems = Vec::new();
    for (field, roles) in [("readers", &rule.readers), ("writers", &rule.writers)] {
        if roles.is_empty() {
            problems.push(Problem::new(
                ProblemCode::Required,
                field,
                "Name at least one role, or nobody could use these values any more.",
            ));
        }
    }
    if rule.writers.contains(&Role::Reader) {
        problems.push(Problem::new(
            ProblemCode::NotOffered,
            "writers",
            "READER changes nothing: leave it out.",
        ));
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Rejected(problems)) }
}
