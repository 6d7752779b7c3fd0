//! Sample staff: one member of each role, two in sales. Each joins through an invitation, as every member
//! does, with a freshly generated password, so that no two demos share a sign-in.

use entity::{MemberId, Role, WorkspaceId, member};
use futures_util::future::try_join_all;

use crate::{
    accounts::{Caller, NewMember, accept_invitation, create_owner, invite_member},
    app::App,
    error::{Error, Result},
    link_uses::Use,
    platform::{actor::Actor, keys::random, tokens::Link},
};

/// Name, local part of the e-mail address, role, language.
type Person = (&'static str, &'static str, Role, &'static str);

const OWNER: Person = ("Inès Jourdain", "ines", Role::Owner, "fr");
const OTHERS: [Person; 6] = [
    ("Jasper Merriman", "jasper", Role::Admin, "en"),
    ("Nadia Kerbrat", "nadia", Role::Dpo, "fr"),
    ("Hugo Lavergne", "hugo", Role::Sales, "fr"),
    ("Freya Oakshott", "freya", Role::Sales, "en"),
    ("Solène Ravel", "solene", Role::Marketing, "fr"),
    ("Alfie Hollings", "alfie", Role::Reader, "en"),
];

/// The staff, ready to act.
#[derive(Clone, Copy)]
pub(super) struct Staff {
    pub owner: Actor,
    /// The data protection officer.
    pub dpo: Actor,
    /// The salespeople.
    pub sales: [MemberId; 2],
}

/// A member's sign-in details.
pub struct SignIn {
    /// E-mail address.
    pub email: String,
    /// Role in the workspace.
    pub role: Role,
    /// Shown once; only its hash is stored.
    pub password: String,
}

impl Staff {
    /// One of the salespeople.
    pub fn seller(&self, which: u32) -> MemberId {
        self.sales[which as usize % self.sales.len()]
    }

    /// The same salesperson as an actor.
    pub fn sells(&self, which: u32) -> Actor {
        Actor::Member(self.seller(which), Role::Sales)
    }
}

/// Creates all members. The owner's sign-in comes first.
pub(super) async fn make_members(app: &App, workspace: WorkspaceId) -> Result<(Staff, Vec<SignIn>)> {
    let (name, local, role, _) = OWNER;
    let first = sign_in(local, role);
    let link = create_owner(app, Actor::Operator, workspace, &first.email, name).await?;
    let token = link.rsplit('/').next().unwrap_or_default();
    let owner = accept_invitation(app, token, None, &first.password).await?;
    let owner = Actor::Member(owner.id, owner.role);
    let caller = Caller {
        actor: owner,
        workspace,
        session: None,
        stepped_up_at: None,
        must_enrol: false,
        maker: None,
    };
    let mut signs = vec![first];
    let mut invited = Vec::with_capacity(OTHERS.len());
    for (name, local, role, language) in OTHERS {
        let one = sign_in(local, role);
        let new = NewMember {
            email: one.email.clone(),
            name: name.to_owned(),
            role,
            language: Some(language.to_owned()),
        };
        invited.push((invite_member(app, caller, new, None).await?, one.password.clone()));
        signs.push(one);
    }
    crate::jobs::runner(app).drain().await?;
    // In parallel, because hashing a password is slow on purpose.
    let joined = try_join_all(invited.iter().map(|(row, password)| join(app, row, password))).await?;
    let with = |role: Role| joined.iter().filter(move |row| row.role == role).map(|row| row.id);
    let missing = || Error::internal("somebody of the demo's staff did not join");
    let mut sales = with(Role::Sales);
    let sales = [sales.next().ok_or_else(missing)?, sales.next().ok_or_else(missing)?];
    let dpo = Actor::Member(with(Role::Dpo).next().ok_or_else(missing)?, Role::Dpo);
    Ok((Staff { owner, dpo, sales }, signs))
}

/// Opens the invitation's link, signed here so that nobody has to look into a mailbox for it.
async fn join(app: &App, row: &member::Model, password: &str) -> Result<member::Model> {
    let link = Link {
        workspace: row.workspace_id,
        row: row.id.0,
        extra: row.invited_at.timestamp_millis().to_be_bytes().to_vec(),
    };
    accept_invitation(app, &app.vault.sign(Use::Join, &link), None, password).await
}

fn sign_in(local: &str, role: Role) -> SignIn {
    SignIn { email: format!("{local}@atelier-lumen.example"), role, password: hex::encode(random::<10>()) }
}
